"""The claims as one table, the faults of their ledger, and what another look at the record does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_weight
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.table import Table

HEADS = ("id", "claim", "verdict", "certainty", "needs", "weight", "prediction")
REMARKS = ("weight", "circular", "honest", "one")
# Smaller than this is none that anybody could tell; by unit.
LEAST = {"%": 0.05, "z": 0.005}


def draw_claims_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return one row for each claim."""
    heads, *rows = list_rows(document, lang)
    table = start_table(text("claims.table.title", lang=lang), heads)
    for row in rows:
        table.add_row(*row)
    return table


def list_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return the claims as rows, heads first."""
    heads = [text(f"claims.table.{key}", lang=lang) for key in HEADS]
    return [heads, *(list_cells(one, lang) for one in document["claims"])]


def list_cells(one: Mapping[str, Any], lang: str) -> list[str]:
    """Return the cells of one claim."""
    return [
        one["id"],
        one["claim"],
        text(f"claims.verdict.{one['verdict']}", lang=lang),
        write_certainty(one, lang),
        text(f"claims.needs.{one['needs']}", lang=lang),
        "" if one["needs"] == "any" else write_range(one["weight"], lang),
        write_prediction(one["prediction"], lang),
    ]


def write_certainty(one: Mapping[str, Any], lang: str) -> str:
    """Return how sure a claim is for people; in brackets for those it is about, if others."""
    people = text(f"claims.certainty.{one['certainty']}", lang=lang)
    if one["graded"]["about"] == "people":
        return people
    own = text(f"claims.certainty.{one['graded']['own']}", lang=lang)
    about = text(f"claims.about.{one['graded']['about']}", lang=lang)
    return text("claims.table.both", lang=lang, people=people, about=about, own=own)


def write_range(weight: Mapping[str, float], lang: str) -> str:
    """Return the least and the greatest weight, as percent.

    Examples
    --------
    >>> write_range({"low": 0.55, "high": 0.99999}, "nl")
    '55 % tot > 99,9 %'
    """
    low, high = (format_weight(weight[key], lang) for key in ("low", "high"))
    return low if low == high else text("claims.number.range", lang=lang, low=low, high=high)


def write_prediction(prediction: Mapping[str, Any], lang: str) -> str:
    """Return what the model says under the explanation that a claim needs."""
    told = prediction["predicted"][prediction["under"]]
    asked = write_question(prediction, lang)
    return f"{asked}: {write_told(told, prediction['unit'], lang)}"


def write_question(answer: Mapping[str, Any], lang: str) -> str:
    """Return what is asked of the model, in words."""
    observable = text(f"claims.observable.{answer['observable']}", lang=lang)
    setting = text(f"claims.setting.{answer['setting']}", lang=lang)
    return f"{observable}, {setting}"


def write_told(told: Mapping[str, float], unit: str, lang: str) -> str:
    """Return a median with its interval.

    Examples
    --------
    >>> write_told({"median": 9.57, "low": 1.87, "high": 29.8}, "%", "nl")
    '9,57 (1,87 tot 29,8) %'
    """
    numbers = {key: write_number(told[key], unit, lang) for key in ("median", "low", "high")}
    return text("claims.number.interval", lang=lang, unit=unit, **numbers)


def write_number(value: float, unit: str, lang: str) -> str:
    """Return three significant digits, and nought for what nobody could tell.

    Examples
    --------
    >>> write_number(-0.7971, "%", "en"), write_number(0.01, "%", "en")
    ('-0.797', '0')
    """
    return "0" if abs(value) < LEAST.get(unit, 0.0) else localise(f"{value:.3g}", lang)


def list_claims_remarks(lang: str) -> list[str]:
    """Return what a reader of the ledger must know."""
    return [text(f"claims.remarks.{key}", lang=lang) for key in REMARKS]


def draw_faults(document: Mapping[str, Any], lang: str) -> Table | str:
    """Return the faults of the ledger as a table, or a line that there are none."""
    if not document["faults"]:
        counts = {key: document[key] for key in ("claims", "sources", "judgements")}
        return text("claims.lint.clean", lang=lang, **counts)
    heads = [text(f"claims.lint.{key}", lang=lang) for key in ("place", "fault")]
    table = start_table(text("claims.lint.title", lang=lang), heads)
    for fault in document["faults"]:
        said = text(f"claims.lint.{fault['rule']}", lang=lang, lang_of_text=fault["lang"])
        table.add_row(fault["place"], said)
    return table


def draw_reweighed(reweighed: Mapping[str, Any], lang: str) -> list[Table | str]:
    """Return what another look at the record does to the explanations."""
    keys = ("explanation", "before", "after", "pool", "draws")
    changes = ", ".join(f"{name}={grade}" for name, grade in reweighed["changes"].items())
    table = start_table(
        text("claims.reweighed.title", lang=lang, changes=changes),
        [text(f"claims.reweighed.{key}", lang=lang) for key in keys],
    )
    for name, weight in reweighed["weights"].items():
        table.add_row(
            name,
            *(format_weight(share, lang) for share in (reweighed["weights_before"][name], weight)),
            *(f"{reweighed['effective'][key][name]:.0f}" for key in ("pool", "draws")),
        )
    key = "thin" if reweighed["needs_calibration"] else "enough"
    remarks = [text(f"claims.reweighed.{key}", lang=lang, few=f"{reweighed['few']:.0f}")]
    if reweighed["untouched"]:
        names = ", ".join(reweighed["untouched"])
        remarks.append(text("claims.reweighed.untouched", lang=lang, names=names))
    return [table, *remarks, text("claims.reweighed.fixed", lang=lang)]
