"""Oracle: the published figures, those that calibrated the model and those that only judge it.

From the runs behind the calibration that comes along; nothing is run anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from brainmag.inference.calibration_report import compare_foresight
from brainmag.inference.compare import compare, read_comparison
from brainmag.inference.likelihood import gather_evidence
from brainmag.inference.posterior import (
    foresee_pool,
    hash_pools,
    load_pool,
    weigh_pool,
    weigh_prior,
)
from brainmag.inference.predictive import mix
from brainmag.inference.reproduce import read_evidence, read_weights
from brainmag.people.parameters import HYPOTHESES
from brainmag.people.posterior import read_posterior
from brainmag.record import list_figures
from brainmag.report.compare_table import list_case_rows, list_deciding_rows

FIGURES = [figure for figure in list_figures() if not figure.hindrance]
EVIDENCE = gather_evidence(FIGURES)


@cache
def check_mixture() -> dict[str, Any]:
    """Checks of the explanations together, by their weights after the record."""
    pools = [load_pool(name) for name in HYPOTHESES]
    weights = list(read_weights().values())
    before = mix([foresee_pool(weigh_prior(pool), EVIDENCE) for pool in pools], [1.0, 1.0, 1.0])
    after = mix([foresee_pool(weigh_pool(pool, EVIDENCE), EVIDENCE) for pool in pools], weights)
    return compare_foresight(FIGURES, before, after)


@cache
def compare_all() -> dict[str, Any]:
    """The explanations compared anew; the command tells what came along."""
    pools = {name: load_pool(name) for name in HYPOTHESES}
    return compare(pools, list_figures(), told=read_evidence())


def find_share(role: str) -> float:
    found = check_mixture()[role]
    return found["inside"] / found["figures"]


@pytest.mark.figures
def test_figures_that_calibrate_are_inside(record_property: pytest.RecordProperty) -> None:
    share = find_share("calibration")
    record_property("figure", ("calibration figures inside", "80 to 97 %", f"{100 * share:.1f} %"))
    assert share >= 0.8


@pytest.mark.figures
def test_figures_that_only_judge_are_inside(record_property: pytest.RecordProperty) -> None:
    share = find_share("validation")
    record_property("figure", ("validation figures inside", ">= 60 %", f"{100 * share:.1f} %"))
    assert share >= 0.6


@pytest.mark.figures
def test_the_record_narrows_what_is_foreseen(record_property: pytest.RecordProperty) -> None:
    found = check_mixture()["narrowing"]
    record_property("figure", ("median interval over the prior's", "<= 0.5", f"{found:.2f}"))
    assert found < 0.75


@pytest.mark.figures
def test_the_record_narrows_what_the_model_says(record_property: pytest.RecordProperty) -> None:
    """The study's own error is in both intervals above, and no calibration can lessen it."""
    found = check_mixture()["model_narrowing"]
    said = ("median interval over the prior's, the model's own figure", "<= 0.5", f"{found:.2f}")
    record_property("figure", said)
    assert found <= 0.5


@pytest.mark.figures
def test_as_many_are_inside_as_an_exact_model_would_have(
    record_property: pytest.RecordProperty,
) -> None:
    """Directions are nearly always inside: what the share would be if all were right is known."""
    found = check_mixture()
    for role in ("calibration", "validation"):
        inside, expected = found[role]["inside"], found[role]["expected"]
        said = (f"{role} figures inside, were the model exact", f"{expected:.1f}", str(inside))
        record_property("figure", said)
        count = found[role]["figures"]
        # Figures are taken as independent, which leaves the bounds too narrow rather than too wide.
        low, high = binom.interval(0.99, count, expected / count)
        assert low <= inside <= high


@pytest.mark.figures
def test_scores(record_property: pytest.RecordProperty) -> None:
    found = check_mixture()
    for role in ("calibration", "validation"):
        before, after = (found[role][f"log_score_{when}"] for when in ("before", "after"))
        said = f"after {after:.3f}, before {before:.3f}"
        record_property("figure", (f"mean log score, {role}", "after above before", said))
    assert found["calibration"]["log_score_after"] > found["calibration"]["log_score_before"]


@pytest.mark.figures
def test_nested_explanations_agree(record_property: pytest.RecordProperty) -> None:
    """Log-ratio of mineral to carrier: from evidence, and from the density of gains near none."""
    found = compare_all()["savage_dickey"]
    density = found["from_density"]
    said = "no draw left near none" if density is None else f"{density:.2f}"
    record_property("figure", ("Savage-Dickey ratio", f"{found['from_evidence']:.2f}", said))
    if density is None:
        # Then the ratio must be far from one.
        assert found["from_evidence"] < np.log(1e-2)
    else:
        assert density == pytest.approx(found["from_evidence"], abs=1.0)


def test_all_commands_tell_the_same_weights() -> None:
    assert read_comparison()["weights"] == pytest.approx(read_weights(), rel=1e-4)


def test_half_of_the_draws_find_the_evidence_of_all() -> None:
    """The pools hold every second draw of the calibration, whose evidence is told."""
    for name, told in read_evidence().items():
        found = weigh_pool(load_pool(name), EVIDENCE).weights
        assert abs(found.log_evidence - told) < 3.0 * found.error


def test_the_comparison_that_comes_along_is_that_of_record_and_runs() -> None:
    told = read_comparison()
    assert told["pools"] == hash_pools()
    for found, one in zip(compare_all()["cases"], told["cases"], strict=True):
        assert (found["kind"], found["name"]) == (one["kind"], one["name"])
        assert one["weights"] == pytest.approx(found["weights"], rel=0.01, abs=1e-9)
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")
    for row in [*list_case_rows(told, "en", every=True), *list_deciding_rows(told, "en")]:
        assert "| " + " | ".join(row) + " |" in page


def test_every_case_has_weights_that_sum_to_one() -> None:
    found = compare_all()
    assert {case["kind"] for case in found["cases"]} == {
        *("base", "votes", "grade", "industry", "bias", "width", "all", "study", "figure"),
    }
    for case in found["cases"]:
        assert sum(case["weights"].values()) == pytest.approx(1.0)
    for name, (low, high) in found["range"].items():
        assert low <= found["weights"][name] <= high


def test_leaving_out_what_cannot_be_told_moves_nothing() -> None:
    """A direction that every explanation foresees alike has no say about which holds."""
    shifts = {one["figure"]: one["moved"] for one in compare_all()["deciding"]}
    assert shifts["muscle-age-2001/muscle-25-to-75"] < 0.5 < max(shifts.values())


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_draws_that_come_along_are_of_the_pool(hypothesis: str) -> None:
    pool = weigh_pool(load_pool(hypothesis), EVIDENCE)
    posterior = read_posterior(hypothesis)
    assert posterior.size == 500
    assert pool.weights.effective > 100
    names = [name for name in pool.pool.names if name == "csf_reference"]
    column = pool.pool.names.index(names[0])
    from scipy.special import ndtr  # noqa: PLC0415

    mean = float(pool.weights.share @ ndtr(pool.pool.scores[:, column]))
    assert posterior.places["csf_reference"].mean() == pytest.approx(mean, abs=0.05)
