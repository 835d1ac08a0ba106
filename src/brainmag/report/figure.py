"""Draw the change along the chain: one row per station, one column per explanation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brainmag.locales import text
from brainmag.report.canvas import (
    COLOURS,
    FAINT,
    GRID,
    INK,
    MARKERS,
    STRIPE,
    save_figure,
    set_style,
)
from brainmag.report.chain import (
    Groups,
    Mark,
    Station,
    get_first,
    group_by_hypothesis,
    read_stations,
)
from brainmag.report.heading import describe_draws, describe_length, describe_subject
from brainmag.report.numbers import PERCENT, format_change
from brainmag.report.rows import Documents

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches: beside, above, between and below the panels; a row, and each scenario's line in it.
LEFT, PANEL, NUMBERS = 2.75, 2.9, 0.85
TOP, BETWEEN, BOTTOM = 1.75, 0.8, 1.1
ROW, LINE = 0.26, 0.16
POINTS = 72.0

# Beyond this change, in percent, a straight scale would press all the rest onto zero.
WIDEST_STRAIGHT, STRAIGHT_PART = 150.0, 10.0


def draw_chain(documents: Documents, path_stem: Path, *, lang: str = "en") -> tuple[Path, Path]:
    """Draw the change along the chain and write it as SVG and PNG.

    Changes are in percent of each subject's own value before; cognition, in z, has its own panel,
    beside what practice and placebo add to a measured score. The scale is straight; where a change
    passes 150 % it is logarithmic beyond 10 %, and says so.

    Parameters
    ----------
    documents : mapping of str to mapping
        Documents of one run or of several explanations, by the label their marks carry; the label
        of a single one may be empty.
    path_stem : Path
        Path without its ending, in a folder that is there.
    lang : str

    Returns
    -------
    tuple of Path
        The SVG and the PNG.

    Raises
    ------
    ValueError
        When no document holds a result.
    OSError
        When the folder cannot be written.
    """
    groups = group_by_hypothesis(documents)
    if not groups:
        raise ValueError("no document holds a result")
    with set_style():
        return save_figure(_lay_out(groups, lang), path_stem)


def _lay_out(groups: Groups, lang: str) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415

    panels = read_stations(groups, lang)
    row = ROW + LINE * max(len(documents) for documents in groups.values())
    heights = [row * len(stations) for stations in panels.values()]
    width = LEFT + len(groups) * (PANEL + NUMBERS)
    height = TOP + sum(heights) + BETWEEN * (len(panels) - 1) + BOTTOM
    figure = Figure(figsize=(width, height))
    top = height - TOP
    for (unit, stations), tall in zip(panels.items(), heights, strict=True):
        for column, hypothesis in enumerate(groups):
            left = LEFT + column * (PANEL + NUMBERS)
            axes = figure.add_axes(
                (left / width, (top - tall) / height, PANEL / width, tall / height)
            )
            _draw_marks(axes, [station.marks[hypothesis] for station in stations], stations, unit)
            _set_scale(axes, stations, unit, lang)
            if column == 0:
                _name_stations(axes, stations)
            if top == height - TOP:
                _name_hypothesis(axes, hypothesis, lang)
        top -= tall + BETWEEN
    _write_frame(figure, groups, lang)
    return figure


def _draw_marks(
    axes: Axes, marks: Sequence[Sequence[Mark]], stations: Sequence[Station], unit: str
) -> None:
    """Draw each row's marks under each other, with the medians in figures on the right."""
    axes.set_ylim(len(stations) - 0.5, -0.5)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=2)
    for number, (station, row) in enumerate(zip(stations, marks, strict=True)):
        if number % 2 == 0:
            axes.axhspan(number - 0.5, number + 0.5, color=STRIPE, linewidth=0, zorder=0)
        for place, mark in enumerate(row):
            y = number + (place - (len(row) - 1) / 2) * LINE / (ROW + LINE * len(row))
            colour = FAINT if station.is_apart else COLOURS[mark.scenario % len(COLOURS)]
            axes.plot([mark.low, mark.high], [y, y], color=colour, linewidth=1.6, zorder=3)
            axes.plot(
                [mark.median],
                [y],
                marker="|" if station.is_apart else MARKERS[mark.scenario % len(MARKERS)],
                markersize=9.0 if station.is_apart else 5.0,
                markeredgewidth=1.6 if station.is_apart else 0.0,
                color=colour,
                zorder=4,
            )
            axes.annotate(
                f"{format_change(mark.median, unit)} {unit}",
                (1.0, y),
                xycoords=axes.get_yaxis_transform(),
                xytext=((NUMBERS - 0.15) * POINTS, 0.0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8.0,
                color=colour,
            )


def _set_scale(axes: Axes, stations: Sequence[Station], unit: str, lang: str) -> None:
    """Give every panel of a unit the same scale, with zero and every interval on it."""
    ends = [
        end
        for station in stations
        for row in station.marks.values()
        for mark in row
        for end in (mark.low, mark.high)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    key = "percent" if unit == PERCENT else "z"
    if unit == PERCENT and max(-low, high) > WIDEST_STRAIGHT:
        key = "percent_logarithmic"
        axes.set_xscale("symlog", linthresh=STRAIGHT_PART, linscale=1.0)
        axes.set_xlim(min(1.5 * low, -STRAIGHT_PART), max(1.5 * high, STRAIGHT_PART))
    else:
        margin = 0.06 * max(high - low, 0.01)
        axes.set_xlim(low - margin, high + margin)
    axes.set_xlabel(text(f"report.axis.{key}", lang=lang), fontsize=8.5)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=3, labelsize=8.0)
    axes.grid(axis="x", color=GRID, linewidth=0.6, zorder=1)
    axes.set_axisbelow(True)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)


def _name_stations(axes: Axes, stations: Sequence[Station]) -> None:
    """Write the names on the left, strung on the way the magnesium takes."""
    transform = axes.get_yaxis_transform()
    chain = [number for number, station in enumerate(stations) if not station.is_apart]
    for number, station in enumerate(stations):
        for words, shift, size, weight, colour in (
            (station.name, 6.0, 10.0, "bold", INK),
            (station.detail, -6.5, 7.5, "normal", FAINT),
        ):
            axes.annotate(
                words,
                (0.0, number),
                xycoords=transform,
                xytext=((0.45 - LEFT) * POINTS, shift),
                textcoords="offset points",
                va="center",
                fontsize=size,
                fontweight=weight,
                color=colour,
            )
    for number in chain:
        axes.annotate(
            "",
            (-(LEFT - 0.25) / PANEL, number + 0.5 if number != chain[-1] else number),
            xycoords=transform,
            xytext=(-(LEFT - 0.25) / PANEL, number - 0.5 if number != chain[0] else number),
            textcoords=transform,
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 1.2},
        )
