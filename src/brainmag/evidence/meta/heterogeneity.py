"""How much trials differ: Q, the share of it that is not chance, and the variance between trials.

Sources: Cochran WG (1954), doi:10.2307/3001666 (Q); Higgins JPT, Thompson SG (2002),
doi:10.1002/sim.1186 (I squared); Viechtbauer W (2007), doi:10.1002/sim.2514 (Q-profile).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from brainmag.evidence.meta.pool import LEVEL, Array, project


@dataclass(frozen=True)
class Heterogeneity:
    """How much the effects of trials differ beyond their errors.

    Attributes
    ----------
    q, p_value : float
        Cochran's statistic, and how often chance alone makes it as large.
    degrees : int
    variance, variance_low, variance_high : float
        Between trials (tau squared), with the interval of the Q-profile.
    share, share_low, share_high : float
        Of the total variance that lies between trials (I squared), from 0 to 1.
    """

    q: float
    degrees: int
    p_value: float
    variance: float
    variance_low: float
    variance_high: float
    share: float
    share_low: float
    share_high: float


def measure_heterogeneity(effects: Array, variances: Array, between: float) -> Heterogeneity:
    """Return how much the effects of two trials or more differ.

    Parameters
    ----------
    effects, variances : ndarray (k,)
    between : float
        Variance between trials that was fitted.

    Examples
    --------
    >>> found = measure_heterogeneity(np.array([0.0, 1.0]), np.array([0.5, 0.5]), 0.0)
    >>> found.q, round(found.p_value, 4)
    (1.0, 0.3173)
    """
    degrees = len(effects) - 1
    q = _sum_squares(effects, variances, 0.0)
    tail = (1.0 - LEVEL) / 2.0
    low, high = (
        _invert(effects, variances, float(stats.chi2.isf(share, degrees)))
        for share in (tail, 1.0 - tail)
    )
    precision = 1.0 / variances
    typical = degrees / (precision.sum() - (precision**2).sum() / precision.sum())
    shares = [float(value / (value + typical)) for value in (between, low, high)]
    return Heterogeneity(q, degrees, float(stats.chi2.sf(q, degrees)), between, low, high, *shares)


def _sum_squares(effects: Array, variances: Array, between: float) -> float:
    """Return the weighted squares about the weighted mean, the statistic that falls with tau."""
    columns = np.ones((len(effects), 1))
    return float(effects @ project(variances, columns, between) @ effects)


def _invert(effects: Array, variances: Array, wanted: float) -> float:
    """Return the variance between trials at which the squares are as wanted; 0 if none is."""
    if _sum_squares(effects, variances, 0.0) <= wanted:
        return 0.0
    high = float(variances.mean())
    while _sum_squares(effects, variances, high) > wanted:
        high *= 2.0
    found = brentq(
        lambda between: _sum_squares(effects, variances, between) - wanted,
        0.0,
        high,
        xtol=1e-300,
        rtol=8.9e-16,
        maxiter=1000,
    )
    return float(found)
