"""Walkers that go from the priors to a posterior, checked by the model itself.

A move walks some steps under a stand-in of the likelihood, which costs nothing, and is then
accepted or rejected by the likelihood itself (J. S. Liu: surrogate transition). For a stand-in that
knows nothing of the walkers, where it ends up is as likely as if every step had been checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform
from brainmag.inference.likelihood import share_out
from brainmag.inference.pool import comb

Array = NDArray[np.float64]
LogDensity = Callable[[Array], Array]

# A step of temperature leaves this share of the walkers effective.
KEPT = 0.5
# Steps under the stand-in for one move.
STEPS = 24
# Of a random walk's steps; 2.38 over the root of the dimension is best for a normal.
REACH = 2.38


@dataclass(frozen=True)
class Steps:
    """Where walkers came to under a stand-in.

    Attributes
    ----------
    scores : ndarray, shape (walkers, parameters)
    gained : ndarray, shape (walkers,)
        By how much the stand-in's logarithm rose on the way.
    """

    scores: Array
    gained: Array


def walk(scores: Array, stand_in: LogDensity, *, seed: int, name: str, steps: int = STEPS) -> Steps:
    """Return where walkers come to in some steps of a random walk under a stand-in.

    Parameters
    ----------
    scores : ndarray, shape (walkers, parameters)
        A priori independent and standard normal.
    stand_in : callable
        Returns the logarithm of a density over the priors' for each walker.
    seed : int
    name : str
        Random numbers follow from seed and name alone.
    steps : int
    """
    count, size = scores.shape
    spread = np.atleast_2d(np.cov(scores.T)) + 1e-6 * np.eye(size)
    jump = REACH / np.sqrt(size) * np.linalg.cholesky(spread)
    start = level = stand_in(scores)
    here = scores
    for step in range(steps):
        there = here + draw_normal(seed, f"{name}.{step}", count, size) @ jump.T
        found = stand_in(there)
        gain = found - level + 0.5 * ((here * here).sum(axis=1) - (there * there).sum(axis=1))
        taken = _accept(gain, seed, f"{name}.{step}.lot")
        here = np.where(taken[:, None], there, here)
        level = np.where(taken, found, level)
    return Steps(here, level - start)


def check_move(
    gained: Array, before: Array, after: Array, *, seed: int, name: str
) -> NDArray[np.bool_]:
    """Return which walkers may stay where they came to.

    Parameters
    ----------
    gained : ndarray, shape (walkers,)
        By how much the stand-in rose on the way.
    before, after : ndarray, shape (walkers,)
        Logarithm of the true density over the priors', at the start and at the end.
    seed : int
    name : str
    """
    return _accept(after - before - gained, seed, f"{name}.check")


def find_heat(log_likelihood: Array, heat: float) -> float:
    """Return the next power of the likelihood: 1, or what keeps enough walkers effective.

    Examples
    --------
    >>> find_heat(np.array([0.0, -1.0]), 0.0), find_heat(np.array([0.0] + 9 * [-99.0]), 0.0) < 0.1
    (1.0, True)
    """
    most = 1.0 - heat
    finite = np.where(np.isfinite(log_likelihood), log_likelihood, -1e300)

    def keeps(step: float) -> bool:
        weights = np.exp(step * (finite - finite.max()))
        return bool(weights.sum() ** 2 >= KEPT * len(weights) * (weights * weights).sum())

    if keeps(most):
        return 1.0
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return heat + high


def resample(log_weights: Array, *, seed: int, name: str) -> NDArray[np.intp]:
    """Return who goes on: each about as often as its weight says.

    Examples
    --------
    >>> resample(np.log([0.5, 0.25, 0.25, 1e-9]), seed=1, name="example").tolist()
    [0, 0, 1, 2]
    """
    lot = float(draw_uniform(seed, [0], [f"{name}.comb"])[0, 0])
    return comb(share_out(log_weights), len(log_weights), lot)


def draw_normal(seed: int, name: str, count: int, size: int) -> Array:
    """Return standard normal numbers that follow from seed, name and place alone."""
    from scipy.special import ndtri  # noqa: PLC0415

    names = [f"{name}.{k}" for k in range(size)]
    return np.asarray(ndtri(draw_uniform(seed, np.arange(count), names)))


def _accept(gain: Array, seed: int, name: str) -> NDArray[np.bool_]:
    lots = np.log(draw_uniform(seed, np.arange(len(gain)), [name])[:, 0])
    return lots < np.where(np.isnan(gain), -np.inf, gain)
