"""The record as a table: a line for every figure, published beside simulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import text
from brainmag.report.numbers import format_interval, format_value, format_weight
from brainmag.report.rich_table import start_table
from brainmag.report.rows import name_unit

if TYPE_CHECKING:
    from rich.table import Table

DIRECTIONS = {"increased": "up", "decreased": "down", "no change": "same"}
HEADS = ("figure", "published", "simulated", "model", "unit", "grade", "role", "verdict")
KINDS = ("numbers", "directions")


def draw_record_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of `brainmag.inference.reproduce.reproduce`'s document."""
    heads = [text(f"record.table.{head}", lang=lang) for head in HEADS]
    table = start_table(text("record.table.title", lang=lang), heads)
    # A name that is cut cannot be asked for; the verdict alone is prose.
    for column in table.columns[:-1]:
        column.no_wrap = True
    for row in document["figures"]:
        table.add_row(*write_row(row, lang))
    return table


def write_row(row: Mapping[str, Any], lang: str) -> list[str]:
    """Return the cells of one figure."""
    role = text(f"record.roles.{row['role']}", lang=lang) if row["role"] else ""
    unit = row["unit"]
    return [
        f"{row['study']}/{row['figure']}",
        write_published(row, lang),
        write_simulated(row, lang),
        format_value(row["mixture"]["model"], unit, lang) if "mixture" in row else "",
        name_unit(unit, lang),
        f"{row['grade']}{' *' if row['industry'] else ''}",
        role,
        write_verdict(row, lang),
    ]


def write_published(row: Mapping[str, Any], lang: str) -> str:
    """Return what was published: a number with its interval, or a direction with its limit."""
    if row["outcome"] == "value":
        names = ("observed", "observed_low", "observed_high")
        return format_interval((format_value(row[one], row["unit"], lang) for one in names), lang)
    edge = row["observed_low"] if row["outcome"] == "increased" else row["observed_high"]
    word = text(f"record.outcomes.{DIRECTIONS[row['outcome']]}", lang=lang)
    return f"{word} ({format_value(edge, row['unit'], lang)})"


def write_simulated(row: Mapping[str, Any], lang: str) -> str:
    """Return what the explanations together foresee; nothing where there is no comparison."""
    if "mixture" not in row:
        return ""
    told, unit = row["mixture"], row["unit"]
    parts = (format_value(told[part], unit, lang) for part in ("median", "low", "high"))
    return format_interval(parts, lang)


def write_verdict(row: Mapping[str, Any], lang: str) -> str:
    """Return the verdict, and which explanations have the other one; or the reason for none."""
    verdict = row["verdict"].replace(" ", "_")
    if verdict == "not_comparable":
        return text(f"record.hindrances.{row['reason']}", lang=lang)
    word = text(f"record.verdicts.{verdict}", lang=lang)
    others = {
        name: part["verdict"]
        for name, part in row["predicted"].items()
        if part["verdict"] != verdict
    }
    if not others:
        return word
    other = text(f"record.verdicts.{next(iter(others.values()))}", lang=lang)
    names = ", ".join(others)
    return text("record.table.differs", lang=lang, verdict=word, names=names, other=other)


def list_record_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of the table must know, a paragraph each."""
    rows, summary = document["figures"], document["summary"]
    shares = {name: format_weight(one, lang) for name, one in document["weights"].items()}
    weights = ", ".join(f"{name} {one}" for name, one in shares.items())
    remarks = [
        text(f"record.table.inside_{role}", lang=lang, parts=_count_inside(summary[role], lang))
        for role in ("calibration", "validation")
        if summary[role]["figures"]
    ]
    hindered = summary["not_comparable"]
    if hindered["figures"]:
        count = {"hindered": hindered["figures"], "all": hindered["of"]}
        remarks.append(text("record.table.hindered", lang=lang, **count))
    if len(rows) > hindered["figures"]:
        draws = document["draws"]
        remarks.append(text("record.table.meaning", lang=lang, draws=draws, weights=weights))
        remarks.append(text("record.table.rule", lang=lang))
        key = "industry" if any(row["industry"] for row in rows) else "model_alone"
        remarks.append(text(f"record.table.{key}", lang=lang))
    remarks.append(text("record.table.grades", lang=lang))
    return remarks


def _count_inside(found: Mapping[str, Any], lang: str) -> str:
    parts = [
        text(f"record.table.{kind}", lang=lang, **found[kind])
        for kind in KINDS
        if found[kind]["figures"]
    ]
    return ", ".join(parts)
