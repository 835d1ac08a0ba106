"""Sample size and power of a comparison of two means, and how sure a simulated power is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.trials.analysis.missingness import Array

# Of an arm; a trial that needs more is out of reach whatever its cap.
MOST_PEOPLE = 10_000_000


def find_power(people: ArrayLike, effect: ArrayLike, alpha: float = 0.05) -> Array:
    """Return the power of a two-sided t test of two means.

    Parameters
    ----------
    people : array_like
        In each of the two arms.
    effect : array_like
        Difference of means over standard deviation.
    alpha : float
        Level.

    Returns
    -------
    ndarray
        From the noncentral t.

    Examples
    --------
    >>> find_power(64, 0.5).round(3).item()
    0.801
    """
    from scipy.special import nctdtr, stdtrit  # noqa: PLC0415

    size = np.asarray(people, dtype=np.float64)
    degrees = 2.0 * size - 2.0
    away = np.abs(np.asarray(effect, dtype=np.float64)) * np.sqrt(size / 2.0)
    limit = stdtrit(degrees, 1.0 - alpha / 2.0)
    missed = _fill(nctdtr(degrees, away, limit))
    opposite = _fill(1.0 - nctdtr(degrees, -away, limit))
    return np.asarray(1.0 - missed + opposite)


def _fill(tail: ArrayLike) -> Array:
    """Return a tail; SciPy has no answer for some that are 0 to nine digits and more."""
    values = np.asarray(tail, dtype=np.float64)
    return np.where(np.isnan(values), 0.0, values)


def find_arm_size(
    effect: ArrayLike, power: float, alpha: float = 0.05, most: int = MOST_PEOPLE
) -> NDArray[np.int64]:
    """Return the smallest arm that gives a two-sided t test of two means its power.

    Parameters
    ----------
    effect : array_like
        Difference of means over standard deviation.
    power : float
        Asked for.
    alpha : float
        Level.
    most : int
        Largest arm; it is returned where even it has less power.

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> find_arm_size([0.2, 0.5, 0.8], 0.8).tolist()
    [394, 64, 26]
    """
    effects = np.asarray(effect, dtype=np.float64)
    # Power rises with size: halve the span between an arm that is too small and one that is not.
    low = np.full(effects.shape, 1, dtype=np.int64)
    high = np.full(effects.shape, most, dtype=np.int64)
    while (high - low > 1).any():
        middle = (low + high) // 2
        enough = find_power(np.maximum(middle, 2), effects, alpha) >= power
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high


def reestimate_arm_size(
    outcome: Array, difference: float, power: float, planned: int, most: int, alpha: float = 0.05
) -> NDArray[np.int64]:
    """Return the arms' size after a blinded look at the scatter.

    The variance is that of all people together, without their arms, and is not corrected for the
    difference: it is then a little too large, and the level stays what it is. M. Kieser and T.
    Friede, 2003, doi:10.1002/sim.1585.

    Parameters
    ----------
    outcome : ndarray, shape (R, N)
        Of the people seen so far in R trials; NaN where missing.
    difference : float
        Of the means that is to be found, in the outcome's unit.
    power : float
        Asked for.
    planned : int
        People per arm of the plan: fewer are not taken.
    most : int
        People per arm that can be had.
    alpha : float
        Level.

    Returns
    -------
    ndarray of int, shape (R,)
        People per arm; as planned where fewer than two outcomes were seen.

    Examples
    --------
    >>> seen = np.array([[-1.0, 1.0] * 20, [-2.0, 2.0] * 20])
    >>> reestimate_arm_size(seen, 1.0, 0.9, planned=20, most=80).tolist()
    [23, 80]
    """
    seen = np.isfinite(outcome)
    count = seen.sum(axis=1)
    values = np.where(seen, outcome, 0.0)
    mean = values.sum(axis=1, keepdims=True) / np.maximum(count, 1)[:, None]
    squares = (np.where(seen, outcome - mean, 0.0) ** 2).sum(axis=1)
    deviation = np.sqrt(squares / np.maximum(count - 1, 1))
    # Without scatter any difference would be found.
    effect = abs(difference) / np.maximum(deviation, np.finfo(np.float64).tiny)
    size = find_arm_size(np.minimum(effect, 1e3), power, alpha, most)
    return np.where(count > 1, np.clip(size, planned, most), planned).astype(np.int64)


def bound_share(successes: ArrayLike, trials: int, level: float = 0.95) -> tuple[Array, Array]:
    """Return the interval of a share that was counted in simulated trials.

    C. J. Clopper and E. S. Pearson, 1934, doi:10.1093/biomet/26.4.404: it covers at least as often
    as it says, at any share.

    Parameters
    ----------
    successes : array_like of int
        Trials that rejected.
    trials : int
        All trials.
    level : float
        How often the interval covers.

    Returns
    -------
    low, high : ndarray

    Examples
    --------
    >>> [bound.round(4).item() for bound in bound_share(50, 1000)]
    [0.0373, 0.0654]
    """
    from scipy.special import betaincinv  # noqa: PLC0415

    found = np.asarray(successes, dtype=np.float64)
    tail = 0.5 * (1.0 - level)
    low = betaincinv(np.maximum(found, 0.5), trials - found + 1.0, tail)
    high = betaincinv(found + 1.0, np.maximum(trials - found, 0.5), 1.0 - tail)
    return np.where(found > 0, low, 0.0), np.where(found < trials, high, 1.0)
