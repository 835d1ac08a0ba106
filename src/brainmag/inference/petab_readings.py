"""How a quantity that a figure is made of is read off the model that other programmes get.

That model has the means of days as states of their own, ``day_`` and a name, which an experiment
sets to zero when a day begins, and a place for what is compared with, ``reference_`` and a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from brainmag.clock import DAY
from brainmag.record.measurements import Figure
from brainmag.record.readout import is_daily
from brainmag.record.terms import Term, list_terms
from brainmag.simulate import USUAL_LEVELS
from brainmag.trajectories import FLOWS

Way = Literal["day", "instant", "flow", "growth"]

# What is no value at a time of a solution, but is found by looking for it.
NO_FORMULA = ("peak_time", "half_life")


@dataclass(frozen=True)
class Reading:
    """A quantity of one group, in the names of the written model.

    Attributes
    ----------
    name : str
        The observable or the ledger.
    way : str
        Mean of the day before, that instant, what flowed in the day before, or all since the start.
    is_usual : bool
        Whether it is told of the usual day, before anything is done.
    time : float
        When it is read, hours from when the group's own clock starts.
    hours : float
        Over how many hours a growth is told.
    """

    name: str
    way: Way
    is_usual: bool
    time: float
    hours: float

    @property
    def symbol(self) -> str:
        """What has its value when it is read."""
        match self.way:
            case "day":
                return name_day(self.name)
            case "flow":
                return FLOWS[self.name]
            case _:
                return self.name

    @property
    def reference(self) -> str:
        """Where its value is kept to be compared with."""
        return f"reference_{self.name}"


def name_day(observable: str) -> str:
    """Return the state that becomes the mean of an observable over a day."""
    return f"day_{observable}"


def locate_terms(figure: Figure) -> tuple[Reading, ...]:
    """Return how each quantity of a figure is read; `list_terms` tells the quantities.

    Examples
    --------
    >>> from brainmag.record import list_figures
    >>> urine = next(one for one in list_figures() if one.id == "zhang-2016/urine")
    >>> [(one.symbol, one.time) for one in locate_terms(urine)]
    [('urine_ledger', 2016.0), ('urine_ledger', 0.0)]
    """
    own, *rest = list_terms(figure)
    return (_locate(own, is_own=True), *(_locate(term, is_own=False) for term in rest))


def _locate(term: Term, *, is_own: bool) -> Reading:
    way = _find_way(term)
    quiet = not term.cohort.is_treated and not (is_own and way == "growth")
    if not (quiet or term.time == 0.0 or term.kind.startswith("usual")):
        return Reading(term.name, way, is_usual=False, time=term.time, hours=term.time)
    time = term.time % DAY - DAY if way == "instant" else 0.0
    return Reading(term.name, way, is_usual=True, time=time, hours=term.time)


def _find_way(term: Term) -> Way:
    if term.kind.endswith("growth"):
        return "growth"
    if term.name in FLOWS:
        return "flow"
    return "day" if is_daily(term.time) else "instant"


def has_formula(figure: Figure) -> bool:
    """Return whether a figure can be told as a formula of what the model has at one time."""
    return figure.endpoint.measure not in NO_FORMULA


def list_helpers(figures: Iterable[Figure], units: dict[str, str]) -> Iterator[str]:
    """Yield the lines of Antimony that add means of days and references to a model.

    Parameters
    ----------
    figures : iterable of Figure
        Those that are read off that model.
    units : dict of str to str
        Unit of what the model has.
    """
    readings = [reading for figure in figures for reading in locate_terms(figure)]
    days = {one.name for one in readings if one.way == "day"} | set(USUAL_LEVELS.values())
    for name in sorted(days):
        day, unit = name_day(name), units[name]
        yield f"{day} has {unit}; {day} = 0 {unit}; {day}' = {name}/({DAY!r} hour);"
    kept = {one.reference: one.symbol for one in readings}
    for reference, symbol in sorted(kept.items()):
        unit = units[symbol.removeprefix(name_day(""))]
        # Not zero: some simulators divide by it before there is anything to compare with.
        yield f"var {reference}; {reference} has {unit}; {reference} = 1 {unit};"
