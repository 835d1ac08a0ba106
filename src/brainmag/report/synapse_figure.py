# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Draw one synapse: the courses of a protocol, or a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.canvas import COLOURS, DASHES, GRID, INK, MARKERS, save_figure, set_style
from brainmag.report.synapse_table import name_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from brainmag.synapse.run import SynapseTraces

# Inches.
WIDTH, PANEL, CURVE = 6.4, 1.35, 3.6


def draw_traces(
    document: Mapping[str, Any],
    traces: SynapseTraces,
    pulses: Sequence[float],
    path_stem: Path,
    *,
    lang: str = "en",
) -> tuple[Path, Path]:
    """Draw voltage, NMDA current, calcium and release of the nominal synapse as SVG and PNG.

    Parameters
    ----------
    document : mapping
        What `brainmag.synapse.describe.describe_protocol` gave.
    traces : SynapseTraces
    pulses : sequence of float
        Times of the presynaptic spikes, ms.
    path_stem : Path
        Path without its ending.
    lang : str

    Returns
    -------
    tuple of Path
        The SVG and the PNG.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    courses = (
        ("voltage", traces.voltage),
        ("current", traces.current),
        ("calcium", traces.calcium),
        ("plasticity", traces.plasticity_calcium),
    )
    with set_style():
        rows = len(courses) + bool(pulses)
        figure = Figure(figsize=(WIDTH, PANEL * rows + 0.6), layout="constrained")
        panels: list[Axes] = list(figure.subplots(rows, 1, squeeze=False, sharex=True).flat)
        for panel, (name, values) in zip(panels, courses, strict=False):
            panel.plot(traces.times, values, color=COLOURS[0], linewidth=1.0)
            panel.set_ylabel(text(f"synapse.figure.{name}", lang=lang))
        if pulses:
            # Of a long protocol its begin is shown.
            pulses = [time for time in pulses if time <= traces.times[-1]]
            release = document["release_per_pulse"][: len(pulses)]
            panels[-1].vlines(pulses, 0.0, release, color=COLOURS[0], linewidth=1.0)
            panels[-1].plot(pulses, release, MARKERS[0], color=COLOURS[0], ms=3.0)
            panels[-1].set_ylim(bottom=0.0)
            panels[-1].set_ylabel(text("synapse.figure.release", lang=lang))
        for panel in panels:
            panel.grid(color=GRID, linewidth=0.6)
        figure.align_ylabels(panels)
        title = text("synapse.table.title", lang=lang, **document)
        panels[0].set_title(f"{title}\n{text('synapse.figure.nominal', lang=lang)}", loc="left")
        panels[-1].set_xlabel(text("synapse.figure.time_ms", lang=lang))
        return save_figure(figure, path_stem, lang)


def draw_curve(
    document: Mapping[str, Any], axis: str, path_stem: Path, *, lang: str = "en"
) -> tuple[Path, Path]:
    """Draw a curve's document as SVG and PNG; one line for each magnesium it was drawn at.

    Returns
    -------
    tuple of Path
        The SVG and the PNG.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415

    points: Sequence[Mapping[str, Any]] = document["curve"]
    quantity = next(name for name in points[0] if name not in ("x", "magnesium"))
    lines: dict[float | None, list[Mapping[str, Any]]] = {}
    for point in points:
        lines.setdefault(point.get("magnesium"), []).append(point)
    with set_style():
        figure = Figure(figsize=(WIDTH, CURVE), layout="constrained")
        panel = figure.subplots()
        for place, (level, members) in enumerate(lines.items()):
            _draw_line(panel, members, quantity, place, level, lang)
        panel.set_xlabel(text(f"synapse.table.x_{axis}", lang=lang))
        label = f"{quantity}_axis" if quantity == "ltp_percent" else quantity
        panel.set_ylabel(text(f"synapse.table.{label}", lang=lang))
        panel.set_title(name_curve(document, axis, lang), loc="left", wrap=True)
        if quantity == "ltp_ratio":
            # Nothing happened here.
            panel.axhline(1.0, color=INK, linewidth=0.8)
        panel.grid(color=GRID, linewidth=0.6)
        if len(lines) > 1:
            panel.legend(title=text("synapse.table.magnesium", lang=lang), frameon=False)
        return save_figure(figure, path_stem, lang)


def _draw_line(
    panel: Axes,
    members: Sequence[Mapping[str, Any]],
    quantity: str,
    place: int,
    level: float | None,
    lang: str,
) -> None:
    """Draw one line; where its points have intervals, those too."""
    x = [point["x"] for point in members]
    found = [point[quantity] for point in members]
    has_intervals = isinstance(found[0], Mapping)
    colour, dash = COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)]
    if has_intervals:
        low, high = ([point[end] for point in found] for end in ("low", "high"))
        panel.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0.0)
    y = [point["median"] for point in found] if has_intervals else found
    label = None if level is None else localise(f"{level:g}", lang)
    marker = MARKERS[place % len(MARKERS)]
    panel.plot(x, y, color=colour, linestyle=dash, marker=marker, ms=3.0, label=label)


__all__ = ["draw_curve", "draw_traces"]
