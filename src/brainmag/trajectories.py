"""From solver output to observables: values at the end, means of the last day, daily flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY
from brainmag.engine import Solution
from brainmag.people import CULTURE
from brainmag.tables import read_table

Array = NDArray[np.float64]

# Observables that are daily totals, and the ledger whose growth they are.
FLOWS = {"urine_mg": "urine_ledger", "faecal_mg": "faecal_ledger"}

# Levels whose highest is asked for: too much is dangerous.
PEAKS = ("plasma_mg",)

BODY_EXTRAS = (
    "magnesium_stores",
    "fed_ledger",
    "infused_ledger",
    "urine_ledger",
    "faecal_ledger",
    "sweat_ledger",
    "absorbed_ledger",
    "food_only_absorbed_ledger",
    "label_absorbed_ledger",
    "threonate_stores",
    "threonate_fed_ledger",
    "threonate_production_ledger",
    "threonate_urine_ledger",
    "threonate_faecal_ledger",
    "threonate_metabolised_ledger",
    "practice_gain",
    "placebo_gain",
)
DISH_EXTRAS = ("magnesium_stores", "medium_supplied_ledger", "medium_returned_ledger")

DAY_GRID = 0.25
LARGEST_SERIES = 500
SERIES_STEPS = (0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 12.0, 24.0)
# Hours up to which a daily series is told hour by hour: it would have next to nothing to show.
LONGEST_HOURLY = 4 * DAY


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
    highest : dict of str to ndarray, shape (subjects,)
        The largest at any output time that was reached, of the observables in `PEAKS`.
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
    highest: dict[str, Array]
    times: Array
    series: Array
    ledgers: dict[str, Array]


@cache
def read_units() -> Mapping[str, str]:
    """Return the unit of every observable.

    Examples
    --------
    >>> read_units()["plasma_mg"]
    'mmol/L'
    """
    return {row["name"]: row["unit"] for row in read_table("observables.tsv")}


@cache
def list_observables(who: str, cells: str = "neuron") -> tuple[str, ...]:
    """Return the observables of a preparation, in the order of the chain.

    Examples
    --------
    >>> list_observables("culture", "ht22")[:2]
    ('isf_mg', 'neuron_mg')
    """
    return tuple(
        row["name"]
        for row in read_table("observables.tsv")
        if who in row["preparations"].split(",") and row["cells"] in ("", cells)
    )


@cache
def list_outputs(who: str) -> tuple[str, ...]:
    """Return all that is recorded of a preparation: observables, ledgers and stores.

    Examples
    --------
    >>> "urine_ledger" in list_outputs("human"), "urine_ledger" in list_outputs("culture")
    (True, False)
    """
    is_dish = who == CULTURE
    prepared = {CULTURE} if is_dish else {"human", "rat", "mouse"}
    observables = [
        row["name"]
        for row in read_table("observables.tsv")
        if row["name"] not in FLOWS and prepared & set(row["preparations"].split(","))
    ]
    return (*observables, *(DISH_EXTRAS if is_dish else BODY_EXTRAS))


def collect_trajectories(
    names: Sequence[str],
    outputs: Sequence[str],
    day: Solution,
    run: Solution,
    hours: float,
    *,
    shown: NDArray[np.intp] | None = None,
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
    shown : ndarray of int, optional
        Which of the run's times the series keeps; all of them by default.
    """
    column = {name: index for index, name in enumerate(outputs)}
    phase = int(np.searchsorted(day.times, hours % DAY))
    span = min(hours, DAY)
    kept = run
    if shown is not None:
        kept = replace(run, times=run.times[shown], outputs=run.outputs[:, shown])
    rows, size = len(run.outputs), len(names)
    baseline, end, end_day = (np.empty((rows, size)) for _ in range(3))
    highest: dict[str, Array] = {}
    series = np.empty((rows, len(kept.times), size))
    for position, name in enumerate(names):
        if name in FLOWS:
            ledger = column[FLOWS[name]]
            baseline[:, position] = _grow(day, ledger, 0.0, DAY)
            total = _grow(run, ledger, hours - span, hours) * DAY / span
            end[:, position] = end_day[:, position] = total
            series[:, :, position] = _spread_flow(kept, ledger, baseline[:, position])
        else:
            levels = run.outputs[:, :, column[name]]
            baseline[:, position] = day.outputs[:, phase, column[name]]
            end[:, position] = levels[:, -1]
            end_day[:, position] = _average(run.times, levels, hours - span)
            series[:, :, position] = kept.outputs[:, :, column[name]]
            if name in PEAKS:
                highest[name] = np.fmax.reduce(levels, axis=1)
    rest = [name for name in outputs if name not in names]
    ledgers = {name: run.outputs[:, [0, -1], column[name]] for name in rest}
    return Trajectories(tuple(names), baseline, end, end_day, highest, kept.times, series, ledgers)


def list_series_times(hours: float, *, daily: bool) -> Array:
    """Return the times of a series: even, and so many that none is too long.

    Parameters
    ----------
    hours : float
        Length of the run.
    daily : bool
        Whether days are enough; a short run is told by the hour.

    Examples
    --------
    >>> list_series_times(30.0, daily=True)[-2:].tolist()
    [29.0, 30.0]
    >>> list_series_times(180.0, daily=True)[-3:].tolist()
    [144.0, 168.0, 180.0]
    """
    steps = SERIES_STEPS
    if daily:
        steps = (1.0,) if hours <= LONGEST_HOURLY else (DAY,)
    step = next((step for step in steps if hours / step <= LARGEST_SERIES), None)
    if step is None:
        step = DAY * np.ceil(hours / DAY / LARGEST_SERIES)
    return np.append(np.arange(0.0, hours, step), hours)


def list_last_day(hours: float) -> Array:
    """Return a fine grid over the last day of a run."""
    return np.append(np.arange(max(hours - DAY, 0.0), hours, DAY_GRID), hours)


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
