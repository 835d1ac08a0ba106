"""The page that writes out the model: equations, parameters and sources, from the model files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brainmag import locales
from brainmag.report.stations import (
    Equation,
    Function,
    Station,
    list_assemblies,
    list_station_parameters,
    read_stations,
)
from brainmag.report.typeset import (
    Piece,
    typeset_call,
    typeset_equation,
    typeset_name,
    typeset_rate,
)
from brainmag.sources import cite, find_source
from brainmag.tables import read_table

_INITIALS = re.compile(r" [A-Z]{1,4}$")


@dataclass(frozen=True)
class Paragraph:
    """A remark, or one equation in LaTeX."""

    text: str
    is_equation: bool


def write_equations() -> str:
    """Return the page of equations as Markdown.

    Examples
    --------
    >>> write_equations().splitlines()[2]
    "# The model's equations"
    """
    shown: list[str] = []
    stations = _list_stations()
    sections = [_write_station(station, shown) for station in stations]
    blocks = [
        f"<!-- {_say('generated')} -->",
        f"# {_say('page.title')}",
        _say("page.introduction").strip(),
        f"## {_say('page.assemblies')}",
        _list_assemblies(),
        _say("page.table_note").strip(),
        *sections,
        _write_hypotheses(),
        _write_sources(shown),
    ]
    return "\n\n".join(blocks) + "\n"


def typeset_station(station: Station) -> tuple[Paragraph, ...]:
    """Return a station's remarks and equations; values at the start come last, zeros in one line.

    Examples
    --------
    >>> typeset_station(read_stations("chain")[1])[1].text
    '\\\\text{age} = \\\\text{age start} + \\\\text{ageing} \\\\cdot t \\\\quad [\\\\text{year}]'
    """
    starts = [part for part in station.parts if _is_start(part)]
    zeros = [part.name for part in starts if _is_zero(part)]
    paragraphs = [
        _typeset_part(part, station)
        for part in (*(part for part in station.parts if part not in starts), *starts)
        if isinstance(part, str) or part.name not in zeros or part not in starts
    ]
    if zeros:
        names = ", ".join(name.replace("_", " ") for name in zeros)
        paragraphs.append(Paragraph(_say("page.zero", names=names), is_equation=False))
    return tuple(paragraphs)
