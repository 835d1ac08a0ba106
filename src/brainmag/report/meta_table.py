"""Pooled trials as tables: each trial, what they say together, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_interval
from brainmag.report.rich_table import start_table
from brainmag.report.rows import name_unit

if TYPE_CHECKING:
    from rich.table import Table

TRIAL_HEADS = (
    *("source", "measure", "product", "dose", "weeks", "people", "effect"),
    *("weight", "basis", "maker", "grade"),
)
LIST_HEADS = ("outcome", "name", "unit", "k", "published", "left_out")
# Smaller p values are told as less than this.
LEAST_P = 1e-4
POOLED_WAYS = ("fixed", "random", "widened", "prediction", "reversed")
FEWEST_FOR_LEAVING = 3


def write_figure(value: float, lang: str) -> str:
    """Return a number with as many decimals as it is worth.

    Examples
    --------
    >>> [write_figure(value, "en") for value in (0.89364, 0.0204, -17.36, 0.0)]
    ['0.89', '0.020', '-17.4', '0.00']
    """
    size = abs(value)
    decimals = 1 if size >= 10.0 else 3 if 0.0 < size < 0.095 else 2  # noqa: PLR2004
    written = f"{value:.{decimals}f}"
    return localise(written if float(written) else written.lstrip("-"), lang)


def write_reach(one: Mapping[str, Any], lang: str, estimate: str = "estimate") -> str:
    """Return an estimate with its interval.

    Examples
    --------
    >>> write_reach({"estimate": 0.5, "low": -0.25, "high": 1.25}, "en")
    '0.50 (-0.25 to 1.25)'
    """
    return format_interval(
        (write_figure(one[key], lang) for key in (estimate, "low", "high")), lang
    )


def write_p(value: float, lang: str) -> str:
    """Return a p value; none finer than a ten-thousandth.

    Examples
    --------
    >>> write_p(0.0432, "en"), write_p(1e-9, "en")
    ('0.043', '< 0.0001')
    """
    return localise(f"< {LEAST_P:.4f}" if value < LEAST_P else f"{value:.2g}", lang)


def write_variance(value: float, lang: str) -> str:
    """Return a variance, which may be of any size.

    Examples
    --------
    >>> write_variance(0.00518, "en"), write_variance(123.4, "en")
    ('0.0052', '123')
    """
    return localise(f"{value:.0f}" if value >= 100.0 else f"{value:.2g}", lang)  # noqa: PLR2004


def _say_p(value: float, lang: str) -> str:
    key = "p_less" if value < LEAST_P else "p"
    return text(f"meta.notes.{key}", lang=lang, p=write_p(value, lang))


def draw_outcome_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return the outcomes, with how many trials of each there are."""
    heads = [text(f"meta.list.{head}", lang=lang) for head in LIST_HEADS]
    table = start_table(text("meta.list.title", lang=lang), heads)
    for one in document["outcomes"]:
        counts = (str(one[key]) for key in LIST_HEADS[3:])
        name = text(f"meta.outcomes.{one['id']}", lang=lang)
        table.add_row(one["id"], name, name_unit(one["unit"], lang), *counts)
    return table


def draw_meta_tables(document: Mapping[str, Any], lang: str) -> list[Table]:
    """Return the tables of one outcome; those without rows are left away."""
    tables = [_draw_trials(document, lang), _draw_summary(document, lang)]
    if document["k"] >= FEWEST_FOR_LEAVING:
        tables.append(_draw_without(document, lang))
    tables.append(_draw_left_out(document, lang))
    return [one for one in tables if one.rows]


def _heads(keys: Sequence[str], lang: str) -> list[str]:
    return [text(f"meta.table.{key}", lang=lang) for key in keys]


def _draw_trials(document: Mapping[str, Any], lang: str) -> Table:
    outcome = document["outcome"]
    name = text(f"meta.outcomes.{outcome['id']}", lang=lang)
    title = text(
        "meta.table.trials", lang=lang, outcome=name, unit=name_unit(outcome["unit"], lang)
    )
    table = start_table(title, _heads(TRIAL_HEADS, lang))
    for row in document["trials"]:
        table.add_row(
            row["source"],
            row["measure"],
            row["product"],
            *(_write_count(row[key], lang) for key in ("dose_mg", "weeks")),
            _write_people(row, lang),
            write_reach(row, lang, "effect"),
            f"{100.0 * row['weight']:.0f} %",
            text(f"meta.basis.{row['basis']}", lang=lang),
            text(f"meta.answers.{row['industry']}", lang=lang),
            row["grade"],
        )
    return table


def _write_count(value: float | None, lang: str) -> str:
    return "" if value is None else localise(f"{value:g}", lang)


def _write_people(row: Mapping[str, Any], lang: str) -> str:
    treated, control = row["n_treated"], row["n_control"]
    if treated is None or control is None:
        return _write_count(treated, lang)
    return text("meta.table.people_of_both", lang=lang, treated=treated, control=control)


def _draw_summary(document: Mapping[str, Any], lang: str) -> Table:
    heads = _heads(("way", "estimate", "p"), lang)
    table = start_table(text("meta.table.summary", lang=lang), heads)
    for way in POOLED_WAYS:
        one = document[way]
        if one is None:
            continue
        key = "alone" if way == "fixed" and document["k"] == 1 else way
        # Of the next trial an interval is foreseen, and nothing is tested.
        p_value = "" if way == "prediction" else write_p(one["p_value"], lang)
        table.add_row(text(f"meta.ways.{key}", lang=lang), write_reach(one, lang), p_value)
    groups = document["industry"]["groups"]
    for one in groups if len(groups) > 1 else ():
        key = "industry" if one["industry"] else "others"
        name = text(f"meta.ways.{key}", lang=lang, k=one["k"])
        table.add_row(name, write_reach(one, lang), write_p(one["p_value"], lang))
    difference = document["industry"]["difference"]
    if difference is not None:
        name = text("meta.ways.difference", lang=lang)
        table.add_row(name, write_reach(difference, lang), write_p(difference["p_value"], lang))
    return table


def _draw_without(document: Mapping[str, Any], lang: str) -> Table:
    table = start_table(
        text("meta.table.without", lang=lang), _heads(("source", "remaining"), lang)
    )
    for one in document["leave_one_out"]:
        table.add_row(one["source"], write_reach(one, lang))
    return table


def _draw_left_out(document: Mapping[str, Any], lang: str) -> Table:
    heads = _heads(("source", "measure", "people", "reason", "told", "grade"), lang)
    table = start_table(text("meta.table.left", lang=lang), heads)
    for row in document["published"]:
        _add_beside(table, row, "estimate", lang)
    for row in document["left_out"]:
        _add_beside(table, row, row["reason"], lang)
    return table


def _add_beside(table: Table, row: Mapping[str, Any], reason: str, lang: str) -> None:
    why = text(f"meta.reasons.{reason}", lang=lang)
    people = _write_people(row, lang)
    table.add_row(row["source"], row["measure"], people, why, row["locator"], row["grade"])


def list_meta_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of the tables must know, a paragraph each."""
    remarks: list[str] = []
    differ = document["heterogeneity"]
    if differ is not None:
        shares = {
            key: f"{100.0 * differ[key]:.0f} %" for key in ("share", "share_low", "share_high")
        }
        names = ("variance", "variance_low", "variance_high")
        scatter = {key: write_variance(differ[key], lang) for key in names}
        remarks.append(
            text(
                "meta.notes.heterogeneity",
                lang=lang,
                q=write_figure(differ["q"], lang),
                degrees=differ["degrees"],
                p=_say_p(differ["p_value"], lang),
                **shares,
                **scatter,
            )
        )
    if document["small_studies"] is not None:
        remarks.append(_tell_small(document["small_studies"], lang))
    remarks += [
        text(f"meta.warnings.{one['code']}", lang=lang, **_drop_code(one))
        for one in document["warnings"]
    ]
    remarks += [
        text("meta.notes.trial", lang=lang, source=one["source"], note=one["note"])
        for one in document["trials"]
        if one["note"]
    ]
    return [*remarks, text(f"meta.notes.meaning_{document['outcome']['kind']}", lang=lang)]


def _tell_small(small: Mapping[str, Any], lang: str) -> str:
    slope = small["slope"]
    return text(
        "meta.notes.small",
        lang=lang,
        slope=write_figure(slope["estimate"], lang),
        low=write_figure(slope["low"], lang),
        high=write_figure(slope["high"], lang),
        predictor=text(f"meta.predictors.{small['predictor']}", lang=lang),
        p=_say_p(slope["p_value"], lang),
    )


def _drop_code(warning: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in warning.items() if key != "code"}


__all__ = [
    "draw_meta_tables",
    "draw_outcome_table",
    "list_meta_remarks",
    "write_figure",
    "write_p",
    "write_reach",
]
