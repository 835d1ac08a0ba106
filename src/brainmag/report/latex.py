"""Write a flat model as a LaTeX fragment: equations, values, initial values and schedule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from brainmag import locales
from brainmag.biology.stations import Station
from brainmag.report.flat_model import FlatModel
from brainmag.report.paragraphs import label_unit, list_stations, name_station, typeset_station
from brainmag.report.recurrence import Recurrence
from brainmag.tables import read_table

_SPECIAL = re.compile(r"[\\{}#$%&_^~`]")
_WORDS = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "`": "'",
}

# Columns of running text are set as paragraphs.
_SHAPES = {"what": "p{12cm}"}

Row = Sequence[str]


def write_latex(flat: FlatModel) -> str:
    """Return a flat model as LaTeX; needs the packages amsmath and longtable.

    Parameters
    ----------
    flat : FlatModel
    """
    blocks = [
        f"% {locales.text('export.model.packages')}",
        rf"\section*{{{_escape(flat.name)}}}",
        *map(_escape, flat.about.splitlines()),
        *(_write_station(station) for station in list_stations([flat.assembly])),
        rf"\subsection*{{{locales.text('export.model.values')}}}",
        _write_table(("parameter", "value", "unit", "source", "grade"), _list_values(flat)),
        rf"\subsection*{{{locales.text('export.model.starts')}}}",
        _write_table(("state", "start", "unit"), _list_starts(flat)),
    ]
    if flat.recurrences:
        blocks += [
            rf"\subsection*{{{locales.text('export.model.intake')}}}",
            _write_table(("event", "what"), _list_events(flat)),
        ]
    return "\n\n".join(blocks) + "\n"


def _write_station(station: Station) -> str:
    blocks = [rf"\subsection*{{{name_station(station)}}}"]
    for paragraph in typeset_station(station):
        is_equation, text = paragraph.is_equation, paragraph.text
        blocks.append(f"\\[\n{text}\n\\]" if is_equation else _escape(text))
    return "\n\n".join(blocks)


def _list_values(flat: FlatModel) -> Iterator[Row]:
    rows = {row["parameterId"]: row for row in read_table("parameters.tsv")}
    for name, value in flat.parameters.items():
        unit = label_unit(flat.units[name])
        yield _spell(name), f"{value:.6g}", unit, rows[name]["source"], rows[name]["grade"]


def _list_starts(flat: FlatModel) -> Iterator[Row]:
    for name, value in flat.states.items():
        yield _spell(name), f"{value:.6g}", label_unit(flat.units[name])


def _list_events(flat: FlatModel) -> Iterator[Row]:
    for one in flat.recurrences:
        changes = [
            locales.text(
                f"export.model.{what}",
                state=_spell(state),
                value=f"{value:.6g}",
                unit=label_unit(flat.units[state]),
            )
            for state, what, value in one.changes
        ]
        yield _spell(one.name), f"{', '.join(changes)} {_tell_times(one)}"


def _tell_times(one: Recurrence) -> str:
    key = "once" if one.count == 1 else "repeated"
    return locales.text(
        f"export.model.{key}", first=f"{one.first:g}", every=f"{one.every:g}", count=str(one.count)
    )


def _spell(name: str) -> str:
    return name.replace("_", " ")


def _write_table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    shape = "".join(_SHAPES.get(column, "l") for column in columns)
    head = [locales.text(f"export.columns.{column}") for column in columns]
    lines = [" & ".join(map(_escape, line)) + r" \\" for line in (head, *rows)]
    body = "\n".join((lines[0], r"\hline", *lines[1:]))
    return f"\\begin{{longtable}}{{{shape}}}\n{body}\n\\end{{longtable}}"


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: _WORDS.get(match[0], f"\\{match[0]}"), text)
