"""Plain text in columns and paragraphs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

Row = str | tuple[str, ...]


def align_rows(rows: Sequence[Row], pattern: str) -> list[str]:
    """Return rows as lines whose columns stand under each other.

    Parameters
    ----------
    rows : sequence of tuple of str, or str
        Cells of a row; a bare string is a line of its own and widens no column.
    pattern : str
        One letter per column, ``l`` or ``r`` for the side its text stands on; the blanks between
        are the blanks between columns.

    Examples
    --------
    >>> align_rows([("plasma", "0.86"), "BRAIN", ("CSF", "1")], "l  r")
    ['plasma  0.86', 'BRAIN', 'CSF        1']
    """
    sides, gaps = re.findall(r"[lr]", pattern), re.findall(r" +", pattern)
    cells = [row for row in rows if not isinstance(row, str)]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(len(sides))]

    def join(row: tuple[str, ...]) -> str:
        padded = [
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, side, width in zip(row, sides, widths, strict=True)
        ]
        parts = [part for pair in zip(padded, (*gaps, ""), strict=True) for part in pair]
        return "".join(parts).rstrip()

    return [row if isinstance(row, str) else join(row) for row in rows]


def wrap_text(text: str, width: int, *, bullet: str = "") -> list[str]:
    """Return a paragraph as lines no wider than ``width``, hung under its bullet.

    Examples
    --------
    >>> wrap_text("one two three", 9, bullet="- ")
    ['- one two', '  three']
    """
    return textwrap.wrap(
        text,
        width,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrap_lines(texts: Iterable[str], width: int, *, bullet: str = "") -> list[str]:
    """Return several paragraphs as lines, as `wrap_text` wraps each.

    Examples
    --------
    >>> wrap_lines(["one two", "three"], 5)
    ['one', 'two', 'three']
    """
    return [line for text in texts for line in wrap_text(text, width, bullet=bullet)]


__all__ = ["Row", "align_rows", "wrap_lines", "wrap_text"]
