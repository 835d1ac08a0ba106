# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw the record: each study's figures, published beside simulated, and how well they agree."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainmag.files import write_whole
from brainmag.locales import text
from brainmag.report.canvas import COLOURS, FAINT, GRID, INK, MARKERS, STRIPE, set_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
WIDTH, ROW, MARGIN, SQUARE = 6.4, 0.95, 0.5, 4.6
# Of the span of all that is shown.
AIR = 0.08


def draw_studies(document: Mapping[str, Any], folder: Path, *, lang: str) -> tuple[Path, ...]:
    """Write a drawing of each study that can be compared, as SVG; all of them appear, or none.

    Parameters
    ----------
    document : mapping
        What `brainmag.inference.reproduce.reproduce` gave.
    folder : Path
    lang : str

    Returns
    -------
    tuple of Path
    """
    drawn = {f"{name}.svg": svg for name, svg in render_studies(document, lang).items()}
    write_whole(folder, {name: partial(_write, svg=svg) for name, svg in drawn.items()})
    return tuple(folder / name for name in drawn)


def _write(path: Path, svg: str) -> None:
    path.write_text(svg, encoding="utf-8")


def render_studies(document: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Return a drawing of each study that can be compared, as the text of an SVG."""
    by_study: dict[str, list[Mapping[str, Any]]] = {}
    for row in document["figures"]:
        if "mixture" in row:
            by_study.setdefault(row["study"], []).append(row)
    return {name: _render_study(name, rows, lang) for name, rows in by_study.items()}


def render_agreement(document: Mapping[str, Any], lang: str) -> str:
    """Return what was published against what is simulated, and how far apart, as an SVG."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = [r for r in document["figures"] if "mixture" in r and r["observed"] is not None]
    with set_style():
        figure = Figure(figsize=(2 * SQUARE, SQUARE), layout="constrained")
        left, right = figure.subplots(1, 2)
        positive = [r for r in rows if r["observed"] > 0 and r["mixture"]["model"] > 0]
        for number, role in enumerate(("calibration", "validation")):
            own = [r for r in positive if r["role"] == role]
            left.loglog(
                [r["observed"] for r in own],
                [r["mixture"]["model"] for r in own],
                MARKERS[number],
                color=COLOURS[number],
                markersize=4,
                label=text(f"record.roles.{role}", lang=lang),
            )
            every = [r for r in rows if r["role"] == role]
            right.plot(
                [_find_distance(r) for r in every],
                [rows.index(r) for r in every],
                MARKERS[number],
                color=COLOURS[number],
                markersize=4,
            )
        edges = np.array([1e-2, 1e2])
        for fold, dash in ((1.0, "solid"), (2.0, "dashed"), (0.5, "dashed")):
            left.loglog(edges, fold * edges, color=FAINT, linewidth=0.8, linestyle=dash)
        left.set_xlabel(text("record.figure.published", lang=lang))
        left.set_ylabel(text("record.figure.simulated", lang=lang))
        left.legend(frameon=False, fontsize=8)
        right.axvline(0.0, color=FAINT, linewidth=0.8)
        right.set_xlabel(text("record.figure.distance", lang=lang))
        right.set_yticks(
            range(len(rows)), [f"{r['study']}/{r['figure']}" for r in rows], fontsize=4
        )
        return _save(figure)


def _find_distance(row: Mapping[str, Any]) -> float:
    """Return how far the model is from what was published, in standard errors, at most ten."""
    error = (row["observed_high"] - row["observed_low"]) / (2 * 1.96)
    return float(np.clip((row["mixture"]["model"] - row["observed"]) / error, -10.0, 10.0))


def _render_study(name: str, rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    from matplotlib.figure import Figure  # noqa: PLC0415

    with set_style():
        height = ROW * len(rows) + MARGIN
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        figure.suptitle(name, fontsize=10)
        for number, row in enumerate(rows, start=1):
            _draw_row(figure.add_subplot(len(rows), 1, number), row, lang)
        return _save(figure)


def _draw_row(axes: Axes, row: Mapping[str, Any], lang: str) -> None:
    labels = [text("record.table.published", lang=lang), *row["predicted"]]
    told = list(row["predicted"].values())
    shown = [side for part in told for side in (part["low"], part["high"])]
    shown += [side for side in (row["observed_low"], row["observed_high"]) if side is not None]
    low, high = min(*shown, 0.0), max(*shown, 0.0)
    air = AIR * (high - low) or 1.0
    axes.set_xlim(low - air, high + air)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    if row["observed"] is None:
        left = low - air if row["observed_low"] is None else row["observed_low"]
        right = high + air if row["observed_high"] is None else row["observed_high"]
        axes.axvspan(left, right, color=STRIPE, zorder=0)
        axes.barh(0, right - left, left=left, height=0.5, color=GRID)
    else:
        axes.hlines(0, row["observed_low"], row["observed_high"], color=INK, linewidth=1.5)
        axes.plot([row["observed"]], [0], "o", color=INK, markersize=4)
    for number, part in enumerate(told):
        place = number + 1
        axes.hlines(place, part["low"], part["high"], color=COLOURS[number], linewidth=1.5)
        axes.plot([part["median"]], [place], MARKERS[number], color=COLOURS[number], markersize=4)
    axes.axvline(0.0, color=FAINT, linewidth=0.6, linestyle="dotted")
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    axes.tick_params(axis="x", labelsize=7)
    verdict = text(f"record.verdicts.{row['verdict']}", lang=lang)
    axes.set_title(
        f"{row['figure']} ({row['unit']}), {row['grade']}: {verdict}", fontsize=8, loc="left"
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _save(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
