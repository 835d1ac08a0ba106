"""Trials that look before their end: to stop, or to set their size anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY, YEAR
from brainmag.summary import summarise
from brainmag.trials.analysis import (
    find_boundaries,
    find_stops,
    reestimate_arm_size,
)
from brainmag.trials.design import Trial
from brainmag.trials.findings import analyse_part, tell_share
from brainmag.trials.observe import Records
from brainmag.trials.power import find_arm_share

Array = NDArray[np.float64]

WEEK = 7.0 * DAY
MONTH = YEAR / 12.0


def find_weeks(trial: Trial, size: float) -> float:
    """Return how long a trial takes from its first person's first visit to its last one's last.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> find_weeks(load_trial("liu-2016"), 0.0)
    12.0
    """
    recruiting = size / trial.plan.recruits_per_month * MONTH
    return float((recruiting + trial.length) / WEEK)


def find_level(trial: Trial) -> float:
    """Return the level of each contrast of the first primary endpoint, looked at by itself.

    Where primary endpoints and contrasts share a level, each test has an equal part of it: looks
    and Holm's steps would not go together. In a fixed sequence each has all of it, by itself: that
    those before it must have passed is not counted.
    """
    shared = trial.plan.multiplicity in ("bonferroni", "holm", "hochberg")
    tests = len(trial.contrasts) * sum(one.primary for one in trial.assessments)
    return trial.plan.alpha / (tests if shared else 1)


def look_early(trial: Trial, records: Records, place: int) -> dict[str, Any]:
    """Return how trials end that may stop at their looks, by the first primary endpoint.

    Parameters
    ----------
    trial : Trial
        With more than one look; people are seen in the order of their arrival.
    records : Records
    place : int
        Of the contrast.

    Returns
    -------
    dict
        ``endpoint``, ``contrast``, ``boundary``, ``level``, ``critical``: of the statistic at each
        look; ``stops``: share of the trials that end at each; ``power`` with its interval;
        ``expected_n``, those who were let in before the look was known among them, and
        ``expected_weeks``.
    """
    number, analysis = trial.first, trial.assessments[trial.first].analyses[0]
    plan = trial.plan
    size = records.sequence.shape[1]
    order: NDArray[np.int64] = np.arange(size, dtype=np.int64)
    statistic = np.empty((len(records.sequence), len(plan.looks)))
    seen = np.array([int(np.ceil(share * size)) for share in plan.looks], dtype=np.float64)
    for look, count in enumerate(seen):
        early: NDArray[np.bool_] = np.asarray(order < count)
        among = np.broadcast_to(early, records.sequence.shape)
        found = analyse_part(trial, records, number, analysis, place, among=among)
        statistic[:, look] = _normalise(found.estimate, found.p_value)
    level = find_level(trial)
    boundaries = find_boundaries(plan.boundary, plan.looks, level)
    stop, rejected = find_stops(statistic, boundaries)
    # While the last of them are followed to their last visit others go on coming.
    meanwhile = plan.recruits_per_month * trial.length / MONTH
    let_in = np.minimum(seen + meanwhile, size)
    weeks = np.array([find_weeks(trial, float(count)) for count in seen])
    return {
        "contrast": trial.contrasts[place].id,
        "endpoint": trial.assessments[number].endpoint.id,
        "boundary": plan.boundary,
        "looks": list(plan.looks),
        "level": level,
        "critical": boundaries.critical.tolist(),
        "stops": (np.bincount(stop, minlength=len(plan.looks)) / len(stop)).tolist(),
        **tell_share(rejected, "power"),
        "expected_n": float(let_in[stop].mean()),
        "expected_weeks": float(weeks[stop].mean()),
    }


def _normalise(estimate: Array, p_value: Array) -> Array:
    """Return the statistic of a normal test with the same p."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.sign(estimate) * -np.asarray(ndtri(np.maximum(p_value, 1e-300) / 2.0))


def resize(trial: Trial, records: Records, planned: int, place: int) -> dict[str, Any]:
    """Return how trials do whose size is set anew, blinded, from the spread seen on the way.

    Parameters
    ----------
    trial : Trial
    records : Records
        Of as many people as such a trial may have.
    planned : int
        People of the plan.
    place : int
        Of the contrast.

    Returns
    -------
    dict
        ``endpoint``, ``contrast``, ``level``, ``power`` with its interval, ``people`` (median, 5th
        and 95th percentile) and ``expected_weeks``.
    """
    number, analysis = trial.first, trial.assessments[trial.first].analyses[0]
    plan = trial.plan
    share = find_arm_share(trial, trial.contrasts[place])
    most = records.sequence.shape[1]
    early = int(np.ceil((plan.reestimate_at or 0.0) * planned))
    outcome = records.outcome[:, :early, number]
    scatter = _take_out_baseline(outcome[..., -1], outcome[..., 0])
    if analysis == "means":
        scatter = outcome[..., -1] - outcome[..., 0]
    level = find_level(trial)
    arm = reestimate_arm_size(
        scatter,
        plan.reestimate_for or 0.0,
        plan.reestimate_power,
        int(np.ceil(share * planned)),
        max(int(share * most), int(np.ceil(share * planned))),
        level,
    )
    size = np.clip(np.ceil(arm / share), planned, most)
    order: NDArray[np.int64] = np.arange(most, dtype=np.int64)
    among = np.less(order[None, :], size[:, None])
    found = analyse_part(trial, records, number, analysis, place, among=among)
    return {
        "contrast": trial.contrasts[place].id,
        "endpoint": trial.assessments[number].endpoint.id,
        "level": level,
        **tell_share(np.asarray(found.p_value < level), "power"),
        "people": {name: float(np.ceil(value)) for name, value in summarise(size).items()},
        "expected_weeks": float(np.mean([find_weeks(trial, one) for one in size])),
    }


def _take_out_baseline(last: Array, first: Array) -> Array:
    """Return what a line through the first visit leaves of the last, all arms together."""
    seen = np.isfinite(last)
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)

    def centre(values: Array) -> Array:
        mean = np.where(seen, values, 0.0).sum(axis=1, keepdims=True) / count
        return np.where(seen, values - mean, 0.0)

    x, y = centre(first), centre(last)
    slope = (x * y).sum(axis=1, keepdims=True) / np.maximum(
        (x * x).sum(axis=1, keepdims=True), 1e-300
    )
    return np.where(seen, y - slope * x, np.nan)


def count_flow(trial: Trial, records: Records) -> dict[str, Any]:
    """Return the mean number of people at each step of a trial, by sequence of arms.

    Returns
    -------
    dict
        ``screened``, ``randomised``, and for each sequence ``randomised``, ``completed``,
        ``rescued``, ``followed`` (took enough, stayed, was not rescued).
    """
    rows: list[Mapping[str, Any]] = []
    for number, arms in enumerate(trial.sequences):
        inside = records.sequence == number
        rows.append(
            {
                "sequence": [trial.arms[arm].id for arm in arms],
                "randomised": _count(inside),
                "completed": _count(inside & records.is_complete),
                "rescued": _count(inside & records.is_rescued),
                "followed": _count(inside & records.has_followed),
            }
        )
    return {
        "screened": float(records.screened.mean()),
        "randomised": float(records.sequence.shape[1]),
        "sequences": rows,
    }


def _count(members: NDArray[np.bool_]) -> float:
    return float(members.sum(axis=1).mean())
