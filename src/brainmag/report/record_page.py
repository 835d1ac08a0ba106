"""The requalification report: the whole record on one page that needs nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from brainmag import __version__
from brainmag.files import write_whole
from brainmag.locales import localise, text
from brainmag.report.numbers import format_value
from brainmag.report.record_figure import has_ratio, list_numbers, render_agreement, render_studies
from brainmag.report.record_table import HEADS, list_record_remarks, write_row

LEVELS = ("body", "brain", "synapse", "cognition")
FOLD_HEADS = ("level", "numbers", "gmfe", "two_fold", "left_out")
DRIFT_HEADS = ("figure", "then", "now", "change")
TEXTS = (
    *("figures", "folds", "folds_meaning", "agreement", "drift", "drift_meaning"),
    *("no_drift", "studies"),
)
# Of the interval foreseen at the last release: less than this is the draws' own scatter.
LEAST_DRIFT = 0.1
TWO = 2.0


def write_record_page(
    document: Mapping[str, Any],
    path: Path,
    *,
    released: Mapping[str, Mapping[str, Any]],
    lang: str,
) -> None:
    """Write the report as one HTML file with its drawings in it.

    Parameters
    ----------
    document : mapping
        What `brainmag.inference.reproduce.reproduce` gave.
    path : Path
    released : mapping of str to mapping
        By figure, what the last release foresaw: ``median``, ``low`` and ``high``.
    lang : str
    """
    page = render_record_page(document, released=released, lang=lang)
    write_whole(path.parent, {path.name: lambda one: one.write_text(page, encoding="utf-8")})


def render_record_page(
    document: Mapping[str, Any], *, released: Mapping[str, Mapping[str, Any]], lang: str
) -> str:
    """Return the report as HTML."""
    from jinja2 import Environment  # noqa: PLC0415

    environment = Environment(autoescape=True)
    template = files("brainmag.report").joinpath("templates", "record.html")
    texts = {name: text(f"record.page.{name}", lang=lang) for name in TEXTS}
    texts["title"] = text("record.table.title", lang=lang)
    texts["version"] = text("record.page.version", lang=lang, version=__version__)
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        lang=lang,
        texts=texts,
        remarks=list_record_remarks(document, lang),
        heads=[text(f"record.table.{head}", lang=lang) for head in HEADS],
        rows=[
            {"kind": _name_kind(row), "cells": write_row(row, lang)} for row in document["figures"]
        ],
        fold_heads=[text(f"record.page.{head}", lang=lang) for head in FOLD_HEADS],
        folds=[_write_fold(row, lang) for row in find_folds(document["figures"])],
        agreement=render_agreement(document, lang),
        drift_heads=[text(f"record.page.{head}", lang=lang) for head in DRIFT_HEADS],
        drift=list_drift(document["figures"], released, lang),
        drawings=list(render_studies(document, lang).items()),
    )


def find_folds(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the geometric mean fold error of the model by level, and how many are within two.

    Of the numbers that have a ratio scale; ``left_out`` counts the others.

    Examples
    --------
    >>> row = {"level": "body", "observed": 2.0, "measure": "level", "unit": "mmol/L",
    ...        "mixture": {"model": 1.0}}
    >>> find_folds([row, row | {"measure": "percent"}])[0]
    {'level': 'body', 'numbers': 1, 'gmfe': 2.0, 'two_fold': 1, 'left_out': 1}
    """
    found: list[dict[str, Any]] = []
    for level in LEVELS:
        own = [row for row in list_numbers(rows) if row["level"] == level]
        logs = [
            abs(math.log(row["mixture"]["model"] / row["observed"]))
            for row in own
            if has_ratio(row)
        ]
        if own:
            found.append(
                {
                    "level": level,
                    "numbers": len(logs),
                    "gmfe": round(math.exp(sum(logs) / len(logs)), 9) if logs else None,
                    "two_fold": sum(one <= math.log(TWO) + 1e-12 for one in logs),
                    "left_out": len(own) - len(logs),
                }
            )
    return found


def list_drift(
    rows: Sequence[Mapping[str, Any]], released: Mapping[str, Mapping[str, Any]], lang: str
) -> list[list[str]]:
    """Return the figures whose median has moved since the last release, the farthest first.

    Examples
    --------
    >>> row = {"study": "s", "figure": "f", "unit": "%", "mixture": {"median": 2.0}}
    >>> list_drift([row], {"s/f": {"median": 1.0, "low": 0.0, "high": 2.0}}, "en")
    [['s/f', '1.00', '2.00', '50 %']]
    """
    moved: list[tuple[float, list[str]]] = []
    for row in rows:
        name = f"{row['study']}/{row['figure']}"
        if "mixture" not in row or name not in released:
            continue
        then, now = released[name], row["mixture"]["median"]
        step = (now - then["median"]) / max(then["high"] - then["low"], 1e-12)
        if abs(step) >= LEAST_DRIFT:
            both = [format_value(one, row["unit"], lang) for one in (then["median"], now)]
            moved.append((abs(step), [name, *both, f"{100 * step:.0f} %"]))
    return [cells for _, cells in sorted(moved, key=lambda one: -one[0])]


def _name_kind(row: Mapping[str, Any]) -> str:
    return {"outside": "outside", "not comparable": "hindered"}.get(row["verdict"], "inside")


def _write_fold(row: Mapping[str, Any], lang: str) -> list[str]:
    name = text(f"record.levels.{row['level']}", lang=lang)
    gmfe = "" if row["gmfe"] is None else localise(f"{row['gmfe']:.2f}", lang)
    return [name, str(row["numbers"]), gmfe, str(row["two_fold"]), str(row["left_out"])]
