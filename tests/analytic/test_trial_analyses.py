"""Oracle: closed forms of analyses of trials, where all are seen and arms are even."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, multivariate_normal, t, ttest_ind

from brainmag.trials.analysis import (
    Boundaries,
    bound_share,
    build_repeated_design,
    cross_boundaries,
    find_arm_size,
    find_boundaries,
    find_power,
    find_stops,
    fit_ancova,
    fit_crossover,
    fit_repeated,
    fit_responders,
    reestimate_arm_size,
    reject_endpoints,
)

PEOPLE, VISITS, REPLICATES = 24, 3, 7
ARM = np.arange(PEOPLE) % 2


def draw(*shape: int, seed: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(shape)


def test_ancova_without_covariates_is_a_t_test() -> None:
    outcome = draw(REPLICATES, PEOPLE) + 100.0
    outcome[2, :5] = np.nan
    found = fit_ancova(outcome, np.empty((PEOPLE, 0)), ARM)
    for number, values in enumerate(outcome):
        told = ttest_ind(values[ARM == 1], values[ARM == 0], nan_policy="omit")
        assert found.t[number, 0] == pytest.approx(told.statistic)
        assert found.degrees[number, 0] == told.df
        assert found.p_value[number, 0] == pytest.approx(told.pvalue)


def test_repeated_measures_of_which_all_are_seen_are_ancova_at_the_visit() -> None:
    """With every effect by visit, neither the other visits nor their covariance say anything."""
    baseline = draw(REPLICATES, PEOPLE) + 50.0
    outcome = draw(REPLICATES, PEOPLE, VISITS, seed=2).cumsum(axis=2) + baseline[..., None]
    for at in range(VISITS):
        fixed, contrasts = build_repeated_design(ARM, baseline, VISITS, at=at)
        found = fit_repeated(outcome, fixed, contrasts)
        plain = fit_ancova(outcome[:, :, at], baseline[..., None], ARM)
        assert found.converged.all()
        for name in ("estimate", "standard_error", "degrees", "p_value"):
            assert getattr(found, name) == pytest.approx(getattr(plain, name)), name


def test_repeated_measures_do_not_hang_on_scale_and_place() -> None:
    baseline = draw(PEOPLE)
    outcome = draw(REPLICATES, PEOPLE, VISITS, seed=2)
    outcome[:, ::5, -1] = np.nan
    outcome[3, 1, 0] = np.nan
    one, other = (
        fit_repeated(outcome * scale + place, *build_repeated_design(ARM, baseline, VISITS))
        for scale, place in ((1.0, 0.0), (1e-4, 10.0))
    )
    assert other.estimate == pytest.approx(one.estimate * 1e-4, rel=1e-6)
    assert other.degrees == pytest.approx(one.degrees, rel=1e-6)


def test_each_trial_is_fitted_as_if_alone() -> None:
    baseline = draw(PEOPLE)
    outcome = draw(REPLICATES, PEOPLE, VISITS, seed=2)
    outcome[draw(*outcome.shape, seed=3) > 1.2] = np.nan
    fixed, contrasts = build_repeated_design(ARM, baseline, VISITS)
    together = fit_repeated(outcome, fixed, contrasts)
    for number in range(REPLICATES):
        alone = fit_repeated(outcome[number : number + 1], fixed, contrasts)
        assert together.p_value[number] == pytest.approx(alone.p_value[0], rel=1e-8)


def test_two_periods_are_a_t_test_of_the_differences() -> None:
    treatment = np.stack([ARM, 1 - ARM], axis=1)
    outcome = draw(REPLICATES, PEOPLE, 2) + 3.0 * draw(REPLICATES, PEOPLE, 1, seed=2)
    found = fit_crossover(outcome, treatment, ARM)
    half = 0.5 * (outcome[:, :, 1] - outcome[:, :, 0])
    told = ttest_ind(half[:, ARM == 0], half[:, ARM == 1], axis=1)
    assert found.t[:, 0] == pytest.approx(told.statistic)
    assert found.degrees == pytest.approx(np.full((REPLICATES, 1), PEOPLE - 2.0))
    assert found.p_value[:, 0] == pytest.approx(told.pvalue)


def spoil(kind: str, outcome: NDArray[np.float64]) -> None:
    if kind == "a visit of one arm":
        outcome[1, ARM == 1, -1] = np.nan
    elif kind == "everybody":
        outcome[1] = np.nan
    elif kind == "two visits never together":
        outcome[1, ::2, 0] = np.nan
        outcome[1, 1::2, 1] = np.nan
    elif kind == "no scatter":
        outcome[1] = 1.0
    else:
        outcome[1, :, 1] = outcome[1, :, 0]


@pytest.mark.parametrize(
    "kind",
    ["a visit of one arm", "everybody", "two visits never together", "no scatter", "one twice"],
)
def test_a_trial_without_an_answer_says_so_and_leaves_the_others_alone(kind: str) -> None:
    outcome = draw(3, PEOPLE, VISITS)
    fixed, contrasts = build_repeated_design(ARM, draw(PEOPLE, seed=3), VISITS)
    whole = fit_repeated(outcome, fixed, contrasts)
    spoil(kind, outcome)
    found = fit_repeated(outcome, fixed, contrasts)
    assert found.converged.tolist() == [True, False, True]
    assert np.isnan(found.p_value[1]).all()
    assert found.p_value[[0, 2]] == pytest.approx(whole.p_value[[0, 2]])


def test_ancova_without_an_answer_says_so() -> None:
    outcome = draw(4, PEOPLE)
    outcome[1, ARM == 1] = np.nan
    outcome[2] = 0.3  # no scatter
    outcome[3, 2:] = np.nan  # one person in each arm
    found = fit_ancova(outcome, np.empty((PEOPLE, 0)), ARM)
    assert found.converged.tolist() == [True, False, False, False]
    assert np.isnan(found.p_value[1:]).all()


def test_responders_without_covariates_are_a_fourfold_table() -> None:
    outcome = draw(REPLICATES, PEOPLE)
    outcome[0, :3] = np.nan
    found = fit_responders(outcome, 0.1, np.empty((PEOPLE, 0)), ARM)
    yes = np.stack([(outcome[:, one == ARM] >= 0.1).sum(axis=1) for one in (0, 1)], axis=1)
    no = PEOPLE // 2 - yes
    assert found.share == pytest.approx(yes / (PEOPLE // 2))
    odds = np.log(yes[:, 1] * no[:, 0] / (yes[:, 0] * no[:, 1]))
    assert found.estimate[:, 0] == pytest.approx(odds)
    error = np.sqrt((1.0 / yes + 1.0 / no).sum(axis=1))
    assert found.standard_error[:, 0] == pytest.approx(error)


def test_separated_responders_have_a_penalised_answer() -> None:
    """Without covariates Firth's penalty adds half a person to each cell."""
    response = np.array([np.zeros(PEOPLE), ARM, np.ones(PEOPLE)])
    found = fit_responders(response, 0.5, np.empty((PEOPLE, 0)), ARM)
    half = PEOPLE // 2
    assert found.separated.all()
    assert found.converged.all()
    expected = [0.0, 2.0 * np.log((half + 0.5) / 0.5), 0.0]
    assert found.estimate[:, 0] == pytest.approx(expected, abs=1e-6)
    assert found.p_value[[0, 2], 0] == pytest.approx([1.0, 1.0], abs=1e-6)
    assert found.p_value[1, 0] < 1e-4


def test_responders_whose_covariates_say_the_same_twice_have_no_answer() -> None:
    found = fit_responders(draw(1, PEOPLE), 0.0, ARM[:, None].astype(np.float64), ARM)
    assert not found.converged.any()
    assert np.isnan(found.p_value).all()


@pytest.mark.parametrize("method", ["obrien-fleming", "pocock"])
@pytest.mark.parametrize("first", [0.1, 0.5, 0.95])
def test_two_looks_are_a_rectangle_under_a_bivariate_normal(method: str, first: float) -> None:
    found = find_boundaries(method, [first, 1.0], 0.03)
    root = np.sqrt(first)
    normal = multivariate_normal(cov=[[1.0, root], [root, 1.0]])
    inside = float(normal.cdf(found.critical, lower_limit=-found.critical))
    assert 1.0 - inside == pytest.approx(0.03, abs=1e-7)
    drift = 2.5
    moved = np.array([root, 1.0]) * drift
    inside = float(normal.cdf(found.critical - moved, lower_limit=-found.critical - moved))
    assert cross_boundaries(found, drift).power == pytest.approx(1.0 - inside, abs=1e-7)


def test_crossings_mirror_each_other_and_tell_when_a_trial_ends() -> None:
    found = find_boundaries("obrien-fleming", [0.3, 0.6, 1.0])
    there, back = cross_boundaries(found, 2.0), cross_boundaries(found, -2.0)
    assert there.above == pytest.approx(back.below)
    assert there.stage == pytest.approx(back.stage)
    early = there.above + there.below
    assert there.stage == pytest.approx(early[0] + 2 * early[1] + 3 * (1 - early[0] - early[1]))


def test_a_statistic_that_is_missing_lets_the_trial_go_on() -> None:
    look, rejected = find_stops(
        np.array([[np.nan, 3.0], [3.0, np.nan], [1.0, np.nan]]),
        Boundaries(np.array([0.5, 1.0]), np.full(2, 2.0)),
    )
    assert look.tolist() == [1, 0, 1]
    assert rejected.tolist() == [True, True, False]


def test_holm_is_the_closed_test_of_bonferroni() -> None:
    p_value = np.random.default_rng(4).uniform(0.0, 0.1, (200, 3))
    found = reject_endpoints(p_value, "holm")
    families = [f for size in (1, 2, 3) for f in itertools.combinations(range(3), size)]
    for endpoint in range(3):
        closed = np.all(
            [(p_value[:, f] <= 0.05 / len(f)).any(axis=1) for f in families if endpoint in f],
            axis=0,
        )
        assert np.array_equal(found[:, endpoint], closed)


def test_endpoints_without_an_answer_are_not_claimed() -> None:
    p_value = np.array([[np.nan, 0.0001, 0.0001]])
    for method in ("bonferroni", "holm", "hochberg"):
        assert reject_endpoints(p_value, method).tolist() == [[False, True, True]]
    assert not reject_endpoints(p_value, "fixed-sequence").any()


def test_power_without_an_effect_is_the_level() -> None:
    assert find_power([2, 20, 10**6], 0.0) == pytest.approx([0.05] * 3)
    assert find_power(50, -0.4) == pytest.approx(find_power(50, 0.4))


def test_an_arm_is_the_smallest_that_suffices() -> None:
    effects = np.geomspace(0.01, 50.0, 40)
    size = find_arm_size(effects, 0.9)
    assert (find_power(size, effects) >= 0.9).all()
    assert (find_power(np.maximum(size - 1, 2), effects) < 0.9)[size > 2].all()


def test_a_blinded_look_takes_the_scatter_of_all() -> None:
    outcome = draw(1, 40) * 3.0
    outcome[0, :4] = np.nan
    deviation = np.nanstd(outcome, ddof=1)
    found = reestimate_arm_size(outcome, 1.5, 0.8, planned=10, most=1000)
    assert found.tolist() == find_arm_size([1.5 / deviation], 0.8).tolist()
    nobody = np.full((1, 40), np.nan)
    assert reestimate_arm_size(nobody, 1.5, 0.8, planned=10, most=1000).tolist() == [10]


@pytest.mark.parametrize("successes", [0, 1, 27, 499, 500])
def test_an_interval_of_a_share_leaves_half_of_the_rest_on_either_side(successes: int) -> None:
    low, high = bound_share(successes, 500, 0.99)
    if successes:
        assert binom.sf(successes - 1, 500, low) == pytest.approx(0.005)
    if successes < 500:
        assert binom.cdf(successes, 500, high) == pytest.approx(0.005)
    assert low <= successes / 500 <= high


def test_t_is_that_of_student() -> None:
    found = fit_ancova(draw(1, PEOPLE), np.empty((PEOPLE, 0)), ARM)
    expected = 2.0 * t(found.degrees).sf(np.abs(found.t))
    assert found.p_value == pytest.approx(expected)
