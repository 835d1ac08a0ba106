# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Work-precision diagrams: cost per subject against true error, both logarithmic."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from brainmag.report.canvas import COLOURS, DASHES, FAINT, GRID, MARKERS, SETTINGS


def draw_diagram(case: dict[str, Any], path: Path, *, bound: float) -> None:
    """Draw one case's diagram as SVG.

    Parameters
    ----------
    case : dict
        A case of the results.
    path : Path
        Where to.
    bound : float
        Largest true error that counts.
    """
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        for place, entry in enumerate(case["engines"]):
            points = [one for one in entry["points"] if math.isfinite(one["error"])]
            axes.loglog(
                [one["error"] for one in points],
                [1e3 * one["seconds"] for one in points],
                color=COLOURS[place],
                marker=MARKERS[place],
                linestyle=DASHES[place],
                markersize=4.0,
                label=" ".join(filter(None, (entry["engine"], entry["variant"]))),
            )
        axes.axvline(bound, color=FAINT, linewidth=0.8)
        axes.grid(visible=True, color=GRID, linewidth=0.5)
        axes.set_xlabel("true error")
        axes.set_ylabel("ms per subject and core")
        axes.set_title(case["name"])
        axes.legend(frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
