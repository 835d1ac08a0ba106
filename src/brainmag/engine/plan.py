"""The common timetable of a run: ends of segments, events, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine.events import Events
from brainmag.errors import InputError

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]

# Stands for "go on with the step size there was".
_NO_SLOT = -1


@dataclass(frozen=True)
class Plan:
    """A timetable in the form the compiled code reads.

    Attributes
    ----------
    wholes : array of int
        The flag that stops a run (0 or 1), then for every segment its slot, its first output and
        the one after its last; the first event of every segment and the number of events; the
        state and the kind (1 add, 0 set) of every event.
    reals : array of float
        Ends of the segments, the last times before them, values of the events, output times.
    segments, events, times : int
        How many there are.
    slots : int
        Kinds of events, each of which remembers a step size.
    rows : int
        Most outputs in one segment.
    """

    wholes: Wholes
    reals: Reals
    segments: int
    events: int
    times: int
    slots: int
    rows: int


def make_plan(
    start: float,
    stop: float,
    events: Events,
    output_times: Sequence[float] | Reals,
    stops: Sequence[float] | Reals,
) -> Plan:
    """Return the timetable of a run.

    The first segment ends at the start itself and so carries the events and outputs there.

    Raises
    ------
    InputError
        ``engine.bad_span``, ``engine.outside_run``, ``engine.not_sorted``.
    """
    if not (np.isfinite(start) and np.isfinite(stop) and start <= stop):
        raise InputError("engine.bad_span", start=start, stop=stop)
    outputs = np.asarray(output_times, dtype=np.float64)
    halts = np.asarray(stops, dtype=np.float64)
    for what, times in (("event", events.time), ("output", outputs), ("stop", halts)):
        _check_times(what, times, start, stop)
    targets = np.unique(np.concatenate([[start, stop], events.time, halts]))
    if start == stop:
        targets = np.array([start])
    # A rate that jumps at a target must not be felt by the step that ends there.
    limits = np.nextafter(targets, -np.inf)
    event_first = np.concatenate(
        [np.searchsorted(events.time, targets, side="left"), [len(events.time)]]
    )
    output_last = np.searchsorted(outputs, targets, side="right")
    output_first = np.concatenate([[0], output_last[:-1]])
    slots = _find_slots(events, event_first)
    wholes = [np.zeros(1), slots, output_first, output_last, event_first, events.state, events.add]
    return Plan(
        wholes=np.concatenate(wholes).astype(np.int64),
        reals=np.concatenate([targets, limits, events.value, outputs]),
        segments=len(targets),
        events=len(events.time),
        times=len(outputs),
        slots=int(slots.max()) + 1,
        rows=int((output_last - output_first).max()),
    )


def _check_times(what: str, times: Reals, start: float, stop: float) -> None:
    if times.ndim != 1 or not np.all(np.diff(times) >= 0):
        raise InputError("engine.not_sorted", what=what)
    inside = (times >= start) & (times <= stop)
    if not np.all(inside):
        given = times[~inside][0]
        raise InputError("engine.outside_run", what=what, given=given, start=start, stop=stop)


def _find_slots(events: Events, event_first: Wholes) -> Wholes:
    """Return for every segment the number of the kind of events at its beginning.

    Groups of events that do the same thing to the same states are of one kind.
    """
    kinds: dict[object, int] = {}
    slots = np.full(len(event_first) - 1, _NO_SLOT)
    for segment in range(len(slots)):
        # The very start is a kind of its own.
        kind: object = None
        if segment > 0:
            chosen = slice(event_first[segment - 1], event_first[segment])
            parts = (events.state[chosen], events.add[chosen], events.value[chosen])
            kind = tuple(part.tobytes() for part in parts)
            if segment > 1 and chosen.start == chosen.stop:
                continue
        slots[segment] = kinds.setdefault(kind, len(kinds))
    return slots
