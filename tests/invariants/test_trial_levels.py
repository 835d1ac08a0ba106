"""Oracle: an analysis of trials without an effect rejects as often as its level says.

And, with an effect, as often as the closed form of its power says. A sample in every run, with
bounds that one in a hundred right analyses would miss; the whole is a long programme.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import nct, t

from brainmag.trials.analysis import (
    bound_share,
    build_repeated_design,
    cross_boundaries,
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

SAMPLE, WHOLE = 500, 5000
SURE = 0.99
LEVEL = 0.05

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]


def alternate(people: int) -> NDArray[np.int64]:
    return np.arange(people) % 2


def try_ancova(trials: int, chance: np.random.Generator, effect: float = 0.0) -> Truth:
    arm = alternate(60)
    baseline = chance.standard_normal((trials, 60))
    outcome = 0.6 * baseline + effect * arm + chance.standard_normal((trials, 60))
    outcome[chance.random(outcome.shape) < 0.1] = np.nan
    return fit_ancova(outcome, baseline[..., None], arm).p_value[:, 0] <= LEVEL


def try_responders(trials: int, chance: np.random.Generator) -> Truth:
    baseline = chance.standard_normal((trials, 200))
    outcome = 0.6 * baseline + chance.standard_normal((trials, 200))
    found = fit_responders(outcome, 0.3, baseline[..., None], alternate(200))
    return found.p_value[:, 0] <= LEVEL


def make_visits(trials: int, people: int, chance: np.random.Generator) -> tuple[Array, Array]:
    """Baseline and three visits that stay near each other."""
    person = chance.standard_normal((trials, people, 1))
    visits = np.concatenate([person] * 4, axis=2)
    visits = 50.0 + visits + 0.7 * chance.standard_normal(visits.shape)
    return visits[:, :, 0], visits[:, :, 1:]


def try_repeated(trials: int, chance: np.random.Generator) -> Truth:
    """Whoever does badly is likelier to leave: missing at random, and not completely so."""
    baseline, outcome = make_visits(trials, 30, chance)
    gone = np.zeros(baseline.shape, dtype=np.bool_)
    for visit in (1, 2):
        chances = 0.25 / (1.0 + np.exp(3.0 * (outcome[:, :, visit - 1] - 50.0)))
        gone |= chance.random(gone.shape) < np.where(gone, 0.0, chances)
        outcome[gone, visit] = np.nan
    found = fit_repeated(outcome, *build_repeated_design(alternate(30), baseline, 3))
    assert found.converged.all()
    return found.p_value[:, 0] <= LEVEL


def try_crossover(trials: int, chance: np.random.Generator) -> Truth:
    sequence = alternate(16)
    treatment = np.stack([sequence, 1 - sequence], axis=1)
    outcome = chance.standard_normal((trials, 16, 1)) + chance.standard_normal((trials, 16, 2))
    outcome[chance.random(outcome.shape) < 0.1] = np.nan
    found = fit_crossover(outcome, treatment, sequence)
    assert found.converged.all()
    return found.p_value[:, 0] <= LEVEL


def look_often(trials: int, chance: np.random.Generator, method: str, effect: float) -> Truth:
    """Three looks, at a half, three quarters and all of 400 people."""
    people = np.array([200, 300, 400])
    arm = alternate(400)
    outcome = effect * arm + chance.standard_normal((trials, 400))
    none = np.empty((400, 0))
    looks = [fit_ancova(outcome[:, :n], none[:n], arm[:n]) for n in people]
    statistic = np.stack(
        [-np.sign(one.t[:, 0]) * ndtri(one.p_value[:, 0] / 2.0) for one in looks], axis=1
    )
    return find_stops(statistic, find_boundaries(method, people / 400))[1]


def try_obrien_fleming(trials: int, chance: np.random.Generator) -> Truth:
    return look_often(trials, chance, "obrien-fleming", 0.0)


def try_pocock(trials: int, chance: np.random.Generator) -> Truth:
    return look_often(trials, chance, "pocock", 0.0)


def try_holm(trials: int, chance: np.random.Generator) -> Truth:
    """Three endpoints that share something."""
    outcome = chance.standard_normal((trials, 40, 1)) + 3.0 * chance.standard_normal(
        (trials, 40, 3)
    )
    arm = alternate(40)
    none = np.empty((40, 0))
    p_value = [fit_ancova(outcome[..., k], none, arm).p_value[:, 0] for k in range(3)]
    return reject_endpoints(np.stack(p_value, axis=1), "holm").any(axis=1)


def try_reestimated(trials: int, chance: np.random.Generator) -> Truth:
    """Arms of 20 to 60, as the scatter of the first 40 people asks."""
    outcome = chance.standard_normal((trials, 120))
    size = reestimate_arm_size(outcome[:, :40], 0.8, 0.8, planned=20, most=60)
    outcome[np.arange(120) >= 2 * size[:, None]] = np.nan
    return fit_ancova(outcome, np.empty((120, 0)), alternate(120)).p_value[:, 0] <= LEVEL


NULL: dict[str, Callable[[int, np.random.Generator], Truth]] = {
    "ANCOVA": try_ancova,
    "responders": try_responders,
    "MMRM with dropout": try_repeated,
    "crossover": try_crossover,
    "O'Brien-Fleming": try_obrien_fleming,
    "Pocock": try_pocock,
    "Holm, family-wise": try_holm,
    "re-estimated size": try_reestimated,
}


def find_ancova_power(trials: int, chance: np.random.Generator) -> tuple[Truth, float]:
    arm = alternate(60)
    outcome = 0.7 * arm + chance.standard_normal((trials, 60))
    found = fit_ancova(outcome, np.empty((60, 0)), arm)
    return found.p_value[:, 0] <= LEVEL, float(find_power(30, 0.7))


def find_repeated_power(trials: int, chance: np.random.Generator) -> tuple[Truth, float]:
    """All seen and no baseline in the model: a t test at the last visit."""
    _, outcome = make_visits(trials, 30, chance)
    outcome += np.array([0.0, 0.5, 1.2]) * alternate(30)[:, None]
    fixed, contrasts = build_repeated_design(alternate(30), np.zeros(30), 3)
    kept = np.flatnonzero(fixed.any(axis=(0, 1)))
    found = fit_repeated(outcome, fixed[..., kept], contrasts[:, kept])
    return found.p_value[:, 0] <= LEVEL, float(find_power(15, 1.2 / np.sqrt(1.49)))


def find_crossover_power(trials: int, chance: np.random.Generator) -> tuple[Truth, float]:
    """A t test of half the differences, of 8 against 8."""
    sequence = alternate(16)
    treatment = np.stack([sequence, 1 - sequence], axis=1)
    outcome = 0.8 * treatment + chance.standard_normal((trials, 16, 2))
    outcome += 2.0 * chance.standard_normal((trials, 16, 1))
    found = fit_crossover(outcome, treatment, sequence)
    away, limit = 0.8 / np.sqrt(2.0 / 16), t(14).ppf(1.0 - LEVEL / 2.0)
    expected = nct(14, away).sf(limit) + nct(14, away).cdf(-limit)
    return found.p_value[:, 0] <= LEVEL, float(expected)


def find_obrien_fleming_power(trials: int, chance: np.random.Generator) -> tuple[Truth, float]:
    found = look_often(trials, chance, "obrien-fleming", 0.28)
    return found, cross_boundaries(find_boundaries("obrien-fleming", [0.5, 0.75, 1.0]), 2.8).power


def find_pocock_power(trials: int, chance: np.random.Generator) -> tuple[Truth, float]:
    found = look_often(trials, chance, "pocock", 0.28)
    return found, cross_boundaries(find_boundaries("pocock", [0.5, 0.75, 1.0]), 2.8).power


POWER: dict[str, Callable[[int, np.random.Generator], tuple[Truth, float]]] = {
    "ANCOVA": find_ancova_power,
    "MMRM": find_repeated_power,
    "crossover": find_crossover_power,
    "O'Brien-Fleming": find_obrien_fleming_power,
    "Pocock": find_pocock_power,
}


def judge(name: str, rejected: Truth, expected: float, record: pytest.RecordProperty) -> None:
    low, high = bound_share(int(rejected.sum()), rejected.size, SURE)
    share = f"{100.0 * rejected.mean():.2f} %, {100.0 * low:.2f} to {100.0 * high:.2f}"
    record("figure", (f"{name}, {rejected.size} trials", f"{100.0 * expected:.2f} %", share))
    assert low <= expected <= high


@pytest.mark.parametrize("name", NULL)
def test_the_level_is_kept_in_a_sample(name: str, record_property: pytest.RecordProperty) -> None:
    judge(name, NULL[name](SAMPLE, np.random.default_rng(1)), LEVEL, record_property)


@pytest.mark.parametrize("name", POWER)
def test_power_is_the_closed_form_in_a_sample(
    name: str, record_property: pytest.RecordProperty
) -> None:
    judge(name, *POWER[name](SAMPLE, np.random.default_rng(2)), record_property)


@pytest.mark.accept
@pytest.mark.parametrize("name", NULL)
def test_the_level_is_kept(name: str, record_property: pytest.RecordProperty) -> None:
    rejected = NULL[name](WHOLE, np.random.default_rng(3))
    judge(f"type I error: {name}", rejected, LEVEL, record_property)


@pytest.mark.accept
@pytest.mark.parametrize("name", POWER)
def test_power_is_the_closed_form(name: str, record_property: pytest.RecordProperty) -> None:
    judge(f"power: {name}", *POWER[name](WHOLE, np.random.default_rng(4)), record_property)
