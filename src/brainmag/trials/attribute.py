"""What a measured change is made of: the product, other ingredients, practice and expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.summary import summarise
from brainmag.trials.design import Contrast, Trial
from brainmag.trials.observe import take_share
from brainmag.trials.respond import Responses, list_visit_times
from brainmag.trials.sequential import WEEK

Array = NDArray[np.float64]


def find_effects(trial: Trial, responses: Responses) -> Array:
    """Return the effect in each world, without error and with the mean share of the doses taken.

    Returns
    -------
    ndarray, shape (groups, endpoints, contrasts)
        At the last visit, in the unit of each endpoint, other ingredients in it; without a
        control practice and expectation too.
    """
    last = len(trial.plan.visits)
    rows = list(trial.first_rows)
    usual = responses.usual[:, :, None, :]
    taken = responses.truth[:, :, rows][..., last]
    level = take_share(usual, taken, trial.plan.adherence).mean(axis=1)
    level = level + trial.plan.adherence * responses.ingredients[:, rows][..., last].sum(axis=2)
    alone = responses.usual.mean(axis=1)
    alone = alone - (responses.practice + responses.expectation)[..., last]
    columns = [_contrast(trial, level, alone, contrast) for contrast in trial.contrasts]
    return np.stack(columns, axis=2)


def _contrast(trial: Trial, level: Array, alone: Array, contrast: Contrast) -> Array:
    """Return the difference of two pools of arms, or of one from what it would be without it."""
    names = [arm.id for arm in trial.arms]
    sizes = np.array([arm.n for arm in trial.arms], dtype=np.float64)

    def pool(side: tuple[str, ...]) -> Array:
        rows = [names.index(name) for name in side]
        weights = sizes[rows] / sizes[rows].sum()
        return np.einsum("gae,a->ge", level[:, rows], weights)

    return pool(contrast.plus) - (pool(contrast.minus) if contrast.minus else alone)


def choose_typical(effects: Array) -> NDArray[np.int64]:
    """Return the world in which each endpoint's and contrast's effect is in the middle of all.

    Parameters
    ----------
    effects : ndarray, shape (worlds, endpoints, contrasts)
        As `find_effects` has them.

    Returns
    -------
    ndarray of int, shape (endpoints, contrasts)

    Examples
    --------
    >>> choose_typical(np.array([0.1, 0.5, 0.3])[:, None, None]).tolist()
    [[2]]
    """
    order: NDArray[np.int64] = np.argsort(effects, axis=0, kind="stable")
    return order[len(effects) // 2]


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
    share = trial.plan.adherence
    usual = responses.usual[:, :, None, :]
    products = (take_share(usual, responses.truth[..., last], share) - usual).mean(axis=1)
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(trial.first_rows):
        arm = trial.arms[number].id
        for k, one in enumerate(trial.assessments):
            parts = {"products": products[:, row, k]}
            for place, ingredient in enumerate(trial.ingredients):
                if ingredient.arm == arm:
                    parts[ingredient.id] = share * responses.ingredients[:, row, place, k, last]
            parts["practice"] = responses.practice[:, k, last]
            parts["expectation"] = responses.expectation[:, k, last]
            parts["all"] = np.sum(list(parts.values()), axis=0)
            rows += [
                {"arm": arm, "endpoint": one.endpoint.id, "part": part, **summarise(values)}
                for part, values in parts.items()
                if part in ("products", "all") or np.any(values)
            ]
    return rows


def describe_courses(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return what each arm's mean would be at every visit, without error, over the worlds."""
    times = list_visit_times(trial)
    share = trial.plan.adherence
    taken = np.moveaxis(responses.truth, 3, -2)
    level = take_share(responses.usual[:, :, None, :, None], taken, share).mean(axis=1)
    level = level + share * responses.ingredients.sum(axis=2)
    level = level + (responses.practice + responses.expectation)[:, None]
    return [
        {
            "arms": [trial.arms[arm].id for arm in sequence],
            "endpoint": one.endpoint.id,
            "week": float(time / WEEK),
            **summarise(level[:, row, k, place]),
        }
        for k, one in enumerate(trial.assessments)
        for row, sequence in enumerate(trial.sequences)
        for place, time in enumerate(times)
    ]
