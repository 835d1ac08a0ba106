# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
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
    Panel,
    Station,
    group_by_hypothesis,
    read_panels,
)
from brainmag.report.frame import MARGIN, read_frame, write_frame
from brainmag.report.numbers import PERCENT, Z, format_change
from brainmag.report.rows import Documents

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches: beside and between the panels; a row, and each scenario's line in it.
LEFT, PANEL, NUMBERS = 2.75, 2.9, 0.85
BETWEEN, ROW, LINE = 0.62, 0.26, 0.16
POINTS = 72.0

# Beyond this change, in percent, a straight scale would press all the rest onto zero.
WIDEST_STRAIGHT, STRAIGHT_PART = 150.0, 10.0
# No scale is drawn so fine that what is next to nothing fills it.
SMALLEST = {PERCENT: 0.5, Z: 0.02}


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
        return save_figure(_lay_out(documents, groups, lang), path_stem, lang)


def _lay_out(documents: Documents, groups: Groups, lang: str) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415

    panels = read_panels(groups, lang)
    row = ROW + LINE * max(len(group) for group in groups.values())
    width = LEFT + len(groups) * (PANEL + NUMBERS)
    frame = read_frame(documents, groups, width, "chain", lang)
    rows = sum(len(panel.stations) for panel in panels)
    height = frame.top + row * rows + BETWEEN * (len(panels) - 1) + frame.bottom
    figure = Figure(figsize=(width, height))
    top = height - frame.top
    for panel in panels:
        tall = row * len(panel.stations)
        for column, hypothesis in enumerate(groups):
            left = LEFT + column * (PANEL + NUMBERS)
            box = (left / width, (top - tall) / height, PANEL / width, tall / height)
            axes = figure.add_axes(box)
            _draw_marks(axes, panel, hypothesis, lang)
            _set_scale(axes, panel, lang)
            if column == 0:
                _name_stations(axes, panel.stations)
            if panel is panels[0]:
                _name_hypothesis(axes, hypothesis, lang)
        top -= tall + BETWEEN
    keys = [
        Line2D([], [], color=COLOURS[number], marker=MARKERS[number], linewidth=1.6)
        for number in range(len(frame.scenarios))
    ]
    write_frame(figure, frame, keys)
    return figure


def _draw_marks(axes: Axes, panel: Panel, hypothesis: str, lang: str) -> None:
    """Draw each row's marks under each other, with the medians in figures on the right."""
    axes.set_ylim(len(panel.stations) - 0.5, -0.5)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=2)
    for number, station in enumerate(panel.stations):
        if number % 2 == 0:
            axes.axhspan(number - 0.5, number + 0.5, color=STRIPE, linewidth=0, zorder=0)
        marks = station.marks[hypothesis]
        for place, mark in enumerate(marks):
            offset = (place - (len(marks) - 1) / 2) * LINE / (ROW + LINE * len(marks))
            _draw_mark(axes, mark, number + offset, panel.unit, lang, is_apart=station.is_apart)


def _draw_mark(axes: Axes, mark: Mark, y: float, unit: str, lang: str, *, is_apart: bool) -> None:
    colour = FAINT if is_apart else COLOURS[mark.scenario % len(COLOURS)]
    axes.plot([mark.low, mark.high], [y, y], color=colour, linewidth=1.6, zorder=3)
    axes.plot(
        [mark.median],
        [y],
        marker="|" if is_apart else MARKERS[mark.scenario % len(MARKERS)],
        markersize=9.0 if is_apart else 5.0,
        markeredgewidth=1.6 if is_apart else 0.0,
        color=colour,
        zorder=4,
    )
    axes.annotate(
        f"{format_change(mark.median, unit, lang)} {unit}".replace("-", "\N{MINUS SIGN}"),
        (1.0, y),
        xycoords=axes.get_yaxis_transform(),
        xytext=((NUMBERS - 0.15) * POINTS, 0.0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=8.0,
        color=colour,
    )


def _set_scale(axes: Axes, panel: Panel, lang: str) -> None:
    """Give a panel one scale under all explanations, with zero and every interval on it."""
    ends = [
        end
        for station in panel.stations
        for row in station.marks.values()
        for mark in row
        for end in (mark.low, mark.high)
    ]
    smallest = SMALLEST[panel.unit]
    low, high = min(-smallest, *ends), max(smallest, *ends)
    key = "percent" if panel.unit == PERCENT else "z"
    if panel.unit == PERCENT and max(-low, high) > WIDEST_STRAIGHT:
        key = "percent_logarithmic"
        axes.set_xscale("symlog", linthresh=STRAIGHT_PART, linscale=1.0)
        axes.set_xlim(min(1.5 * low, -STRAIGHT_PART), max(1.5 * high, STRAIGHT_PART))
    else:
        margin = 0.05 * (high - low)
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
    chain = [number for number, station in enumerate(stations) if not station.is_apart]
    between = [number + 0.5 for number in chain[:-1]]
    for places, marker, line in ((chain, "o", "solid"), (between, "v", "none")):
        axes.plot(
            [(MARGIN - LEFT) / PANEL] * len(places),
            places,
            transform=transform,
            clip_on=False,
            color=FAINT,
            linestyle=line,
            linewidth=1.2,
            marker=marker,
            markersize=4.5,
        )


def _name_hypothesis(axes: Axes, hypothesis: str, lang: str) -> None:
    for key, height, weight, colour in (
        ("hypothesis", 26.0, "bold", INK),
        ("hypothesis_gloss", 11.0, "normal", FAINT),
    ):
        axes.annotate(
            text(f"report.{key}.{hypothesis}", lang=lang),
            (0.0, 1.0),
            xycoords="axes fraction",
            xytext=(0.0, height),
            textcoords="offset points",
            fontsize=11.0 if key == "hypothesis" else 8.5,
            fontweight=weight,
            color=colour,
        )


__all__ = ["draw_chain"]
