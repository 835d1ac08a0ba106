"""Tables are read strictly: a slip in a file is found, not guessed at."""

from __future__ import annotations

import pytest

from brainmag.tables import parse_table, read_table


def test_comments_blank_lines_and_padding_are_dropped() -> None:
    text = "# remark\n\n id \tvalue\n# another\nx\t 1 \ny\t\n"
    assert parse_table(text, "t") == ({"id": "x", "value": "1"}, {"id": "y", "value": ""})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# remark only\n", "no columns"),
        ("id\tid\n", "named twice"),
        ("id\t\n", "not at all"),
        ("id\tvalue\nx\n", "t:2: 1 cells, 2 columns"),
        ("# remark\nid\tvalue\nx\t1\t2\n", "t:3: 3 cells, 2 columns"),
    ],
)
def test_a_slip_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_table(text, "t")


def test_a_table_is_read_once() -> None:
    assert read_table("products.tsv") is read_table("products.tsv")
