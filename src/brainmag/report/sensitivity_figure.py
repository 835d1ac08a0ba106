# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw a sensitivity analysis: a bar for each of the parameters that matter most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.locales import text
from brainmag.report.canvas import COLOURS, GRID, INK, save_figure, set_style
from brainmag.report.rows import name_unit
from brainmag.report.sensitivity_table import SHOWN, name_analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches.
WIDTH, BAR, FRAME = 6.4, 0.22, 1.3
# Of the room that a parameter has.
FILLED = 0.8


def draw_sensitivity(
    document: Mapping[str, Any], path_stem: Path, *, lang: str = "en"
) -> tuple[Path, Path]:
    """Draw the parameters that matter most as bars, in SVG and PNG, with their 95 % intervals.

    Parameters
    ----------
    document : mapping
        What `brainmag.inference.sensitivity.describe_sensitivity` gave, with its intake.
    path_stem : Path
        Path without its ending.
    lang : str

    Returns
    -------
    tuple of Path
        The SVG and the PNG.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    shown: Sequence[Mapping[str, Any]] = document["parameters"][:SHOWN]
    is_morris = document["method"] == "morris"
    indices = ("mu_star",) if is_morris else ("total_order", "first_order")
    unit = name_unit(document["unit"], lang)
    with set_style():
        figure = Figure(figsize=(WIDTH, FRAME + BAR * len(shown)), layout="constrained")
        panel = figure.subplots()
        for place, index in enumerate(indices):
            _draw_bars(panel, shown, index, place, len(indices), lang)
        names = [text("inference.figure.bar", lang=lang, **entry) for entry in shown]
        panel.set_yticks(range(len(shown)), labels=names)
        panel.invert_yaxis()
        key = "mu_star_axis" if is_morris else "variance_axis"
        panel.set_xlabel(text(f"inference.figure.{key}", lang=lang, unit=unit))
        panel.set_title(name_analysis(document, lang), loc="left", wrap=True)
        panel.grid(axis="x", color=GRID, linewidth=0.6)
        panel.set_axisbelow(True)
        if not is_morris:
            panel.legend(frameon=False, loc="lower right")
        return save_figure(figure, path_stem, lang)


def find_errors(shown: Sequence[Mapping[str, Any]], index: str) -> tuple[list[float], list[float]]:
    """Return how far each interval reaches below and above; mu*, a size, not below zero.

    Examples
    --------
    >>> find_errors([{"mu_star": 1.0, "mu_star_confidence": 3.0}], "mu_star")
    ([1.0], [3.0])
    """
    above = [entry[f"{index}_confidence"] for entry in shown]
    if index != "mu_star":
        return above, above
    sizes = [entry[index] for entry in shown]
    return [min(pair) for pair in zip(sizes, above, strict=True)], above


def _draw_bars(
    panel: Axes,
    shown: Sequence[Mapping[str, Any]],
    index: str,
    place: int,
    among: int,
    lang: str,
) -> None:
    height = FILLED / among
    offset = (place - (among - 1) / 2) * height
    panel.barh(
        [row + offset for row in range(len(shown))],
        [entry[index] for entry in shown],
        height,
        xerr=find_errors(shown, index),
        color=COLOURS[place],
        ecolor=INK,
        error_kw={"linewidth": 0.8},
        label=text(f"inference.figure.{index}", lang=lang),
    )


__all__ = ["draw_sensitivity"]
