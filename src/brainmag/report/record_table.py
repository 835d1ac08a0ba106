"""The record as a table: a line for every figure, published beside simulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import text
from brainmag.report.numbers import format_value, format_weight
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.table import Table

DIRECTIONS = {"increased": "up", "decreased": "down", "no change": "same"}
HEADS = ("figure", "published", "simulated", "unit", "grade", "role", "verdict")


def draw_record_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of `brainmag.inference.reproduce.reproduce`'s document."""
    heads = [text(f"record.table.{head}", lang=lang) for head in HEADS]
    table = start_table(text("record.table.title", lang=lang), heads)
    for row in document["figures"]:
        table.add_row(*write_row(row, lang))
    return table


def write_row(row: Mapping[str, Any], lang: str) -> list[str]:
    """Return the cells of one figure."""
    role = text(f"record.roles.{row['role']}", lang=lang) if row["role"] else ""
    return [
        f"{row['study']}/{row['figure']}",
        write_published(row, lang),
        write_simulated(row),
        row["unit"],
        row["grade"],
        role,
        write_verdict(row, lang),
    ]


def write_published(row: Mapping[str, Any], lang: str) -> str:
    """Return what was published: a number with its interval, or a direction with its limit."""
    if row["outcome"] == "value":
        unit = row["unit"]
        low, high = (format_value(row[f"observed_{side}"], unit) for side in ("low", "high"))
        return f"{format_value(row['observed'], unit)} ({low} to {high})"
    edge = row["observed_low"] if row["outcome"] == "increased" else row["observed_high"]
    word = text(f"record.outcomes.{DIRECTIONS[row['outcome']]}", lang=lang)
    return f"{word} ({format_value(edge, row['unit'])})"


def write_simulated(row: Mapping[str, Any]) -> str:
    """Return what the explanations together foresee; nothing where there is no comparison."""
    if "mixture" not in row:
        return ""
    told, unit = row["mixture"], row["unit"]
    median, low, high = (format_value(told[part], unit) for part in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def write_verdict(row: Mapping[str, Any], lang: str) -> str:
    """Return the verdict, with those of the explanations where they differ, or the reason."""
    verdict = row["verdict"].replace(" ", "_")
    if verdict == "not_comparable":
        return text(f"record.hindrances.{row['reason']}", lang=lang)
    own = {name: part["verdict"] for name, part in row["predicted"].items()}
    word = text(f"record.verdicts.{verdict}", lang=lang)
    if len(set(own.values())) == 1 and verdict in own.values():
        return word
    inside = ", ".join(name for name, found in own.items() if found == "inside") or "-"
    return text("record.table.inside_of", lang=lang, verdict=word, names=inside)


def list_record_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of the table must know, a paragraph each."""
    summary = document["summary"]
    weights = ", ".join(f"{name} {format_weight(one)}" for name, one in document["weights"].items())
    return [
        text(
            "record.table.summary",
            lang=lang,
            **{
                f"{role}_{part}": summary[role][part]
                for role in ("calibration", "validation")
                for part in ("inside", "figures")
            },
            **{
                f"{role}_expected": f"{summary[role]['expected']:.0f}"
                for role in ("calibration", "validation")
            },
            hindered=summary["not_comparable"]["figures"],
            all=summary["not_comparable"]["of"],
        ),
        text("record.table.meaning", lang=lang, draws=document["draws"], weights=weights),
    ]
