"""What a figure of the chain shows: its stations, and what each scenario does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brainmag.locales import text
from brainmag.report.numbers import PERCENT, Z, choose_change
from brainmag.report.rows import Documents, count_station_grades, label
from brainmag.tables import read_table

# The way of the magnesium: what stands for each place it passes.
PLACES = (
    "faecal_mg",
    "plasma_mg",
    "urine_mg",
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


def read_stations(groups: Groups, lang: str) -> dict[str, list[Station]]:
    """Return the rows of each panel by the panel's unit: places in percent, scores in z.

    Parameters
    ----------
    groups : mapping
        Documents by explanation and scenario; at least one.
    lang : str

    Returns
    -------
    dict of str to list of Station
        A dish has no scores, and then no panel for them.
    """
    end = get_first(groups)["end"]
    # What starts at zero has no percentage.
    places = [name for name in PLACES if name in end and choose_change(end[name])[0] == PERCENT]
    scores = [name for name in SCORES if name in end]
    panels = {
        PERCENT: [_read_station(groups, name, lang) for name in places],
        Z: [_read_station(groups, name, lang) for name in scores],
    }
    if "apart" in get_first(groups):
        panels[Z] += [_read_apart(groups, name, lang) for name in APART]
    return {unit: stations for unit, stations in panels.items() if stations}


def get_first(groups: Groups) -> Mapping[str, Any]:
    """Return the first document; what all have in common can be read from it."""
    return next(iter(next(iter(groups.values())).values()))


def _read_station(groups: Groups, name: str, lang: str) -> Station:
    stations = {row["name"]: row["station"] for row in read_table("observables.tsv")}
    grades = count_station_grades(get_first(groups), stations[name])
    return Station(
        name=text(f"report.chain.{name}", lang=lang),
        detail=text("report.chain_detail", lang=lang, label=label(name, lang), **grades),
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


__all__ = ["Groups", "Mark", "Station", "get_first", "group_by_hypothesis", "read_stations"]
