"""Find what repeats in a list of events, so that a long schedule is told in a few lines."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from brainmag.clock import DAY
from brainmag.intake import Event

# Spacings that differ by less are even, h; schedules are exact to a nanohour.
TIME_TOLERANCE = 1e-6
# Rates of like infusions differ in their last bits; to this many digits they are the same.
DIGITS = 12

# What an event is called, by the state it changes; every other state is reached by a dose.
_KINDS = {
    "solid_food": "meal",
    "feeding_rate": "feeding",
    "drinking_rate": "drinking",
    "drinking_threonate_rate": "drinking",
    "infusion_rate": "infusion",
    "medium_magnesium": "medium",
    "medium_threonate": "medium",
}

Change = tuple[str, str, float]
"""State, what is done to it ("add" or "set"), and the value."""


@dataclass(frozen=True)
class Recurrence:
    """The same changes, once or at even intervals.

    Attributes
    ----------
    name : str
        What happens and a number, such as ``meal_1``.
    changes : tuple of Change
        What happens each time; no state is changed twice.
    first : float
        Time of the first, h.
    every : float
        From one to the next, h; 0 when there is but one.
    count : int
        How many there are.
    """

    name: str
    changes: tuple[Change, ...]
    first: float
    every: float
    count: int


def find_recurrences(events: Iterable[Event]) -> tuple[Recurrence, ...]:
    """Return the recurrences that a list of events is made of, in order of their first time.

    Changes of one state at one time are joined into one, so that the order in which events of
    one time are carried out does not matter.

    Parameters
    ----------
    events : iterable of Event
        As `intake.list_events` gives them.

    Examples
    --------
    >>> meals = [(24 * day + 7.5, "solid_food", "add", 4.0) for day in range(3)]
    >>> find_recurrences(meals)[0]
    Recurrence(name='meal_1', changes=(('solid_food', 'add', 4.0),), first=7.5, every=24.0, count=3)
    """
    times: defaultdict[tuple[str, tuple[Change, ...]], list[float]] = defaultdict(list)
    for time, changes in sorted(_join_changes(events).items()):
        kinds: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            kinds[_KINDS.get(change[0], "dose")].append(change)
        for kind, same_kind in kinds.items():
            times[kind, tuple(same_kind)].append(time)
    found = [
        Recurrence(kind, changes, run[0], _measure_interval(run), len(run))
        for (kind, changes), occurrences in times.items()
        for run in _split_evenly(occurrences)
    ]
    return _number(sorted(found, key=lambda one: (one.first, one.name)))


def _join_changes(events: Iterable[Event]) -> dict[float, tuple[Change, ...]]:
    """Return each time's changes, one per state: additions summed, of settings the last."""
    joined: defaultdict[float, dict[str, tuple[str, list[float]]]] = defaultdict(dict)
    for time, state, what, value in events:
        action, values = joined[time].get(state, (what, []))
        joined[time][state] = ("set", [value]) if what == "set" else (action, [*values, value])
    return {
        time: tuple(
            (state, what, _tidy(math.fsum(values))) for state, (what, values) in states.items()
        )
        for time, states in joined.items()
    }


def _tidy(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _split_evenly(times: Sequence[float]) -> list[list[float]]:
    """Return runs of evenly spaced times: one, or else hour of the day by hour of the day."""
    runs = _find_runs(times)
    if len(runs) == 1:
        return runs
    by_hour: defaultdict[float, list[float]] = defaultdict(list)
    for time in times:
        by_hour[round(time % DAY, 6)].append(time)
    return [run for same_hour in by_hour.values() for run in _find_runs(same_hour)]


def _find_runs(times: Sequence[float]) -> list[list[float]]:
    runs: list[list[float]] = []
    for time in times:
        run = runs[-1] if runs else []
        if run and (len(run) == 1 or abs(time - 2 * run[-1] + run[-2]) < TIME_TOLERANCE):
            run.append(time)
        else:
            runs.append([time])
    return runs


def _measure_interval(run: Sequence[float]) -> float:
    return round((run[-1] - run[0]) / (len(run) - 1), DIGITS) if len(run) > 1 else 0.0


def _number(recurrences: Iterable[Recurrence]) -> tuple[Recurrence, ...]:
    counts: defaultdict[str, int] = defaultdict(int)
    numbered: list[Recurrence] = []
    for one in recurrences:
        counts[one.name] += 1
        numbered.append(replace(one, name=f"{one.name}_{counts[one.name]}"))
    return tuple(numbered)
