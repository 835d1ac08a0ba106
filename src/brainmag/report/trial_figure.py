# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw a trial: power against size, what single trials would tell, its course, and its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainmag.files import format_json, make_whole
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
from brainmag.report.trial_table import WHOLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
PANEL, COLUMN = 2.5, 3.2
MOST_COLUMNS = 3
BOX_WIDTH, BOX_HEIGHT = 2.6, 0.8
# Colour, symbol and line of each explanation, whichever of them are shown.
STYLES = {"none": 0, "mineral": 1, "carrier": 3}

Draw = Callable[[Mapping[str, Any], str], "Figure"]


def keep_trial(document: Mapping[str, Any], home: Path, *, lang: str) -> None:
    """Write a trial, or several beside each other, with their figures; all appear, or none.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    trials = document.get("trials", [document])
    with make_whole(home) as made, set_style():
        (made / "result.json").write_text(format_json(document), encoding="utf-8")
        for trial in trials:
            name = f"{trial['trial']['name']}-" if len(trials) > 1 else ""
            for kind, draw in FIGURES.items():
                save_figure(draw(trial, lang), made / f"{name}{kind}", lang)


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
        names = list(dict.fromkeys(row["hypothesis"] for row in own))
        if len({row["n"] for row in own}) == 1:
            _draw_points(one, own, names)
        else:
            for name in names:
                line = sorted((r for r in own if r["hypothesis"] == name), key=lambda r: r["n"])
                _draw_line(one, line, name)
            one.set_xlabel(text("trials.figure.people", lang=lang), fontsize=8)
        goal = text("trials.figure.goal", lang=lang)
        level = text("trials.figure.level", lang=lang)
        alpha = document["trial"]["plan"]["alpha"]
        one.axhline(0.8, color=FAINT, linewidth=0.7, linestyle="dotted", label=goal)
        one.axhline(alpha, color=FAINT, linewidth=0.7, label=level)
        one.set_ylim(0.0, 1.02)
        one.set_title(f"{endpoint}, {contrast}", fontsize=8, loc="left")
        one.set_ylabel(text("trials.figure.power", lang=lang), fontsize=8)
    _add_legend(figure, axes[0], text("trials.figure.assurance", lang=lang))
    return figure


def _draw_line(axes: Axes, line: Sequence[Mapping[str, Any]], name: str) -> None:
    style = STYLES[name]
    sizes = [row["n"] for row in line]
    axes.errorbar(
        sizes,
        [row["power"] for row in line],
        yerr=_find_bars(line),
        color=COLOURS[style],
        marker=MARKERS[style],
        linestyle=DASHES[style],
        markersize=4,
        capsize=2,
        linewidth=1.2,
        label=name,
    )
    hollow = [row["assurance"] for row in line]
    axes.plot(sizes, hollow, MARKERS[style], mfc="none", color=COLOURS[style], markersize=6)


def _draw_points(axes: Axes, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Draw one size: explanations side by side, with no line to other sizes."""
    for place, name in enumerate(names):
        style = STYLES[name]
        own = [row for row in rows if row["hypothesis"] == name]
        axes.errorbar(
            [place],
            [row["power"] for row in own],
            yerr=_find_bars(own),
            color=COLOURS[style],
            marker=MARKERS[style],
            linestyle="none",
            markersize=4,
            capsize=2,
            label=name,
        )
        hollow = [row["assurance"] for row in own]
        axes.plot(
            [place + 0.12], hollow, MARKERS[style], mfc="none", color=COLOURS[style], markersize=6
        )
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_xticks(range(len(names)), [f"{name}\nn = {rows[0]['n']}" for name in names])


def _find_bars(rows: Sequence[Mapping[str, Any]]) -> list[list[float]]:
    below = [max(row["power"] - row["power_low"], 0.0) for row in rows]
    return [below, [max(row["power_high"] - row["power"], 0.0) for row in rows]]


def draw_forest(document: Mapping[str, Any], lang: str) -> Figure:
    """Return what the first of the trials would tell, in order of their effect."""
    rows = document["replicate_effects"]
    alpha = document["trial"]["plan"]["alpha"]
    figure, axes = _open_panels(len(rows))
    for one, row in zip(axes, rows, strict=False):
        style = STYLES[row["hypothesis"]]
        told = zip(row["estimate"], row["standard_error"], row["p_value"], strict=True)
        seen = sorted(each for each in told if None not in each)
        for place, (effect, error, p_value) in enumerate(seen):
            half = 1.96 * error
            colour = COLOURS[style] if p_value < alpha else GRID
            one.hlines(place, effect - half, effect + half, color=colour, linewidth=0.8)
            one.plot([effect], [place], MARKERS[style], color=colour, markersize=2.5)
        one.axvline(0.0, color=INK, linewidth=0.6)
        published = _find_published(document, row["endpoint"])
        if published is not None:
            label = text("trials.figure.published", lang=lang)
            one.axvline(published, color=INK, linewidth=1.0, linestyle="dashed", label=label)
        title = f"{row['hypothesis']}: {row['endpoint']}, {row['contrast']}, n = {row['n']}"
        one.set_title(title, fontsize=8, loc="left")
        one.set_xlabel(text("trials.figure.effect", lang=lang), fontsize=8)
        one.set_yticks([])
    _share_limits(axes)
    _add_legend(figure, axes[0], text("trials.figure.found", lang=lang))
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
            _draw_course(one, [row for row in own if tuple(row["arms"]) == arms], arms, place)
        one.set_title(f"{hypothesis}: {endpoint} ({units[endpoint]})", fontsize=8, loc="left")
        one.set_xlabel(text("trials.figure.week", lang=lang), fontsize=8)
        # The explanations of an endpoint stand side by side, on one scale.
        alike = [row for row in rows if row["endpoint"] == endpoint]
        low, high = min(row["low"] for row in alike), max(row["high"] for row in alike)
        air = 0.05 * (high - low) or 0.05
        one.set_ylim(low - air, high + air)
    _add_legend(figure, axes[0], text("trials.figure.band", lang=lang))
    return figure


def _draw_course(
    axes: Axes, line: Sequence[Mapping[str, Any]], arms: Sequence[str], place: int
) -> None:
    """Draw the arms' means, a little beside each other, with the worlds' spread as bars."""
    style = place % len(COLOURS)
    weeks = np.array([row["week"] for row in line])
    middle = np.array([row["median"] for row in line])
    below = middle - np.array([row["low"] for row in line])
    above = np.array([row["high"] for row in line]) - middle
    axes.errorbar(
        weeks + 0.012 * place * weeks.max(),
        middle,
        yerr=np.maximum([below, above], 0.0),
        color=COLOURS[style],
        marker=MARKERS[style],
        linestyle=DASHES[style],
        markersize=3,
        linewidth=1.2,
        elinewidth=0.7,
        capsize=1.5,
        label=", ".join(arms),
    )


def draw_flow(document: Mapping[str, Any], lang: str) -> Figure:
    """Return how many people come, go to each arm, leave and stay: means over the trials."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    flow = document["flow"]
    columns = flow["sequences"]
    width = max(BOX_WIDTH * len(columns), 2 * BOX_WIDTH)
    figure = Figure(figsize=(width + 0.2, 5 * BOX_HEIGHT))
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
    axes.set_axis_off()
    axes.set_xlim(0.0, width)
    axes.set_ylim(0.3, 5.1)
    middle = width / 2.0
    if flow["screened"] > flow["randomised"]:
        _draw_box(axes, middle, 4.8, _say("screened", lang, count=flow["screened"]))
        _draw_arrow(axes, (middle, 4.58), (middle, 4.02))
    _draw_box(axes, middle, 3.8, _say("randomised", lang, count=flow["randomised"]))
    for number, one in enumerate(columns):
        place = width * (number + 0.5) / len(columns)
        arm = ", ".join(one["sequence"])
        _draw_box(axes, place, 2.6, _say("arm", lang, arm=arm, count=one["randomised"]))
        end = [_say("left", lang, count=one["randomised"] - one["completed"])]
        if document["trial"]["plan"]["rescue"] is not None:
            end.append(_say("rescued", lang, count=one["rescued"]))
        end += [_say(key, lang, count=one[key]) for key in ("completed", "followed")]
        _draw_box(axes, place, 1.0, "\n".join(end))
        _draw_arrow(axes, (middle, 3.58), (place, 2.82))
        _draw_arrow(axes, (place, 2.38), (place, 1.5))
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


def _add_legend(figure: Figure, axes: Axes, remark: str) -> None:
    """Put a legend of the first panel, with a remark over it, below all of them."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        title=remark,
        loc="outside lower center",
        ncols=max(len(labels), 1),
        frameon=False,
        fontsize=7,
        title_fontsize=7,
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


def _as_words(draw: Draw) -> Draw:
    """Let a figure show the names of a design as they are: a dollar begins no formula."""

    @wraps(draw)
    def drawn(document: Mapping[str, Any], lang: str) -> Figure:
        import matplotlib as mpl  # noqa: PLC0415

        with mpl.rc_context({"text.parse_math": False}):
            return draw(document, lang)

    return drawn


FIGURES: Mapping[str, Draw] = {
    "power": _as_words(draw_power),
    "forest": _as_words(draw_forest),
    "course": _as_words(draw_course),
    "flow": _as_words(draw_flow),
}
