# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""What every figure shares: colours, symbols, letters, and how it is written."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.files import write_whole
from brainmag.locales import localise

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with any colour vision; each has a symbol and a line of its
# own, so that nothing rests on colour alone.
COLOURS = ("#0072B2", "#D55E00", "#4D4D4D", "#009E73", "#CC79A7", "#56B4E9")
MARKERS = ("o", "s", "D", "^", "v", "P")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (3, 1)), (0, (1, 3)))
INK, FAINT, GRID, STRIPE = "#1A1A1A", "#5F5F5F", "#D9D9D9", "#F4F4F1"

RESOLUTION = 120
# Nothing of the moment or the machine goes into a file: the same run gives the same bytes.
# Any: matplotlib types each of its settings by name.
SETTINGS: Any = {
    "svg.hashsalt": "brainmag",
    # Text stays text: it can be searched, read aloud, and drawn in half the time.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def set_style() -> Generator[None]:
    """Draw and write figures in the house's letters, whatever a person has set."""
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def localise_ticks(figure: Figure, lang: str) -> None:
    """Write the numbers of every axis with the decimal sign of a language."""
    from matplotlib.ticker import ScalarFormatter  # noqa: PLC0415

    if localise(".", lang) == ".":
        return

    class LocalFormatter(ScalarFormatter):
        """Writes a number of an axis, and what all of them have in common."""

        def __call__(self, x: float, pos: int | None = None) -> str:
            return localise(super().__call__(x, pos), lang)

        def get_offset(self) -> str:
            return localise(super().get_offset(), lang)

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            # Names along an axis, and powers of ten, have other formatters.
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(LocalFormatter())


def save_figure(figure: Figure, path_stem: Path, lang: str) -> tuple[Path, Path]:
    """Write a figure as SVG and PNG; both appear whole, or neither does.

    Parameters
    ----------
    figure : Figure
    path_stem : Path
        Path without its ending.
    lang : str

    Returns
    -------
    tuple of Path
        The SVG and the PNG.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    localise_ticks(figure, lang)
    # A name such as run.2 has no ending of its own to replace.
    svg, png = (path_stem.with_name(f"{path_stem.name}.{ending}") for ending in ("svg", "png"))
    write_whole(
        path_stem.parent,
        {
            svg.name: lambda path: figure.savefig(
                path, format="svg", metadata={"Date": None, "Creator": None}
            ),
            png.name: lambda path: figure.savefig(
                path, format="png", dpi=RESOLUTION, metadata={"Software": None}
            ),
        },
    )
    return svg, png


__all__ = [
    "COLOURS",
    "DASHES",
    "FAINT",
    "GRID",
    "INK",
    "MARKERS",
    "STRIPE",
    "localise_ticks",
    "save_figure",
    "set_style",
]
