"""What a row of any table is made of: labels, levels, changes, stations and their grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brainmag.locales import text
from brainmag.report.numbers import PERCENT, choose_change, format_change, format_value
from brainmag.tables import read_table

# Which files of the biology a station's numbers come from, where it is not one of its own name.
FILES = {
    "blood": ("blood", "threonate"),
    "brain": ("brain", "medium"),
    "neuron": ("neuron", "mitochondria"),
}

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
    """Return a unit as tables show it.

    Examples
    --------
    >>> name_unit("relative", "en")
    'rel.'
    """
    return unit if unit == PERCENT else text(f"report.unit.{unit}", lang=lang)


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
    median, low, high = (format_value(entry[name], unit) for name in ("median", "low", "high"))
    return median, name_unit(unit, lang), bracket(low, high, lang)


def write_change(entry: Mapping[str, Any], lang: str) -> tuple[str, str, str]:
    """Return median, unit and interval of a change, as `choose_change` shows it."""
    unit, *values = choose_change(entry)
    median, low, high = (format_change(value, unit) for value in values)
    return median, name_unit(unit, lang), bracket(low, high, lang)


def group_by_station(documents: Documents) -> Iterator[tuple[str, list[str]]]:
    """Give the stations in the order of the chain, with the observables every document has."""
    rows = read_table("observables.tsv")
    for station in dict.fromkeys(row["station"] for row in rows):
        names = [
            row["name"]
            for row in rows
            if row["station"] == station
            and all(row["name"] in document["end"] for document in documents.values())
        ]
        if names:
            yield station, names


def count_station_grades(document: Mapping[str, Any], station: str) -> dict[str, int]:
    """Return how many numbers of each grade stand behind a station; empty when none does.

    Examples
    --------
    >>> one, two = {"a": 1, "b": 0, "c": 2}, {"a": 0, "b": 0, "c": 3}
    >>> count_station_grades({"grades": {"blood": one, "threonate": two}}, "blood")
    {'a': 1, 'b': 0, 'c': 5}
    """
    counted = [
        document["grades"][name]
        for name in FILES.get(station, (station,))
        if name in document["grades"]
    ]
    return {grade: sum(counts[grade] for counts in counted) for grade in "abc"} if counted else {}


__all__ = [
    "Documents",
    "bracket",
    "count_station_grades",
    "group_by_station",
    "label",
    "name_unit",
    "write_change",
    "write_level",
]
