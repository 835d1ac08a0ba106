"""Oracle: published figures and invariants, one row each in ``expectations.tsv``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from behaviour.measures import MEASURES, Values
from brainmag.sources import load_sources
from brainmag.tables import parse_table

TABLE = Path(__file__).with_name("expectations.tsv")
ROWS = parse_table(TABLE.read_text(encoding="utf-8"), TABLE.name)


def name_of(measure: Callable[[], Values]) -> str:
    return measure.__name__.removeprefix("measure_")


@pytest.mark.figures
@pytest.mark.parametrize("measure", MEASURES, ids=name_of)
def test_figures_are_in_range(
    measure: Callable[[], Values], record_property: Callable[[str, object], None]
) -> None:
    values = measure()
    rows = {row["id"]: row for row in ROWS if row["measure"] == name_of(measure)}
    assert set(values) == set(rows)
    outside = []
    for name, value in values.items():
        row = rows[name]
        expected = f"{row['low']} to {row['high']} {row['unit']}"
        basis = ", ".join(filter(None, (row["source"], row["use"], row["grade"])))
        record_property(
            "figure", (f"{row['expectation']} ({name})", f"{expected} ({basis})", f"{value:.4g}")
        )
        if not float(row["low"]) <= value <= float(row["high"]):
            outside.append(f"{name}: {value:.6g}, expected {expected} ({row['source']})")
    assert not outside


def test_every_row_is_measured() -> None:
    assert {row["measure"] for row in ROWS} == {name_of(measure) for measure in MEASURES}


def test_every_expectation_has_a_source() -> None:
    assert {row["source"] for row in ROWS} <= set(load_sources())
