"""Events as SBML means them: what becomes due when, and what is done first."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from brainmag.engine.once.interpret import EventFunctions, Interpreted, Values
from brainmag.errors import ComputationError

# Changes at one instant; more of them never end.
MOST_AT_ONE_INSTANT = 100_000


@dataclass(frozen=True)
class _Due:
    """Changes that wait for their time."""

    time: float
    event: int
    values: Values | None


@dataclass
class Agenda:
    """What has been triggered and not yet been done.

    Parameters
    ----------
    model : Interpreted
        Its functions.
    """

    model: Interpreted
    _waiting: list[_Due] = field(default_factory=list[_Due])
    # Events of one priority take turns at random, and in every run at the same random.
    _dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311
    _was: list[bool] = field(default_factory=list[bool])

    def start(self) -> None:
        """Set every condition to what it counts as before the start."""
        self._was = [event.rule.starts_true for event in self.model.events]

    @property
    def next_time(self) -> float:
        """When the next change is due; infinity when none is."""
        return min((due.time for due in self._waiting), default=math.inf)

    def settle(self, time: float, states: Values) -> bool:
        """Do everything that is due at an instant; return whether anything was.

        Raises
        ------
        ComputationError
            ``engine.endless_events``, ``engine.bad_delay``.
        """
        self._notice(time, states)
        for count in range(MOST_AT_ONE_INSTANT):
            due = self._choose(time, states)
            if due is None:
                return count > 0
            self._waiting.remove(due)
            _change(self.model.events[due.event], due.values, time, states)
            self._notice(time, states)
        raise ComputationError("engine.endless_events", time=time)

    def _notice(self, time: float, states: Values) -> None:
        """Take up what has become true, and drop what has become false."""
        now = self.model.triggers(time, states)
        for number, (holds, was) in enumerate(zip(now, self._was, strict=True)):
            event = self.model.events[number]
            if holds and not was:
                delay = 0.0 if event.delay is None else event.delay(time, states)[0]
                if not delay >= 0.0:
                    raise ComputationError("engine.bad_delay", given=delay, time=time)
                values = event.values(time, states) if event.rule.is_valued_at_trigger else None
                self._waiting.append(_Due(time + delay, number, values))
            elif was and not holds and not event.rule.is_persistent:
                self._waiting = [due for due in self._waiting if due.event != number]
        self._was = [bool(holds) for holds in now]

    def _choose(self, time: float, states: Values) -> _Due | None:
        """Return what is done next: the highest priority, and those without one in turn."""
        ready = [due for due in self._waiting if due.time <= time]
        if len(ready) < 2:
            return ready[0] if ready else None
        ranks = [self._rank(due, time, states) for due in ready]
        highest = max(ranks)
        if highest == -math.inf:
            return ready[0]
        return self._dice.choice(
            [due for due, rank in zip(ready, ranks, strict=True) if rank == highest]
        )

    def _rank(self, due: _Due, time: float, states: Values) -> float:
        priority = self.model.events[due.event].priority
        rank = -math.inf if priority is None else priority(time, states)[0]
        return -math.inf if math.isnan(rank) else rank


def _change(event: EventFunctions, values: Values | None, time: float, states: Values) -> None:
    """Give states their new values, all of them from what held before."""
    if values is None:
        values = event.values(time, states)
    sizes = event.sizes(time, states)
    for change, value, size in zip(event.rule.changes, values, sizes, strict=True):
        states[change.state] = value * size
