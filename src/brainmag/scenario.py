"""One subject, one intake, one explanation: what is run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from brainmag.intake import DietSpan, Event, Intake, list_events
from brainmag.people import Subject
from brainmag.people.conditions import scale_diet
from brainmag.people.parameters import DEFAULT_HYPOTHESIS

LONGEST_RUN_YEARS = 100.0
# Beyond this no cell is kept, mmol/L: osmotic strength alone doubles near it.
STRONGEST_MEDIUM = 100.0


@dataclass(frozen=True)
class Medium:
    """What the experimenter holds in a dish from the first instant, mmol/L; None = as before."""

    magnesium: float | None = None
    threonate: float | None = None


@dataclass(frozen=True)
class Scenario:
    """One subject, one intake, one explanation.

    Attributes
    ----------
    subject : Subject
    intake : Intake
    hours : float
        Length of the run.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    medium : Medium
        For a dish.
    calibrated : bool
        Whether parameters are those that the published record leaves, or their priors.
    """

    subject: Subject
    intake: Intake
    hours: float
    hypothesis: str = DEFAULT_HYPOTHESIS
    medium: Medium = Medium()
    calibrated: bool = True


def apply_conditions(scenario: Scenario) -> Intake:
    """Return the intake as the run gives it: a condition may change the diet from its start.

    Examples
    --------
    >>> from brainmag.people import build_subject
    >>> rat = build_subject(who="rat", conditions=("low-mg-diet",))
    >>> given = apply_conditions(Scenario(rat, Intake("constant", 20.0), hours=24.0))
    >>> given.diet_spans[0].mg_per_day
    4.0
    """
    intake = scenario.intake
    factor = scale_diet(scenario.subject.conditions)
    if factor == 1.0:
        return intake
    spans = tuple(replace(span, mg_per_day=span.mg_per_day * factor) for span in intake.diet_spans)
    whole = DietSpan(intake.diet_mg * factor, 0.0, scenario.hours)
    return replace(intake, diet_spans=(*spans, whole))


def list_run_events(scenario: Scenario) -> tuple[Event, ...]:
    """Return the events of a run: medium, meals, doses."""
    medium: list[Event] = []
    if scenario.medium.magnesium is not None:
        medium.append((0.0, "medium_magnesium", "set", scenario.medium.magnesium))
    if scenario.medium.threonate is not None:
        medium.append((0.0, "medium_threonate", "set", scenario.medium.threonate))
    return (*medium, *list_events(apply_conditions(scenario), scenario.hours))
