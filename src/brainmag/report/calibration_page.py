"""A calibration as a report: how well it was found, and what the record told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainmag.locales import localise, text
from brainmag.report.calibration_table import draw_calibration_table, list_calibration_remarks
from brainmag.report.page import Bullets, Page, Paragraph, Section, Table, convert_table, make_table
from brainmag.report.paragraphs import label_unit
from brainmag.report.report_parts import end_report, show_manifest, show_terms

FOUND_HEADS = (
    *("explanation", "log_evidence", "error", "effective", "draws"),
    *("failed", "rhat", "worth"),
)
COVER_HEADS = ("explanation", "role", "figures", "inside", "expected", "before", "after", "told")
NARROW_HEADS = ("explanation", "narrowing", "model_narrowing")
ROLES = ("calibration", "validation")


def build_calibration_report(document: Mapping[str, Any], *, lang: str) -> Page:
    """Return the report of a calibration, of every explanation in its folder.

    Parameters
    ----------
    document : mapping
        ``name``; ``result``: ``hypotheses``, as the folder has them, ``seed`` and ``effort``;
        ``manifest``; ``model`` and ``credibility``.
    lang : str
    """
    result = document["result"]
    found: Mapping[str, Mapping[str, Any]] = result["hypotheses"]
    question = text("page.question.calibration", lang=lang, names=", ".join(found))
    effort = [(key, str(value)) for key, value in result["effort"].items()]
    terms = [(text("page.inputs.explanations", lang=lang), ", ".join(found))]
    terms.append((text("page.inputs.seed", lang=lang), str(result["seed"])))
    terms += [(text(f"page.calibration.{key}", lang=lang), told) for key, told in effort]
    tables = [_show_found(found, lang), _show_cover(found, lang), _show_narrowing(found, lang)]
    return Page(
        title=text("page.calibration.title", lang=lang, name=document["name"]),
        lead=[text("page.calibration.lead", lang=lang)],
        sections=[
            Section("question", text("page.question.title", lang=lang), [Paragraph(question)]),
            Section("inputs", text("page.inputs.title", lang=lang), [show_terms(terms, lang)]),
            Section("results", text("page.results.title", lang=lang), tables),
            Section("free", text("page.calibration.free", lang=lang), [_show_free(result, lang)]),
            Section(
                "remarks",
                text("page.remarks.title", lang=lang),
                [Bullets(list_calibration_remarks(result, lang))],
            ),
            *end_report(
                document, show_manifest(document["manifest"], lang), question=question, lang=lang
            ),
        ],
    )


def _show_found(found: Mapping[str, Mapping[str, Any]], lang: str) -> Table:
    rows = [
        [
            name,
            *(localise(f"{one[key]:.2f}", lang) for key in ("log_evidence", "error")),
            *(f"{one[key]:.0f}" for key in ("effective", "draws", "failed")),
            localise(f"{one['rhat']:.3f}", lang),
            f"{one['worth']:.0f}",
        ]
        for name, one in found.items()
    ]
    heads = [text(f"page.calibration.heads.{head}", lang=lang) for head in FOUND_HEADS]
    return make_table(heads, rows, caption=text("page.calibration.found", lang=lang))


def _show_free(result: Mapping[str, Any], lang: str) -> Table:
    table = convert_table(draw_calibration_table(result, lang))
    # Parts of the noise have no unit.
    rows = [[*row[:-1], label_unit(str(row[-1])) if row[-1] else ""] for row in table.groups[0][1]]
    return make_table(table.heads, rows, caption=table.caption)


def _show_cover(found: Mapping[str, Mapping[str, Any]], lang: str) -> Table:
    rows: list[list[str]] = []
    for name, one in found.items():
        for role in ROLES:
            own = one["checks"][role]
            count = own["figures"]
            told = "worse" if own["log_score_after"] < own["log_score_before"] else "better"
            shares = [
                f"{value:.3g} ({100.0 * value / count:.1f} %)" if count else ""
                for value in (own["inside"], own["expected"])
            ]
            scores = [f"{own[key]:.3f}" for key in ("log_score_before", "log_score_after")]
            rows.append(
                [
                    name,
                    text(f"page.calibration.role.{role}", lang=lang),
                    str(count),
                    *(localise(each, lang) for each in (*shares, *scores)),
                    text(f"page.calibration.told.{told}", lang=lang),
                ]
            )
    heads = [text(f"page.calibration.heads.{head}", lang=lang) for head in COVER_HEADS]
    return make_table(heads, rows, caption=text("page.calibration.cover", lang=lang))


def _show_narrowing(found: Mapping[str, Mapping[str, Any]], lang: str) -> Table:
    rows = [
        [name, *(localise(f"{one['checks'][key]:.2f}", lang) for key in NARROW_HEADS[1:])]
        for name, one in found.items()
    ]
    heads = [text(f"page.calibration.heads.{head}", lang=lang) for head in NARROW_HEADS]
    return make_table(heads, rows, caption=text("page.calibration.narrowed", lang=lang))
