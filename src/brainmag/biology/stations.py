"""Read the biology's files as text: stations, their remarks and their equations, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from brainmag.biology.assemble import list_parameters

Kind = Literal["rate", "rule", "start"]

_IMPORT = re.compile(r'^import "(?P<name>\w+)\.ant"$', re.MULTILINE)
# A file is remarks, functions and lines of statements, in any order.
_PART = re.compile(
    r"(?P<remark>(?:^//[^\n]*\n)+)"
    r"|^function (?P<name>\w+)\((?P<arguments>[^)]*)\)\n(?P<body>.*?);\nend\n"
    r"|(?P<line>^[^\n]*\n)",
    re.MULTILINE | re.DOTALL,
)
_EQUATION = re.compile(r"(?P<name>\w+)(?P<mark>' =| :=| =) (?P<formula>.+)")
_UNIT = re.compile(r"(?P<name>\w+) has (?P<unit>\w+)")
_KINDS: dict[str, Kind] = {"' =": "rate", " :=": "rule", " =": "start"}


@dataclass(frozen=True)
class Function:
    """A function the equations use: its arguments and the formula of its value."""

    name: str
    arguments: tuple[str, ...]
    formula: str


@dataclass(frozen=True)
class Equation:
    """One equation: a rate of change, a rule that always holds, or a value at the start."""

    kind: Kind
    name: str
    formula: str


@dataclass(frozen=True)
class Station:
    """One file of the biology.

    Attributes
    ----------
    name : str
        File name without its ending.
    parts : tuple of str, Function or Equation
        Remarks (as text) and what they speak of, in the order of the file.
    units : dict of str to str
        Unit of each quantity the file declares.
    """

    name: str
    parts: tuple[str | Function | Equation, ...]
    units: dict[str, str]


def list_assemblies() -> tuple[str, ...]:
    """Return the names of the files that join stations.

    Examples
    --------
    >>> list_assemblies()
    ('chain', 'dish', 'gut_alone', 'synapse_ms', 'synapse_ms_kampa')
    """
    folder = files("brainmag.biology")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".ant"))
    models = (name.removesuffix(".ant") for name in names)
    return tuple(name for name in models if _IMPORT.search(_read(name)))


@cache
def read_stations(assembly: str) -> tuple[Station, ...]:
    """Return the stations of an assembly in the order in which it joins them, itself the last.

    Parameters
    ----------
    assembly : str
        A name of `list_assemblies`.

    Examples
    --------
    >>> [station.name for station in read_stations("gut_alone")]
    ['units', 'gut', 'gut_alone']
    """
    imported = (match["name"] for match in _IMPORT.finditer(_read(assembly)))
    return (*(_parse_station(name) for name in imported), _parse_station(assembly))


def list_station_parameters(station: Station) -> tuple[str, ...]:
    """Return the rows of ``parameters.tsv`` that a station names, in the order of the table.

    Examples
    --------
    >>> list_station_parameters(read_stations("chain")[1])
    ('age_start', 'age_young', 'decade_length', 'ageing')
    """
    return list_parameters("\n".join(p.formula for p in station.parts if not isinstance(p, str)))


def _read(name: str) -> str:
    return files("brainmag.biology").joinpath(f"{name}.ant").read_text(encoding="utf-8")


def _parse_station(name: str) -> Station:
    text = _IMPORT.sub("", _read(name))
    units = {match["name"]: match["unit"] for match in _UNIT.finditer(text)}
    return Station(name, tuple(_parse_parts(text)), units)


def _parse_parts(text: str) -> Iterator[str | Function | Equation]:
    for part in _PART.finditer(text):
        if part["remark"]:
            lines = part["remark"].splitlines()
            yield " ".join(line.removeprefix("//").strip() for line in lines)
        elif part["name"]:
            arguments = tuple(argument.strip() for argument in part["arguments"].split(","))
            yield Function(part["name"], arguments, part["body"].strip())
        else:
            for statement in part["line"].split(";"):
                equation = _EQUATION.fullmatch(statement.strip())
                if equation and not statement.strip().startswith("unit "):
                    kind = _KINDS[equation["mark"]]
                    yield Equation(kind, equation["name"], equation["formula"])
