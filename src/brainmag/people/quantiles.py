"""Quantiles of the normal distribution, for whole arrays at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Rational approximations by distance from the middle: numerator and denominator, constant first.
_MIDDLE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_NEAR_TAIL = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FAR_TAIL = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)
_MIDDLE_HALF_WIDTH, _MIDDLE_SHIFT = 0.425, 0.180625
_NEAR_TAIL_END, _NEAR_TAIL_SHIFT = 5.0, 1.6


def find_normal_quantiles(uniform: Array) -> Array:
    """Return the standard normal quantile of each number between 0 and 1.

    References
    ----------
    M. J. Wichura, The percentage points of the normal distribution, Applied Statistics 37 (1988)
    477-484, doi:10.2307/2347330; relative error about 1e-16.

    Examples
    --------
    >>> find_normal_quantiles(np.array([0.5, 0.975])).round(2).tolist()
    [0.0, 1.96]
    """
    # A copy in one piece: NumPy computes strided numbers another way, to the last bit.
    drawn = np.ascontiguousarray(uniform, dtype=np.float64)
    distance = drawn - 0.5
    quantiles = np.empty_like(distance)
    middle = np.abs(distance) <= _MIDDLE_HALF_WIDTH
    inside = distance[middle]
    quantiles[middle] = inside * _divide(_MIDDLE, _MIDDLE_SHIFT - inside * inside)
    tail = ~middle
    depth = np.sqrt(-np.log(np.minimum(drawn[tail], 1.0 - drawn[tail])))
    near = _divide(_NEAR_TAIL, depth - _NEAR_TAIL_SHIFT)
    far = _divide(_FAR_TAIL, depth - _NEAR_TAIL_END)
    size = np.where(depth <= _NEAR_TAIL_END, near, far)
    quantiles[tail] = np.copysign(size, distance[tail])
    return quantiles


def _divide(fraction: tuple[tuple[float, ...], tuple[float, ...]], argument: Array) -> Array:
    """Return one polynomial over another."""
    above, below = (_sum_powers(coefficients, argument) for coefficients in fraction)
    return above / below


def _sum_powers(coefficients: tuple[float, ...], argument: Array) -> Array:
    total = np.full_like(argument, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * argument + coefficient
    return total
