"""The model: its rooms and stations, equations typeset, every number with source and grade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.frame import render_page
from brainmag.biology.stations import list_assemblies, list_station_parameters, read_stations
from brainmag.locales import localise, text
from brainmag.report.equations import cite_briefly, describe_prior
from brainmag.report.mathematics import write_mathml
from brainmag.report.paragraphs import (
    has_equations,
    label_unit,
    list_stations,
    name_station,
    typeset_station,
)
from brainmag.sources import cite, find_address, load_sources
from brainmag.tables import read_table

# From the equations to what people ask: the rooms of the package that a reader meets.
ROOMS = (
    "biology",
    "engine",
    "people",
    "simulate",
    "synapse",
    "record",
    "inference",
    "trials",
    "evidence",
    "report",
)
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Number:
    """A row of the parameter table as the page tells it.

    Attributes
    ----------
    name, value, unit, prior, source, grade, note : str
    stations : tuple of str
        Where it is used.
    citation : str
        The publication in full; empty where there is none.
    address : str
        Of its DOI; empty where there is none.
    """

    name: str
    value: str
    unit: str
    prior: str
    source: str
    grade: str
    note: str
    stations: tuple[str, ...]
    citation: str
    address: str

    def holds(self, word: str) -> bool:
        """Return whether a word of a search stands somewhere in the row."""
        parts = (self.name, self.unit, self.source, self.note, self.citation, *self.stations)
        return any(word in part.casefold() for part in parts)


def list_numbers(lang: str) -> tuple[Number, ...]:
    """Return every number of the parameter table.

    Examples
    --------
    >>> list_numbers("en")[0].name
    'age_start'
    """
    used = _find_stations()
    return tuple(
        _describe(row, tuple(used.get(row["parameterId"], ())), lang)
        for row in read_table("parameters.tsv")
    )


def search_numbers(numbers: tuple[Number, ...], words: str) -> tuple[Number, ...]:
    """Return the rows that hold every word of a search.

    Examples
    --------
    >>> {one.grade for one in search_numbers(list_numbers("en"), "csf barrier")} <= {"a", "b", "c"}
    True
    """
    asked = words.casefold().replace("_", " ").split()
    return tuple(
        one
        for one in numbers
        if all(one.holds(word) or word in one.name.replace("_", " ") for word in asked)
    )


@cache
def _find_stations() -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for station in list_stations():
        for name in list_station_parameters(station):
            used.setdefault(name, []).append(station.name)
    return used


def _describe(row: dict[str, str], stations: tuple[str, ...], lang: str) -> Number:
    source = load_sources().get(row["source"])
    brief = row["source"] if source is None else cite_briefly(row["source"])
    return Number(
        name=row["parameterId"],
        value=localise(row["nominalValue"], lang),
        unit=label_unit(row["unit"]),
        prior=describe_prior(row, lang),
        source="; ".join(part for part in (brief, row["locator"]) if part),
        grade=row["grade"],
        note=row["note"],
        stations=stations,
        citation="" if source is None else cite(row["source"], lang=lang),
        address="" if source is None else find_address(source),
    )


@cache
def write_station(name: str, lang: str) -> tuple[tuple[bool, str], ...]:
    """Return the paragraphs of a station: whether it is an equation, and its text or MathML.

    Examples
    --------
    >>> any(is_equation for is_equation, _ in write_station("clock", "en"))
    True
    """
    station = next(one for one in list_stations() if one.name == name)
    return tuple(
        (one.is_equation, write_mathml(one.text, lang=lang) if one.is_equation else one.text)
        for one in typeset_station(station)
    )


def show_model(request: Request, lang: str) -> HTMLResponse:
    """Return the page: of one station where the address names one, else of all numbers."""
    names = {one.name: name_station(one) for one in list_stations()}
    chosen = request.query_params.get("station", "")
    chosen = chosen if chosen in names else ""
    search = request.query_params.get("search", "")[:LONGEST_SEARCH]
    numbers = list_numbers(lang)
    if chosen:
        numbers = tuple(one for one in numbers if chosen in one.stations)
    context: dict[str, Any] = {
        "rooms": [(name, text(f"pages.room.{name}", lang=lang)) for name in ROOMS],
        "stations": names,
        "assemblies": {
            name: [one.name for one in read_stations(name) if has_equations(one)]
            for name in list_assemblies()
        },
        "chosen": chosen,
        "paragraphs": write_station(chosen, lang) if chosen else (),
        "search": search,
        "numbers": search_numbers(numbers, search),
        "total": len(numbers),
    }
    return render_page(request, "model", lang, told={"total": len(numbers)}, **context)
