"""What is done to whom and when, as PEtab's conditions and experiments.

An experiment is one group followed on the study's own clock. It begins some weeks earlier with
usual days, so that the body settles on them whatever its parameters are. Where a group is compared
with another of another kind, or one that is treated too, that one comes before it in the same
experiment, and what is read of it is kept.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from brainmag.clock import DAY
from brainmag.inference.petab_parameters import (
    TOLERANCE,
    Standard,
    build_standard_subject,
    write_number,
)
from brainmag.inference.petab_readings import Reading, locate_terms, name_day
from brainmag.intake import Event, Intake, baseline_day_events
from brainmag.people import CULTURE
from brainmag.record.measurements import Figure
from brainmag.record.terms import Cohort, list_terms
from brainmag.report.recurrence import find_recurrences
from brainmag.scenario import Medium, Scenario, list_run_events
from brainmag.simulate import USUAL_LEVELS, prepare

MODELS = ("chain", "dish")
# Usual days before a group's clock starts.
RUN_IN = 28 * DAY
# What takes weeks to years settles within these days, since until the last of them its time
# constant is this long. Where it settles does not depend on how fast it does.
OWN_PACE = 4 * DAY
QUICK = 2 * DAY
SLOW_RATES = ("slow_rate", "bone_rate", "labile_rate", "persistent_rate")
SLOW_TIMES = ("barrier_time", "amyloid_time")

Changes = dict[str, str]
"""New value of each of some quantities, as formulas."""


@dataclass(frozen=True)
class Leg:
    """One group's part of an experiment.

    Attributes
    ----------
    cohort : Cohort
    zero : float
        When its own clock starts, on the clock of the experiment, h.
    stop : float
        Until when it is followed, on its own clock; not beyond 0 when nothing is done to it.
    """

    cohort: Cohort
    zero: float
    stop: float


@dataclass(frozen=True)
class Experiment:
    """What is simulated once for some figures.

    Attributes
    ----------
    id : str
    model : str
        ``chain`` or ``dish``.
    periods : tuple of (float, str)
        From when which condition holds; several may begin together.
    figures : tuple of Figure
        What is read at its end.
    """

    id: str
    model: str
    periods: tuple[tuple[float, str], ...]
    figures: tuple[Figure, ...]


@dataclass
class Timeline:
    """What changes at which time, by kind, while an experiment is put together."""

    changes: defaultdict[tuple[float, str], Changes] = field(
        default_factory=lambda: defaultdict[tuple[float, str], Changes](dict)
    )

    def add(self, time: float, kind: str, changes: Changes) -> None:
        """Note changes; raise ValueError when they contradict earlier ones: a fault of the code."""
        here = self.changes[round(time, 9), kind]
        for target, value in changes.items():
            if here.setdefault(target, value) != value:
                raise ValueError(f"{target} becomes {here[target]} and {value} at {time}")


@dataclass
class Writer:
    """Puts experiments together, and gives equal conditions one name.

    Attributes
    ----------
    standard : Standard
    cohorts : tuple of Cohort
        All groups that occur.
    conditions : dict of str to dict
        Changes by the name of the condition.
    """

    standard: Standard
    cohorts: tuple[Cohort, ...]
    conditions: dict[str, Changes] = field(default_factory=dict[str, Changes])
    _names: dict[tuple[tuple[str, str], ...], str] = field(
        default_factory=dict[tuple[tuple[str, str], ...], str]
    )
    _counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))

    def write(self, name: str, figures: tuple[Figure, ...]) -> Experiment:
        """Return the experiment from which some figures of one group are read."""
        timeline = Timeline()
        for leg, reference in self._plan(figures):
            self._follow(timeline, leg)
            for figure in figures:
                _read(timeline, leg, figure, reference=reference)
        periods = tuple(
            (time, self._name(kind, changes))
            for (time, kind), changes in sorted(timeline.changes.items())
        )
        return Experiment(name, name_model(list_terms(figures[0])[0].cohort), periods, figures)

    @cached_property
    def _subjects(self) -> dict[Cohort, Changes]:
        """Return for each group who it is and where it starts, before anything is done to it."""
        found: dict[Cohort, Changes] = {}
        for model in MODELS:
            cohorts = [one for one in self.cohorts if name_model(one) == model]
            subjects = [find_base(cohorts).subject, *(one.subject for one in cohorts)]
            told = [values for one in subjects for values in self.standard.express(one)]
            varied = _list_varied(told) | set(USUAL_LEVELS)
            for home in {one.home for one in cohorts}:
                own = self.standard.express(home.subject)[0]
                parameters = {name: own[name] for name in own if name in varied}
                fixed = {TOLERANCE: write_number(0.0), **_hurry(own)}
                found[home] = {**parameters, **fixed, **_find_states(home)}
        return found

    @staticmethod
    def _plan(figures: tuple[Figure, ...]) -> list[tuple[Leg, str]]:
        """Return the legs of an experiment, and what is read in each: own, reference or both."""
        figure = figures[0]
        terms = list_terms(figure)
        readings = locate_terms(figure)
        own = Leg(terms[0].cohort, 0.0, readings[0].time)
        if len(terms) == 1:
            return [(own, "own")]
        other, reading = terms[1].cohort, readings[1]
        if other.home == own.cohort.home and reading.is_usual:
            return [(own, "both")]
        days = math.ceil(max(reading.time, 0.0) / DAY)
        return [(Leg(other, -RUN_IN - days * DAY, reading.time), "reference"), (own, "own")]

    def _follow(self, timeline: Timeline, leg: Leg) -> None:
        """Note who a group is, its usual days, and what is then done to it."""
        cohort, zero = leg.cohort, leg.zero
        home = cohort.home
        timeline.add(zero - RUN_IN, home.subject.who, self._subjects[home])
        own = self.standard.express(home.subject)[0]
        timeline.add(zero - OWN_PACE, "pace", {name: own[name] for name in _hurry(own)})
        for day in range(round(RUN_IN / DAY)):
            start = day * DAY - RUN_IN
            meals = [(start + one[0], *one[1:]) for one in baseline_day_events(home.intake)]
            _give(timeline, zero, [one for one in meals if one[0] < leg.stop])
        if leg.stop <= 0.0:
            return
        timeline.add(zero - DAY, "read", {name_day(name): "0" for name in USUAL_LEVELS.values()})
        timeline.add(zero, "start", self._start(cohort))
        scenario = Scenario(cohort.subject, cohort.intake, leg.stop, medium=cohort.medium)
        _give(timeline, zero, [one for one in list_run_events(scenario) if one[0] < leg.stop])

    def _start(self, cohort: Cohort) -> Changes:
        """Return what holds in a run alone: what a group is used to, and its conditions."""
        before, during = self.standard.express(cohort.subject)
        used = {name: name_day(level) for name, level in USUAL_LEVELS.items()}
        changed = {name: during[name] for name in during if during[name] != before[name]}
        return changed | used | {TOLERANCE: self.standard.name(TOLERANCE)}

    def _name(self, kind: str, changes: Changes) -> str:
        key = tuple(sorted(changes.items()))
        if key not in self._names:
            self._counts[kind] += 1
            self._names[key] = f"{kind}_{self._counts[kind]}"
            self.conditions[self._names[key]] = changes
        return self._names[key]


def name_model(cohort: Cohort) -> str:
    """Return which of the two models a group is simulated with."""
    return "dish" if cohort.subject.who == CULTURE else "chain"


def find_base(cohorts: Sequence[Cohort]) -> Cohort:
    """Return whose values a model file has: the standard adult's, or those of the first cells."""
    first = cohorts[0].home
    if name_model(first) == "dish":
        return first
    subject = build_standard_subject()
    return Cohort(subject, Intake("meals", subject.diet_mg), Medium(), same_diet=False)


def group_figures(figures: Iterable[Figure]) -> dict[str, tuple[Figure, ...]]:
    """Return figures that one simulation tells, by the name of the experiment.

    Examples
    --------
    >>> from brainmag.record import list_figures
    >>> figures = [one for one in list_figures() if one.study.id == "schutten-2021"]
    >>> {name: len(several) for name, several in group_figures(figures).items()}
    {'schutten_2021_magnesium': 4}
    """
    groups: defaultdict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        is_growth = locate_terms(figure)[0].way == "growth"
        other = figure.reference.id if figure.reference is not None else ""
        times = (figure.time, figure.reference_time)
        groups[figure.study.id, figure.arm.id, other, times, is_growth].append(figure)
    named: dict[str, tuple[Figure, ...]] = {}
    for several in groups.values():
        first = several[0]
        name = plain = f"{first.study.id}_{first.arm.id}".replace("-", "_")
        while name in named:
            name = f"{plain}_{1 + sum(one.startswith(plain) for one in named)}"
        named[name] = tuple(several)
    return named


def _list_varied(told: Iterable[Changes]) -> set[str]:
    """Return the names whose values differ, or follow from a parameter of another name."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for own in told:
        for name, value in own.items():
            seen[name].add(value)
    return {
        name
        for name, several in seen.items()
        if len(several) > 1 or any(f"{name}_" in value for value in several)
    }


def _hurry(own: Changes) -> Changes:
    """Return the parameters that make slow pools quick, of those that a subject has."""
    quick = dict.fromkeys(SLOW_RATES, 1.0 / QUICK) | dict.fromkeys(SLOW_TIMES, QUICK)
    return {name: write_number(value) for name, value in quick.items() if name in own}


def _find_states(home: Cohort) -> Changes:
    """Return where a group's usual day begins, with every parameter at its nominal value."""
    ready = prepare(Scenario(home.subject, home.intake, 0.0, calibrated=False), draws=0, seed=0)
    return {
        name: write_number(value)
        for name, value in zip(ready.model.states, ready.start[0], strict=True)
    }


def _give(timeline: Timeline, zero: float, events: Sequence[Event]) -> None:
    """Note what is eaten, taken and infused."""
    for one in find_recurrences(events):
        for k in range(one.count):
            for state, what, value in one.changes:
                number = write_number(value)
                change = f"{state} + {number}" if what == "add" else number
                timeline.add(zero + one.first + k * one.every, "intake", {state: change})


def _read(timeline: Timeline, leg: Leg, figure: Figure, *, reference: str) -> None:
    """Note when days begin whose mean is wanted, and what is kept to be compared with."""
    own, *rest = locate_terms(figure)
    others, extras = rest[:1], rest[1:]
    if reference != "own":
        for one in others:
            _keep(timeline, leg, one)
    if reference != "reference":
        for one in (own, *extras):
            _open(timeline, leg, one)


def _open(timeline: Timeline, leg: Leg, reading: Reading) -> None:
    if reading.way in ("day", "flow"):
        timeline.add(leg.zero + reading.time - DAY, "read", {reading.symbol: "0"})
    elif reading.way == "growth":
        timeline.add(leg.zero, "read", {reading.symbol: "0"})


def _keep(timeline: Timeline, leg: Leg, reading: Reading) -> None:
    kept, symbol, zero = reading.reference, reading.symbol, leg.zero
    if not (reading.way == "growth" and reading.is_usual):
        _open(timeline, leg, reading)
        timeline.add(zero + reading.time, "read", {kept: symbol})
        return
    days, rest = divmod(reading.hours, DAY)
    timeline.add(zero - DAY, "read", {symbol: "0", kept: "0"})
    if rest:
        timeline.add(zero - DAY + rest, "read", {kept: symbol})
    timeline.add(zero, "read", {kept: f"{kept} + {days!r} * {symbol}"})
