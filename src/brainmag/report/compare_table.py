"""Which explanation the record speaks for, and which experiment would tell more, as tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_interval, format_weight
from brainmag.report.rich_table import start_table
from brainmag.report.rows import name_unit

if TYPE_CHECKING:
    from rich.table import Table

# Single figures that are shown; the document holds all.
SHOWN_FIGURES = 8
HOURS_PER_WEEK = 168.0
# What the solver leaves of no change, as a share of the experiment's own error.
LEAST_SEEN = 1e-3
# Ways to look that are told in words; others by a grade, a number or the name of a study.
WORDED = ("votes", "industry", "bias")


def draw_case_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the ways to look at the record that move the weights."""
    return _draw(text("record.compare.title", lang=lang), list_case_rows(document, lang))


def draw_deciding_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the single figures that move the weights most."""
    title = text("record.compare.deciding", lang=lang)
    return _draw(title, list_deciding_rows(document, lang))


def list_case_rows(
    document: Mapping[str, Any], lang: str, *, every: bool = False
) -> list[list[str]]:
    """Return the weights by the way the record is looked at, heads first.

    Each single study left out is a row where that shows in the weights; each single figure never.

    Parameters
    ----------
    document : mapping
        What `brainmag.inference.compare.compare` gave.
    lang : str
    every : bool
        Whether ways that leave the weights as they are are told too, but for studies.
    """
    names = list(document["weights"])
    keys = ("case", "lead", "effective")
    case_head, *heads = (text(f"record.compare.{key}", lang=lang) for key in keys)
    rows = [[case_head, *names, *heads]]
    plain = _write_weights(document["cases"][0], names, lang)
    for case in document["cases"]:
        weights = _write_weights(case, names, lang)
        moves = case["kind"] == "base" or weights != plain
        if case["kind"] == "figure" or not (moves or (every and case["kind"] != "study")):
            continue
        fewest = f"{min(case['effective'].values()):.0f}{' *' if case['is_thin'] else ''}"
        lead = localise(f"{_find_lead(case):.1f}", lang)
        rows.append([label_case(case, lang), *weights, lead, fewest])
    return rows


def label_case(case: Mapping[str, Any], lang: str) -> str:
    """Return what a way to look leaves out, or how much it changes, in words."""
    name = case["name"]
    if case["kind"] in WORDED:
        name = text(f"record.compare.names.{name.replace(' ', '-')}", lang=lang)
    elif case["kind"] == "width":
        name = localise(name, lang)
    return text(f"record.compare.cases.{case['kind']}", lang=lang, name=name)


def list_deciding_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return the single figures that move the weights most, and whom they speak for."""
    keys = ("figure", "speaks_for", "speaks_against", "moved")
    shown = document["deciding"][:SHOWN_FIGURES]
    return [
        [text(f"record.compare.{key}", lang=lang) for key in keys],
        *(
            [one["figure"], one["for"], one["against"], localise(f"{one['moved']:.1f}", lang)]
            for one in shown
        ),
    ]


def _write_weights(case: Mapping[str, Any], names: Sequence[str], lang: str) -> list[str]:
    return [format_weight(case["weights"][name], lang) for name in names]


def _find_lead(case: Mapping[str, Any]) -> float:
    """Return the logarithm of how many times likelier the first is than the second."""
    second, first = sorted(case["log_evidence"].values())[-2:]
    return float(first - second)


def list_compare_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what is not shown, the range of the weights, and the check of nesting."""
    shown = len(list_case_rows(document, lang)) - 1
    remarks = [
        text("record.compare.unmoved", lang=lang, number=len(document["cases"]) - shown),
        write_span(document, lang),
        _check_nesting(document["savage_dickey"], lang),
    ]
    if any(case["is_thin"] for case in document["cases"]):
        remarks.append(text("record.compare.thin", lang=lang))
    return remarks


def write_span(document: Mapping[str, Any], lang: str) -> str:
    """Return between what the weight of each explanation lies, over all ways to look."""
    ranges = "; ".join(
        text(
            "record.compare.one_range",
            lang=lang,
            name=name,
            low=format_weight(low, lang),
            high=format_weight(high, lang),
        )
        for name, (low, high) in document["range"].items()
    )
    return text("record.compare.range", lang=lang, ranges=ranges)


def _check_nesting(found: Mapping[str, Any], lang: str) -> str:
    key = "nesting_unseen" if found["from_density"] is None else "nesting"
    return text(f"record.compare.{key}", lang=lang, **found)


def draw_experiment_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of the candidate experiments, the one that tells most first.

    What they tell from the record's weights is left out where those have decided already.
    """
    values: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "experiment": lambda row: text(f"record.next.names.{row['experiment']}", lang=lang),
        "size": lambda row: f"{row['size']}",
        "weeks": lambda row: localise(f"{row['hours'] / HOURS_PER_WEEK:.2g}", lang),
        "bits_equal": lambda row: localise(f"{row['information_from_equal']:.2f}", lang),
        "decides_equal": lambda row: f"{100 * row['decides_from_equal']:.0f} %",
        "bits": lambda row: localise(f"{row['information']:.2f}", lang),
        "decides": lambda row: f"{100 * row['decides']:.0f} %",
    }
    if document["decided"]:
        del values["bits"], values["decides"]
    heads = [text(f"record.next.{key}", lang=lang, odds=document["odds"]) for key in values]
    rows = [[tell(row) for tell in values.values()] for row in document["experiments"]]
    return _draw(text("record.next.title", lang=lang), [heads, *rows])


def draw_foreseen_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of what each explanation foresees of each experiment."""
    names = list(document["weights"])
    keys = ("figure", "unit", "error")
    heads = [text(f"record.next.{key}", lang=lang) for key in keys]
    rows = [[*heads, *names]]
    for row in document["experiments"]:
        for one in row["foreseen"]:
            told = [_write_foreseen(one["predicted"][name], one["error"], lang) for name in names]
            label = f"{row['experiment']}/{one['figure']}"
            rows.append(
                [label, name_unit(one["unit"], lang), localise(f"{one['error']:.2g}", lang), *told]
            )
    return _draw(text("record.next.foreseen", lang=lang), rows)


def _write_foreseen(told: Mapping[str, float], error: float, lang: str) -> str:
    """Return a median with its interval; what is far below the error is none.

    Examples
    --------
    >>> _write_foreseen({"median": 3.3e-14, "low": -1e-9, "high": 1.25}, 0.5, "en")
    '0 (0 to 1.2)'
    """
    parts = (
        "0" if abs(told[key]) < LEAST_SEEN * error else f"{float(f'{told[key]:.2g}'):g}"
        for key in ("median", "low", "high")
    )
    return format_interval((localise(part, lang) for part in parts), lang)


def list_experiment_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what the table means, and what the record has decided already."""
    remarks = [text("record.next.meaning", lang=lang, draws=document["draws"])]
    if document["decided"]:
        name, share = max(document["weights"].items(), key=lambda one: one[1])
        odds = math.floor(math.log10(share / max(1.0 - share, 1e-300)))
        remarks.append(text("record.next.decided", lang=lang, name=name, odds=10**odds))
    return remarks


def _draw(title: str, rows: Sequence[Sequence[str]]) -> Table:
    heads, *others = rows
    table = start_table(title, heads)
    for cells in others:
        table.add_row(*cells)
    return table
