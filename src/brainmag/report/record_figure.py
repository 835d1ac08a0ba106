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
from brainmag.report.canvas import (
    COLOURS,
    FAINT,
    GRID,
    INK,
    MARKERS,
    STRIPE,
    localise_ticks,
    set_style,
)
from brainmag.report.numbers import Z
from brainmag.report.rows import name_unit

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
WIDTH, ROW, MARGIN, KEY, SQUARE, LINE = 6.4, 1.0, 0.5, 0.55, 3.4, 0.16
# Points.
LETTERS = 8.5
# Of the span of all that is shown.
AIR = 0.08
# Standard errors beyond which a figure is not drawn apart.
FARTHEST = 10.0
ROLES = ("calibration", "validation")
# Measures of which "twice as much" can be said.
RATIO_SCALED = ("level", "share", "peak_time", "half_life")


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


def list_numbers(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of published numbers that the model can be compared with."""
    return [row for row in rows if "mixture" in row and row["observed"] is not None]


def has_ratio(row: Mapping[str, Any]) -> bool:
    """Return whether it can be said of a number how many times too large the model is.

    Not of changes, differences and scores: they have no zero of their own, or lie about it.
    """
    positive = row["observed"] > 0 and row["mixture"]["model"] > 0
    return row["measure"] in RATIO_SCALED and row["unit"] != Z and positive


def render_agreement(document: Mapping[str, Any], lang: str) -> str:
    """Return what was published against what the model says, and how far apart, as an SVG.

    What has a ratio scale stands on logarithmic axes, changes on linear ones.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = list_numbers(document["figures"])
    kinds = {
        "levels": [row for row in rows if has_ratio(row)],
        "percents": [row for row in rows if row["measure"] == "percent"],
        "scores": [row for row in rows if row["unit"] == Z],
    }
    with set_style():
        below = LINE * len(rows) + MARGIN
        figure = Figure(figsize=(3 * SQUARE, SQUARE + below), layout="constrained")
        grid = figure.add_gridspec(2, 3, height_ratios=[SQUARE, below])
        for number, (kind, own) in enumerate(kinds.items()):
            panel = figure.add_subplot(grid[0, number])
            _draw_agreement(panel, own, kind, lang)
        _draw_distances(figure.add_subplot(grid[1, :]), rows, lang)
        return _save(figure, lang)


def _draw_agreement(axes: Axes, rows: Sequence[Mapping[str, Any]], kind: str, lang: str) -> None:
    """Draw what was published against the model alone, with the line on which both agree."""
    is_logarithmic = kind == "levels"
    if is_logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    for number, role in enumerate(ROLES):
        own = [row for row in rows if row["role"] == role]
        axes.plot(
            [row["observed"] for row in own],
            [row["mixture"]["model"] for row in own],
            MARKERS[number],
            color=COLOURS[number],
            markersize=5,
            label=text(f"record.roles.{role}", lang=lang),
        )
    both = [one for row in rows for one in (row["observed"], row["mixture"]["model"])]
    edges = np.array([min(both), max(both)]) if both else np.array([0.1, 1.0])
    folds = {1.0: "solid", 2.0: "dashed", 0.5: "dashed"} if is_logarithmic else {1.0: "solid"}
    for fold, dash in folds.items():
        axes.plot(edges, fold * edges, color=FAINT, linewidth=0.8, linestyle=dash, zorder=0)
    units = {name_unit(row["unit"], lang) for row in rows}
    unit = units.pop() if len(units) == 1 else text("record.figure.each_unit", lang=lang)
    axes.set_title(text(f"record.figure.{kind}", lang=lang), loc="left", fontsize=LETTERS + 1)
    axes.set_xlabel(text("record.figure.published", lang=lang, unit=unit), fontsize=LETTERS)
    axes.set_ylabel(text("record.figure.model", lang=lang, unit=unit), fontsize=LETTERS)
    axes.tick_params(labelsize=LETTERS)
    if is_logarithmic:
        axes.legend(frameon=False, fontsize=LETTERS)


def _draw_distances(axes: Axes, rows: Sequence[Mapping[str, Any]], lang: str) -> None:
    for number, role in enumerate(ROLES):
        own = [row for row in rows if row["role"] == role]
        axes.plot(
            [_find_distance(row) for row in own],
            [rows.index(row) for row in own],
            MARKERS[number],
            color=COLOURS[number],
            markersize=5,
        )
    axes.axvline(0.0, color=FAINT, linewidth=0.8)
    axes.set_xlim(-FARTHEST - 0.5, FARTHEST + 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_xlabel(text("record.figure.distance", lang=lang), fontsize=LETTERS)
    names = [f"{row['study']}/{row['figure']}" for row in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=LETTERS - 1)
    axes.tick_params(axis="x", labelsize=LETTERS)


def _find_distance(row: Mapping[str, Any]) -> float:
    """Return how far the model is from what was published, in standard errors, at most ten."""
    error = (row["observed_high"] - row["observed_low"]) / (2 * 1.96)
    away = (row["mixture"]["model"] - row["observed"]) / error
    return float(np.clip(away, -FARTHEST, FARTHEST))


def _render_study(name: str, rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    from matplotlib.figure import Figure  # noqa: PLC0415

    with set_style():
        height = ROW * len(rows) + MARGIN + KEY
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        figure.suptitle(name, fontsize=LETTERS + 2)
        for number, row in enumerate(rows, start=1):
            _draw_row(figure.add_subplot(len(rows), 1, number), row, lang)
        figure.legend(
            handles=_list_keys(rows, lang),
            loc="outside lower left",
            ncols=2,
            frameon=False,
            fontsize=LETTERS - 1,
        )
        return _save(figure, lang)


def _list_keys(rows: Sequence[Mapping[str, Any]], lang: str) -> list[Artist]:
    """Return what the symbols of a study's drawing mean; only of those that are in it."""
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    words = {
        key: text(f"record.figure.key_{key}", lang=lang)
        for key in ("published", "direction", "simulated", "model", "industry")
    }

    def draw(key: str, colour: str, marker: str, *, size: int = 4, joined: bool = True) -> Line2D:
        return Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            markersize=size,
            markeredgewidth=1.5 if marker == "|" else 1.0,
            linewidth=1.5,
            linestyle="solid" if joined else "none",
            label=words[key],
        )

    keys: list[Artist] = []
    if any(row["observed"] is not None for row in rows):
        keys.append(draw("published", INK, "o"))
    if any(row["observed"] is None for row in rows):
        keys.append(Patch(facecolor=GRID, label=words["direction"]))
    keys.append(draw("simulated", COLOURS[0], MARKERS[0]))
    keys.append(draw("model", COLOURS[0], "|", size=9, joined=False))
    if any(row["industry"] for row in rows):
        keys.append(draw("industry", INK, "none", joined=False))
    return keys


def _draw_row(axes: Axes, row: Mapping[str, Any], lang: str) -> None:
    labels = [text("record.table.published", lang=lang), *row["predicted"]]
    told = list(row["predicted"].values())
    shown = [part[key] for part in told for key in ("low", "high", "model")]
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
        place, colour = number + 1, COLOURS[number]
        axes.hlines(place, part["low"], part["high"], color=colour, linewidth=1.5)
        axes.plot([part["median"]], [place], MARKERS[number], color=colour, markersize=4)
        axes.plot([part["model"]], [place], "|", color=colour, markersize=9, markeredgewidth=1.5)
    axes.axvline(0.0, color=FAINT, linewidth=0.6, linestyle="dotted")
    axes.set_yticks(range(len(labels)), labels, fontsize=LETTERS - 1)
    axes.tick_params(axis="x", labelsize=LETTERS - 1)
    title = {
        "figure": row["figure"],
        "unit": name_unit(row["unit"], lang),
        "grade": row["grade"] + (" *" if row["industry"] else ""),
        "role": text(f"record.roles.{row['role']}", lang=lang),
        "verdict": text(f"record.verdicts.{row['verdict']}", lang=lang),
    }
    axes.set_title(
        text("record.figure.row_title", lang=lang, **title), fontsize=LETTERS, loc="left"
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _save(figure: Figure, lang: str) -> str:
    localise_ticks(figure, lang)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
