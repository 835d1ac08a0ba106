"""The ledger of the claims as a report: an overview, then each claim with all that is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from brainmag.locales import text
from brainmag.report.claims_page import (
    draw_answers,
    draw_evidence,
    draw_judgements,
    draw_sources,
    list_flags,
    write_head,
)
from brainmag.report.claims_table import list_rows
from brainmag.report.page import (
    Block,
    Bullets,
    Cell,
    Page,
    Paragraph,
    Section,
    Table,
    Words,
    convert_table,
    make_table,
    name_place,
)
from brainmag.report.paragraphs import label_unit
from brainmag.report.source_list import link_source, list_sources

VERDICTS = ("supported", "limited", "contested", "not-testable")
MARKED = {"left_out", "retracted", "cited_denies", "cited_silent"}
# Where a column of each table stands.
VERDICT, REMARKS, UNIT, SOURCE = 2, 5, 2, 3


def build_claims_report(document: Mapping[str, Any], *, lang: str) -> Page:
    """Return the report of a ledger that has its evidence.

    Parameters
    ----------
    document : mapping
        As `brainmag.evidence.ledger.build_ledger` gives, each claim with its ``evidence``.
    lang : str
    """
    claims = document["claims"]
    keys = [source["key"] for one in claims for source in one["sources"]]
    keys += [row["source"] for one in claims for row in one["evidence"]["parameters"]]
    remarks = [text(f"claims.remarks.{key}", lang=lang) for key in ("weight", "circular")]
    limits = [text("claims.remarks.honest", lang=lang)]
    limits += [text(f"page.claims.limits.{key}", lang=lang) for key in ("read", "judged")]
    return Page(
        title=text("page.claims.title", lang=lang, claims=len(claims)),
        lead=[text("page.claims.lead", lang=lang), _count_verdicts(document, lang)],
        sections=[
            Section(
                "overview",
                text("page.claims.overview", lang=lang),
                [_draw_overview(document, lang), *map(Paragraph, remarks)],
            ),
            Section(
                "claims",
                text("page.claims.claims", lang=lang),
                [Paragraph(text("page.claims.how", lang=lang))],
                [_describe_claim(one, lang) for one in claims],
            ),
            Section("limits", text("page.limits.title", lang=lang), [Bullets(limits)]),
            list_sources(keys, lang),
        ],
    )


def _count_verdicts(document: Mapping[str, Any], lang: str) -> str:
    counts = Counter(one["verdict"] for one in document["claims"])
    told = [
        text(
            "page.claims.count",
            lang=lang,
            verdict=text(f"claims.verdict.{verdict}", lang=lang),
            number=counts[verdict],
        )
        for verdict in VERDICTS
    ]
    return text("page.claims.verdicts", lang=lang, counts=", ".join(told))


def _draw_overview(document: Mapping[str, Any], lang: str) -> Table:
    heads, *rows = list_rows(document, lang)
    return make_table(
        heads,
        [
            [
                Cell(row[0], f"#{name_place(row[0])}"),
                *row[1:VERDICT],
                Cell(row[VERDICT], kind=one["verdict"]),
                *row[VERDICT + 1 :],
            ]
            for row, one in zip(rows, document["claims"], strict=True)
        ],
    )


def _describe_claim(one: Mapping[str, Any], lang: str) -> Section:
    first, *others = write_head(one, lang)
    blocks: list[Block] = [
        Paragraph(first, "strong"),
        Bullets(others),
        _link(convert_table(draw_sources(one["sources"], lang)), one["sources"]),
        convert_table(draw_judgements(one["judgements"], lang)),
        convert_table(draw_answers(one["answers"], lang)),
        Paragraph(text("page.claims.chain", lang=lang), "strong"),
        Bullets(list(_write_chain(one, lang))),
    ]
    # What it says in sentences stands in the chain.
    told = draw_evidence(one["evidence"], lang)
    blocks += [_tell_units(part) for part in told if not isinstance(part, str)]
    return Section(name_place(one["id"]), f"{one['id']}. {one['claim']}", blocks)


def _link(table: Table, sources: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of sources with links to them, and with marks where one is needed."""
    rows: list[list[Words]] = []
    for row, source in zip(table.groups[0][1], sources, strict=True):
        mark = "" if MARKED.isdisjoint(list_flags(source)) else "alarm"
        told = Cell(str(row[REMARKS]), kind=mark)
        rows.append([link_source(str(row[0])), *row[1:REMARKS], told])
    return make_table(table.heads, rows, caption=table.caption)


def _tell_units(drawn: Any) -> Table:
    table = convert_table(drawn)
    rows = [
        [*row[:UNIT], label_unit(str(row[UNIT])), link_source(str(row[SOURCE])), *row[SOURCE + 1 :]]
        for row in table.groups[0][1]
    ]
    return make_table(table.heads, rows, caption=table.caption)


def _write_chain(one: Mapping[str, Any], lang: str) -> list[str]:
    """Return the chain from a claim to the model's answer, a step each."""
    evidence = one["evidence"]
    numbers = ", ".join(row["parameter"] for row in evidence["parameters"])
    counts = evidence["figures"].values()
    return [
        text("page.claims.step_sources", lang=lang, number=len(one["sources"])),
        text("page.claims.step_numbers", lang=lang, numbers=numbers)
        if numbers
        else text("claims.page.no_parameters", lang=lang),
        text(
            "page.claims.step_record",
            lang=lang,
            total=sum(count["total"] for count in counts),
            counting=sum(count["calibrating"] for count in counts),
        ),
        write_head(one, lang)[3],
    ]
