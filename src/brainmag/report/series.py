# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw what the key observables do over time, with bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.clock import DAY, YEAR
from brainmag.locales import text
from brainmag.report.canvas import COLOURS, DASHES, GRID, save_figure, set_style
from brainmag.report.chain import Groups, get_first, group_by_hypothesis
from brainmag.report.frame import read_frame, write_frame
from brainmag.report.rows import Documents, label, name_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KEY = ("plasma_mg", "csf_mg", "neuron_mg", "functional_terminals", "ltp", "cognition")
# Longer runs show each midnight alone: meals would fill the panels.
LONGEST_IN_FULL = 4 * DAY
TIME_UNITS = {"hour": 1.0, "day": DAY, "week": 7 * DAY, "year": YEAR}
COLUMNS = 3
# Inches.
WIDTH, HEIGHT, SIDE = 3.4, 1.75, 0.75


def draw_series(documents: Documents, path_stem: Path, *, lang: str = "en") -> tuple[Path, Path]:
    """Draw plasma, CSF, neuron, terminals, LTP and cognition over time as SVG and PNG.

    A run of more than four days is shown at its midnights alone.

    Parameters
    ----------
    documents : mapping of str to mapping
        Documents with series, by the label their lines carry, as for `draw_chain`.
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
        When no document holds series.
    OSError
        When the folder cannot be written.
    """
    every = group_by_hypothesis(documents)
    groups = {
        hypothesis: {
            # Of a population these are its bands.
            name: {**one, "series": one.get("bands") or one["series"]}
            for name, one in group.items()
            if "series" in one or "bands" in one
        }
        for hypothesis, group in every.items()
    }
    groups = {hypothesis: group for hypothesis, group in groups.items() if group}
    if not groups:
        raise ValueError("no document holds series")
    with set_style():
        return save_figure(_lay_out(documents, groups, lang), path_stem, lang)


def choose_instants(times: Sequence[float]) -> list[int]:
    """Return which instants of a series are shown.

    Examples
    --------
    >>> choose_instants([0.0, 6.0, 12.0])
    [0, 1, 2]
    >>> choose_instants([0.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0, 108.0])
    [0, 2, 4, 5, 6]
    """
    if times[-1] <= LONGEST_IN_FULL:
        return list(range(len(times)))
    return [place for place, time in enumerate(times) if time % DAY == 0.0]


def _lay_out(documents: Documents, groups: Groups, lang: str) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415

    names = [name for name in KEY if name in get_first(groups)["series"]]
    # Several explanations stand beside each other; of one, the observables do.
    side_by_side = len(groups) > 1
    cells = [(hypothesis, name) for name in names for hypothesis in groups]
    columns = len(groups) if side_by_side else COLUMNS
    rows = -(-len(cells) // columns)
    width = WIDTH * columns + SIDE
    frame = read_frame(documents, groups, width, "series", lang)
    height = frame.top + HEIGHT * rows + frame.bottom
    figure = Figure(figsize=(width, height))
    grid = figure.subplots(
        rows, columns, squeeze=False, sharex=True, sharey="row" if side_by_side else False
    )
    panels: list[Axes] = list(grid.flat)
    figure.subplots_adjust(
        left=SIDE / width,
        right=1 - 0.2 / width,
        top=1 - frame.top / height,
        bottom=frame.bottom / height,
        hspace=0.42,
        wspace=0.1 if side_by_side else 0.32,
    )
    for axes, (hypothesis, name) in zip(panels, cells, strict=False):
        _draw_lines(axes, groups[hypothesis], name, lang)
    for axes in panels[len(cells) :]:
        axes.remove()
    for axes, (hypothesis, _) in zip(panels, cells[:columns], strict=False):
        if side_by_side or axes is panels[0]:
            _name_hypothesis(axes, hypothesis, lang)
    for axes in panels[max(0, len(cells) - columns) : len(cells)]:
        unit = _choose_time_unit(groups)
        axes.set_xlabel(text(f"report.time.{unit}", lang=lang), fontsize=8.5)
        axes.tick_params(labelbottom=True)
    keys = [
        Line2D([], [], color=COLOURS[number], linestyle=DASHES[number], linewidth=1.6)
        for number in range(len(frame.scenarios))
    ]
    write_frame(figure, frame, keys)
    return figure


def _choose_time_unit(groups: Groups) -> str:
    hours = get_first(groups)["series"]["time_h"][-1]
    return next(
        unit for unit, size in reversed(TIME_UNITS.items()) if hours >= 3 * size or unit == "hour"
    )


def _draw_lines(axes: Axes, documents: Documents, name: str, lang: str) -> None:
    size = TIME_UNITS[_choose_time_unit({"": documents})]
    unit = ""
    for number, document in enumerate(documents.values()):
        series: Mapping[str, Any] = document["series"]
        shown = choose_instants(series["time_h"])
        times = [series["time_h"][place] / size for place in shown]
        median, low, high = (
            [series[name][key][place] for place in shown] for key in ("median", "low", "high")
        )
        colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        axes.fill_between(times, low, high, color=colour, alpha=0.08, linewidth=0)
        if "lower_quartile" in series[name]:
            lower, upper = (
                [series[name][key][place] for place in shown]
                for key in ("lower_quartile", "upper_quartile")
            )
            axes.fill_between(times, lower, upper, color=colour, alpha=0.16, linewidth=0)
        for edge in (low, high):
            axes.plot(times, edge, color=colour, linestyle=dashes, linewidth=0.7)
        axes.plot(times, median, color=colour, linestyle=dashes, linewidth=1.6)
        unit = series[name]["unit"]
    axes.set_title(
        text("report.figure.panel", lang=lang, label=label(name, lang), unit=name_unit(unit, lang)),
        loc="left",
        fontsize=8.5,
        pad=4.0,
    )
    axes.margins(x=0.0)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=3, labelsize=8.0)
    for side in ("right", "top"):
        axes.spines[side].set_visible(False)


def _name_hypothesis(axes: Axes, hypothesis: str, lang: str) -> None:
    axes.annotate(
        text(f"report.hypothesis.{hypothesis}", lang=lang),
        (0.0, 1.0),
        xycoords="axes fraction",
        xytext=(0.0, 20.0),
        textcoords="offset points",
        fontsize=11.0,
        fontweight="bold",
    )


__all__ = ["choose_instants", "draw_series"]
