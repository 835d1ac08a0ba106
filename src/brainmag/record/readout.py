"""What a run says at the times that figures ask for: means over a day, instants, growth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY
from brainmag.engine import Solution
from brainmag.trajectories import DAY_GRID, FLOWS

Array = NDArray[np.float64]

# Fine enough for the hour of a peak.
PEAK_GRID = 0.1
# Hours after a dose between which its decay is told.
DECAY = (12.0, 18.0)


def is_daily(time: float) -> bool:
    """Return whether a time tells the day before it: at midnight it does, else that instant.

    Examples
    --------
    >>> is_daily(48.0), is_daily(33.5)
    (True, False)
    """
    return time % DAY == 0.0


def list_times(observable: str, kind: str, time: float, dose_time: float) -> Array:
    """Return the output times that one figure needs of a run that is treated."""
    if kind == "peak":
        return np.append(np.arange(dose_time, time, PEAK_GRID), time)
    if kind == "half-life":
        return dose_time + np.array(DECAY)
    if kind == "growth" or time == 0.0:
        return np.array([time])
    if observable in FLOWS:
        return np.array([time - DAY, time])
    if is_daily(time):
        return np.append(np.arange(time - DAY, time, DAY_GRID), time)
    return np.array([time])


@dataclass(frozen=True)
class Readout:
    """A group's usual day and its run, for all rows: draws, and people within them.

    Attributes
    ----------
    outputs : tuple of str
        Names along the last axis of the solutions.
    day : Solution
        The usual day.
    run : Solution or None
        None when the group keeps to its usual day.
    """

    outputs: tuple[str, ...]
    day: Solution
    run: Solution | None

    def read(self, observable: str, time: float) -> Array:
        """Return the mean of the day before a time, or the instant; flows as totals of 24 h."""
        if self.run is None or time == 0.0:
            return self.read_usual(observable, time)
        if observable in FLOWS:
            return self.grow(FLOWS[observable], time) - self.grow(FLOWS[observable], time - DAY)
        if is_daily(time):
            return _average(self.run, self._column(observable), time - DAY, time)
        return self._at(observable, time)

    def read_usual(self, observable: str, time: float) -> Array:
        """Return the same of the usual day, at that time of the clock."""
        if observable in FLOWS:
            return self.grow_usual(FLOWS[observable], DAY)
        column = self._column(observable)
        if is_daily(time):
            return _average(self.day, column, 0.0, DAY)
        place = int(np.searchsorted(self.day.times, time % DAY))
        return self.day.outputs[:, place, column]

    def grow(self, ledger: str, time: float) -> Array:
        """Return by how much a ledger has grown since the start."""
        if self.run is None:
            return self.grow_usual(ledger, time)
        return self._at(ledger, time)

    def grow_usual(self, ledger: str, time: float) -> Array:
        """Return by how much a ledger grows over that time of usual days."""
        column = self._column(ledger)
        days, rest = divmod(time, DAY)
        start, stop = self.day.outputs[:, 0, column], self.day.outputs[:, -1, column]
        place = int(np.searchsorted(self.day.times, rest))
        return days * (stop - start) + self.day.outputs[:, place, column] - start

    def find_peak(self, observable: str, dose_time: float) -> Array:
        """Return how long after the dose a level is highest, h."""
        solution = self._require_run()
        first = int(np.searchsorted(solution.times, dose_time))
        levels = solution.outputs[:, first:, self._column(observable)]
        hours = solution.times[first:][np.argmax(levels, axis=1)] - dose_time
        return np.where(np.isnan(levels).any(axis=1), np.nan, hours)

    def find_half_life(self, observable: str, dose_time: float) -> Array:
        """Return how fast what a dose added is lost again, h; NaN where it is not."""
        early, late = (dose_time + hours for hours in DECAY)
        above = [self._at(observable, t) - self.read_usual(observable, t) for t in (early, late)]
        falls = (above[1] > 0.0) & (above[0] > above[1])
        ratio = np.divide(above[0], above[1], where=falls, out=np.full(len(falls), np.nan))
        return (late - early) * np.log(2.0) / np.log(ratio)

    def _at(self, name: str, time: float) -> Array:
        solution = self._require_run()
        place = int(np.searchsorted(solution.times, time))
        return solution.outputs[:, place, self._column(name)]

    def _column(self, name: str) -> int:
        return self.outputs.index(name)

    def _require_run(self) -> Solution:
        if self.run is None:
            raise ValueError("this group keeps to its usual day")
        return self.run


def _average(solution: Solution, column: int, start: float, stop: float) -> Array:
    first, last = np.searchsorted(solution.times, [start, stop])
    times = solution.times[first : last + 1]
    levels = solution.outputs[:, first : last + 1, column]
    mean: Array = np.asarray(np.trapezoid(levels, times, axis=1)) / (stop - start)
    return mean


def union_times(parts: Iterable[Array]) -> Array:
    """Return all times once, in order, snapped so that equal ones are equal.

    Examples
    --------
    >>> union_times([np.array([1.0, 2.0]), np.array([0.5, 2.0])]).tolist()
    [0.5, 1.0, 2.0]
    """
    return np.unique(np.round(np.concatenate(list(parts)), 9))
