"""The table of a run: every station of the chain, with intervals, units and grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brainmag.locales import localise, text
from brainmag.report.heading import (
    describe_draws,
    describe_length,
    describe_partial,
    describe_subject,
    introduce_intake,
)
from brainmag.report.layout import Row, align_rows, wrap_lines, wrap_text
from brainmag.report.numbers import Z, format_change, format_share
from brainmag.report.rows import (
    Documents,
    bracket,
    group_by_station,
    has_ranges,
    label,
    name_unit,
    write_before,
    write_change,
    write_level,
)

WIDTH = 100
FRACTIONS = ("absorbed_fraction", "labelled_absorbed_fraction")
BALANCES = ("balance", "threonate_balance")


def render_table(document: Mapping[str, Any], *, lang: str = "en", width: int = WIDTH) -> str:
    """Return a run as plain text: a table of the chain, then absorption, balance and remarks.

    Parameters
    ----------
    document : mapping
        What `brainmag.document.describe_run` or `combine_hypotheses` gave.
    lang : str
    width : int
        Where paragraphs are wrapped. Table rows are as wide as what stands in them.

    Returns
    -------
    str
        Lines, with a line break at the end.
    """
    single = {document.get("hypothesis", ""): document}
    documents: Documents = document.get("by_hypothesis", single)
    partial = describe_partial(document, lang)
    lines = [*wrap_lines([*_list_heading(documents, lang), *partial], width), ""]
    # Of a run that was interrupted before anybody finished there are no levels.
    shown = {name: one for name, one in documents.items() if "end" in one}
    if shown:
        lines += [*_list_chain(shown, lang), ""]
        lines += wrap_lines(text("report.legend", lang=lang).splitlines(), width)
        if has_ranges(shown, lang):
            lines += wrap_text(text("report.range_note", lang=lang).strip(), width)
        lines += ["", *wrap_lines(list_totals(shown, lang), width)]
    lines += list_remarks(documents, lang, width)
    return "\n".join([*lines, ""])


def list_remarks(documents: Documents, lang: str, width: int) -> Iterator[str]:
    """Give the lines of warnings and notes; what documents have in common is said once."""
    for part in ("warnings", "notes"):
        remarks = dict.fromkeys(item["text"] for one in documents.values() for item in one[part])
        if remarks:
            yield ""
            yield text(f"report.{part}", lang=lang)
        yield from wrap_lines(remarks, width, bullet="- ")


def _list_chain(documents: Documents, lang: str) -> list[str]:
    """Return the lines of the chain: before, after and change, or the changes side by side."""
    side_by_side = len(documents) > 1
    groups = "  r l l" * (len(documents) if side_by_side else 2)
    first = next(iter(documents.values()))
    rows: list[Row] = [_name_columns(documents, lang)]
    for station, names in group_by_station(documents):
        heading = text(f"report.station.{station}", lang=lang)
        grades = first["grades"][station]
        heading = text("report.station_grades", lang=lang, station=heading, **grades)
        rows += ["", heading, *(_write_row(documents, name, lang) for name in names)]
    caption = [text("report.changes", lang=lang), ""] if side_by_side else []
    return [*caption, *align_rows(rows, f"l  r l{groups}")]


def _list_heading(documents: Documents, lang: str) -> list[str]:
    first = next(iter(documents.values()))
    names = ", ".join(text(f"report.hypothesis.{name}", lang=lang) for name in documents)
    key = "report.explanation" if len(documents) == 1 else "report.explanations"
    return [
        describe_subject(first, lang),
        *introduce_intake(first, lang),
        text(
            "report.run",
            lang=lang,
            length=describe_length(first["intake"]["hours"], lang),
            what=text(key, lang=lang, names=names),
            draws=describe_draws(first, lang),
        ),
    ]


def _name_columns(documents: Documents, lang: str) -> tuple[str, ...]:
    if len(documents) == 1:
        keys = ["report.after", "report.change"]
    else:
        keys = [f"report.hypothesis.{name}" for name in documents]
    drawn = any(one["draws"]["finished"] > 1 for one in documents.values())
    spread = text("report.spread", lang=lang) if drawn else ""
    names = [cell for key in keys for cell in (text(key, lang=lang), "", spread)]
    return ("", text("report.before", lang=lang), "", *names)


def _write_row(documents: Documents, name: str, lang: str) -> tuple[str, ...]:
    ends = [document["end"][name] for document in documents.values()]
    unit, before = ends[0]["unit"], write_before(documents, name, lang)
    after = write_level(ends[0], lang) if len(ends) == 1 else ()
    changes = [cell for entry in ends for cell in write_change(entry, lang)]
    return (f"  {label(name, lang)}", before, name_unit(unit, lang), *after, *changes)


def list_totals(documents: Documents, lang: str) -> Iterator[str]:
    """Give what is no level: absorption, what a test adds, and how well the balances close."""
    holders: dict[str, list[str]] = {}
    for name, document in documents.items():
        for line in (*_list_absorption(document, lang), *_list_apart(document, lang)):
            holders.setdefault(line, []).append(text(f"report.hypothesis.{name}", lang=lang))
    for line, names in holders.items():
        common = len(names) == len(documents)
        yield line if common else text("report.only", lang=lang, names=", ".join(names), line=line)
    for name in BALANCES:
        errors = [one[name]["relative_error"] for one in documents.values() if name in one]
        if errors:
            error = localise(f"{max(errors):.1e}", lang)
            yield text(f"report.{name}", lang=lang, error=error)


def _list_absorption(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    for name in FRACTIONS:
        if name in document:
            median, low, high = (format_share(document[name][key], lang) for key in _SUMMARY)
            share = f"{median} {bracket(low, high, lang)}".rstrip()
            yield text(f"report.{name}", lang=lang, share=share)


def _list_apart(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    parts: dict[str, str] = {}
    for name, entry in document.get("apart", {}).items():
        median, low, high = (format_change(entry[key], Z, lang) for key in _SUMMARY)
        parts[name] = f"{median} {Z} {bracket(low, high, lang)}".rstrip()
    if parts:
        yield text("report.apart", lang=lang, **parts)


_SUMMARY = ("median", "low", "high")

__all__ = ["list_remarks", "list_totals", "render_table"]
