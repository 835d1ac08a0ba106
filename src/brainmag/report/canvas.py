"""What every figure shares: colours, symbols, letters, and files that appear whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with any colour vision; each has a symbol and a line of its
# own, so that nothing rests on colour alone.
COLOURS = ("#0072B2", "#D55E00", "#4D4D4D", "#009E73", "#CC79A7", "#56B4E9")
MARKERS = ("o", "s", "D", "^", "v", "P")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (3, 1)), (0, (1, 3)))
INK, FAINT, GRID, STRIPE = "#1A1A1A", "#5F5F5F", "#D9D9D9", "#F4F4F1"

RESOLUTION = 160
# Nothing of the moment or the machine goes into a file: the same run gives the same bytes.
SETTINGS: Mapping[str, Any] = {
    "svg.hashsalt": "brainmag",
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def set_style() -> Iterator[None]:
    """Draw and write figures in the house's letters, whatever a person has set."""
    from matplotlib import rc_context, rcdefaults  # noqa: PLC0415

    with rc_context():
        rcdefaults()
        with rc_context(dict(SETTINGS)):
            yield


def save_figure(figure: Figure, path_stem: Path) -> tuple[Path, Path]:
    """Write a figure as SVG and PNG; both appear whole, or neither does.

    Parameters
    ----------
    figure : Figure
    path_stem : Path
        Path without its ending, in a folder that is there.

    Returns
    -------
    tuple of Path
        The SVG and the PNG.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    # A name such as run.2 has no ending of its own to replace.
    svg, png = (path_stem.with_name(f"{path_stem.name}.{ending}") for ending in ("svg", "png"))
    mark = secrets.token_hex(8)
    staged = {path: path.with_name(f".{path.name}.{mark}") for path in (svg, png)}
    try:
        figure.savefig(staged[svg], format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(staged[png], format="png", dpi=RESOLUTION, metadata={"Software": None})
        for path, temporary in staged.items():
            temporary.replace(path)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    return svg, png


__all__ = [
    "COLOURS",
    "DASHES",
    "FAINT",
    "GRID",
    "INK",
    "MARKERS",
    "STRIPE",
    "save_figure",
    "set_style",
]
