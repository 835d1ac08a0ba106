"""Arithmetic of single numbers as IEEE 754 has it: infinities and NaN instead of exceptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

INF = math.inf
# One object, so that two lists that hold it compare equal.
NAN = math.nan


def divide(a: float, b: float) -> float:
    """Return a / b.

    Examples
    --------
    >>> divide(1.0, 0.0), divide(0.0, 0.0)
    (inf, nan)
    """
    try:
        return a / b
    except ZeroDivisionError:
        return NAN if a == 0.0 or math.isnan(a) else math.copysign(INF, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """Return a to the power b.

    Examples
    --------
    >>> power(0.0, -1.0), power(-1.0, 0.5), power(10.0, 400.0)
    (inf, nan, inf)
    """
    try:
        return math.pow(a, b)
    except OverflowError:
        return -INF if a < 0.0 and b % 2.0 == 1.0 else INF
    except ValueError:
        return INF if a == 0.0 else NAN


def exp(x: float) -> float:
    """Return e to the power x."""
    try:
        return math.exp(x)
    except OverflowError:
        return INF


def log(x: float) -> float:
    """Return the natural logarithm; minus infinity at 0, NaN below."""
    try:
        return math.log(x)
    except ValueError:
        return -INF if x == 0.0 else NAN


def floor(x: float) -> float:
    """Return the whole number below; what has none is itself."""
    try:
        return float(math.floor(x))
    except OverflowError:
        return x
    except ValueError:
        return NAN


def ceil(x: float) -> float:
    """Return the whole number above; what has none is itself."""
    return 0.0 - floor(-x)


def factorial(x: float) -> float:
    """Return the factorial, by the gamma function between whole numbers."""
    try:
        return math.gamma(x + 1.0)
    except OverflowError:
        return INF
    except ValueError:
        return NAN


def select(condition: object, a: float, b: float) -> float:
    """Return a where the condition holds and b elsewhere."""
    return a if condition else b


def minimum(a: float, b: float) -> float:
    """Return the smaller number; NaN if one is."""
    return a if a < b or math.isnan(a) else b


def maximum(a: float, b: float) -> float:
    """Return the larger number; NaN if one is."""
    return a if a > b or math.isnan(a) else b


def _guard(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a function that yields NaN outside its domain."""

    def guarded(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return NAN

    return guarded


# What the source of :mod:`brainmag.engine.scalar` calls.
MEANINGS: dict[str, Any] = {
    "INF": INF,
    "NAN": NAN,
    "divide": divide,
    "power": power,
    "exp": exp,
    "log": log,
    "sqrt": _guard(math.sqrt),
    "sin": _guard(math.sin),
    "cos": _guard(math.cos),
    "tanh": math.tanh,
    "atan": math.atan,
    "absolute": abs,
    "floor": floor,
    "ceil": ceil,
    "factorial": factorial,
    "select": select,
    "minimum": minimum,
    "maximum": maximum,
}
