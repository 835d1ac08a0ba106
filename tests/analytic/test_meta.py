"""Oracle: arithmetic on paper, and what a closed form gives."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.evidence.meta import (
    compare_groups,
    correct_small_sample,
    describe_outcome,
    fit_random_effects,
    leave_one_out,
    load_rows,
    measure_heterogeneity,
    pool_fixed,
    pool_random,
    predict_effect,
    weigh_small_studies,
)
from brainmag.evidence.meta.effects import derive_from_p, read_interval, standardise
from brainmag.evidence.meta.trials import read_rows
from brainmag.sources import load_sources

ROWS = load_rows()


def test_equal_errors_have_a_closed_form() -> None:
    effects = np.array([0.1, 0.5, 0.9, 1.7])
    variances = np.full(4, 0.05)
    fit = fit_random_effects(effects, variances)
    scatter = effects.var(ddof=1)
    assert fit.variance == pytest.approx(scatter - 0.05, rel=1e-12)
    pooled = pool_random(fit)
    assert pooled.estimate == pytest.approx(effects.mean())
    # Then the interval is that of a plain t test of the effects.
    assert pooled.standard_error == pytest.approx(np.sqrt(scatter / 4))
    ahead = predict_effect(fit, pooled)
    assert ahead.standard_error == pytest.approx(np.sqrt(scatter / 4 + scatter - 0.05))


def test_trials_that_agree_have_no_variance_between_them() -> None:
    effects, variances = np.array([0.3, 0.31, 0.29]), np.array([0.1, 0.2, 0.15])
    fit = fit_random_effects(effects, variances)
    assert fit.variance == 0.0
    assert pool_random(fit).estimate == pytest.approx(pool_fixed(effects, variances).estimate)
    plain, widened = pool_random(fit), pool_random(fit, widen=True)
    assert plain.high - plain.low < widened.high - widened.low
    found = measure_heterogeneity(effects, variances, fit.variance)
    assert (found.variance_low, found.share) == (0.0, 0.0)


def test_the_unit_does_not_matter() -> None:
    effects, variances = np.array([0.1, 0.9, 0.4]), np.array([0.02, 0.05, 0.01])
    plain = fit_random_effects(effects, variances)
    scaled = fit_random_effects(1e4 * effects, 1e8 * variances)
    assert scaled.variance == pytest.approx(1e8 * plain.variance, rel=1e-9)
    assert scaled.weights == pytest.approx(plain.weights, rel=1e-9)


def test_a_model_needs_more_trials_than_coefficients() -> None:
    with pytest.raises(ValueError, match="no more trials"):
        fit_random_effects(np.array([1.0]), np.array([1.0]))


def test_the_likelihood_is_climbed_to_its_highest_peak() -> None:
    effects = np.array([0.0, 0.02, 4.0, 0.01])
    variances = np.array([1e-4, 1e-3, 1.0, 1e-2])
    best = fit_random_effects(effects, variances).variance

    def lose(between: float) -> float:
        weight = 1.0 / (variances + between)
        mean = weight @ effects / weight.sum()
        return float(np.log(weight.sum()) - np.log(weight).sum() + weight @ (effects - mean) ** 2)

    assert lose(best) <= min(lose(place) for place in np.linspace(0.0, 10.0, 20001)) + 1e-9


def test_the_correction_for_small_samples_is_a_quotient_of_gamma_functions() -> None:
    assert correct_small_sample(2) == pytest.approx(np.pi**-0.5, rel=1e-12)
    assert correct_small_sample(4) == pytest.approx((2.0 / np.pi) ** 0.5, rel=1e-12)


def test_a_p_value_gives_back_the_difference_that_made_it() -> None:
    # On two degrees of freedom p = 1 - t / sqrt(2 + t^2); of two and two people t is d.
    found = derive_from_p(1.0 - 2.0 / 6.0**0.5, 2, 2)
    assert found.value == pytest.approx(2.0 * np.pi**-0.5, rel=1e-9)
    assert found.variance == pytest.approx(1.0 + found.value**2 / 8.0)
    assert found.value == pytest.approx(standardise(2.0, 2, 2).value, rel=1e-9)


def test_an_interval_gives_back_its_error() -> None:
    assert read_interval(1.0, 1.0 - 1.959964, 1.0 + 1.959964).variance == pytest.approx(1.0)


def test_leaving_one_of_two_out_leaves_the_other() -> None:
    left = leave_one_out(np.array([1.0, 3.0]), np.array([0.25, 1.0]))
    assert [(one.estimate, one.standard_error) for one in left] == [(3.0, 1.0), (1.0, 0.5)]


def test_what_cannot_be_compared_is_not() -> None:
    two = np.array([0.1, 0.2]), np.array([0.1, 0.1])
    assert weigh_small_studies(*two, np.array([0.3, 0.4])) is None
    assert weigh_small_studies(np.zeros(3), np.ones(3), np.ones(3)) is None
    groups, difference = compare_groups(*two, [True, True])
    assert list(groups) == [True]
    assert difference is None


def test_the_method_finds_what_it_should_as_often_as_it_says() -> None:
    chance = np.random.default_rng(1)
    variances = np.array([0.02, 0.05, 0.1, 0.04, 0.08])
    covered = 0
    for _ in range(500):
        effects = 0.3 + chance.normal(0.0, np.sqrt(0.05 + variances))
        pooled = pool_random(fit_random_effects(effects, variances))
        covered += pooled.low <= 0.3 <= pooled.high
    # Two and a half standard errors of 500 tries about 95 %.
    assert 0.926 <= covered / 500 <= 0.974


def test_one_trial_is_told_and_not_pooled() -> None:
    row = next(row for row in ROWS if row.source == "liu-2016" and row.effect)
    document = describe_outcome("cognition", [row])
    assert document["k"] == 1
    assert document["random"] is document["heterogeneity"] is document["prediction"] is None
    assert document["fixed"]["estimate"] == document["trials"][0]["effect"]
    assert document["warnings"][0]["code"] == "one"


def test_two_trials_have_one_degree_of_freedom() -> None:
    document = describe_outcome("cognition")
    assert document["random"]["degrees"] == 1
    assert document["warnings"][0]["code"] == "two"
    assert document["small_studies"] is None


def test_nothing_is_pooled_of_nothing() -> None:
    document = describe_outcome("cognition", [])
    assert (document["k"], document["fixed"]) == (0, None)
    assert document["warnings"] == [{"code": "none"}]


def test_an_unknown_direction_is_reversed_beside() -> None:
    document = describe_outcome("sleep")
    unknown = [one for one in document["trials"] if one["direction"] == "unknown"]
    assert unknown
    assert document["reversed"]["estimate"] < document["random"]["estimate"]


COLUMNS = (
    *("outcome", "source", "measure", "role", "basis", "effect", "low", "high", "p"),
    *("mean_treated", "sd_treated", "mean_control", "sd_control", "scale", "n_treated"),
    *("n_control", "direction", "product", "dose_mg", "weeks", "mgt", "industry", "grade"),
    *("locator", "note"),
)


def write_row(**cells: str) -> str:
    whole = {"outcome": "cognition", "source": "liu-2016", "role": "pooled", "basis": "none"}
    whole |= cells
    return "\t".join(COLUMNS) + "\n" + "\t".join(whole.get(name, "") for name in COLUMNS) + "\n"


def test_what_was_retracted_is_kept_and_left_out() -> None:
    cells = {"basis": "p", "p": "0.01", "n_treated": "9", "n_control": "9"}
    (row,) = read_rows(write_row(source="li-2013", **cells))
    assert load_sources()["li-2013"].retracted
    assert row.role == "retracted"
    document = describe_outcome("cognition", [row])
    assert document["k"] == 0
    assert [one["reason"] for one in document["left_out"]] == ["retracted"]
    assert {"code": "retracted", "count": 1, "k": 0} in document["warnings"]


def test_the_arm_that_did_worse_has_a_negative_effect() -> None:
    cells = {"basis": "p", "p": "0.01", "n_treated": "9", "n_control": "9"}
    (worse,) = read_rows(write_row(direction="worse", **cells))
    (better,) = read_rows(write_row(direction="better", **cells))
    assert worse.effect is not None
    assert better.effect is not None
    assert worse.effect.value == -better.effect.value < 0.0


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"basis": "p", "n_treated": "9", "n_control": "9"}, "lacks p"),
        ({"basis": "published", "effect": "1"}, "lacks n_treated"),
        (
            {"outcome": "crp", "basis": "p", "p": "0.1", "n_treated": "9", "n_control": "9"},
            "no unit",
        ),
        # Without its interval a difference in mg/L would be read as one in standard deviations.
        (
            {"outcome": "crp", "basis": "published", "effect": "-1.3", "n_treated": "9"}
            | {"n_control": "9"},
            "without its interval",
        ),
    ],
)
def test_a_row_without_what_it_needs_is_a_fault(cells: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_rows(write_row(**cells))
