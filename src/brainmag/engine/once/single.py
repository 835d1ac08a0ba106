"""A model that is run once: Rodas5P from event to event, recorded at evenly spaced times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import control, tableau
from brainmag.engine.once.agenda import Agenda
from brainmag.engine.once.crossing import (
    EXTRA_LOOKS,
    is_unresolved,
    locate,
    may_cross_unseen,
)
from brainmag.engine.once.interpret import Interpreted, Values, interpret
from brainmag.engine.once.rosenbrock import Step, Stepper
from brainmag.errors import ComputationError, InputError

if TYPE_CHECKING:
    from brainmag.engine.system import EquationSystem

Reals = NDArray[np.float64]

RELATIVE_TOLERANCE = 1e-9
# Below this fraction of the largest value a state has had, its error counts by that value.
FLOOR = 1e-4
SMALLEST = 1e-30
FIRST_FRACTION = 1e-4
# A run has at least so many steps where conditions are watched or rates depend on the time itself,
# and looks so often at each condition.
LEAST_STEPS = 50
LOOKS = (0.25, 0.5, 0.75, 1.0)
MOST_STEPS = 2_000_000
MOST_RETRIES = 8
# So many jumps within a span of no account, and one step follows the rates as they are.
MOST_JUMPS = 30
PROGRESS = 1e-9
# So many jumps within a fraction of the run, and it would never end.
MANY_JUMPS = 1000
LEAST_ADVANCE = 1e-5
# So many steps in turn below such a fraction of the run lead nowhere: something has no bound.
TINY, MOST_TINY = 1e-12, 5000


@dataclass(frozen=True)
class Record:
    """What was recorded.

    Attributes
    ----------
    names : tuple of str
        Of the outputs.
    times : array, shape (T,)
        Those that were reached.
    values : array, shape (T, K)
        Outputs at these times.
    reached : float
        Time at which the run ended.
    failure : ComputationError or None
        Why it ended early, if it did.
    """

    names: tuple[str, ...]
    times: Reals
    values: Reals
    reached: float
    failure: ComputationError | None


def solve_once(system: EquationSystem, start: float, stop: float, points: int) -> Record:
    """Run a model once.

    Parameters
    ----------
    system : EquationSystem
        Its equations and events.
    start, stop : float
        First and last time.
    points : int
        Evenly spaced times at which the outputs are recorded, both ends included. They do not
        influence the steps: an output in common of two grids is the same to the last bit.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        ``engine.bad_span``.

    Examples
    --------
    >>> from brainmag.engine.reading.document import read_text
    >>> from brainmag.engine.reading.sbml import read_everything
    >>> system = read_everything(read_text("model m; x = 1; x' = -x; end"))
    >>> record = solve_once(system, 0.0, 1.0, 3)
    >>> record.values[:, 0].round(6).tolist()
    [1.0, 0.606531, 0.367879]
    """
    if not (math.isfinite(start) and math.isfinite(stop) and start < stop):
        raise InputError("engine.bad_span", start=start, stop=stop)
    times = np.linspace(start, stop, points)
    run = _Run(interpret(system), start, stop, times)
    failure = None
    try:
        # What is no number is dealt with where it arises.
        with np.errstate(all="ignore"):
            run.run()
    except ComputationError as error:
        failure = error
    except KeyboardInterrupt:
        failure = ComputationError("engine.interrupted")
    count = len(run.rows)
    values = np.array(run.rows).reshape(count, len(system.outputs))
    return Record(system.outputs, times[:count], values, run.time, failure)


class _Run:
    """One run under way."""

    def __init__(self, model: Interpreted, start: float, stop: float, times: Reals) -> None:
        self.rows: list[Values] = []
        self._model = model
        self.time, self._stop = start, stop
        self._span = stop - start
        self._times = times.tolist()
        self._states = list(model.initial)
        self._agenda = Agenda(model)
        self._stepper = Stepper(model.equations)
        self._live_stepper = cache(lambda: Stepper(model.live_equations()))
        self._moving = model.equations.moving
        self._size = FIRST_FRACTION * self._span
        self._largest = np.abs(self._take(self._states))
        self._jumps = self._all_jumps = 0
        self._marked = start
        self._tiny = 0

    def run(self) -> None:
        """Go to the end, or to where it cannot go on."""
        self._agenda.start()
        self._agenda.settle(self.time, self._states)
        self._record_now()
        for _ in range(MOST_STEPS):
            if self.time >= self._stop:
                return
            self._advance()
        raise ComputationError("engine.too_many_steps", time=self.time, count=MOST_STEPS)

    def _take(self, states: Values) -> Reals:
        return np.array([states[position] for position in self._moving])

    def _put(self, moving: Reals) -> Values:
        states = list(self._states)
        for position, value in zip(self._moving, moving.tolist(), strict=True):
            states[position] = value
        return states

    def _advance(self) -> None:
        """Make one step, up to the next jump if there is one in it."""
        is_stuck = self._jumps > MOST_JUMPS
        step, end = self._find_step(is_live=is_stuck)
        # A quantity that is held where it jumps is left to the error estimate.
        landed = self._find_jump(step, end, only_triggers=is_stuck)
        after = step.after if landed == end else step.at(landed)
        self._record_until(step, landed)
        self._largest = np.maximum(self._largest, np.abs(after))
        self._count_jump(landed, is_jump=landed < end or is_stuck)
        self._states = self._put(after)
        self.time = landed
        if self._agenda.settle(landed, self._states):
            # After an event a run begins anew: what comes next may be short.
            self._size = min(self._size, FIRST_FRACTION * self._span)
        self._record_now()

    def _count_jump(self, landed: float, *, is_jump: bool) -> None:
        """Keep account of jumps, to tell a quantity that is held where it jumps."""
        is_tiny = landed - self.time < TINY * self._span
        self._tiny = self._tiny + 1 if is_tiny else 0
        if self._tiny > MOST_TINY:
            raise ComputationError("engine.step_too_small", time=landed)
        # Without anything watched short steps are those of a run that grows beyond all bounds.
        is_short = bool(self._model.watches) and landed - self.time < PROGRESS * self._span
        self._jumps = self._jumps + 1 if is_short else 0
        if not is_jump:
            return
        self._all_jumps += 1
        if self._all_jumps % MANY_JUMPS == 0:
            if landed - self._marked < LEAST_ADVANCE * self._span:
                raise ComputationError("engine.stuck", time=landed)
            self._marked = landed

    def _find_step(self, *, is_live: bool) -> tuple[Step, float]:
        """Return a step whose error is small enough, and its end."""
        if self._model.watches or len(self._model.equations.timed):
            self._size = min(self._size, self._span / LEAST_STEPS)
        first, retries = self._size, 0
        modes = self._model.modes(self.time, self._states)
        while True:
            step, end = self._try_step(modes, is_live=is_live)
            error = self._measure(step)
            if math.isfinite(error):
                factor = control.LARGEST_GROWTH
                if error > 0.0:
                    factor = min(factor, control.SAFETY * error ** (-1.0 / tableau.ERROR_ORDER))
                factor = max(factor, control.LARGEST_CUT)
                following = factor * step.size
                if error <= 1.0 and not self._hides_jump(step, end):
                    # A step cut short by an event says nothing against the longer one.
                    self._size = max(self._size, following) if self._is_cut(step) else following
                    return step, end
                self._size = min(following, 0.5 * step.size)
                continue
            retries += 1
            self._size = control.LARGEST_CUT * step.size
            if retries > MOST_RETRIES:
                if is_live or not self._model.watches:
                    raise ComputationError("engine.not_finite", time=self.time)
                # Beyond a jump a rate need not have a value.
                is_live, retries, self._size = True, 0, first

    def _try_step(self, modes: Values, *, is_live: bool) -> tuple[Step, float]:
        """Return a step of the size wanted, or up to where the next change is due."""
        limit = min(self._stop, self._agenda.next_time)
        is_last = self._size >= limit - self.time
        end = limit if is_last else self.time + self._size
        # Half a spacing of numbers would be rounded up to a whole one, time and again.
        if end <= self.time or (not is_last and self._size < math.ulp(self.time)):
            raise ComputationError("engine.step_too_small", time=self.time)
        stepper = self._live_stepper() if is_live else self._stepper
        return stepper.attempt(self.time, self._states, modes, end - self.time), end

    def _is_cut(self, step: Step) -> bool:
        return step.size < self._size

    def _measure(self, step: Step) -> float:
        """Return the largest error relative to what is allowed."""
        if not len(step.error):
            return 0.0
        size = np.maximum(np.abs(step.before), np.abs(step.after))
        allowed = RELATIVE_TOLERANCE * (size + FLOOR * np.maximum(size, self._largest)) + SMALLEST
        return float(np.max(np.abs(step.error) / allowed))

    def _place(self, step: Step, time: float, end: float) -> Values:
        """Return all states at a time within a step."""
        return self._put(step.after if time == end else step.at(time))

    def _hides_jump(self, step: Step, end: float) -> bool:
        """Tell whether something watched may jump to and fro between two looks."""
        if not self._model.watches or step.size < PROGRESS * self._span:
            return False
        model = self._model
        looks = [self.time + look * step.size for look in LOOKS[:-1]]
        seen = [model.gaps(self.time, self._states)]
        seen += [model.gaps(time, self._place(step, time, end)) for time in (*looks, end)]
        gaps = np.array(seen)
        if may_cross_unseen(gaps):
            return True
        if not model.wave_places:
            return False
        # A wave may go to and fro many times between two looks.
        others = [self.time + look * step.size for look in EXTRA_LOOKS]
        extra = [model.waves(time, self._place(step, time, end)) for time in others]
        return is_unresolved(gaps[:, model.wave_places], np.array(extra))

    def _find_jump(self, step: Step, end: float, *, only_triggers: bool) -> float:
        """Return when, within a step, something watched has changed; its end if nothing has."""
        if not self._model.watches:
            return end
        model = self._model
        watched = model.triggers if only_triggers else model.watched
        before = watched(self.time, self._states)
        # How far a trigger is from changing is known of its parts alone: without them, by halves.
        unknown = [math.nan] * len(before)
        low = self.time
        for look in LOOKS:
            high = end if look == 1.0 else self.time + look * step.size
            if high > low and watched(high, self._place(step, high, end)) != before:
                return locate(
                    low,
                    high,
                    lambda time: watched(time, self._place(step, time, end)),
                    lambda time: (
                        unknown if only_triggers else model.gaps(time, self._place(step, time, end))
                    ),
                )
            low = high
        return end

    def _record_now(self) -> None:
        while len(self.rows) < len(self._times) and self._times[len(self.rows)] <= self.time:
            time = self._times[len(self.rows)]
            self.rows.append(self._model.readouts(time, self._states))

    def _record_until(self, step: Step, landed: float) -> None:
        """Record what lies within a step, before its end."""
        while len(self.rows) < len(self._times) and self._times[len(self.rows)] < landed:
            time = self._times[len(self.rows)]
            self.rows.append(self._model.readouts(time, self._put(step.at(time))))
