"""What holds of the table of trials, its documents, tables and forests, whatever the numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from brainmag.cli import main
from brainmag.evidence.meta import describe_outcome, list_outcomes, load_rows
from brainmag.evidence.meta.trials import Answer, Basis, Direction, Role, Row
from brainmag.record.library import list_figures
from brainmag.report.meta_table import draw_meta_tables, list_meta_remarks
from brainmag.sources import find_source

ROWS = load_rows()
NAMES = [f"{row.outcome.id}-{row.source}-{row.measure}" for row in ROWS]
OUTCOMES = list(list_outcomes())


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_row_is_made_of_the_words_it_may_have(row: Row) -> None:
    assert row.role in get_args(Role)
    assert row.basis in get_args(Basis)
    assert row.direction in get_args(Direction)
    assert {row.mgt, row.industry} <= set(get_args(Answer))
    assert row.locator
    # Never better than the source; what p alone gave is derived.
    assert row.grade >= find_source(row.source).grade
    assert row.basis != "p" or row.grade == "c"


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_what_is_pooled_has_an_effect_and_what_has_none_is_not(row: Row) -> None:
    if row.role in ("pooled", "estimate"):
        assert row.effect is not None
        assert row.effect.variance > 0.0
    if row.role in ("no-number", "no-control"):
        assert row.effect is None
    kinds = {"pooled": {"randomised trial"}, "estimate": {"meta-analysis"}}
    assert find_source(row.source).kind in kinds.get(row.role, {find_source(row.source).kind})


def test_a_trial_is_pooled_once_on_an_outcome() -> None:
    pooled = [(row.outcome.id, row.source) for row in ROWS if row.role == "pooled"]
    assert len(pooled) == len(set(pooled))
    # What is left out as another endpoint, or the same people, has a row that is pooled.
    for row in ROWS:
        if row.role == "other-endpoint":
            assert (row.outcome.id, row.source) in pooled


def test_estimates_of_others_are_those_of_the_record() -> None:
    figures = [one for one in list_figures() if one.outcome == "value"]
    compared = 0
    for row in ROWS:
        own = [one for one in figures if one.study.source == row.source]
        if row.role != "estimate" or row.effect is None or not own:
            continue
        # The record may tell a fall as a rise, and has rounded its errors.
        met = [
            (abs(row.effect.value), row.effect.variance**0.5)
            == (pytest.approx(abs(one.value)), pytest.approx(one.error, rel=0.01))
            for one in own
        ]
        assert any(met), row.source
        compared += 1
    assert compared >= 5


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_document_holds_together(name: str) -> None:
    document = describe_outcome(name)
    json.dumps(document, allow_nan=False)
    k = document["k"]
    if k:
        assert sum(one["weight"] for one in document["trials"]) == pytest.approx(1.0)
        assert sum(one["fixed_weight"] for one in document["trials"]) == pytest.approx(1.0)
        effects = [one["effect"] for one in document["trials"]]
        assert min(effects) <= document["fixed"]["estimate"] <= max(effects)
    if k > 1:
        random, ahead = document["random"], document["prediction"]
        assert ahead["low"] <= random["low"] <= random["high"] <= ahead["high"]
        assert len(document["leave_one_out"]) == k
        differ = document["heterogeneity"]
        assert differ["variance_low"] <= differ["variance_high"]
        assert 0.0 <= differ["share_low"] <= differ["share_high"] <= 1.0
    assert draw_meta_tables(document, "en")
    assert all(list_meta_remarks(document, "en"))


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_forest_is_kept_with_its_document_and_the_same_twice(name: str, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert main(["meta", name, "--out", str(tmp_path / folder)]) == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["forest.png", "forest.svg", "result.json"]
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    svg = (tmp_path / "a" / "forest.svg").read_text(encoding="utf-8")
    for row in describe_outcome(name)["trials"]:
        assert row["source"] in svg


def test_the_command_tells_all_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meta", "serum-mg", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(describe_outcome("serum-mg")))
    assert main(["meta", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["outcomes"]] == OUTCOMES
