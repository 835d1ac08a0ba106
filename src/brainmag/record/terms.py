"""What each figure is made of: quantities of one or two groups, and how they are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY
from brainmag.intake import Intake, sum_given
from brainmag.intake.schedule import list_doses
from brainmag.people import Subject
from brainmag.people.conditions import list_changes
from brainmag.record.measurements import Figure
from brainmag.record.readout import Readout
from brainmag.record.study import Arm
from brainmag.scenario import Medium, Scenario, list_run_events

Array = NDArray[np.float64]
Kind = Literal["level", "usual", "growth", "usual growth", "peak", "half-life"]

# Of what a share is told: of all that is eaten, or of the product.
LEDGERS = {"absorbed_ledger": ("food", "product"), "threonate_urine_ledger": ("threonate",)}
PRODUCT = ("product",)
# What retesting and expectation add to a measured score.
RETEST = ("practice_gain", "placebo_gain")


@dataclass(frozen=True)
class Cohort:
    """A group of a study, apart from its name: what is computed once for all who share it."""

    subject: Subject
    intake: Intake
    medium: Medium
    same_diet: bool

    @property
    def is_treated(self) -> bool:
        """Whether anything takes the group off its usual day."""
        drugs = any(change.at_start for change in list_changes(self.subject.conditions))
        food = (self.intake.courses, self.intake.drinking, self.intake.diet_spans)
        return bool(any(food) or self.medium != Medium() or drugs)

    @property
    def home(self) -> Cohort:
        """The same group before anything is done to it: what its usual day depends on."""
        changes = list_changes(self.subject.conditions)
        before = tuple(sorted({one.condition for one in changes if not one.at_start}))
        quiet = Intake(self.intake.feeding, self.intake.diet_mg)
        return Cohort(replace(self.subject, conditions=before), quiet, Medium(), self.same_diet)

    @property
    def dose_time(self) -> float:
        """When the first dose is taken, h; 0 without one."""
        first = min((course.first[0] for course in self.intake.courses), default=0.0)
        doses = list_doses(self.intake, first + 2 * DAY)
        return doses[0].time if doses else 0.0


@dataclass(frozen=True)
class Term:
    """One quantity of one group at one time."""

    cohort: Cohort
    kind: Kind
    name: str
    time: float


def describe_cohort(arm: Arm, *, same_diet: bool) -> Cohort:
    """Return the cohort of an arm."""
    return Cohort(arm.subject, arm.intake, arm.medium, same_diet)


def list_terms(figure: Figure) -> tuple[Term, ...]:
    """Return the quantities that a figure is made of; `combine_terms` says how."""
    endpoint, same_diet = figure.endpoint, figure.study.same_diet
    cohort = describe_cohort(figure.arm, same_diet=same_diet)
    name, time = endpoint.observable, figure.time

    def compare(kind: Kind, usual: Kind) -> tuple[Term, Term]:
        own = Term(cohort, kind, name, time)
        if figure.reference is None:
            return own, Term(cohort, usual, name, time)
        other = describe_cohort(figure.reference, same_diet=same_diet)
        return own, Term(other, kind, name, figure.reference_time)

    match endpoint.measure:
        case "level":
            return (Term(cohort, "level", name, time),)
        case "peak_time":
            return (Term(cohort, "peak", name, time),)
        case "half_life":
            return (Term(cohort, "half-life", name, time),)
        case "share":
            return compare("growth", "usual growth")
        case "retested":
            extras = (Term(cohort, "level", extra, time) for extra in RETEST)
            return (*compare("level", "usual"), *extras)
        case _:
            return compare("level", "usual")


def combine_terms(figure: Figure, values: list[Array]) -> Array:
    """Return a figure from the quantities it is made of, in the unit of its endpoint."""
    first, rest = values[0], values[1:]
    match figure.endpoint.measure:
        case "percent":
            return 100.0 * (first / rest[0] - 1.0)
        case "difference":
            return first - rest[0]
        case "share":
            return 100.0 * (first - rest[0]) / _find_given(figure)
        case "retested":
            return first - rest[0] + rest[1] + rest[2]
        case _:
            return first


def read_term(term: Term, readout: Readout) -> Array:
    """Return one quantity, for all rows of its cohort."""
    match term.kind:
        case "level":
            return readout.read(term.name, term.time)
        case "usual":
            return readout.read_usual(term.name, term.time)
        case "growth":
            return readout.grow(term.name, term.time)
        case "usual growth":
            return readout.grow_usual(term.name, term.time)
        case "peak":
            return readout.find_peak(term.name, term.cohort.dose_time)
        case "half-life":
            return readout.find_half_life(term.name, term.cohort.dose_time)


def _find_given(figure: Figure) -> float:
    """Return of what a share is told, mmol."""
    arm = figure.arm
    events = list_run_events(Scenario(arm.subject, arm.intake, figure.time, medium=arm.medium))
    given = sum_given(events)
    return sum(given[kind] for kind in LEDGERS.get(figure.endpoint.observable, PRODUCT))
