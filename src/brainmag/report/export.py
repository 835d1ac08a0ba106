"""Write the flattened model of one scenario for other programmes."""

from __future__ import annotations

from collections.abc import Callable

from brainmag.errors import InputError, nearest_match
from brainmag.report.exchange import write_antimony, write_sbml
from brainmag.report.flat_model import FlatModel, flatten_model
from brainmag.report.latex import write_latex
from brainmag.scenario import Scenario

_WRITERS: dict[str, Callable[[FlatModel], str]] = {
    "sbml": write_sbml,
    "antimony": write_antimony,
    "latex": write_latex,
}


def export_model(
    scenario: Scenario, form: str, *, on_compile: Callable[[], None] | None = None
) -> str:
    """Return the model of a scenario's nominal subject under its explanation, complete.

    Parameters have their values during the run, states start on the subject's own periodic day at
    00:00, and meals, doses and inputs are events.

    Parameters
    ----------
    scenario : Scenario
    form : str
        ``sbml``, ``antimony`` or ``latex`` (a fragment for amsmath and longtable).
    on_compile : callable, optional
        Called when the model must be compiled first.

    Raises
    ------
    InputError
        ``export.unknown_format`` or ``export.too_many_events``.
    ComputationError
        ``simulate.nothing_finished`` when the subject has no periodic day.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> scenario = Scenario(build_subject(), Intake("meals", 300.0), hours=48.0)
    >>> "meal_1_next = 7.5 hour;" in export_model(scenario, "antimony")
    True
    """
    if form not in _WRITERS:
        raise InputError(
            "export.unknown_format",
            given=form,
            nearest=nearest_match(form, _WRITERS),
            allowed=", ".join(_WRITERS),
        )
    return _WRITERS[form](flatten_model(scenario, on_compile=on_compile))
