# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw pooled trials: a forest with the pooled diamond and where the next trial lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.files import format_json, make_whole
from brainmag.locales import text
from brainmag.report.canvas import COLOURS, FAINT, GRID, INK, save_figure, set_style
from brainmag.report.meta_table import write_reach
from brainmag.report.rows import name_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
WIDTH, LINE, FRAME = 8.0, 0.32, 1.7
# Points: of the smallest trial, and what the whole weight adds to it.
SMALLEST, HEAVIEST = 4.0, 8.0
# Half the height of a diamond, in lines; how far past the trials an interval is drawn, and how far
# from the end an arrow stands, both in the trials' span.
HALF, PAST, INSIDE = 0.28, 0.8, 0.01
MAKER, OTHER = (COLOURS[1], "o"), (COLOURS[0], "s")

Row = tuple[str, Mapping[str, Any], str]


def keep_meta(document: Mapping[str, Any], home: Path, *, lang: str) -> None:
    """Write the document of an outcome and its forest; all files appear, or none.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    with make_whole(home) as made, set_style():
        (made / "result.json").write_text(format_json(document), encoding="utf-8")
        save_figure(draw_forest(document, lang), made / "forest", lang)


def draw_forest(document: Mapping[str, Any], lang: str) -> Figure:
    """Return trials with their weights, what they say together, and what others pooled."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    rows = _list_rows(document, lang)
    figure = Figure(figsize=(WIDTH, FRAME + LINE * len(rows)), layout="constrained")
    axes = figure.subplots()
    limits = _find_limits(rows)
    axes.set_xlim(*limits)
    axes.set_ylim(len(rows) - 0.3, -0.8)
    axes.axvline(0.0, color=INK, linewidth=0.7)
    for place, (_, one, kind) in enumerate(rows):
        if kind == "trial":
            _draw_trial(axes, place, one, limits)
        elif kind == "prediction":
            _draw_reach(axes, place, one, limits, color=FAINT, width=2.4)
        else:
            _draw_diamond(axes, place, one, limits, filled=kind == "pooled")
        share = f"   {100.0 * one['weight']:.0f} %" if kind == "trial" else ""
        key = "effect" if kind in ("trial", "published") else "estimate"
        axes.text(
            1.02,
            place,
            write_reach(one, lang, key) + share,
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=8,
        )
    if document["k"]:
        axes.axhline(document["k"] - 0.5, color=GRID, linewidth=0.8)
    _label(axes, rows, document["outcome"], lang)
    _explain(axes, document, lang)
    return figure


def _list_rows(document: Mapping[str, Any], lang: str) -> list[Row]:
    """Return label, figures and kind of every line, from the top."""
    rows: list[Row] = [(_name_trial(one, lang), one, "trial") for one in document["trials"]]
    if document["fixed"] is not None:
        key = "fixed" if document["k"] > 1 else "alone"
        rows.append((text(f"meta.figure.{key}", lang=lang), document["fixed"], "pooled"))
    if document["random"] is not None:
        pooled = document["widened"] or document["random"]
        rows.append((text("meta.figure.random", lang=lang), pooled, "pooled"))
        label = text("meta.figure.prediction", lang=lang)
        rows.append((label, document["prediction"], "prediction"))
    for one in document["published"]:
        label = text("meta.figure.published", lang=lang, source=one["source"])
        rows.append((label, one, "published"))
    return rows


def _name_trial(one: Mapping[str, Any], lang: str) -> str:
    key = "trial_unknown" if one["direction"] == "unknown" else "trial"
    return text(f"meta.figure.{key}", lang=lang, source=one["source"], product=one["product"])


def _find_limits(rows: Sequence[Row]) -> tuple[float, float]:
    """Return the ends of the axis: an interval of two trials would leave no room for the trials."""
    shown = [one for _, one, kind in rows if kind in ("trial", "published")]
    low = min([0.0, *(one["low"] for one in shown)])
    high = max([0.0, *(one["high"] for one in shown)])
    reach = PAST * (high - low or 1.0)
    ends = [one for _, one, kind in rows if kind in ("pooled", "prediction")]
    lowest = min([low, *(one["low"] for one in ends)])
    highest = max([high, *(one["high"] for one in ends)])
    margin = 0.04 * (high - low or 1.0)
    return max(low - reach, lowest) - margin, min(high + reach, highest) + margin


def _draw_reach(
    axes: Axes,
    place: int,
    one: Mapping[str, Any],
    limits: tuple[float, float],
    *,
    color: str,
    width: float = 1.2,
) -> None:
    """Draw an interval, with an arrow where it goes on past the axis."""
    inside = INSIDE * (limits[1] - limits[0])
    low, high = max(one["low"], limits[0] + inside), min(one["high"], limits[1] - inside)
    axes.hlines(place, low, high, color=color, linewidth=width)
    for end, is_cut, marker in (
        (low, one["low"] < limits[0], "<"),
        (high, one["high"] > limits[1], ">"),
    ):
        if is_cut:
            axes.plot([end], [place], marker, color=color, markersize=6, clip_on=False)


def _draw_trial(
    axes: Axes, place: int, one: Mapping[str, Any], limits: tuple[float, float]
) -> None:
    colour, marker = MAKER if one["industry"] == "yes" else OTHER
    _draw_reach(axes, place, one, limits, color=colour)
    axes.plot(
        [one["effect"]],
        [place],
        marker,
        color=colour,
        markerfacecolor="white" if one["basis"] == "p" else colour,
        markersize=SMALLEST + HEAVIEST * one["weight"] ** 0.5,
    )


def _draw_diamond(
    axes: Axes, place: int, one: Mapping[str, Any], limits: tuple[float, float], *, filled: bool
) -> None:
    """Draw a diamond as wide as its interval; past the axis it is cut, with an arrow."""
    middle = one["estimate"] if filled else one["effect"]
    low, high = max(one["low"], limits[0]), min(one["high"], limits[1])
    axes.fill(
        [low, middle, high, middle],
        [place, place - HALF, place, place + HALF],
        facecolor=INK if filled else "white",
        edgecolor=INK if filled else FAINT,
        linewidth=1.0,
    )
    _draw_reach(axes, place, one, limits, color=INK if filled else FAINT, width=0.8)


def _label(axes: Axes, rows: Sequence[Row], outcome: Mapping[str, Any], lang: str) -> None:
    axes.set_yticks(range(len(rows)), labels=[label for label, _, _ in rows], fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    title = text(f"meta.outcomes.{outcome['id']}", lang=lang)
    axes.set_title(title, loc="left", fontsize=10)
    axis = text(
        f"meta.figure.axis_{outcome['kind']}", lang=lang, unit=name_unit(outcome["unit"], lang)
    )
    axes.set_xlabel(axis, fontsize=8)
    if outcome["better"] == "neither":
        return
    sides = ("against", "favours") if outcome["better"] == "up" else ("favours", "against")
    for x, side, align in zip((0.0, 1.0), sides, ("left", "right"), strict=True):
        words = text(f"meta.figure.{side}", lang=lang)
        axes.annotate(
            words, (x, 0.0), (0, -28), "axes fraction", "offset points", fontsize=8,
            color=FAINT, ha=align, va="top",
        )  # fmt: skip


def _explain(axes: Axes, document: Mapping[str, Any], lang: str) -> None:
    """Say below the forest what the marks mean, of those that are there."""
    from matplotlib.lines import Line2D  # noqa: PLC0415

    marks: list[Line2D] = []
    sides = {one["industry"] == "yes" for one in document["trials"]}
    for is_maker, (colour, marker), key in ((True, MAKER, "maker"), (False, OTHER, "other")):
        if is_maker in sides:
            label = text(f"meta.figure.{key}", lang=lang)
            marks.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=label))
    if any(one["basis"] == "p" for one in document["trials"]):
        label = text("meta.figure.derived", lang=lang)
        marks.append(
            Line2D(
                [], [], color=FAINT, marker="o", markerfacecolor="white", linestyle="none",
                label=label,
            )
        )  # fmt: skip
    if marks:
        figure = axes.get_figure()
        if figure is not None:
            figure.legend(
                handles=marks, loc="outside lower center", ncols=len(marks), frameon=False,
                fontsize=8,
            )  # fmt: skip


__all__ = ["draw_forest", "keep_meta"]
