"""What a row of any table is made of: labels, levels, changes, stations and their grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brainmag.locales import text
from brainmag.people import CULTURE
from brainmag.report.numbers import choose_change, format_change, format_value
from brainmag.tables import read_table

Documents = Mapping[str, Mapping[str, Any]]


def label(name: str, lang: str) -> str:
    """Return what an observable is called.

    Examples
    --------
    >>> label("csf_mg", "en")
    'CSF magnesium'
    """
    return text(f"observables.{name}.label", lang=lang)


def name_unit(unit: str, lang: str) -> str:
    """Return a unit as tables show it; one that is the same in every language as it is.

    Examples
    --------
    >>> name_unit("relative", "en"), name_unit("mmol/day", "nl"), name_unit("%", "nl")
    ('rel.', 'mmol/dag', '%')
    """
    try:
        return text(f"report.unit.{unit}", lang=lang)
    except KeyError:
        return unit


def bracket(low: str, high: str, lang: str) -> str:
    """Return an interval in brackets; nothing when both ends read the same.

    Examples
    --------
    >>> bracket("-0.50", "+2.25", "en"), bracket("1.00", "1.00", "en")
    ('(-0.50 to +2.25)', '')
    """
    return "" if low == high else text("report.interval", lang=lang, low=low, high=high)


def write_level(entry: Mapping[str, Any], lang: str) -> tuple[str, str, str]:
    """Return median, unit and interval of a level.

    Examples
    --------
    >>> write_level({"median": 1.0, "low": 0.9, "high": 1.1, "unit": "mmol/L"}, "en")
    ('1.00', 'mmol/L', '(0.900 to 1.10)')
    """
    unit = entry["unit"]
    median, low, high = (
        format_value(entry[name], unit, lang) for name in ("median", "low", "high")
    )
    return median, name_unit(unit, lang), bracket(low, high, lang)


def write_change(entry: Mapping[str, Any], lang: str) -> tuple[str, str, str]:
    """Return median, unit and interval of a change, as `choose_change` shows it."""
    unit, *values = choose_change(entry)
    median, low, high = (format_change(value, unit, lang) for value in values)
    return median, name_unit(unit, lang), bracket(low, high, lang)


def write_before(documents: Documents, name: str, lang: str) -> str:
    """Return the median level before; the lowest and highest where the documents' levels differ.

    They may: under carrier the body's own threonate acts before the run, and in a partial run the
    explanations rest on different draws.
    """
    entries = [document["baseline"][name] for document in documents.values()]
    ordered = sorted(entry["median"] for entry in entries)
    unit = entries[0]["unit"]
    low, high = (format_value(level, unit, lang) for level in (ordered[0], ordered[-1]))
    return low if low == high else text("report.range", lang=lang, low=low, high=high)


def has_ranges(documents: Documents, lang: str) -> bool:
    """Return whether some level before is written as a range, as `write_before` does."""
    first = next(iter(documents.values()))
    names = (name for name in first["end"] if all(name in one["end"] for one in documents.values()))
    return any(
        write_before(documents, name, lang) != write_before({"": first}, name, lang)
        for name in names
    )


def find_station(name: str, who: str) -> str:
    """Return the station of an observable; in a dish the fluid around the cells is the medium.

    Examples
    --------
    >>> find_station("isf_mg", "human"), find_station("isf_mg", "culture")
    ('brain', 'medium')
    """
    station = next(row["station"] for row in read_table("observables.tsv") if row["name"] == name)
    return "medium" if who == CULTURE and station == "brain" else station


def group_by_station(documents: Documents) -> Iterator[tuple[str, list[str]]]:
    """Give the stations in the order of the chain, with the observables every document has."""
    who = next(iter(documents.values()))["subject"]["who"]
    stations: dict[str, list[str]] = {}
    for row in read_table("observables.tsv"):
        name = row["name"]
        if all(name in document["end"] for document in documents.values()):
            stations.setdefault(find_station(name, who), []).append(name)
    yield from stations.items()


__all__ = [
    "Documents",
    "bracket",
    "find_station",
    "group_by_station",
    "has_ranges",
    "label",
    "name_unit",
    "write_before",
    "write_change",
    "write_level",
]
