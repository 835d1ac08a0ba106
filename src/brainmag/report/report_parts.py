"""What the reports of runs, trials and calibrations have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from brainmag.locales import localise, text
from brainmag.report.credibility import describe_credibility
from brainmag.report.model_parts import list_model_sources, show_equations, show_parameters
from brainmag.report.page import (
    Bullets,
    Figure,
    Row,
    Section,
    Table,
    embed_drawing,
    make_table,
)
from brainmag.report.source_list import list_sources

LIMITS = ("explanation", "measured", "dose", "one", "advice")


def show_terms(rows: Sequence[tuple[str, str]], lang: str) -> Table:
    """Return what was asked for as a table of two columns."""
    heads = [text(f"page.terms.{head}", lang=lang) for head in ("what", "value")]
    return make_table(heads, [list(row) for row in rows], kind="terms")


def show_drawing(draw: Callable[[Path], object], name: str, told: str) -> Figure:
    """Return what a function draws under a name without ending as a figure of a page."""
    with TemporaryDirectory() as folder:
        draw(Path(folder) / "drawn")
        drawing = (Path(folder) / "drawn.svg").read_text(encoding="utf-8")
    return Figure(embed_drawing(drawing, name, told), told)


def end_report(
    document: Mapping[str, Any], manifest: Section, *, question: str, lang: str
) -> list[Section]:
    """Return the sections with which every report ends: from credibility to sources."""
    model = document["model"]
    limits = [text(f"page.limits.{name}", lang=lang) for name in LIMITS]
    return [
        describe_credibility(document, question=question, lang=lang),
        Section("limits", text("page.limits.title", lang=lang), [Bullets(limits)]),
        show_equations(model, lang),
        show_parameters(model, lang),
        list_sources(list_model_sources(model), lang),
        manifest,
    ]


def show_manifest(manifest: Mapping[str, Any], lang: str) -> Section:
    """Return the section of versions, hashes and seed; what holds more has a group of its own."""
    plain: list[Row] = []
    groups: list[tuple[str, list[Row]]] = [("", plain)]
    for key, value in manifest.items():
        if isinstance(value, dict):
            inner: dict[str, Any] = dict(value)  # pyright: ignore[reportUnknownArgumentType]
            groups.append((key, [[name, _write(one, lang)] for name, one in inner.items()]))
        else:
            plain.append([key, _write(value, lang)])
    heads = [text(f"page.terms.{head}", lang=lang) for head in ("what", "value")]
    title = text("page.manifest.title", lang=lang)
    return Section("manifest", title, [Table(heads, groups, kind="code")])


def _write(value: object, lang: str) -> str:
    if isinstance(value, float):
        return localise(f"{value:g}", lang)
    return "-" if value is None else str(value)
