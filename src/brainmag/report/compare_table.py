"""Which explanation the record speaks for, and which experiment would tell more, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import text
from brainmag.report.numbers import format_weight
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.table import Table

# Single figures that are shown; the document holds all.
SHOWN_FIGURES = 8
HOURS_PER_WEEK = 168.0


def draw_case_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the weights in every case but that of each single figure."""
    names = list(document["weights"])
    heads = [text("record.compare.case", lang=lang), *names]
    heads.append(text("record.compare.effective", lang=lang))
    table = start_table(text("record.compare.title", lang=lang), heads)
    for case in document["cases"]:
        if case["kind"] == "figure":
            continue
        label = text(f"record.compare.cases.{case['kind']}", lang=lang, name=case["name"])
        shares = [format_weight(case["weights"][name]) for name in names]
        fewest = min(case["effective"].values())
        table.add_row(label, *shares, f"{fewest:.0f}{' *' if case['is_thin'] else ''}")
    return table


def list_compare_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return the range of the weights, the figures that decide, and the check of nesting."""
    ranges = "; ".join(
        text(
            "record.compare.one_range",
            lang=lang,
            name=name,
            low=format_weight(low),
            high=format_weight(high),
        )
        for name, (low, high) in document["range"].items()
    )
    deciding = ", ".join(
        f"{one['figure']} ({one['moved']:.1f})" for one in document["deciding"][:SHOWN_FIGURES]
    )
    remarks = [
        text("record.compare.range", lang=lang, ranges=ranges),
        text("record.compare.deciding", lang=lang, figures=deciding),
        _check_nesting(document["savage_dickey"], lang),
    ]
    if any(case["is_thin"] for case in document["cases"]):
        remarks.append(text("record.compare.thin", lang=lang))
    return remarks


def _check_nesting(found: Mapping[str, Any], lang: str) -> str:
    key = "nesting_unseen" if found["from_density"] is None else "nesting"
    return text(f"record.compare.{key}", lang=lang, **found)


def draw_experiment_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the candidate experiments, the one that tells most first."""
    keys = ("experiment", "size", "weeks", "bits", "decides", "bits_equal", "decides_equal")
    heads = [text(f"record.next.{key}", lang=lang, odds=document["odds"]) for key in keys]
    table = start_table(text("record.next.title", lang=lang), heads)
    for row in document["experiments"]:
        table.add_row(
            text(f"record.next.names.{row['experiment']}", lang=lang),
            f"{row['size']}",
            f"{row['hours'] / HOURS_PER_WEEK:.2g}",
            f"{row['information']:.3f}",
            f"{100 * row['decides']:.0f} %",
            f"{row['information_from_equal']:.3f}",
            f"{100 * row['decides_from_equal']:.0f} %",
        )
    return table


def list_experiment_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what each explanation foresees of each experiment."""
    remarks = [text("record.next.meaning", lang=lang, draws=document["draws"])]
    for row in document["experiments"]:
        for one in row["foreseen"]:
            foreseen = "; ".join(
                f"{name} {told['median']:.2g} ({told['low']:.2g} to {told['high']:.2g})"
                for name, told in one["predicted"].items()
            )
            remarks.append(
                text(
                    "record.next.foreseen",
                    lang=lang,
                    experiment=row["experiment"],
                    figure=one["figure"],
                    unit=one["unit"],
                    error=one["error"],
                    foreseen=foreseen,
                )
            )
    return remarks
