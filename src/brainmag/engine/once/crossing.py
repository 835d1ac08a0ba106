"""Where within a step something jumps: a comparison, a whole number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from brainmag.engine.once.interpret import Values

Observe = Callable[[float], Values]
Reals = NDArray[np.float64]

# Values at the quarters of a span, less the parabola through its ends and its middle.
_BENDS = np.array(
    [[-0.375, 1.0, -0.75, 0.0, 0.125], [0.125, 0.0, -0.75, 1.0, -0.375]],
)
_LOOKS = np.linspace(0.0, 1.0, 5)
# The polynomial through all five, highest power first; its values between the looks; its slope
# where it starts.
_POLYNOMIAL = np.asarray(np.linalg.inv(np.vander(_LOOKS, 5)), np.float64)
_BETWEEN = np.vander(np.linspace(0.0, 1.0, 33), 5) @ _POLYNOMIAL
_SLOPE = _POLYNOMIAL[3]
# Where the polynomial is tried, too: at no regular places, lest a wave have the same period.
EXTRA_LOOKS = (0.113, 0.391, 0.827)
_TRIED = np.vander(np.array(EXTRA_LOOKS), 5) @ _POLYNOMIAL
# By how much of its range a quantity may be beside the polynomial.
_BESIDE = 0.02
# Of the largest value: what lies below is not told from 0.
_FINEST = 1e-10


def locate(low: float, high: float, observe: Observe, gaps: Observe) -> float:
    """Return the first time at which what is observed is no longer what it was.

    The bracket closes to neighbouring numbers, so a condition on the time alone is met exactly.
    Guesses come from the secant of a quantity that passes 0 in between, with halving where that
    does not close in.

    Parameters
    ----------
    low, high : float
        A time before the jump and one after it.
    observe : callable
        What is observed at a time.
    gaps : callable
        For each of the observed the quantity that passes 0 where it jumps; NaN where there is none.

    Examples
    --------
    >>> locate(0.0, 1.0, lambda t: [t >= 0.7], lambda t: [t - 0.7])
    0.7
    """
    before = observe(low)
    watch = _Secant(before, observe(high), gaps(low), gaps(high))
    for round_ in range(200):
        guess = watch.guess(low, high) if round_ % 3 < 2 else math.nan
        if not low < guess < high:
            guess = 0.5 * (low + high)
        if not low < guess < high:
            break
        for time in (guess, None):
            at = time if time is not None else math.nextafter(guess, low if high == guess else high)
            if not low < at < high:
                break
            seen = observe(at)
            is_before = seen == before
            watch.narrow(seen, gaps(at), is_before=is_before)
            low, high = (at, high) if is_before else (low, at)
    return high


def may_cross_unseen(gaps: Reals) -> bool:
    """Tell whether a quantity may pass 0 and return between looks at it.

    It may where it bends, from one look to the next, by more than it is away from 0, or where a
    smooth curve through what was seen passes 0. What starts at 0, as after an event that sets it
    there, may leave to either side before it is where it was seen.

    Parameters
    ----------
    gaps : array, shape (5, W)
        Quantities at the ends of a span and at its quarters.

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 5)[:, None]
    >>> may_cross_unseen(time - 2.0), may_cross_unseen(np.sin(11.0 * time) - 0.98)
    (False, True)
    >>> may_cross_unseen(0.1 * time - time**2)
    True
    """
    with np.errstate(invalid="ignore"):
        size = np.abs(gaps)
        bend = np.abs(_BENDS @ gaps).max(axis=0)
        finest = _FINEST * size.max(axis=0)
        starts_at_zero: NDArray[np.bool_] = size[0] <= finest
        side: Reals = np.choose(starts_at_zero, (np.sign(gaps[0]), np.sign(gaps[-1])))
        is_one_sided = (gaps[1:] * side > 0.0).all(axis=0)
        nearest = (_BETWEEN @ (gaps * side)).min(axis=0)
        is_bent = (bend > size.min(axis=0)) & (bend > finest) & ~starts_at_zero
        leaves_back = starts_at_zero & (_SLOPE @ gaps * side < -finest)
        is_wild = is_bent | leaves_back | (nearest < -finest)
    return bool((is_one_sided & is_wild).any())


def is_unresolved(looks: Reals, extra: Reals) -> bool:
    """Tell whether a quantity goes to and fro between looks at it.

    Parameters
    ----------
    looks : array, shape (5, W)
        Quantities at the ends of a span and at its quarters.
    extra : array, shape (3, W)
        Those at :data:`EXTRA_LOOKS` of the span.

    Examples
    --------
    >>> time, other = np.linspace(0.0, 1.0, 5)[:, None], np.array(EXTRA_LOOKS)[:, None]
    >>> is_unresolved(np.sin(3.0 * time), np.sin(3.0 * other))
    False
    >>> is_unresolved(np.sin(100.0 * time), np.sin(100.0 * other))
    True
    """
    with np.errstate(invalid="ignore"):
        seen = np.concatenate([looks, extra])
        beside = np.abs(_TRIED @ looks - extra).max(axis=0)
        is_beside = beside > _BESIDE * (seen.max(axis=0) - seen.min(axis=0))
        is_told = beside > _FINEST * np.abs(seen).max(axis=0)
    return bool((is_beside & is_told).any())


class _Secant:
    """The quantity by which the first jump is guessed."""

    def __init__(self, before: Values, after: Values, low: Values, high: Values) -> None:
        self._before = before
        self._low, self._high = low, high
        self._choose(after)

    def _choose(self, after: Values) -> None:
        changed = [i for i, (a, b) in enumerate(zip(self._before, after, strict=True)) if a != b]
        crossing = [i for i in changed if self._low[i] * self._high[i] <= 0.0]
        self._index = crossing[0] if crossing else None

    def narrow(self, seen: Values, gaps: Values, *, is_before: bool) -> None:
        """Take a new end of the bracket."""
        if is_before:
            self._low = gaps
        else:
            self._high = gaps
            self._choose(seen)

    def guess(self, low: float, high: float) -> float:
        """Return where the quantity passes 0 if it is a straight line; NaN if that is unknown."""
        if self._index is None:
            return math.nan
        first, last = self._low[self._index], self._high[self._index]
        return low + (high - low) * (first / (first - last)) if first != last else math.nan
