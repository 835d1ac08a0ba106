"""Effects pooled: fixed effect, and random effects by restricted likelihood.

Sources: Viechtbauer W (2005), doi:10.3102/10769986030003261 (restricted likelihood); Hartung J,
Knapp G (2001), doi:10.1002/sim.1009, and Sidik K, Jonkman JN (2002), doi:10.1002/sim.1262 (the
interval); Knapp G, Hartung J (2003), doi:10.1002/sim.1482 (with covariates, and the widening);
IntHout J, Ioannidis JPA, Rovers MM, Goeman JJ (2016), doi:10.1136/bmjopen-2015-010247 (prediction).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq

Array = NDArray[np.float64]

LEVEL = 0.95
# Where the likelihood is looked at first, as multiples of what the effects and errors scatter.
SCAN = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, 241)])


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval.

    Attributes
    ----------
    estimate, standard_error, low, high, p_value : float
    degrees : float or None
        Degrees of freedom of the t distribution; None for the normal one.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    p_value: float
    degrees: float | None


@dataclass(frozen=True)
class RandomEffects:
    """A model of random effects, with or without covariates.

    Attributes
    ----------
    coefficients : ndarray (p,)
    covariance : ndarray (p, p)
        As if the variance between trials were known.
    variance : float
        Between trials (tau squared), by restricted likelihood.
    scale : float
        Hartung and Knapp's factor on the covariance: weighted residual variance.
    weights : ndarray (k,)
        Share of each trial where there are no covariates; they add to one.
    degrees : int
        Trials less coefficients.
    """

    coefficients: Array
    covariance: Array
    variance: float
    scale: float
    weights: Array
    degrees: int


def make_interval(estimate: float, standard_error: float, degrees: float | None = None) -> Interval:
    """Return an estimate with the interval of the t or, without degrees, the normal distribution.

    Examples
    --------
    >>> round(make_interval(1.0, 0.5).low, 4)
    0.02
    """
    quantile = (1.0 + LEVEL) / 2.0
    if degrees is None:
        reach = float(stats.norm.ppf(quantile)) * standard_error
    else:
        reach = float(stats.t.ppf(quantile, degrees)) * standard_error
    if standard_error == 0.0:
        p_value = 1.0 if estimate == 0.0 else 0.0
    elif degrees is None:
        p_value = 2.0 * float(stats.norm.sf(abs(estimate) / standard_error))
    else:
        p_value = 2.0 * float(stats.t.sf(abs(estimate) / standard_error, degrees))
    return Interval(estimate, standard_error, estimate - reach, estimate + reach, p_value, degrees)


def pool_fixed(effects: Array, variances: Array) -> Interval:
    """Return the mean weighted by precision: one effect stands behind all trials.

    Examples
    --------
    >>> pool_fixed(np.array([0.0, 1.0]), np.array([0.1, 0.1])).estimate
    0.5
    """
    precision = 1.0 / variances
    mean = float(precision @ effects / precision.sum())
    return make_interval(mean, float(precision.sum() ** -0.5))


def pool_random(fit: RandomEffects, *, widen: bool = False) -> Interval:
    """Return the mean of the trials' own effects, with the interval of Hartung and Knapp.

    Parameters
    ----------
    fit : RandomEffects
        Without covariates.
    widen : bool
        Whether the interval may not be narrower than if the variance between trials were known:
        of few trials that happen to agree the plain one is too narrow.

    Examples
    --------
    >>> fit = fit_random_effects(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.1, 0.1]))
    >>> round(pool_random(fit).low, 3)
    -1.484
    """
    return read_coefficient(fit, 0, widen=widen)


def read_coefficient(fit: RandomEffects, place: int, *, widen: bool = False) -> Interval:
    """Return one coefficient of a model, as `pool_random` does the first."""
    scale = max(fit.scale, 1.0) if widen else fit.scale
    error = float(np.sqrt(scale * fit.covariance[place, place]))
    return make_interval(float(fit.coefficients[place]), error, fit.degrees)


def predict_effect(fit: RandomEffects, pooled: Interval) -> Interval:
    """Return where the effect of one more trial of this kind lies, were it endlessly large.

    Student's t has as many degrees as the pooled interval; the error is that of the mean and the
    scatter between trials together.

    Examples
    --------
    >>> fit = fit_random_effects(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.1, 0.1]))
    >>> round(predict_effect(fit, pool_random(fit)).low, 2)
    -3.78
    """
    error = float(np.sqrt(pooled.standard_error**2 + fit.variance))
    return make_interval(pooled.estimate, error, pooled.degrees)


def fit_random_effects(
    effects: Array, variances: Array, design: Array | None = None
) -> RandomEffects:
    """Fit effects that scatter about their mean, or about a line of covariates.

    Parameters
    ----------
    effects, variances : ndarray (k,)
        Of each trial, with the variance of its error; variances are above zero.
    design : ndarray (k, p), optional
        Covariates with a column of ones; ones alone by default.

    Raises
    ------
    ValueError
        When there are no more trials than coefficients.

    Examples
    --------
    >>> fit_random_effects(np.array([0.0, 1.0]), np.array([0.5, 0.5])).variance
    0.0
    """
    columns = np.ones((len(effects), 1)) if design is None else design
    degrees = len(effects) - columns.shape[1]
    if degrees < 1:
        raise ValueError("no more trials than coefficients")
    between = _find_variance(effects, variances, columns)
    weight = 1.0 / (variances + between)
    covariance: Array = np.linalg.inv(columns.T @ (weight[:, None] * columns)).astype(np.float64)
    coefficients = covariance @ (columns.T @ (weight * effects))
    residual = effects - columns @ coefficients
    return RandomEffects(
        coefficients=coefficients,
        covariance=covariance,
        variance=between,
        scale=float(weight @ residual**2) / degrees,
        weights=weight / weight.sum(),
        degrees=degrees,
    )


def project(variances: Array, columns: Array, between: float) -> Array:
    """Return the matrix that takes a weighted fit out of effects: the P of restricted likelihood.

    Examples
    --------
    >>> project(np.array([1.0, 1.0]), np.ones((2, 1)), 0.0).tolist()
    [[0.5, -0.5], [-0.5, 0.5]]
    """
    weight = 1.0 / (variances + between)
    weighted = weight[:, None] * columns
    return np.diag(weight) - weighted @ np.linalg.solve(columns.T @ weighted, weighted.T)


def _find_variance(effects: Array, variances: Array, columns: Array) -> float:
    """Return the variance between trials at which the restricted likelihood is highest."""

    def lose(between: float) -> float:
        weight = 1.0 / (variances + between)
        information = np.linalg.slogdet(columns.T @ (weight[:, None] * columns))[1]
        quadratic = effects @ project(variances, columns, between) @ effects
        return float(information - np.log(weight).sum() + quadratic)

    def slope(between: float) -> float:
        matrix = project(variances, columns, between)
        inner = matrix @ effects
        return float(inner @ inner - np.trace(matrix))

    # The likelihood may have more than one peak: the highest is looked for before it is climbed.
    places = SCAN * max(float(np.var(effects)), float(variances.mean()))
    best = int(np.argmin([lose(place) for place in places]))
    if best == 0 and slope(0.0) <= 0.0:
        return 0.0
    low, high = places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)]
    return float(brentq(slope, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=1000))
