# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw a trial: power against size, what single trials would tell, its course, and its people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from brainmag.files import format_json, write_whole
from brainmag.locales import text
from brainmag.report.canvas import (
    COLOURS,
    DASHES,
    FAINT,
    GRID,
    INK,
    MARKERS,
    STRIPE,
    save_figure,
    set_style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
PANEL, COLUMN = 2.5, 3.2
MOST_COLUMNS = 3
BOX_WIDTH, BOX_HEIGHT = 2.6, 0.8
WHOLE = "intention-to-treat"

Draw = Callable[[Mapping[str, Any], str], "Figure"]


def keep_trial(document: Mapping[str, Any], home: Path, *, lang: str) -> None:
    """Write a trial, or several beside each other, with their figures; all appear, or none.

    Parts that were kept on the way are taken away.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    trials = document.get("trials", [document])
    with TemporaryDirectory() as place, set_style():
        made = Path(place)
        (made / "result.json").write_text(format_json(document), encoding="utf-8")
        for trial in trials:
            name = f"{trial['trial']['name']}-" if len(trials) > 1 else ""
            for kind, draw in FIGURES.items():
                save_figure(draw(trial, lang), made / f"{name}{kind}")
        files = sorted(made.iterdir())
        write_whole(home, {one.name: partial(shutil.copyfile, one) for one in files})
    shutil.rmtree(home / "parts", ignore_errors=True)


def draw_power(document: Mapping[str, Any], lang: str) -> Figure:
    """Return power against the number of people, a panel for each endpoint and comparison."""
    rows = [
        row
        for row in document["results"]
        if row["people"] == WHOLE and row["analysis"] == _first_analysis(document, row["endpoint"])
    ]
    panels = list(dict.fromkeys((row["endpoint"], row["contrast"]) for row in rows))
    figure, axes = _open_panels(len(panels))
    for one, (endpoint, contrast) in zip(axes, panels, strict=False):
        own = [r for r in rows if (r["endpoint"], r["contrast"]) == (endpoint, contrast)]
        for number, hypothesis in enumerate(dict.fromkeys(row["hypothesis"] for row in own)):
            line = sorted((r for r in own if r["hypothesis"] == hypothesis), key=lambda r: r["n"])
            _draw_line(one, line, number, hypothesis)
        one.axhline(0.8, color=FAINT, linewidth=0.6, linestyle="dotted")
        one.axhline(document["trial"]["plan"]["alpha"], color=FAINT, linewidth=0.6)
        one.set_ylim(0.0, 1.02)
        one.set_title(f"{endpoint}, {contrast}", fontsize=8, loc="left")
        one.set_xlabel(text("trials.figure.people", lang=lang), fontsize=8)
        one.set_ylabel(text("trials.figure.power", lang=lang), fontsize=8)
    axes[0].legend(frameon=False, fontsize=7)
    return figure


def _draw_line(axes: Axes, line: Sequence[Mapping[str, Any]], number: int, name: str) -> None:
    sizes = np.array([row["n"] for row in line])
    power = np.array([row["power"] for row in line])
    below = power - np.array([row["power_low"] for row in line])
    above = np.array([row["power_high"] for row in line]) - power
    axes.errorbar(
        sizes,
        power,
        yerr=np.maximum([below, above], 0.0),
        color=COLOURS[number],
        marker=MARKERS[number],
        linestyle=DASHES[number],
        markersize=4,
        capsize=2,
        linewidth=1.2,
        label=name,
    )
    axes.plot(
        sizes,
        [row["assurance"] for row in line],
        MARKERS[number],
        markerfacecolor="none",
        color=COLOURS[number],
        markersize=6,
    )


def draw_forest(document: Mapping[str, Any], lang: str) -> Figure:
    """Return what the first of the trials would tell, in order of their effect."""
    rows = document["replicate_effects"]
    figure, axes = _open_panels(len(rows))
    for number, (one, row) in enumerate(zip(axes, rows, strict=False)):
        pairs = [
            (effect, 1.96 * error)
            for effect, error in zip(row["estimate"], row["standard_error"], strict=True)
            if effect is not None and error is not None
        ]
        for place, (effect, half) in enumerate(sorted(pairs)):
            found = abs(effect) > half
            colour = COLOURS[number] if found else FAINT
            one.hlines(place, effect - half, effect + half, color=colour, linewidth=0.7)
            one.plot([effect], [place], MARKERS[number], color=colour, markersize=2)
        one.axvline(0.0, color=INK, linewidth=0.6)
        published = _find_published(document, row["endpoint"])
        if published is not None:
            one.axvline(published, color=COLOURS[1], linewidth=1.0, linestyle="dashed")
        title = f"{row['hypothesis']}: {row['endpoint']}, {row['contrast']}, n = {row['n']}"
        one.set_title(title, fontsize=8, loc="left")
        one.set_xlabel(text("trials.figure.effect", lang=lang), fontsize=8)
        one.set_yticks([])
    _share_limits(axes)
    return figure


def _share_limits(axes: Sequence[Axes]) -> None:
    limits = np.array([one.get_xlim() for one in axes if one.get_visible()])
    for one in axes:
        one.set_xlim(limits[:, 0].min(), limits[:, 1].max())


def _find_published(document: Mapping[str, Any], endpoint: str) -> float | None:
    found = [row["observed"] for row in document["published"] if row["endpoint"] == endpoint]
    return next((value for value in found if value is not None), None)


def draw_course(document: Mapping[str, Any], lang: str) -> Figure:
    """Return the mean of each arm at every visit, a panel for each endpoint and explanation."""
    rows = document["courses"]
    names = list(dict.fromkeys(row["hypothesis"] for row in rows))
    endpoints = list(dict.fromkeys(row["endpoint"] for row in rows))
    units = {one["id"]: one["unit"] for one in document["trial"]["endpoints"]}
    figure, axes = _open_panels(len(names) * len(endpoints), columns=len(names))
    for number, one in enumerate(axes[: len(names) * len(endpoints)]):
        endpoint, hypothesis = endpoints[number // len(names)], names[number % len(names)]
        own = [r for r in rows if (r["endpoint"], r["hypothesis"]) == (endpoint, hypothesis)]
        for place, arms in enumerate(dict.fromkeys(tuple(row["arms"]) for row in own)):
            line = [row for row in own if tuple(row["arms"]) == arms]
            weeks = [row["week"] for row in line]
            one.fill_between(
                weeks,
                [row["low"] for row in line],
                [row["high"] for row in line],
                color=COLOURS[place],
                alpha=0.12,
                linewidth=0,
            )
            one.plot(
                weeks,
                [row["median"] for row in line],
                color=COLOURS[place],
                marker=MARKERS[place],
                linestyle=DASHES[place],
                markersize=3,
                linewidth=1.2,
                label=", ".join(arms),
            )
        one.set_title(f"{hypothesis}: {endpoint} ({units[endpoint]})", fontsize=8, loc="left")
        one.set_xlabel(text("trials.figure.week", lang=lang), fontsize=8)
    axes[0].legend(frameon=False, fontsize=7)
    return figure


def draw_flow(document: Mapping[str, Any], lang: str) -> Figure:
    """Return how many people come, go to each arm, leave and stay: means over the trials."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    flow = document["flow"]
    columns = flow["sequences"]
    width = max(BOX_WIDTH * len(columns), 2 * BOX_WIDTH)
    figure = Figure(figsize=(width + 0.4, 6 * BOX_HEIGHT), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0.0, width)
    axes.set_ylim(-0.2, 5.2)
    middle = width / 2.0
    _draw_box(axes, middle, 4.7, _say("screened", lang, count=flow["screened"]))
    _draw_box(axes, middle, 3.6, _say("randomised", lang, count=flow["randomised"]))
    _draw_arrow(axes, (middle, 4.35), (middle, 3.95))
    for number, one in enumerate(columns):
        place = width * (number + 0.5) / len(columns)
        arm = ", ".join(one["sequence"])
        _draw_box(axes, place, 2.5, _say("arm", lang, arm=arm, count=one["randomised"]))
        end = [_say("completed", lang, count=one["completed"])]
        if document["trial"]["plan"]["rescue"] is not None:
            end.append(_say("rescued", lang, count=one["rescued"]))
        end.append(_say("followed", lang, count=one["followed"]))
        _draw_box(axes, place, 1.1, "\n".join(end))
        _draw_arrow(axes, (middle, 3.25), (place, 2.85))
        _draw_arrow(axes, (place, 2.15), (place, 1.6))
    return figure


def _say(key: str, lang: str, *, count: float, arm: str = "") -> str:
    values = {"count": f"{count:.0f}"} | ({"arm": arm} if arm else {})
    return text(f"trials.figure.{key}", lang=lang, **values)


def _draw_box(axes: Axes, x: float, y: float, words: str) -> None:
    axes.text(
        x,
        y,
        words,
        ha="center",
        va="center",
        fontsize=8,
        bbox={"boxstyle": "round,pad=0.5", "facecolor": STRIPE, "edgecolor": GRID},
    )


def _draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "", xy=end, xytext=start, arrowprops={"arrowstyle": "->", "color": FAINT, "linewidth": 0.8}
    )


def _first_analysis(document: Mapping[str, Any], endpoint: str) -> str:
    ends = document["trial"]["endpoints"]
    return str(next(one["analyses"][0] for one in ends if one["id"] == endpoint))


def _open_panels(count: int, *, columns: int = MOST_COLUMNS) -> tuple[Figure, list[Axes]]:
    """Return a figure of panels; those too many are hidden."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    columns = min(count, columns)
    rows = -(-count // columns)
    figure = Figure(figsize=(COLUMN * columns, PANEL * rows), layout="constrained")
    axes = list(np.atleast_1d(figure.subplots(rows, columns)).ravel())
    for number, one in enumerate(axes):
        one.tick_params(labelsize=7)
        one.set_visible(number < count)
        for side in ("top", "right"):
            one.spines[side].set_visible(False)
    return figure, axes


FIGURES: Mapping[str, Draw] = {
    "power": draw_power,
    "forest": draw_forest,
    "course": draw_course,
    "flow": draw_flow,
}
