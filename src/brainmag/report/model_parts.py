"""What of the model stands in a report: equations and parameters of the stations that ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brainmag.biology.stations import list_station_parameters
from brainmag.locales import localise, text
from brainmag.report.page import Equation, Paragraph, Section, Table, make_table
from brainmag.report.paragraphs import label_unit, list_stations, typeset_station
from brainmag.report.source_list import link_source
from brainmag.tables import read_table

HEADS = ("parameter", "value", "unit", "source", "grade")
SETTING_HEADS = ("explanation", "parameter", "value")
# These two pass no magnesium on, and stand in no table of a run.
ASIDE = ("clock", "block")


def describe_model(assemblies: Sequence[str]) -> dict[str, Any]:
    """Return the equations and parameters of some assemblies, and what the explanations set.

    Returns
    -------
    dict
        ``stations``: ``station``, its ``equations`` in LaTeX, and its ``parameters``, each under
        the first station that names it; ``settings``: rows of ``hypotheses.tsv``.

    Examples
    --------
    >>> describe_model(["dish"])["stations"][0]["parameters"][0]["parameter"]
    'age_start'
    """
    rows = {row["parameterId"]: row for row in read_table("parameters.tsv")}
    seen: set[str] = set()
    stations: list[dict[str, Any]] = []
    for station in list_stations(assemblies):
        own = [name for name in list_station_parameters(station) if name not in seen]
        seen.update(own)
        paragraphs = typeset_station(station)
        stations.append(
            {
                "station": station.name,
                "equations": [one.text for one in paragraphs if one.is_equation],
                "parameters": [_describe_parameter(rows[name]) for name in own],
            }
        )
    settings = [
        {"explanation": row["hypothesis"], "parameter": row["parameterId"], "value": row["value"]}
        for row in read_table("hypotheses.tsv")
    ]
    return {"stations": stations, "settings": settings}


def _describe_parameter(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "parameter": row["parameterId"],
        "value": row["nominalValue"],
        "unit": label_unit(row["unit"]),
        "source": row["source"],
        "locator": row["locator"],
        "grade": row["grade"],
    }


def count_all_grades(model: Mapping[str, Any]) -> dict[str, int]:
    """Return how many parameters of each grade a model has, and how many in all.

    Examples
    --------
    >>> count_all_grades({"stations": [{"parameters": [{"grade": "c"}]}]})
    {'a': 0, 'b': 0, 'c': 1, 'all': 1}
    """
    found = [row["grade"] for one in model["stations"] for row in one["parameters"]]
    return {**{grade: found.count(grade) for grade in "abc"}, "all": len(found)}


def name_station(station: str, lang: str) -> str:
    """Return what a station is called in a heading.

    Examples
    --------
    >>> name_station("gut", "en"), name_station("clock", "en")
    ('Gut', 'Clock')
    """
    if station in ASIDE:
        return text(f"page.station.{station}", lang=lang)
    return text(f"report.station.{station}", lang=lang).capitalize()


def show_equations(model: Mapping[str, Any], lang: str) -> Section:
    """Return the section of the equations, one within it for each station."""
    return Section(
        "equations",
        text("page.equations.title", lang=lang),
        [Paragraph(text("page.equations.meaning", lang=lang))],
        [
            Section(
                f"equations-{one['station']}",
                name_station(one["station"], lang),
                [Equation(latex) for latex in one["equations"]],
            )
            for one in model["stations"]
        ],
    )


def show_parameters(model: Mapping[str, Any], lang: str) -> Section:
    """Return the section of the parameters, and of what the explanations set."""
    heads = [text(f"page.parameters.{head}", lang=lang) for head in HEADS]
    groups = [
        (name_station(one["station"], lang), [_show(row, lang) for row in one["parameters"]])
        for one in model["stations"]
        if one["parameters"]
    ]
    settings = make_table(
        [text(f"page.parameters.{head}", lang=lang) for head in SETTING_HEADS],
        [
            [row["explanation"], row["parameter"], localise(row["value"], lang)]
            for row in model["settings"]
        ],
        caption=text("page.parameters.settings", lang=lang),
    )
    meaning = Paragraph(text("page.parameters.meaning", lang=lang))
    title = text("page.parameters.title", lang=lang)
    return Section("parameters", title, [meaning, Table(heads, groups), settings])


def list_model_sources(model: Mapping[str, Any]) -> list[str]:
    """Return the sources of a model's parameters."""
    return [row["source"] for one in model["stations"] for row in one["parameters"]]


def _show(row: Mapping[str, str], lang: str) -> list[Any]:
    value = localise(row["value"], lang)
    return [row["parameter"], value, row["unit"], link_source(row["source"]), row["grade"]]
