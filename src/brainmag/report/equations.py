"""The page that writes out the model: equations, parameters and sources, from the model files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from brainmag import locales
from brainmag.biology.stations import (
    Station,
    list_assemblies,
    list_station_parameters,
    read_stations,
)
from brainmag.report.paragraphs import (
    has_equations,
    label_unit,
    list_stations,
    name_station,
    typeset_station,
)
from brainmag.sources import cite, find_source, load_sources
from brainmag.tables import read_table

PARAMETER_COLUMNS = ("parameter", "value", "unit", "prior", "weight", "source", "grade", "note")
HYPOTHESIS_COLUMNS = ("hypothesis", "parameter", "value", "note")

_INITIALS = re.compile(r" [A-Z]{1,4}$")
_KEY = re.compile(r"[a-z][a-z0-9-]+")

Row = Sequence[str]


def write_equations() -> str:
    """Return the page of equations as Markdown.

    Examples
    --------
    >>> write_equations().splitlines()[2]
    "# The model's equations"
    """
    stations = list_stations()
    first = _assign_parameters(stations)
    blocks = [
        f"<!-- {locales.text('export.generated')} -->",
        f"# {locales.text('export.page.title')}",
        locales.text("export.page.introduction"),
        f"## {locales.text('export.page.assemblies')}",
        "\n".join(_list_assemblies()),
        locales.text("export.page.table_note"),
        *(_write_station(station, first[station.name]) for station in stations),
        f"## {locales.text('export.page.hypotheses')}",
        locales.text("export.page.hypotheses_note"),
        _write_table(HYPOTHESIS_COLUMNS, _list_hypotheses()),
        f"## {locales.text('export.page.sources')}",
        "\n".join(_list_sources()),
    ]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def cite_briefly(key: str) -> str:
    """Return first author, year and identifier of a source; its key where there is neither.

    Examples
    --------
    >>> cite_briefly("wang-2011")
    'Wang 2011, doi:10.1038/aps.2011.138'
    """
    source = find_source(key)
    first = _INITIALS.sub("", source.authors.split(",")[0])
    year = f" {source.year}" if source.year else ""
    identifier = (
        (source.doi and f", doi:{source.doi}")
        or (source.pmid and f", PMID {source.pmid}")
        or (source.pmcid and f", {source.pmcid}")
    )
    return f"{first}{year}{identifier}" if year or identifier else key


def _list_assemblies() -> Iterator[str]:
    for assembly in list_assemblies():
        *stations, last = read_stations(assembly)
        about = next(part for part in last.parts if isinstance(part, str))
        names = " → ".join(station.name for station in stations if has_equations(station))
        yield f"- `{assembly}`: {about} {names}."


def _assign_parameters(stations: Sequence[Station]) -> dict[str, list[str]]:
    """Return the parameters that each station is the first to name."""
    seen: set[str] = set()
    first: dict[str, list[str]] = {}
    for station in stations:
        first[station.name] = [
            name for name in list_station_parameters(station) if name not in seen
        ]
        seen.update(first[station.name])
    return first


def _write_station(station: Station, parameters: Sequence[str]) -> str:
    blocks = [f"## {name_station(station)}"]
    for paragraph in typeset_station(station):
        is_equation, text = paragraph.is_equation, paragraph.text
        blocks.append(f"$$\n{text}\n$$" if is_equation else text)
    if parameters:
        blocks.append(_write_table(PARAMETER_COLUMNS, map(_describe_parameter, parameters)))
    return "\n\n".join(blocks)


def _describe_parameter(name: str) -> Row:
    row = next(row for row in read_table("parameters.tsv") if row["parameterId"] == name)
    source = "; ".join(part for part in (cite_briefly(row["source"]), row["locator"]) if part)
    return (
        f"`{name}`",
        row["nominalValue"],
        label_unit(row["unit"]),
        describe_prior(row),
        row["allometricExponent"],
        source,
        row["grade"],
        row["note"],
    )


def describe_prior(row: Mapping[str, str], lang: str = locales.DEFAULT_LANGUAGE) -> str:
    """Return from what a number of the parameter table is drawn."""
    if row["estimate"] != "1":
        return locales.text("export.prior.fixed", lang=lang)
    numbers = [locales.localise(one, lang) for one in row["priorParameters"].split(";")]
    return locales.text(
        f"export.prior.{row['priorDistribution']}",
        lang=lang,
        lower=numbers[0],
        upper=numbers[-1],
        spread=numbers[-1],
    )


def _list_hypotheses() -> Iterator[Row]:
    for row in read_table("hypotheses.tsv"):
        yield f"`{row['hypothesis']}`", f"`{row['parameterId']}`", row["value"], row["note"]


def _list_sources() -> Iterator[str]:
    """Yield every source that the tables name, in the notes too."""
    rows = read_table("parameters.tsv")
    named = {key for row in rows for key in _KEY.findall(f"{row['source']} {row['note']}")}
    for key in sorted(named & load_sources().keys()):
        yield f"- `{key}`: {cite(key)}"


def _write_table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    head = [locales.text(f"export.columns.{column}") for column in columns]
    lines = [head, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(_escape(cell) for cell in line)} |" for line in lines)


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
