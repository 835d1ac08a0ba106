"""A station as paragraphs: remarks as they stand in its file, equations in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from brainmag import locales
from brainmag.biology.stations import Equation, Function, Station, list_assemblies, read_stations
from brainmag.report.typeset import (
    Piece,
    typeset_call,
    typeset_equation,
    typeset_name,
    typeset_rate,
)

_ZERO = re.compile(r"0( \w+)?")
# Every unit of units.ant and units_ms.ant that a quantity has, as people write it.
_UNIT_LABELS = {
    "dimensionless": "1",
    "hour": "h",
    "per_hour": "1/h",
    "year": "year",
    "mmol": "mmol",
    "mmol_per_hour": "mmol/h",
    "mmol_per_litre": "mmol/L",
    "mmol_per_litre_hour": "mmol/(L h)",
    "umol_per_litre": "umol/L",
    "umol_per_mmol": "umol/mmol",
    "litre": "L",
    "litre_per_hour": "L/h",
    "mg_per_litre": "mg/L",
    "gram_per_hour": "g/h",
    "gram_per_mmol": "g/mmol",
    "year_per_hour": "year/h",
    "millivolt": "mV",
    "per_millivolt": "1/mV",
    "millisecond": "ms",
    "per_millisecond": "1/ms",
    "millivolt_per_millisecond": "mV/ms",
    "umol_per_litre_millisecond": "umol/(L ms)",
    "litre_per_umol_millisecond": "L/(umol ms)",
    "litre_per_mmol": "L/mmol",
    "picosiemens": "pS",
    "femtoampere": "fA",
    "attocoulomb": "aC",
    "femtolitre": "fL",
    "coulomb_per_mole": "C/mol",
    "femtolitre_coulomb_per_mole": "fL C/mol",
}
# Stations of the synapse up close count time in ms, all others in h.
_IN_MILLISECONDS = "_ms"


@dataclass(frozen=True)
class Paragraph:
    """A remark, or one equation in LaTeX."""

    text: str
    is_equation: bool


def list_stations(assemblies: Sequence[str] | None = None) -> tuple[Station, ...]:
    """Return every station with equations that some assemblies join (all by default), once each.

    Examples
    --------
    >>> [station.name for station in list_stations(["dish"])][:2]
    ['clock', 'medium']
    """
    stations = {
        station.name: station
        for assembly in assemblies or list_assemblies()
        for station in read_stations(assembly)
    }
    return tuple(station for station in stations.values() if has_equations(station))


def has_equations(station: Station) -> bool:
    """Return whether a station holds more than units and remarks."""
    return any(not isinstance(part, str) for part in station.parts)


def name_station(station: Station) -> str:
    """Return the heading of a station.

    Examples
    --------
    >>> name_station(list_stations(["chain"])[0])
    'Clock'
    """
    return station.name.replace("_", " ").capitalize()


def typeset_station(station: Station) -> tuple[Paragraph, ...]:
    r"""Return a station's remarks and equations; values at the start come last, zeros in one line.

    Examples
    --------
    >>> print(typeset_station(list_stations(["chain"])[0])[1].text)
    \text{age} = \text{age start} + \text{ageing} \cdot t \quad [\text{year}]
    """
    starts = [part for part in station.parts if _is_start(part)]
    body = [part for part in station.parts if part not in starts]
    zeros = [
        part for part in starts if isinstance(part, Equation) and _ZERO.fullmatch(part.formula)
    ]
    parts = [*body, *(part for part in starts if part not in zeros)]
    paragraphs = [_typeset_part(part, station) for part in parts]
    if zeros:
        names = ", ".join(part.name.replace("_", " ") for part in zeros)
        line = locales.text("export.page.zero", names=names)
        paragraphs.append(Paragraph(line, is_equation=False))
    return tuple(paragraphs)


def label_unit(unit: str) -> str:
    """Return a unit of the model as people write it.

    Examples
    --------
    >>> label_unit("mmol_per_litre")
    'mmol/L'
    """
    return _UNIT_LABELS[unit]


def _is_start(part: str | Function | Equation) -> bool:
    return isinstance(part, Equation) and part.kind == "start"


def _typeset_part(part: str | Function | Equation, station: Station) -> Paragraph:
    match part:
        case str():
            return Paragraph(_drop_heading(part, name_station(station)), is_equation=False)
        case Function(name, arguments, formula):
            left, unit = typeset_call(name, arguments), "dimensionless"
        case Equation("rate", name, formula):
            left, unit = typeset_rate(name), station.units[name]
        case Equation("rule", name, formula):
            left, unit = typeset_name(name), station.units[name]
        case Equation(_, name, formula):
            inner = typeset_name(name)
            left = Piece(f"{inner.latex}(0)", inner.width + 3)
            unit = station.units[name]
    label = label_unit(unit)
    if isinstance(part, Equation) and part.kind == "rate":
        label = f"{label}/{'ms' if station.name.endswith(_IN_MILLISECONDS) else 'h'}"
    elif unit == "dimensionless":
        label = ""
    return Paragraph(typeset_equation(left, formula, label), is_equation=True)


def _drop_heading(remark: str, heading: str) -> str:
    """Return a remark without the station's name in front of it, which its heading says."""
    text = remark.removeprefix(f"{heading}: ")
    return text[0].upper() + text[1:]
