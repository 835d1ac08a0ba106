"""Tables of one synapse: what a protocol did, and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_interval
from brainmag.report.rich_table import start_table
from brainmag.synapse.plasticity import PERCENT

if TYPE_CHECKING:
    from rich.table import Table

NOMINAL_HEADS = ("quantity", "nominal", "unit")
ROWS = (
    ("ltp_percent", "percent"),
    ("nmda_charge", "charge_unit"),
    ("peak_calcium", "calcium_unit"),
)


def draw_protocol_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return a table of a protocol's document."""
    heads = ("quantity", "median", "interval", "unit") if document["draws"] else NOMINAL_HEADS
    title = text("synapse.table.title", lang=lang, **document)
    table = start_table(title, [text(f"synapse.table.{head}", lang=lang) for head in heads])
    interval = bool(document["draws"])
    for name, unit in ROWS:
        found = document["ltp_percent"] if name == "ltp_percent" else document["intervals"][name]
        _add_quantity(table, name, found, unit, lang, interval=interval)
    release, spread = document["release_per_pulse"], document["intervals"]["release_per_pulse"]
    for name, place in (("release_first", 0), ("release_last", -1)):
        if len(release) > (name == "release_last"):
            found = {
                "median": release[place],
                "low": spread["low"][place],
                "high": spread["high"][place],
            }
            _add_quantity(table, name, found, "probability", lang, interval=interval)
    return table


def list_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of a protocol's table must know, a paragraph each."""
    bath, reference = document["bath"], document["reference_bath"]
    remarks = [
        text(
            "synapse.table.bath",
            lang=lang,
            **bath,
            reference_magnesium=reference["magnesium"],
            reference_calcium=reference["calcium"],
        ),
        text(
            "synapse.table.adapted",
            lang=lang,
            nr2b=document["nr2b"],
            terminals=document["terminals"],
        ),
    ]
    if document["draws"]:
        remarks.append(
            text(
                "synapse.table.ceiling",
                lang=lang,
                mean=document["ltp_mean_percent"],
                share=PERCENT * document["share_near_ceiling"],
                ceiling=document["ltp_ceiling_percent"],
            )
        )
    if document["failed"]:
        every = document["draws"] + 1
        remarks.append(
            text("synapse.table.failed", lang=lang, failed=document["failed"], all=every)
        )
    return remarks + [text(f"synapse.notes.{note}", lang=lang) for note in document["notes"]]


def draw_curve_table(document: Mapping[str, Any], axis: str, lang: str) -> Table:
    """Return a table of a curve's document; ``axis`` is ``dt``, ``rate``, ``mg`` or ``voltage``."""
    points: Sequence[Mapping[str, Any]] = document["curve"]
    columns = [name for name in points[0] if name != "x"]
    heads = [text(f"synapse.table.x_{axis}", lang=lang)]
    heads += [text(f"synapse.table.{name}", lang=lang) for name in columns]
    table = start_table(name_curve(document, axis, lang), heads)
    for point in points:
        x = localise(f"{point['x']:g}", lang)
        table.add_row(x, *(_show(point[name], lang) for name in columns))
    return table


def name_curve(document: Mapping[str, Any], axis: str, lang: str) -> str:
    """Return what a curve is of: the heading of its table and its figure."""
    levels = "; ".join(localise(f"{level:g}", lang) for level in document.get("magnesium", ()))
    key = "mg_block" if axis == "mg" and "voltage" in document else axis
    return text(f"synapse.table.curve_{key}", lang=lang, levels=levels, **document)


def _add_quantity(
    table: Table, name: str, found: Mapping[str, float], unit: str, lang: str, *, interval: bool
) -> None:
    low, high = (_show(found[end], lang) for end in ("low", "high"))
    spread = [text("report.range", lang=lang, low=low, high=high)] if interval else []
    table.add_row(
        text(f"synapse.table.{name}", lang=lang),
        _show(found["median"], lang),
        *spread,
        text(f"synapse.table.{unit}", lang=lang),
    )


def _show(value: float | Mapping[str, float], lang: str) -> str:
    if isinstance(value, Mapping):
        parts = (_show(value[part], lang) for part in ("median", "low", "high"))
        return format_interval(parts, lang)
    # What is next to nothing is no number with a dozen digits.
    return localise(f"{value:.4g}", lang) if abs(value) >= 1e-4 else "0"  # noqa: PLR2004
