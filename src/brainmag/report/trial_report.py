"""A trial as a report: its design, what it would show, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brainmag.locales import localise, text
from brainmag.report.canvas import save_figure, set_style
from brainmag.report.numbers import format_interval
from brainmag.report.page import (
    Block,
    Bullets,
    Figure,
    Page,
    Paragraph,
    Section,
    Table,
    convert_table,
    make_table,
)
from brainmag.report.report_parts import end_report, show_drawing, show_manifest, show_terms
from brainmag.report.rows import label
from brainmag.report.trial_figure import FIGURES
from brainmag.report.trial_table import (
    draw_comparison,
    draw_trial_tables,
    list_trial_remarks,
    write_number,
    write_share,
)

ARM_HEADS, PLAN_HEADS = ("arm", "people"), ("field", "value")
LEVEL_HEADS = ("endpoint", "comparison", "analysis", "counted", "people", "explanation", "level")
ENDPOINT_HEADS = (
    *("endpoint", "observable", "unit", "spread", "reliability"),
    *("analyses", "primary", "basis"),
)
MANIFEST = ("brainmag", "model", "seed", "replicates", "worlds", "odds")


def build_trial_report(document: Mapping[str, Any], *, lang: str) -> Page:
    """Return the report of a trial, or of two beside each other.

    Parameters
    ----------
    document : mapping
        ``name``; ``result``, as the trial's folder has it; ``model`` and ``credibility``.
    lang : str
    """
    trials: Sequence[Mapping[str, Any]] = document["result"].get("trials", [document["result"]])
    names = ", ".join(one["trial"]["name"] for one in trials)
    question = text("page.question.trial", lang=lang, names=names)
    sections = [
        section
        for number, one in enumerate(trials, start=1)
        for section in _show_trial(one, number, lang)
    ]
    if len(trials) > 1:
        beside = convert_table(draw_comparison(trials, lang), kind="wide")
        title = text("page.trial.beside", lang=lang)
        sections.append(Section("beside", title, [beside]))
    manifest = {key: trials[0][key] for key in MANIFEST}
    return Page(
        title=text("page.trial.title", lang=lang, names=names),
        lead=[text("page.trial.lead", lang=lang)],
        sections=[
            Section("question", text("page.question.title", lang=lang), [Paragraph(question)]),
            *sections,
            Section(
                "remarks",
                text("page.remarks.title", lang=lang),
                [Bullets(list_trial_remarks(trials, lang))],
            ),
            *end_report(document, show_manifest(manifest, lang), question=question, lang=lang),
        ],
    )


def _show_trial(document: Mapping[str, Any], number: int, lang: str) -> list[Section]:
    name = document["trial"]["name"]
    tables = [convert_table(one, kind="wide") for one in draw_trial_tables(document, lang)]
    parts: dict[str, Sequence[Block]] = {
        "design": _show_design(document, lang),
        "results": [*tables, *_show_levels(document, lang)],
        "figures": [_draw(document, kind, number, lang) for kind in FIGURES],
    }
    return [
        Section(f"{part}-{number}", text(f"page.trial.{part}", lang=lang, name=name), blocks)
        for part, blocks in parts.items()
    ]


def _show_levels(document: Mapping[str, Any], lang: str) -> list[Table]:
    """Return how often an analysis finds what is not there, with its 95 % interval."""
    rows: list[list[str]] = []
    for row in document["type_one"]:
        shares = [write_share(row[f"type_one{end}"]) for end in ("", "_low", "_high")]
        named = [str(row[key]) for key in ("endpoint", "contrast", "analysis", "people", "n")]
        rows.append([*named, row["hypothesis"], format_interval(shares, lang)])
    return [_make("levels", LEVEL_HEADS, rows, lang)] if rows else []


def _show_design(document: Mapping[str, Any], lang: str) -> list[Block]:
    trial = document["trial"]
    names = list(dict.fromkeys(row["hypothesis"] for row in document["results"]))
    facts = {
        "design": trial["design"],
        "size": str(trial["size"]),
        "weeks": f"{trial['weeks']:.0f}",
        "comparisons": ", ".join(one["id"] for one in trial["contrasts"]),
        "explanations": ", ".join(names),
        "replicates": str(document["replicates"]),
        "worlds": str(document["worlds"]),
        "seed": str(document["seed"]),
        "published": trial["published"] or text("page.trial.proposal", lang=lang),
    }
    terms = [(text(f"page.trial.terms.{key}", lang=lang), told) for key, told in facts.items()]
    plan = [[key, _write(value, lang)] for key, value in trial["plan"].items()]
    arms = [[one["id"], str(one["n"])] for one in trial["arms"]]
    return [
        show_terms(terms, lang),
        _make("arms", ARM_HEADS, arms, lang),
        _make("endpoints", ENDPOINT_HEADS, [_tell(one, lang) for one in trial["endpoints"]], lang),
        _make("plan", PLAN_HEADS, plan, lang),
    ]


def _make(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> Table:
    told = [text(f"page.trial.heads.{head}", lang=lang) for head in heads]
    return make_table(told, rows, caption=text(f"page.trial.{name}", lang=lang))


def _tell(endpoint: Mapping[str, Any], lang: str) -> list[str]:
    spread, reliability = (write_number(endpoint[key], lang) for key in ("spread", "reliability"))
    is_primary = "yes" if endpoint["primary"] else "no"
    return [
        endpoint["id"],
        label(endpoint["observable"], lang),
        endpoint["unit"],
        spread,
        reliability,
        ", ".join(endpoint["analyses"]),
        text(f"page.trial.{is_primary}", lang=lang),
        endpoint["basis"],
    ]


def _write(value: object, lang: str) -> str:
    if isinstance(value, list):
        inner: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return ", ".join(_write(one, lang) for one in inner) or "-"
    if isinstance(value, float):
        return localise(f"{value:g}", lang)
    return "-" if value is None else str(value)


def _draw(document: Mapping[str, Any], kind: str, number: int, lang: str) -> Figure:
    def draw(stem: Path) -> None:
        with set_style():
            save_figure(FIGURES[kind](document, lang), stem, lang)

    name = document["trial"]["name"]
    told = text(f"page.figures.{kind}", lang=lang, name=name)
    return show_drawing(draw, f"{kind}-{number}-drawn", told)
