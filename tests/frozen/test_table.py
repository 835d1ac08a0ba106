"""Oracle: frozen text. A table is read by people: a change of it must be seen and meant.

The document is made up, with round numbers that meet every way of writing one: levels above a
thousand, a change below the finest digit, a change of hundreds of percent, a share that has no
percentage, z-scores, baselines that differ between explanations, a partial run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from brainmag.report.table import render_table

FOLDER = Path(__file__).parent
BOTH: dict[str, Any] = json.loads((FOLDER / "two_explanations.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("document", "width", "name"),
    [
        (BOTH, 100, "side_by_side.txt"),
        (BOTH["by_hypothesis"]["carrier"], 60, "single.txt"),
    ],
    ids=["side by side", "single"],
)
def test_the_table_reads_as_it_did(document: dict[str, Any], width: int, name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert render_table(document, width=width) == expected


def test_a_run_without_anybody_finished_says_so_and_shows_no_numbers() -> None:
    document = {
        key: part
        for key, part in BOTH["by_hypothesis"]["carrier"].items()
        if key not in ("baseline", "end", "apart", "series")
    }
    text = render_table(document)
    assert "PARTIAL" in text
    assert "mmol/L" not in text
