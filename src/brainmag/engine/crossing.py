"""Where within a step something jumps: a comparison, a whole number."""

from __future__ import annotations

import math
from collections.abc import Callable

from brainmag.engine.interpret import Values

Observe = Callable[[float], Values]


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
