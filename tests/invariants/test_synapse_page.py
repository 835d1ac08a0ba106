"""Oracle: the page on protocols names every field, and its examples can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brainmag.synapse.protocol import FIELDS, list_protocols, read_protocol

TEXT = (Path(__file__).parents[2] / "docs" / "synapse.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("`[[pre]]` and `[[post]]`", "pre"),
        ("`[[clamp]]`", "clamp"),
        ("`[[glutamate]]`", "glutamate"),
    ],
)
def test_the_page_names_every_field_and_no_other(heading: str, table: str) -> None:
    section = TEXT.split(f"\n### {heading}\n")[1].split("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == list(FIELDS[table])


def test_the_page_names_every_protocol() -> None:
    section = TEXT.split("\n## Protocols\n")[1].split("\n### ")[0]
    assert set(re.findall(r"`([\w-]+)`", section)) >= set(list_protocols())


def test_the_examples_are_protocols(tmp_path: Path) -> None:
    assert len(EXAMPLES) == 2
    counts = [(40, 10), (3, 0)]
    for example, (pre, post) in zip(EXAMPLES, counts, strict=True):
        path = tmp_path / "mine.toml"
        path.write_text(example, encoding="utf-8")
        protocol = read_protocol(str(path))
        assert (len(protocol.pre), len(protocol.post)) == (pre, post)
