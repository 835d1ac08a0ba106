"""From solver output to observables: values at the end, means of the last day, daily flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY
from brainmag.engine import Solution

Array = NDArray[np.float64]

# Observables that are daily totals, and the ledger whose growth they are.
FLOWS = {"urine_mg": "urine_ledger", "faecal_mg": "faecal_ledger"}


@dataclass(frozen=True)
class Trajectories:
    """Observables of a run.

    Attributes
    ----------
    names : tuple of str
        Observables, the last axis of the arrays.
    baseline : ndarray, shape (subjects, observables)
        The day before the first dose, at the clock time at which the run ends.
    end, end_day : ndarray, shape (subjects, observables)
        The last instant; the mean of the last 24 h. Flows are totals of the last 24 h.
    times : ndarray, shape (times,)
        Hours.
    series : ndarray, shape (subjects, times, observables)
        Flows are scaled to a day over the interval before each time.
    ledgers : dict of str to ndarray, shape (subjects, 2)
        What is not an observable: ledgers and stores at the first and the last instant.
    """

    names: tuple[str, ...]
    baseline: Array
    end: Array
    end_day: Array
    times: Array
    series: Array
    ledgers: dict[str, Array]


def collect_trajectories(
    names: Sequence[str], outputs: Sequence[str], day: Solution, run: Solution, hours: float
) -> Trajectories:
    """Return the observables of a run and of the baseline day before it.

    Parameters
    ----------
    names : sequence of str
        Observables wanted.
    outputs : sequence of str
        Last axis of the solutions' outputs.
    day, run : Solution
        The baseline day (0 to 24 h) and the run.
    hours : float
        Length of the run.
    """
    column = {name: index for index, name in enumerate(outputs)}
    phase = int(np.searchsorted(day.times, hours % DAY))
    baseline = np.stack(
        [
            _grow(day, column[FLOWS[name]], 0.0, DAY)
            if name in FLOWS
            else day.outputs[:, phase, column[name]]
            for name in names
        ],
        axis=-1,
    )
    series = np.stack(
        [
            _spread_flow(run, column[FLOWS[name]], baseline[:, position])
            if name in FLOWS
            else run.outputs[:, :, column[name]]
            for position, name in enumerate(names)
        ],
        axis=-1,
    )
    span = min(hours, DAY)
    end = series[:, -1, :].copy()
    end_day = _average(run.times, series, hours - span)
    for position, name in enumerate(names):
        if name in FLOWS:
            total = _grow(run, column[FLOWS[name]], hours - span, hours) * DAY / span
            end[:, position] = end_day[:, position] = total
    rest = [name for name in outputs if name not in names]
    ledgers = {name: run.outputs[:, [0, -1], column[name]] for name in rest}
    return Trajectories(tuple(names), baseline, end, end_day, run.times, series, ledgers)


def average_day(day: Solution, column: int) -> Array:
    """Return the mean of one output over a solution, shape (subjects,)."""
    return _average(day.times, day.outputs[:, :, column], day.times[0])


def _grow(solution: Solution, column: int, start: float, stop: float) -> Array:
    first, last = np.searchsorted(solution.times, [start, stop])
    return solution.outputs[:, last, column] - solution.outputs[:, first, column]


def _spread_flow(solution: Solution, column: int, before: Array) -> Array:
    ledger = solution.outputs[:, :, column]
    flow = np.diff(ledger, axis=1) / np.diff(solution.times) * DAY
    return np.concatenate([before[:, None], flow], axis=1)


def _average(times: Array, series: Array, start: float) -> Array:
    first = int(np.searchsorted(times, start))
    return np.trapezoid(series[:, first:], times[first:], axis=1) / (times[-1] - times[first])
