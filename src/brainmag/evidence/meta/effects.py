"""The effect of one trial from what was published of it.

Sources: Hedges LV (1981), doi:10.3102/10769986006002107 (the correction for small samples, and the
variance); Borenstein M, Hedges LV, Higgins JPT, Rothstein HR (2009),
doi:10.1002/9780470743386 (from t and p to a standardised difference).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import gammaln

from brainmag.evidence.meta.pool import LEVEL


@dataclass(frozen=True)
class Effect:
    """A difference between two arms, with the variance of its error."""

    value: float
    variance: float


def correct_small_sample(degrees: float) -> float:
    """Return the factor that takes the bias of small samples out of a standardised difference.

    Examples
    --------
    >>> round(correct_small_sample(42), 4)
    0.982
    """
    logarithm = gammaln(degrees / 2.0) - gammaln((degrees - 1.0) / 2.0)
    return float(np.exp(logarithm) / np.sqrt(degrees / 2.0))


def standardise(difference: float, treated: int, control: int) -> Effect:
    """Return Hedges' g of Cohen's d and the size of both arms.

    Examples
    --------
    >>> found = standardise(0.91, 23, 21)
    >>> round(found.value, 4), round(found.variance**0.5, 4)
    (0.8936, 0.3165)
    """
    value = correct_small_sample(treated + control - 2) * difference
    variance = 1.0 / treated + 1.0 / control + value**2 / (2.0 * (treated + control))
    return Effect(value, variance)


def derive_from_p(p_value: float, treated: int, control: int) -> Effect:
    """Return the size of the standardised difference whose t test would give a two-sided p.

    What was published is rarely a plain t test of two groups: a model that adjusts for the first
    visit finds a smaller p for the same difference, so that this overstates it.

    Examples
    --------
    >>> round(derive_from_p(0.043, 50, 50).value, 3)
    0.407
    """
    t = float(stats.t.isf(p_value / 2.0, treated + control - 2))
    return standardise(t * float(np.sqrt(1.0 / treated + 1.0 / control)), treated, control)


def subtract_means(treated: tuple[float, float, int], control: tuple[float, float, int]) -> Effect:
    """Return the difference of two means, given mean, standard deviation and people of each arm.

    Examples
    --------
    >>> subtract_means((2.0, 1.0, 10), (1.0, 1.0, 10)).variance
    0.2
    """
    variance = treated[1] ** 2 / treated[2] + control[1] ** 2 / control[2]
    return Effect(treated[0] - control[0], variance)


def standardise_means(
    treated: tuple[float, float, int], control: tuple[float, float, int]
) -> Effect:
    """Return the difference of two means in units of their common standard deviation.

    Examples
    --------
    >>> round(standardise_means((2.0, 1.0, 10), (1.0, 1.0, 10)).value, 3)
    0.958
    """
    degrees = treated[2] + control[2] - 2
    squares = (treated[2] - 1) * treated[1] ** 2 + (control[2] - 1) * control[1] ** 2
    pooled = float(np.sqrt(squares / degrees))
    return standardise((treated[0] - control[0]) / pooled, treated[2], control[2])


def read_interval(value: float, low: float, high: float) -> Effect:
    """Return an effect that was published with its 95 % interval.

    Examples
    --------
    >>> round(read_interval(0.0, -1.96, 1.96).variance, 3)
    1.0
    """
    reach = 2.0 * float(stats.norm.ppf((1.0 + LEVEL) / 2.0))
    return Effect(value, ((high - low) / reach) ** 2)
