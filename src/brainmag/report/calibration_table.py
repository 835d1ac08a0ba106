"""What a calibration came to, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_interval
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.table import Table


def draw_calibration_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of every free parameter before and after, by explanation."""
    found = document["hypotheses"]
    heads = [text(f"record.calibration.{head}", lang=lang) for head in ("parameter", "prior")]
    heads += [text("record.calibration.posterior", lang=lang, name=name) for name in found]
    heads.append(text("record.calibration.unit", lang=lang))
    table = start_table(text("record.calibration.title", lang=lang), heads)
    rows: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, one in found.items():
        for row in one["parameters"]:
            rows.setdefault(row["parameter"], {})[name] = row
    for parameter, by_name in rows.items():
        first = next(iter(by_name.values()))
        cells = [
            _write(by_name[name], "posterior", lang) if name in by_name else "" for name in found
        ]
        table.add_row(parameter, _write(first, "prior", lang), *cells, first.get("unit", ""))
    return table


def list_calibration_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return the evidence of each explanation, and what the record cannot tell."""
    remarks = [
        text(
            "record.calibration.evidence",
            lang=lang,
            name=name,
            log_evidence=one["log_evidence"],
            error=one["error"],
            effective=one["effective"],
            draws=one["draws"],
            rhat=one["rhat"],
        )
        for name, one in document["hypotheses"].items()
    ]
    remarks += [
        text("record.calibration.untold", lang=lang, name=name, parameters=", ".join(one["untold"]))
        for name, one in document["hypotheses"].items()
        if one["untold"]
    ]
    return remarks


def _write(row: Mapping[str, Any], part: str, lang: str) -> str:
    told = row.get(part) or row["place"]
    if part == "prior" and "prior" not in row:
        return ""
    parts = (localise(f"{told[key]:.3g}", lang) for key in ("median", "low", "high"))
    return format_interval(parts, lang)
