"""The table of a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.heading import describe_length, describe_subject, introduce_intake
from brainmag.report.numbers import format_share
from brainmag.report.rich_table import start_table
from brainmag.report.rows import label, name_unit

if TYPE_CHECKING:
    from rich.table import Table

# Rows of the table and bars of the figure; the document has all.
SHOWN = 20
HEADS = {
    "morris": ("parameter", "share", "mu_star", "mu", "sigma", "grade", "source"),
    "sobol": ("parameter", "first_order", "total_order", "grade", "source"),
}


def draw_sensitivity_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the parameters that matter most, in their order."""
    heads = HEADS[document["method"]]
    unit = name_unit(document["unit"], lang)
    titles = [text(f"inference.table.{head}", lang=lang, unit=unit) for head in heads]
    table = start_table(name_analysis(document, lang), titles)
    for entry in document["parameters"][:SHOWN]:
        table.add_row(*(_show(entry, head, lang) for head in heads))
    return table


def name_analysis(document: Mapping[str, Any], lang: str) -> str:
    """Return what an analysis is of: the heading of its table and its figure."""
    key = "title_change" if document["is_change"] else "title"
    return text(
        f"inference.table.{key}",
        lang=lang,
        observable=label(document["observable"], lang),
        length=describe_length(document["intake"]["hours"], lang),
        explanation=text(f"report.hypothesis.{document['hypothesis']}", lang=lang),
    )


def list_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of the table must know, a paragraph each."""
    method, parameters = document["method"], document["parameters"]
    varied = {"number": len(parameters), "all": document["varied"]}
    remarks = [
        describe_subject(document, lang),
        *introduce_intake(document, lang),
        text(f"inference.notes.{method}", lang=lang, **varied, **_count(document)),
    ]
    if len(parameters) > SHOWN:
        remarks.append(text("inference.notes.more", lang=lang, number=len(parameters) - SHOWN))
    if document["narrowed"] is not None:
        share = format_share(document["narrowed"]["share"], lang)
        runs = document["narrowed"]["runs"]
        told = {"share": share, "runs": runs, **varied}
        remarks.append(text("inference.notes.narrowed", lang=lang, **told))
    elif len(parameters) < document["varied"]:
        remarks.append(text("inference.notes.given", lang=lang, **varied))
    if document["failed"]:
        first = document["failures"][0]
        remarks.append(text("inference.notes.failed", lang=lang, **first, **_count(document)))
    remarks.append(text("inference.notes.priors", lang=lang))
    return remarks + [note["text"] for note in document["notes"]]


def _count(document: Mapping[str, Any]) -> dict[str, int]:
    names = ("samples", "samples_left_out", "runs", "failed", "seed")
    return {name: document[name] for name in names}


def _show(entry: Mapping[str, Any], head: str, lang: str) -> str:
    value = entry[head]
    if isinstance(value, str):
        return value
    if head == "share":
        return format_share(value, lang)
    spread = entry.get(f"{head}_confidence")
    written = f"{value:.3g}" if spread is None else f"{value:.3g} ± {spread:.2g}"
    return localise(written, lang)


__all__ = ["SHOWN", "draw_sensitivity_table", "list_remarks", "name_analysis"]
