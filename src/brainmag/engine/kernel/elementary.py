"""Elementary functions for all lanes at once, exact to a few units in the last place.

They are written out because calls of the system's library would leave the vector unit and would
make results depend on that library. Sine and cosine are plain Taylor series on the reduced
argument, cut where the rest lies below half a unit in the last place; the exponential and the
logarithm are polynomials through the function at Chebyshev's points, which need a few terms fewer
for the same error.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from brainmag.engine.kernel.lanes import LaneBuilder, Value

# Adding and subtracting 1.5 * 2**52 rounds to a whole number, which then stands in the low bits.
_ROUNDER = 6755399441055744.0

_LN2 = 0.693147180559945309417232121458
# ln 2 in two parts; the first has 32 significant bits, so a product with an exponent is exact.
_LN2_HIGH = 0.69314718036912381649
_LN2_LOW = 1.90821492927058770002e-10
# pi/2 in three doubles.
_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)

# (exp(x) - 1 - x) / x^2 for |x| <= ln(2)/2; relative error of exp below 2e-17.
_EXP_SERIES = (
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
)
# (2 artanh(s)/s - 2) / s^2 in powers of s^2, for s^2 <= 0.0295; error of 2 artanh(s)/s below 1e-17.
_LOG_SERIES = (
    0.666666666666667,
    0.39999999999899444,
    0.2857142862600327,
    0.22222211130259878,
    0.18182889455674947,
    0.15331710618210773,
    0.14616585424888623,
)
# Beyond these the exponential is infinite, or below the smallest normal number.
_EXP_HIGHEST = 709.782712893384
_EXP_LOWEST = -708.3964185322641
_SIN_TERMS = 9
_COS_TERMS = 9
_ATAN_TERMS = 21


def _bit_pattern(value: float) -> int:
    return struct.unpack("<q", struct.pack("<d", value))[0]


def _polynomial(lanes: LaneBuilder, coefficients: Sequence[float], x: Value) -> Value:
    """Evaluate a polynomial, lowest coefficient first, by Horner's rule."""
    result = lanes.constant(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = lanes.fma(result, x, lanes.constant(coefficient))
    return result


def exp(lanes: LaneBuilder, x: Value) -> Value:
    """Return e to the power x; infinity above the range of normal doubles and 0 below it."""
    build = lanes.builder
    # The nearest whole number of ln 2 stands in the low bits.
    shifted = lanes.fma(x, lanes.constant(1.0 / _LN2), lanes.constant(_ROUNDER))
    whole = build.fsub(shifted, lanes.constant(_ROUNDER))
    rest = lanes.fma(whole, lanes.constant(-_LN2_HIGH), x)
    rest = lanes.fma(whole, lanes.constant(-_LN2_LOW), rest)
    series = _polynomial(lanes, (1.0, 1.0, *_EXP_SERIES), rest)
    # Adding to the exponent multiplies by a power of two; twelve bits of the sum are what counts.
    raised = build.add(lanes.bits(series), build.shl(lanes.bits(shifted), lanes.integer(52)))
    result = lanes.number(raised)
    # Above, x plus infinity: infinite, and NaN where x is NaN, whose bits mean nothing here.
    above = build.fcmp_unordered(">", x, lanes.constant(_EXP_HIGHEST))
    result = build.select(above, build.fadd(x, lanes.constant(math.inf)), result)
    below = build.fcmp_ordered("<", x, lanes.constant(_EXP_LOWEST))
    return build.select(below, lanes.constant(0.0), result)


def log(lanes: LaneBuilder, x: Value) -> Value:
    """Return the natural logarithm; minus infinity at 0, NaN below."""
    build = lanes.builder
    tiny = build.fcmp_ordered("<", x, lanes.constant(2.2250738585072014e-308))
    normal = build.select(tiny, build.fmul(x, lanes.constant(2.0**54)), x)
    bits = lanes.bits(normal)
    # Split into 2**exponent and a mantissa between sqrt(1/2) and sqrt(2).
    above = build.sub(bits, lanes.integer(_bit_pattern(math.sqrt(0.5))))
    exponent = build.ashr(above, lanes.integer(52))
    mantissa = lanes.number(build.sub(bits, build.shl(exponent, lanes.integer(52))))
    whole = lanes.number(build.add(exponent, lanes.integer(_bit_pattern(_ROUNDER))))
    whole = build.fsub(whole, lanes.constant(_ROUNDER))
    whole = build.select(tiny, build.fsub(whole, lanes.constant(54.0)), whole)
    # log(1 + f) = f - s (f - R) with s = f / (2 + f) and R the rest of the series of 2 artanh(s).
    f = build.fsub(mantissa, lanes.constant(1.0))
    s = build.fdiv(f, build.fadd(f, lanes.constant(2.0)))
    z = build.fmul(s, s)
    rest = build.fmul(z, _polynomial(lanes, _LOG_SERIES, z))
    small = build.fmul(s, build.fsub(f, rest))
    small = build.fsub(small, build.fmul(whole, lanes.constant(_LN2_LOW)))
    result = lanes.fma(whole, lanes.constant(_LN2_HIGH), build.fsub(f, small))
    infinite = build.fcmp_ordered("==", x, lanes.constant(math.inf))
    result = build.select(infinite, x, result)
    zero = build.fcmp_ordered("==", x, lanes.constant(0.0))
    result = build.select(zero, lanes.constant(-math.inf), result)
    invalid = build.fcmp_unordered("<", x, lanes.constant(0.0))
    return build.select(invalid, lanes.constant(math.nan), result)


def power(lanes: LaneBuilder, x: Value, log_magnitude: Value, y: Value) -> Value:
    """Return x to the power y, given the logarithm of the magnitude of x.

    A negative x has a power where y is a whole number, and NaN elsewhere.
    """
    build = lanes.builder
    magnitude = exp(lanes, build.fmul(y, log_magnitude))
    negative = build.fcmp_ordered("<", x, lanes.constant(0.0))
    half = build.fmul(y, lanes.constant(0.5))
    is_whole = build.fcmp_ordered("==", lanes.intrinsic("floor", y), y)
    is_even = build.fcmp_ordered("==", lanes.intrinsic("floor", half), half)
    signed = build.select(is_even, magnitude, build.fneg(magnitude))
    below = build.select(is_whole, signed, lanes.constant(math.nan))
    result = build.select(negative, below, magnitude)
    # 0 to the power 0 is 1, where the product of 0 and a logarithm of minus infinity is NaN.
    trivial = build.fcmp_ordered("==", y, lanes.constant(0.0))
    return build.select(trivial, lanes.constant(1.0), result)


def _circular(lanes: LaneBuilder, x: Value, quarter_turns: int) -> Value:
    """Return the sine of x plus some quarter turns."""
    build = lanes.builder
    shifted = lanes.fma(x, lanes.constant(2.0 / math.pi), lanes.constant(_ROUNDER))
    whole = build.fsub(shifted, lanes.constant(_ROUNDER))
    rest = x
    for part in _HALF_PI:
        rest = lanes.fma(whole, lanes.constant(-part), rest)
    square = build.fmul(rest, rest)
    sine_series = [(-1.0) ** n / math.factorial(2 * n + 1) for n in range(_SIN_TERMS)]
    cosine_series = [(-1.0) ** n / math.factorial(2 * n) for n in range(_COS_TERMS)]
    sine = build.fmul(rest, _polynomial(lanes, sine_series, square))
    cosine = _polynomial(lanes, cosine_series, square)
    quadrant = build.add(lanes.bits(shifted), lanes.integer(quarter_turns))
    odd = build.and_(quadrant, lanes.integer(1))
    value = build.select(build.icmp_signed("==", odd, lanes.integer(1)), cosine, sine)
    half_turn = build.and_(quadrant, lanes.integer(2))
    lower = build.icmp_signed("==", half_turn, lanes.integer(2))
    return build.select(lower, build.fneg(value), value)


def sin(lanes: LaneBuilder, x: Value) -> Value:
    """Return the sine of an angle in radians (below 1e8)."""
    return _circular(lanes, x, 0)


def cos(lanes: LaneBuilder, x: Value) -> Value:
    """Return the cosine of an angle in radians (below 1e8)."""
    return _circular(lanes, x, 1)


def tanh(lanes: LaneBuilder, x: Value) -> Value:
    """Return the hyperbolic tangent, exact to one unit in the last place of 1."""
    build = lanes.builder
    decay = exp(lanes, build.fmul(lanes.intrinsic("fabs", x), lanes.constant(-2.0)))
    one = lanes.constant(1.0)
    magnitude = build.fdiv(build.fsub(one, decay), build.fadd(one, decay))
    return lanes.intrinsic("copysign", magnitude, x)


def atan(lanes: LaneBuilder, x: Value) -> Value:
    """Return the inverse tangent.

    Beyond 1 it is that of the reciprocal, taken from a right angle; what is left is halved once,
    atan(z) = 2 atan(z / (1 + sqrt(1 + z^2))), so that a series of some twenty terms does.
    """
    build, one = lanes.builder, lanes.constant(1.0)
    size = lanes.intrinsic("fabs", x)
    is_beyond = build.fcmp_ordered(">", size, one)
    z = build.select(is_beyond, build.fdiv(one, size), size)
    root = lanes.intrinsic("sqrt", lanes.fma(z, z, one))
    half = build.fdiv(z, build.fadd(one, root))
    square = build.fmul(half, half)
    series = _polynomial(lanes, [(-1.0) ** n / (2 * n + 1) for n in range(1, _ATAN_TERMS)], square)
    angle = lanes.fma(build.fmul(half, square), series, half)
    angle = build.fadd(angle, angle)
    # The second part of the right angle is added to what is small.
    rest = build.fsub(lanes.constant(_HALF_PI[1]), angle)
    angle = build.select(is_beyond, build.fadd(lanes.constant(_HALF_PI[0]), rest), angle)
    return lanes.intrinsic("copysign", angle, x)
