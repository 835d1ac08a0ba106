"""Two-sided boundaries of a trial that is looked at several times.

The joint density of the test statistics among trials that go on is integrated from look to look.
P. Armitage, C. K. McPherson and B. C. Rowe, 1969, doi:10.2307/2343787; C. Jennison and B. W.
Turnbull, Group Sequential Methods with Applications to Clinical Trials, 2000,
doi:10.1201/9780367805326.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import InputError, nearest_match
from brainmag.trials.analysis.missingness import Array, Truth

# How the critical value falls with the share of information: its power.
METHODS = {"obrien-fleming": -0.5, "pocock": 0.0}
# Nodes of the integral per width of the kernel from one look to the next, and at the least.
NODES_PER_WIDTH, LEAST_NODES = 6, 60
# No constant of a level that anybody uses lies beyond.
SMALLEST, LARGEST = 0.0, 20.0


@dataclass(frozen=True)
class Boundaries:
    """When a trial stops.

    Parameters
    ----------
    fractions : ndarray, shape (K,)
        Share of the full information at each look, rising to 1.
    critical : ndarray, shape (K,)
        The trial stops where the test statistic, standard normal without an effect, is farther
        than this from 0.
    """

    fractions: Array
    critical: Array


@dataclass(frozen=True)
class Crossing:
    """Chances that a trial stops at each of K looks.

    Parameters
    ----------
    above, below : ndarray, shape (K,)
        At the upper and at the lower boundary.
    power : float
        That it stops at either, at any look.
    stage : float
        Mean number of the look at which it ends, from 1.
    """

    above: Array
    below: Array
    power: float
    stage: float


def find_boundaries(method: str, fractions: Sequence[float], alpha: float = 0.05) -> Boundaries:
    """Return boundaries of a two-sided level.

    Parameters
    ----------
    method : {"obrien-fleming", "pocock"}
        P. C. O'Brien and T. R. Fleming, 1979, doi:10.2307/2530245; S. J. Pocock, 1977,
        doi:10.1093/biomet/64.2.191.
    fractions : sequence of float
        Share of the full information at each look, rising to 1.
    alpha : float
        Chance that a trial without an effect stops for one.

    Returns
    -------
    Boundaries
        Of exactly this level for these fractions, evenly spaced or not.

    Raises
    ------
    InputError
        If there is no such method, or the fractions do not rise from above 0 to 1.

    Examples
    --------
    >>> find_boundaries("pocock", [0.5, 1.0]).critical.round(3).tolist()
    [2.178, 2.178]
    """
    from scipy.optimize import brentq  # noqa: PLC0415

    if method not in METHODS:
        nearest = nearest_match(method, METHODS)
        allowed = ", ".join(METHODS)
        raise InputError("trials.unknown_boundary", given=method, nearest=nearest, allowed=allowed)
    times = np.asarray(fractions, dtype=np.float64)
    if not len(times) or times[0] <= 0.0 or times[-1] != 1.0 or (np.diff(times) <= 0.0).any():
        raise InputError("trials.looks_not_rising", given=", ".join(f"{time:g}" for time in times))
    shape = times ** METHODS[method]

    def miss(constant: float) -> float:
        return cross_boundaries(Boundaries(times, constant * shape), 0.0).power - alpha

    return Boundaries(times, float(brentq(miss, SMALLEST, LARGEST, xtol=1e-12)) * shape)


def cross_boundaries(boundaries: Boundaries, drift: float) -> Crossing:
    """Return the chances that a trial stops at each look.

    Parameters
    ----------
    boundaries : Boundaries
        When it stops.
    drift : float
        Mean of the test statistic at full information: effect over its standard error.

    Returns
    -------
    Crossing
        To twelve digits. `power` is the level where the drift is 0.

    Examples
    --------
    One look is a plain test.

    >>> cross_boundaries(Boundaries(np.ones(1), np.array([1.959964])), 0.0).above.round(4).tolist()
    [0.025]
    """
    from scipy.special import ndtr  # noqa: PLC0415

    roots = np.sqrt(boundaries.fractions)
    above, below = np.zeros((2, len(roots)))
    # Before the first look: one point, at the statistic 0 without information.
    nodes, mass, before = np.zeros(1), np.ones(1), 0.0
    for look, (root, limit) in enumerate(zip(roots, boundaries.critical, strict=True)):
        gain = root**2 - before**2
        # Where the increment of the score leads, from each node.
        start = nodes * before + drift * gain
        above[look] = mass @ ndtr((start - limit * root) / np.sqrt(gain))
        below[look] = mass @ ndtr((-limit * root - start) / np.sqrt(gain))
        width = np.sqrt(gain) / root
        nodes, weights = _place_nodes(limit, width)
        away = (nodes[:, None] * root - start) / np.sqrt(gain)
        density = np.exp(-0.5 * away**2) @ mass / (np.sqrt(2.0 * np.pi) * width)
        mass, before = weights * density, float(root)
    stops = above + below
    going = 1.0 - np.concatenate([[0.0], np.cumsum(stops)[:-1]])
    return Crossing(above, below, float(stops.sum()), float(going.sum()))


def _place_nodes(limit: float, width: float) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss and Legendre between the boundaries."""
    count = max(LEAST_NODES, int(np.ceil(NODES_PER_WIDTH * 2.0 * limit / width)))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return limit * nodes, limit * weights


def find_stops(statistic: Array, boundaries: Boundaries) -> tuple[NDArray[np.int64], Truth]:
    """Return at which look each of R trials ends, and whether it found an effect.

    Parameters
    ----------
    statistic : ndarray, shape (R, K)
        Test statistic at each look, on the scale of a normal one. NaN, where an analysis had no
        answer, lets the trial go on.
    boundaries : Boundaries
        When it stops.

    Returns
    -------
    look : ndarray of int, shape (R,)
        From 0.
    rejected : ndarray of bool, shape (R,)
        Whether a boundary was crossed.

    Examples
    --------
    >>> look, rejected = find_stops(
    ...     np.array([[0.1, -3.0], [0.1, 0.2]]), Boundaries(np.array([0.5, 1.0]), np.full(2, 2.178))
    ... )
    >>> look.tolist(), rejected.tolist()
    ([1, 1], [True, False])
    """
    crossed: Truth = np.abs(statistic) > boundaries.critical
    rejected: Truth = np.any(crossed, axis=1)
    first: NDArray[np.int64] = np.argmax(crossed, axis=1)
    return np.where(rejected, first, crossed.shape[1] - 1), rejected
