"""Oracle: arithmetic on paper and the likelihood itself: certainty, verdicts, weights on draws."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from brainmag.cli import main
from brainmag.evidence.answers import read_answers
from brainmag.evidence.claims import Citation, choose_claims, load_claims
from brainmag.evidence.grade import LEVELS, Certainty, add_points, find_kind, grade_claim
from brainmag.evidence.ledger import build_ledger
from brainmag.evidence.reweigh import (
    change_evidence,
    choose_columns,
    divide_shares,
    find_effective,
    read_changes,
    reweigh,
    summarise_weighted,
    weigh_twice,
)
from brainmag.evidence.verdict import find_verdict, judge_answer, weigh_claim
from brainmag.inference.compare import read_comparison
from brainmag.inference.likelihood import gather_evidence, integrate_noise
from brainmag.inference.pool import Pool, thin_pool
from brainmag.inference.posterior import FINE_NODES, load_pool
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import Figure, list_figures
from brainmag.sources import find_source


@pytest.mark.parametrize(
    ("start", "points", "level"),
    [(3, 0, "high"), (3, -1, "moderate"), (3, -2, "low"), (3, -3, "very-low"), (3, -7, "very-low"),
     (1, 0, "low"), (1, 1, "moderate"), (1, 2, "high"), (1, -1, "very-low"), (0, 2, "moderate")],
)  # fmt: skip
def test_points_move_a_level_by_one_each(start: int, points: int, level: str) -> None:
    assert add_points(start, points) == level


@pytest.mark.parametrize(
    ("citation", "kind"),
    [
        (Citation("liu-2016"), "trials"),
        (Citation("wroolie-2017"), "observations"),
        (Citation("mah-2021", trials=True), "trials"),
        (Citation("veronese-2016"), "observations"),
        (Citation("michiels-2021"), "observations"),
        (Citation("slutsky-2010"), "experiments"),
        (Citation("kolisek-2012"), "experiments"),
        (Citation("jahr-1990"), "experiments"),
        (Citation("wikipedia-mgt"), "opinion"),
        (Citation("nbk507257"), "opinion"),
    ],
)
def test_a_kind_of_source_begins_where_grade_has_it(citation: Citation, kind: str) -> None:
    assert find_kind(citation, find_source(citation.key)) == kind


def test_leaving_the_only_trial_out_takes_its_start_away() -> None:
    claim = load_claims()["C10"]
    assert grade_claim(claim).start == "high"
    assert grade_claim(claim, {"zhang-2022"}).start == LEVELS[0]


SURE = Certainty("trials", "high", -1, "moderate", "moderate")
UNSURE = Certainty("trials", "high", -2, "low", "low")


@pytest.mark.parametrize(
    ("stances", "certainty", "answer", "weight", "name", "because"),
    [
        ([], SURE, "there", 1.0, "not-testable", "nothing-measured"),
        (["limits"], SURE, "there", 1.0, "not-testable", "nothing-measured"),
        (["contradicts"], SURE, "there", 1.0, "contested", "sources-against"),
        (["supports", "contradicts"], SURE, "there", 1.0, "contested", "sources-against"),
        (["supports"], UNSURE, "there", 1.0, "limited", "low-certainty"),
        (["supports"], SURE, "open", 1.0, "limited", "model-short"),
        (["supports"], SURE, "short", 1.0, "limited", "model-short"),
        (["supports"], SURE, "there", 0.49, "limited", "light-explanation"),
        (["supports", "limits"], SURE, "there", 0.5, "supported", "all-hold"),
    ],
)
def test_the_verdict_is_the_first_rule_that_holds(
    stances: list[str], certainty: Certainty, answer: str, weight: float, name: str, because: str
) -> None:
    found = find_verdict(stances, certainty, answer, weight)
    assert (found.name, found.because) == (name, because)


@pytest.mark.parametrize(
    ("low", "high", "expects", "answer"),
    [
        (5.0, 9.0, "up", "there"),
        (4.9, 9.0, "up", "open"),
        (-9.0, 4.9, "up", "short"),
        (-9.0, -5.0, "down", "there"),
        (-9.0, -4.9, "down", "open"),
        (-4.9, 9.0, "down", "short"),
    ],
)
def test_the_model_gets_there_with_nineteen_in_twenty(
    low: float, high: float, expects: str, answer: str
) -> None:
    told = {"median": 0.5 * (low + high), "low": low, "high": high}
    assert judge_answer(told, "%", expects) == answer


def test_weights_of_explanations_add_up() -> None:
    comparison = read_comparison()
    claims = load_claims()
    assert weigh_claim(claims["C6"])["low"] == pytest.approx(comparison["range"]["carrier"][0])
    lowest = min(1.0 - one["weights"]["none"] for one in comparison["cases"])
    assert weigh_claim(claims["C12"])["low"] == pytest.approx(lowest, abs=1e-5)


def test_weighted_quantiles_are_those_of_repeated_draws() -> None:
    values = np.array([3.0, 1.0, 2.0, np.nan, 4.0])
    counts = np.array([30, 40, 20, 5, 10])
    told = summarise_weighted(values, counts / counts.sum())
    repeated = np.repeat(values, counts)
    there = repeated[~np.isnan(repeated)]
    for key, level in {"low": 0.05, "median": 0.5, "high": 0.95}.items():
        assert told[key] == np.quantile(there, level, method="inverted_cdf")


def test_shares_are_divided_where_there_were_any() -> None:
    found = divide_shares(np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.2, 0.0]))
    assert found.tolist() == pytest.approx([0.25, 0.75, 0.0])
    assert find_effective(found) == pytest.approx(1.6)


def list_counting() -> list[Figure]:
    return [one for one in list_figures() if not one.hindrance and one.role == "calibration"]


def test_weights_are_those_of_the_likelihood_itself() -> None:
    figures = list_counting()
    pool = choose_columns(thin_pool(load_pool("mineral"), 90), figures)
    before = gather_evidence(figures)
    changes = {"slutsky-2010": "none", "sabatier-2002": "c"}
    after, power = change_evidence(before, figures, changes)
    assert {one.study.source for one, p in zip(figures, power, strict=True) if p == 0.0} == {
        "slutsky-2010"
    }
    old, new = weigh_twice(pool, before, after, power)
    for found, evidence in ((old, before), (new, replace(after, counts=power > 0.0))):
        judged = weigh_directly(pool, evidence)
        assert found[0] == pytest.approx(judged[0], rel=0.01, abs=1e-6)
        assert found[1] == pytest.approx(judged[1], abs=0.01)


def weigh_directly(pool: Pool, evidence: object) -> tuple[np.ndarray, float]:
    from brainmag.inference.free import list_free  # noqa: PLC0415

    likelihood, _ = integrate_noise(evidence, pool.predicted, count=FINE_NODES)  # type: ignore[arg-type]
    weights = pool.weigh(likelihood + list_free(pool.hypothesis).weigh_width(pool.scores, 1.0))
    return weights.share, weights.log_evidence


@pytest.fixture(scope="module")
def without_lopresti() -> dict[str, object]:
    found = reweigh(read_changes(["lopresti-2026=none"]))
    claims = choose_claims(["C6", "C11"])
    return {"found": found, "document": build_ledger(claims, lang="en", reweighed=found)}


def test_leaving_a_study_out_leaves_the_weights_that_compare_tells(
    without_lopresti: dict[str, object],
) -> None:
    found = without_lopresti["found"]
    (told,) = [
        one
        for one in read_comparison()["cases"]
        if (one["kind"], one["name"]) == ("study", "lopresti-2026")
    ]
    base = read_comparison()["cases"][0]
    for name in HYPOTHESES:
        expected = np.log(told["weights"][name] / told["weights"]["carrier"])
        weights = found.weights  # type: ignore[attr-defined]
        assert np.log(weights[name] / weights["carrier"]) == pytest.approx(expected, abs=0.01)
    assert told["weights"]["carrier"] < base["weights"]["carrier"]


def test_a_source_left_out_counts_nowhere(without_lopresti: dict[str, object]) -> None:
    document = without_lopresti["document"]
    (entry,) = [
        one
        for one in document["claims"][1]["sources"]  # type: ignore[index]
        if one["key"] == "lopresti-2026"
    ]
    assert entry["left_out"] is True
    assert set(document["reweighed"]["effective"]) == {"pool", "draws"}  # type: ignore[index]


def test_a_source_without_figures_moves_nothing() -> None:
    found = reweigh({"wikipedia-mgt": "none"})
    assert found.untouched == ("wikipedia-mgt",)
    assert found.weights == pytest.approx(read_comparison()["weights"], rel=1e-3)
    (told,) = build_ledger(choose_claims(["C6"]), lang="en", reweighed=found)["claims"]
    for name, row in found.share.items():
        assert row == pytest.approx(1.0 / len(row))
        before = told["prediction"]["before"][name]["median"]
        assert told["prediction"]["predicted"][name]["median"] == pytest.approx(before, rel=0.02)
    assert told["verdict"] == "limited"


def test_asked_anew_the_answer_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "C5", "--live", "--json"]) == 0
    (live,) = json.loads(capsys.readouterr().out)["claims"]
    kept = {(one["observable"], one["setting"]): one for one in read_answers()["answers"]}
    assert len(live["answers"]) == 4
    for answer in live["answers"]:
        told = kept[answer["observable"], answer["setting"]]
        for name in HYPOTHESES:
            assert answer["predicted"][name] == pytest.approx(told["predicted"][name], rel=1e-4)
