"""A run as a report: who takes what, what moves along the chain, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brainmag.document import list_documents
from brainmag.locales import load_catalogue, text
from brainmag.report.figure import draw_chain
from brainmag.report.heading import (
    describe_draws,
    describe_length,
    describe_partial,
    describe_subject,
    introduce_intake,
    list_intake,
)
from brainmag.report.page import Block, Bullets, Page, Paragraph, Section, Table
from brainmag.report.report_parts import end_report, show_drawing, show_manifest, show_terms
from brainmag.report.rows import (
    Documents,
    group_by_station,
    has_ranges,
    label,
    name_unit,
    write_before,
    write_change,
    write_level,
)
from brainmag.report.series import draw_series
from brainmag.report.table import list_totals

# What of a manifest is told with the inputs, or differs between explanations.
TOLD = ("hypothesis",)


def build_run_report(document: Mapping[str, Any], *, lang: str) -> Page:
    """Return the report of a run of one person, animal or dish, or of a population.

    Parameters
    ----------
    document : mapping
        ``name``; ``result``, as the run's folder has it; ``model`` and ``credibility``.
    lang : str
    """
    result = document["result"]
    documents = list_documents(result)
    first = next(iter(documents.values()))
    names = ", ".join(documents)
    length = describe_length(first["intake"]["hours"], lang)
    question = text("page.question.run", lang=lang, length=length, names=names)
    shown = {name: one for name, one in documents.items() if "end" in one}
    manifest = {key: value for key, value in first["manifest"].items() if key not in TOLD}
    return Page(
        title=text("page.run.title", lang=lang, name=document["name"]),
        lead=[describe_subject(first, lang), *introduce_intake(first, lang)],
        sections=[
            Section("question", text("page.question.title", lang=lang), [Paragraph(question)]),
            _show_inputs(documents, lang),
            _show_remarks(result, documents, lang),
            *_show_figures(shown, lang),
            *_show_results(shown, lang),
            *end_report(document, show_manifest(manifest, lang), question=question, lang=lang),
        ],
    )


def _show_inputs(documents: Documents, lang: str) -> Section:
    first = next(iter(documents.values()))
    names = ", ".join(text(f"report.hypothesis.{name}", lang=lang) for name in documents)
    basis = text(f"report.basis.{'record' if first['calibrated'] else 'table'}", lang=lang)
    rows = [
        ("length", describe_length(first["intake"]["hours"], lang)),
        ("explanations", names),
        ("draws", describe_draws(first, lang)),
        ("spread", basis),
    ]
    terms = [
        (text("page.inputs.who", lang=lang), describe_subject(first, lang)),
        *list_intake(first, lang),
        *((text(f"page.inputs.{key}", lang=lang), told) for key, told in rows),
    ]
    return Section("inputs", text("page.inputs.title", lang=lang), [show_terms(terms, lang)])


def _show_remarks(result: Mapping[str, Any], documents: Documents, lang: str) -> Section:
    """Return the section of warnings and notes; warnings speak the language of the run."""
    blocks: list[Block] = [Paragraph(line, "alarm") for line in describe_partial(result, lang)]
    for part in ("warnings", "notes"):
        told = dict.fromkeys(_tell(item, lang) for one in documents.values() for item in one[part])
        if told:
            blocks += [Paragraph(text(f"report.{part}", lang=lang), "strong"), Bullets(list(told))]
    if not blocks:
        blocks = [Paragraph(text("page.remarks.none", lang=lang))]
    return Section("remarks", text("page.remarks.title", lang=lang), blocks)


def _tell(item: Mapping[str, str], lang: str) -> str:
    """Return a note in a language; a warning has values of its run in it, and stays as it is."""
    known: str | None = load_catalogue(lang, "notes").get(item["code"])
    return item["text"] if known is None or "{" in known else known


def _show_figures(documents: Documents, lang: str) -> Iterator[Section]:
    if not documents:
        return
    one = {"": {"by_hypothesis": documents}}
    title = text("page.figures.chain", lang=lang)
    figures = [show_drawing(lambda stem: draw_chain(one, stem, lang=lang), "chain-drawn", title)]
    if any("series" in each or "bands" in each for each in documents.values()):
        title = text("page.figures.course", lang=lang)
        figures.append(
            show_drawing(lambda stem: draw_series(one, stem, lang=lang), "course-drawn", title)
        )
    yield Section("figures", text("page.figures.title", lang=lang), figures)


def _show_results(documents: Documents, lang: str) -> Iterator[Section]:
    if not documents:
        return
    blocks: list[Block] = [_show_chain(documents, lang)]
    blocks += [Paragraph(line, "remark") for line in text("report.legend", lang=lang).splitlines()]
    if has_ranges(documents, lang):
        blocks.append(Paragraph(text("report.range_note", lang=lang), "remark"))
    blocks.append(Bullets(list(list_totals(documents, lang))))
    yield Section("results", text("page.results.title", lang=lang), blocks)


def _show_chain(documents: Documents, lang: str) -> Table:
    """Return levels and changes station by station, or the changes side by side."""
    side_by_side = len(documents) > 1
    keys = [f"report.hypothesis.{name}" for name in documents]
    if not side_by_side:
        keys = ["report.after", "report.change"]
    heads = ["page.results.quantity", "page.results.unit", "report.before", *keys]
    first = next(iter(documents.values()))
    groups: list[tuple[str, list[list[str]]]] = []
    for station, names in group_by_station(documents):
        heading = text(f"report.station.{station}", lang=lang).capitalize()
        told = text("report.station_grades", lang=lang, station=heading, **first["grades"][station])
        groups.append((told, [_show_row(documents, name, lang) for name in names]))
    caption = text("report.changes", lang=lang) if side_by_side else ""
    first_up = {"report.before", "report.after", "report.change"}
    told = [text(head, lang=lang) for head in heads]
    told = [
        one.capitalize() if head in first_up else one for one, head in zip(told, heads, strict=True)
    ]
    return Table(told, groups, caption)


def _show_row(documents: Documents, name: str, lang: str) -> list[str]:
    ends = [document["end"][name] for document in documents.values()]
    unit, before = ends[0]["unit"], write_before(documents, name, lang)
    row = [label(name, lang), name_unit(unit, lang), before]
    if len(ends) == 1:
        median, _, spread = write_level(ends[0], lang)
        row.append(f"{median} {spread}".rstrip())
    for entry in ends:
        median, unit, spread = write_change(entry, lang)
        row.append(f"{median} {unit} {spread}".rstrip())
    return row
