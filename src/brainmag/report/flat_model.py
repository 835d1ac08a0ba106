"""One scenario as plain data: values of all parameters, states at 00:00, and what is taken when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brainmag import __version__, locales
from brainmag.engine import Status
from brainmag.errors import ComputationError, InputError
from brainmag.people import CULTURE
from brainmag.report.recurrence import Recurrence, find_recurrences
from brainmag.scenario import Scenario, list_run_events
from brainmag.simulate import prepare

# Each event takes libSBML some 150 kB while it writes.
MOST_EVENTS = 5000


@dataclass(frozen=True)
class FlatModel:
    """The model of the nominal subject, with nothing left to fill in.

    Attributes
    ----------
    assembly : str
        ``chain`` or ``dish``.
    name, about : str
        One line, and what a reader must know: paragraphs, one a line.
    parameters, states : dict of str to float
        Values during the run; states at 00:00 of the first day.
    units : dict of str to str
        Unit of each of them.
    recurrences : tuple of Recurrence
        Meals, doses and inputs.
    """

    assembly: str
    name: str
    about: str
    parameters: dict[str, float]
    states: dict[str, float]
    units: dict[str, str]
    recurrences: tuple[Recurrence, ...]


def flatten_model(scenario: Scenario, *, on_compile: Callable[[], None] | None = None) -> FlatModel:
    """Return the model of a scenario's nominal subject, started on its own periodic day.

    Parameters
    ----------
    scenario : Scenario
    on_compile : callable, optional
        Called when the model must be compiled first.

    Raises
    ------
    InputError
        ``export.too_many_events``.
    ComputationError
        ``simulate.nothing_finished`` when the subject has no periodic day.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> flat = flatten_model(Scenario(build_subject(), Intake("meals", 300.0), hours=48.0))
    >>> [(one.name, one.first, one.count) for one in flat.recurrences]
    [('meal_1', 7.5, 2), ('meal_2', 12.5, 2), ('meal_3', 18.5, 2)]
    """
    recurrences = find_recurrences(list_run_events(scenario))
    if len(recurrences) > MOST_EVENTS:
        raise InputError("export.too_many_events", given=len(recurrences), limit=MOST_EVENTS)
    ready = prepare(scenario, draws=0, seed=0, on_compile=on_compile)
    model, values, states = ready.model, ready.parameters, ready.start
    if ready.status[0] != Status.FINISHED:
        reason = Status(int(ready.status[0])).name
        raise ComputationError("simulate.nothing_finished", reason=reason)
    names = {"who": scenario.subject.who, "hypothesis": scenario.hypothesis}
    return FlatModel(
        assembly=model.name,
        name=locales.text("export.model.name", **names),
        about=_describe(scenario, names),
        parameters=dict(zip(model.parameters, map(float, values.during[0]), strict=True)),
        states=dict(zip(model.states, map(float, states[0]), strict=True)),
        units=model.units,
        recurrences=recurrences,
    )


def _describe(scenario: Scenario, names: dict[str, str]) -> str:
    subject = scenario.subject
    kind = "dish" if subject.who == CULTURE else "body"
    detail = locales.text(
        f"export.model.{kind}",
        age=f"{subject.age:g}",
        weight=f"{subject.weight:g}",
        cells=subject.cells,
    )
    about = locales.text(
        "export.model.about",
        version=__version__,
        hours=f"{scenario.hours:g}",
        detail=detail,
        who=names["who"],
        hypothesis=names["hypothesis"],
    )
    return f"{about}\n{locales.text(f'notes.hypothesis_{scenario.hypothesis}')}"
