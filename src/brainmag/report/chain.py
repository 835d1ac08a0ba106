"""What a figure of the chain shows: its stations, and what each scenario does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brainmag.locales import text
from brainmag.report.numbers import PERCENT, Z, choose_change
from brainmag.report.rows import Documents, find_station, label

# The way of the magnesium, in the body and in the brain: what stands for each place it passes.
BODY = ("faecal_mg", "plasma_mg", "urine_mg")
BRAIN = (
    "csf_mg",
    "isf_mg",
    "neuron_mg",
    "mitochondrial_potential",
    "functional_terminals",
    "synapse_density",
    "ltp",
)
SCORES = ("memory", "cognition")
APART = ("practice", "placebo")

# By explanation, then by scenario.
Groups = Mapping[str, Documents]


@dataclass(frozen=True)
class Mark:
    """A median with its interval, and the number of the scenario it belongs to."""

    median: float
    low: float
    high: float
    scenario: int


@dataclass(frozen=True)
class Station:
    """A row: its name, what of it is shown, and its marks under each explanation.

    Attributes
    ----------
    name, detail : str
    marks : mapping of str to sequence of Mark
    is_apart : bool
        Whether this is no effect of what is taken.
    """

    name: str
    detail: str
    marks: Mapping[str, Sequence[Mark]]
    is_apart: bool = False


@dataclass(frozen=True)
class Panel:
    """Stations that share a scale, and its unit."""

    unit: str
    stations: list[Station]


def group_by_hypothesis(documents: Documents) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return documents by explanation, then by their label; those without results are left out.

    Examples
    --------
    >>> one = {"hypothesis": "none", "end": {}}
    >>> groups = group_by_hypothesis({"MgT": {"by_hypothesis": {"none": one}}, "citrate": one})
    >>> {name: list(group) for name, group in groups.items()}
    {'none': ['MgT', 'citrate']}
    """
    groups: dict[str, dict[str, Mapping[str, Any]]] = {}
    for scenario, document in documents.items():
        single = {document.get("hypothesis", ""): document}
        for name, one in document.get("by_hypothesis", single).items():
            if "end" in one:
                groups.setdefault(name, {})[scenario] = one
    return groups


def read_panels(groups: Groups, lang: str) -> list[Panel]:
    """Return the chain as panels: body and brain in percent, scores in z.

    Each has a scale of its own: what passes through gut and kidney dwarfs what reaches the brain.

    Parameters
    ----------
    groups : mapping
        Documents by explanation and scenario; at least one.
    lang : str

    Returns
    -------
    list of Panel
        Without those for which a preparation has nothing: a dish has neither body nor scores.
    """
    end = get_first(groups)["end"]
    panels: list[Panel] = []
    for unit, wanted in ((PERCENT, BODY), (PERCENT, BRAIN), (Z, SCORES)):
        # What starts at zero has no percentage.
        names = [name for name in wanted if name in end and choose_change(end[name])[0] == unit]
        stations = [_read_station(groups, name, lang) for name in names]
        if unit == Z and "apart" in get_first(groups):
            stations += [_read_apart(groups, name, lang) for name in APART]
        if stations:
            panels.append(Panel(unit, stations))
    return panels


def get_first(groups: Groups) -> Mapping[str, Any]:
    """Return the first document; what all have in common can be read from it."""
    return next(iter(next(iter(groups.values())).values()))


def _read_station(groups: Groups, name: str, lang: str) -> Station:
    first = get_first(groups)
    grades = first["grades"][find_station(name, first["subject"]["who"])]
    return Station(
        name=text(f"report.chain.{name}", lang=lang),
        detail=text("report.figure.detail", lang=lang, label=label(name, lang), **grades),
        marks={
            hypothesis: [
                Mark(*choose_change(document["end"][name])[1:], scenario)
                for scenario, document in enumerate(documents.values())
            ]
            for hypothesis, documents in groups.items()
        },
    )


def _read_apart(groups: Groups, name: str, lang: str) -> Station:
    """Return what a test adds to a score; it is the same whatever is taken."""
    entries = {
        hypothesis: next(iter(documents.values()))["apart"][name]
        for hypothesis, documents in groups.items()
    }
    return Station(
        name=text(f"report.chain.{name}", lang=lang),
        detail=text(f"report.chain.{name}_detail", lang=lang),
        marks={
            hypothesis: [Mark(entry["median"], entry["low"], entry["high"], 0)]
            for hypothesis, entry in entries.items()
        },
        is_apart=True,
    )


__all__ = ["Groups", "Mark", "Panel", "Station", "get_first", "group_by_hypothesis", "read_panels"]
