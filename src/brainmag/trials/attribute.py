"""What a measured change is made of: the product, other ingredients, practice and expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.design import Contrast, Trial
from brainmag.trials.power import HIGH, LOW, MIDDLE
from brainmag.trials.respond import Responses, list_visit_times
from brainmag.trials.sequential import WEEK

Array = NDArray[np.float64]


def find_effects(trial: Trial, responses: Responses) -> Array:
    """Return the effect in each world, without error and with all doses taken.

    Returns
    -------
    ndarray, shape (groups, endpoints, contrasts)
        At the last visit, in the unit of each endpoint, other ingredients in it.
    """
    level = _find_levels(trial, responses)
    columns = [_contrast(trial, level, contrast) for contrast in trial.contrasts]
    return np.stack(columns, axis=2)


def _find_levels(trial: Trial, responses: Responses) -> Array:
    """Return the mean of each arm at the last visit, shape (groups, arms, endpoints)."""
    last = len(trial.plan.visits)
    change = responses.truth[:, :, :, -1] - responses.usual[:, :, None, :, None]
    mean = change.mean(axis=1)
    added = responses.ingredients[:-1].sum(axis=2)
    # In a crossover the first period of each sequence tells its first arm.
    return mean[..., last] + added[..., last]


def _contrast(trial: Trial, level: Array, contrast: Contrast) -> Array:
    names = [arm.id for arm in trial.arms]
    sizes = np.array([arm.n for arm in trial.arms], dtype=np.float64)

    def pool(side: tuple[str, ...]) -> Array:
        rows = [names.index(name) for name in side]
        weights = sizes[rows] / sizes[rows].sum()
        return np.einsum("gae,a->ge", level[:, rows], weights)

    return pool(contrast.plus) - pool(contrast.minus) if contrast.minus else pool(contrast.plus)


def choose_typical(trial: Trial, responses: Responses) -> int:
    """Return the world whose effect on the first primary endpoint is in the middle of all."""
    effects = find_effects(trial, responses)
    number = next(k for k, one in enumerate(trial.assessments) if one.primary)
    order = np.argsort(effects[:, number, 0], kind="stable")
    return int(order[len(order) // 2])


def describe_parts(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return what the change of each arm since the first visit is made of, by endpoint.

    Returns
    -------
    list of dict
        ``arm``, ``endpoint``, ``part`` (``products``, an ingredient, ``practice``, ``expectation``
        or ``all``), and median, low and high over the worlds, at the last visit of the first
        period.
    """
    last = len(trial.plan.visits)
    change = responses.truth[:, :, :, -1] - responses.usual[:, :, None, :, None]
    products = change.mean(axis=1)[..., last]
    rows: list[dict[str, Any]] = []
    for row, sequence in enumerate(trial.sequences):
        arm = trial.arms[sequence[0]].id
        for k, one in enumerate(trial.assessments):
            parts = {"products": products[:, row, k]}
            for number, ingredient in enumerate(trial.ingredients):
                if ingredient.arm == arm:
                    parts[ingredient.id] = responses.ingredients[:-1, row, number, k, last]
            parts["practice"] = responses.practice[:-1, k, last]
            parts["expectation"] = responses.expectation[:-1, k, last]
            parts["all"] = np.sum(list(parts.values()), axis=0)
            rows += [
                {"arm": arm, "endpoint": one.endpoint.id, "part": part, **_tell(values)}
                for part, values in parts.items()
                if part in ("products", "all") or np.any(values)
            ]
    return rows


def describe_courses(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return what each arm's mean would be at every visit, without error, over the worlds."""
    times = list_visit_times(trial)
    level = responses.truth[:, :, :, -1].mean(axis=1) + responses.ingredients[:-1].sum(axis=2)
    level = level + (responses.practice + responses.expectation)[:-1, None]
    return [
        {
            "arms": [trial.arms[arm].id for arm in sequence],
            "endpoint": one.endpoint.id,
            "week": float(time / WEEK),
            **_tell(level[:, row, k, place]),
        }
        for k, one in enumerate(trial.assessments)
        for row, sequence in enumerate(trial.sequences)
        for place, time in enumerate(times)
    ]


def _tell(values: Array) -> dict[str, float]:
    low, middle, high = np.quantile(values, (LOW, MIDDLE, HIGH))
    return {"median": float(middle), "low": float(low), "high": float(high)}
