"""Oracle: published figures and invariants, one row each in ``expectations.tsv``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from behaviour.measures import MEASURES, Values
from brainmag.sources import load_sources
from brainmag.tables import parse_table

TABLE = Path(__file__).with_name("expectations.tsv")
ROWS = parse_table(TABLE.read_text(encoding="utf-8"), TABLE.name)


@cache
def measure_all() -> Values:
    """Every figure, measured once."""
    values: Values = {}
    for measure in MEASURES:
        values |= measure()
    return values


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_figure_is_in_range(row: dict[str, str]) -> None:
    value = measure_all()[row["id"]]
    assert float(row["low"]) <= value <= float(row["high"]), f"{value:.6g} {row['unit']}"


def test_every_figure_is_expected() -> None:
    assert set(measure_all()) == {row["id"] for row in ROWS}


def test_every_expectation_has_a_source() -> None:
    assert {row["source"] for row in ROWS} <= set(load_sources())
