"""Oracle: statsmodels, of what it can do of the analyses of trials, and a plain optimiser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import chi2

from brainmag.trials.analysis import find_arm_size, find_power, fit_responders, reject_endpoints
from problems.trials import CASES

stats: Any = pytest.importorskip("statsmodels.stats.api")


@pytest.mark.parametrize("people", [3, 12, 90])
@pytest.mark.parametrize("effect", [0.05, 0.4, 0.9])
def test_power_is_that_of_statsmodels(people: int, effect: float) -> None:
    expected = stats.TTestIndPower().power(effect, people, 0.05)
    assert find_power(people, effect) == pytest.approx(expected, abs=1e-9)


def test_arms_are_those_of_statsmodels() -> None:
    for effect in (0.1, 0.35, 0.9):
        exact = stats.TTestIndPower().solve_power(effect, alpha=0.05, power=0.85)
        assert find_arm_size(effect, 0.85) == int(np.ceil(exact))


@pytest.mark.parametrize(
    ("method", "theirs"),
    [("bonferroni", "bonferroni"), ("holm", "holm"), ("hochberg", "simes-hochberg")],
)
def test_claims_are_those_of_statsmodels(method: str, theirs: str) -> None:
    p_value = np.random.default_rng(3).uniform(0.0, 0.08, (40, 4))
    expected = [stats.multipletests(row, 0.05, method=theirs)[0] for row in p_value]
    assert np.array_equal(reject_endpoints(p_value, method), expected)


def test_the_penalised_ratio_is_that_of_a_plain_optimiser() -> None:
    trial = CASES["separated"]
    arm = trial.columns["arm"].astype(np.int64)
    baseline = trial.columns["baseline"][:, None]
    found = fit_responders(trial.outcome.T, 0.5, baseline, arm)
    design = np.column_stack([np.ones(len(arm)), arm, baseline])

    def lose(free: NDArray[np.float64], *, restricted: bool) -> float:
        coefficients = np.insert(free, 1, 0.0) if restricted else free
        odds = design @ coefficients
        chance = 1.0 / (1.0 + np.exp(-odds))
        information = (design.T * chance * (1.0 - chance)) @ design
        plain = trial.outcome[:, 0] @ odds - np.logaddexp(0.0, odds).sum()
        return -float(plain + 0.5 * np.linalg.slogdet(information)[1])

    whole, restricted = (
        minimize(
            lambda free, less=less: lose(free, restricted=less), np.zeros(3 - less), tol=1e-12
        ).fun
        for less in (False, True)
    )
    expected = chi2(1).sf(2.0 * (restricted - whole))
    assert found.p_value[0, 0] == pytest.approx(expected, rel=1e-4)
