"""The table of several scenarios under several explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brainmag.locales import text
from brainmag.report.layout import Row, align_rows
from brainmag.report.rows import (
    Documents,
    find_station,
    has_ranges,
    label,
    name_unit,
    write_before,
    write_change,
)

# By scenario, then by explanation.
Scenarios = Mapping[str, Documents]


def render_comparison(scenarios: Scenarios, observables: Sequence[str], *, lang: str = "en") -> str:
    """Return a table with a block per observable, a line per explanation, a column per scenario.

    Beside each block stand the level before, with its unit, and the grades of the numbers behind
    the observable's station.

    Parameters
    ----------
    scenarios : mapping of str to mapping
        By the name of the scenario: documents of the same subject by explanation.
    observables : sequence of str
    lang : str

    Returns
    -------
    str
        Lines, with a line break at the end.
    """
    spread = text("report.spread", lang=lang)
    columns = [cell for name in scenarios for cell in (name, "", spread)]
    rows: list[Row] = [("", "", *columns)]
    for name in observables:
        rows += ["", *_write_block(scenarios, name, lang)]
    lines = align_rows(rows, "l  l" + "  r l l" * len(scenarios))
    if any(has_ranges(documents, lang) for documents in scenarios.values()):
        lines += ["", *text("report.range_note", lang=lang).splitlines()]
    return "\n".join([*lines, ""])


def _write_block(scenarios: Scenarios, name: str, lang: str) -> list[tuple[str, ...]]:
    first = next(iter(scenarios.values()))
    sides = _describe_observable(first, name, lang)
    block: list[tuple[str, ...]] = []
    for number, hypothesis in enumerate(first):
        changes = [
            cell
            for documents in scenarios.values()
            for cell in write_change(documents[hypothesis]["end"][name], lang)
        ]
        side = sides[number] if number < len(sides) else ""
        block.append((side, text(f"report.hypothesis.{hypothesis}", lang=lang), *changes))
    return block


def _describe_observable(documents: Documents, name: str, lang: str) -> list[str]:
    """Return what stands beside a block: the name, the level before, the grades."""
    first = next(iter(documents.values()))
    level = write_before(documents, name, lang)
    unit = name_unit(first["baseline"][name]["unit"], lang)
    grades = first["grades"][find_station(name, first["subject"]["who"])]
    return [
        label(name, lang),
        text("report.level_before", lang=lang, level=level, unit=unit),
        text("report.grades", lang=lang, **grades),
    ]


__all__ = ["Scenarios", "render_comparison"]
