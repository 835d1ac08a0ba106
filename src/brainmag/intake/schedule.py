"""When what is swallowed, drunk and infused: an intake as data, and its events on the run's clock.

A run starts at 00:00. Meals are at 07:30, 12:30 and 18:30, each a third of the day's diet. A fast
lasts from 12 h before a dose until 4 h after it; the day's diet is kept and spread evenly over the
meals that are left. A dose whose time is the end of the run or later is not given.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from brainmag.clock import DAY
from brainmag.intake.products import Dissolution, Portion, Product
from brainmag.intake.quantities import MG_PER_MMOL

MEAL_HOURS = (7.5, 12.5, 18.5)
FIRST_DOSE_HOUR = 8.0
FAST_BEFORE = 12.0
FAST_AFTER = 4.0

Feeding = Literal["meals", "constant", "none"]
Event = tuple[float, str, Literal["add", "set"], float]
"""Time (h from the start), state, what is done to it, and the value (mmol or mmol/h)."""

_SOLID_STATES: dict[Dissolution, tuple[str, ...]] = {
    "soluble": ("lumen_magnesium", "lumen_label"),
    "hydroxide": ("solid_hydroxide",),
    "oxide": ("solid_oxide",),
}


@dataclass(frozen=True)
class Course:
    """One product taken dose by dose.

    Attributes
    ----------
    product : Product
    portion : Portion
        What each dose holds.
    first : tuple of float
        Times of the first round of doses, h.
    every : float or None
        Hours from one round to the next; None for one round only.
    until : float
        No dose at this time or later, h.
    infuse : float or None
        Length of an infusion, h; None when swallowed.
    with_meal : bool
        Whether each dose moves to the meal nearest to its time.
    """

    product: Product
    portion: Portion
    first: tuple[float, ...]
    every: float | None
    until: float = math.inf
    infuse: float | None = None
    with_meal: bool = False


@dataclass(frozen=True)
class Drinking:
    """A product in the drinking water: mmol per hour, all day, to the end of the run."""

    product: Product
    magnesium_mmol_per_h: float
    threonate_mmol_per_h: float


@dataclass(frozen=True)
class DietSpan:
    """Another diet from ``start`` (h) until ``stop`` (h)."""

    mg_per_day: float
    start: float
    stop: float


@dataclass(frozen=True)
class Intake:
    """All that enters one body.

    Attributes
    ----------
    feeding : {"meals", "constant", "none"}
        Three meals a day (a person), food at a constant rate (an animal), or none (a dish).
    diet_mg : float
        Magnesium in the daily food, mg, before the run and wherever no span says otherwise.
    diet_spans : tuple of DietSpan
        Where two overlap the first of them counts.
    courses : tuple of Course
    drinking : Drinking or None
    fasted : bool
        Whether every dose is taken on an overnight fast.
    """

    feeding: Feeding
    diet_mg: float
    diet_spans: tuple[DietSpan, ...] = ()
    courses: tuple[Course, ...] = ()
    drinking: Drinking | None = None
    fasted: bool = False


@dataclass(frozen=True)
class GivenDose:
    """One dose that falls within the run; ``end`` is that of its infusion, if it is one."""

    time: float
    end: float
    course: Course


def space_doses(times_a_day: int) -> tuple[float, ...]:
    """Return the hours of the first day's round of doses, evenly spaced from 08:00.

    Examples
    --------
    >>> space_doses(3)
    (8.0, 16.0, 24.0)
    """
    return tuple(FIRST_DOSE_HOUR + DAY * k / times_a_day for k in range(times_a_day))


def list_doses(intake: Intake, stop: float) -> tuple[GivenDose, ...]:
    """Return every dose given before ``stop`` (h), in order of time."""
    doses = (dose for course in intake.courses for dose in _repeat_course(course, stop))
    return tuple(sorted(doses, key=lambda dose: dose.time))


def list_events(intake: Intake, stop: float) -> tuple[Event, ...]:
    """Return every event of a run from 0 to ``stop`` (h), in order of time.

    Examples
    --------
    >>> [event[:3] for event in list_events(Intake("meals", 300), stop=13.0)]
    [(7.5, 'solid_food', 'add'), (12.5, 'solid_food', 'add')]
    """
    doses = list_doses(intake, stop)
    events = [
        *_start_drinking(intake),
        *(_set_feeding(intake, stop) if intake.feeding == "constant" else ()),
        *(_serve_meals(intake, doses, stop) if intake.feeding == "meals" else ()),
        *_swallow(doses),
        *_infuse(doses, stop),
    ]
    return tuple(sorted(events, key=lambda event: event[0]))


def baseline_day_events(intake: Intake) -> tuple[Event, ...]:
    """Return the events of the day before the first dose: the usual diet and nothing else.

    Examples
    --------
    >>> len(baseline_day_events(Intake("meals", 300))), baseline_day_events(Intake("constant", 20))
    (3, ())
    """
    return list_events(Intake(intake.feeding, intake.diet_mg), DAY)


def initial_inputs(intake: Intake) -> dict[str, float]:
    """Return the level of each input state before the run: mmol/h of an animal's food.

    Examples
    --------
    >>> round(initial_inputs(Intake("constant", 20))["feeding_rate"], 4)
    0.0343
    >>> initial_inputs(Intake("meals", 300))
    {}
    """
    if intake.feeding != "constant":
        return {}
    return {"feeding_rate": _hourly_food(intake.diet_mg)}


def leaves_day_without_meal(intake: Intake, stop: float) -> bool:
    """Return whether fasting for the doses forbids every meal of some day."""
    if not intake.fasted:
        return False
    times = [dose.time for dose in list_doses(intake, stop)]
    return any(not _meals_left(start, times) for start in _day_starts(stop))


def _tidy(time: float) -> float:
    """Snap a time to a nanohour: times meant to be equal are then equal to the last bit."""
    return round(time, 9)


def _hourly_food(mg_per_day: float) -> float:
    return mg_per_day / DAY / MG_PER_MMOL


def _day_starts(stop: float) -> Iterator[float]:
    return (DAY * day for day in range(math.ceil(stop / DAY)))


def _repeat_course(course: Course, stop: float) -> Iterator[GivenDose]:
    end = min(course.until, stop)
    for first in course.first:
        rounds = 1
        if course.every is not None and end > first:
            rounds = math.ceil((end - first) / course.every) + 1
        for k in range(rounds):
            time = first + k * (course.every or 0.0)
            if _tidy(time) >= end:
                break
            if course.with_meal:
                time = _move_to_meal(time)
            if time < stop:
                # Snapped once each: an end and a start meant to touch do so to the last bit.
                yield GivenDose(_tidy(time), _tidy(time + (course.infuse or 0.0)), course)


def _move_to_meal(time: float) -> float:
    """Return the meal nearest to a time, within the run; of two as near, the earlier."""
    day = math.floor(time / DAY)
    days = range(max(day - 1, 0), day + 2)
    meals = (DAY * one + meal for one in days for meal in MEAL_HOURS)
    return min(meals, key=lambda meal: abs(meal - time))


def _diet_at(intake: Intake, time: float) -> float:
    for span in intake.diet_spans:
        if span.start <= time < span.stop:
            return span.mg_per_day
    return intake.diet_mg


def _meals_left(day_start: float, dose_times: list[float]) -> list[float]:
    """Return the meals of a day that no fast forbids; ``dose_times`` are sorted."""
    left: list[float] = []
    for meal in (day_start + hour for hour in MEAL_HOURS):
        # A dose forbids this meal from FAST_BEFORE ahead of it until FAST_AFTER behind it.
        later = bisect.bisect_right(dose_times, meal - FAST_AFTER)
        if later == len(dose_times) or dose_times[later] > meal + FAST_BEFORE:
            left.append(meal)
    return left


def _serve_meals(intake: Intake, doses: tuple[GivenDose, ...], stop: float) -> Iterator[Event]:
    fast_times = [dose.time for dose in doses] if intake.fasted else []
    for start in _day_starts(stop):
        meals = _meals_left(start, fast_times)
        for time in meals:
            diet = _diet_at(intake, time)
            if time < stop and diet > 0:
                yield time, "solid_food", "add", diet / len(meals) / MG_PER_MMOL


def _set_feeding(intake: Intake, stop: float) -> Iterator[Event]:
    changes = {edge for span in intake.diet_spans for edge in (span.start, span.stop)}
    for time in sorted(edge for edge in changes if edge < stop):
        yield time, "feeding_rate", "set", _hourly_food(_diet_at(intake, time))


def _start_drinking(intake: Intake) -> Iterator[Event]:
    if intake.drinking is None:
        return
    if intake.drinking.magnesium_mmol_per_h:
        yield 0.0, "drinking_rate", "set", intake.drinking.magnesium_mmol_per_h
    if intake.drinking.threonate_mmol_per_h:
        yield 0.0, "drinking_threonate_rate", "set", intake.drinking.threonate_mmol_per_h


def _swallow(doses: tuple[GivenDose, ...]) -> Iterator[Event]:
    for dose in doses:
        if dose.course.infuse is not None:
            continue
        portion = dose.course.portion
        if portion.magnesium_mmol:
            for state in _SOLID_STATES[dose.course.product.dissolution]:
                yield dose.time, state, "add", portion.magnesium_mmol
        if portion.threonate_mmol:
            yield dose.time, "lumen_threonate", "add", portion.threonate_mmol


def _infuse(doses: tuple[GivenDose, ...], stop: float) -> Iterator[Event]:
    """Yield the exact level at each change: a sum over the infusions then running."""
    changes: dict[float, tuple[list[int], list[int]]] = {}
    rates: dict[int, float] = {}
    for number, dose in enumerate(doses):
        if dose.course.infuse is None:
            continue
        rates[number] = dose.course.portion.magnesium_mmol / (dose.end - dose.time)
        changes.setdefault(dose.time, ([], []))[0].append(number)
        changes.setdefault(dose.end, ([], []))[1].append(number)
    running: dict[int, float] = {}
    for time in sorted(changes):
        if time >= stop:
            return
        started, ended = changes[time]
        for number in ended:
            del running[number]
        running.update({number: rates[number] for number in started})
        yield time, "infusion_rate", "set", math.fsum(running.values())
