"""An article as paragraphs of plain text: what every other module here reads.

Nothing of the article's markup is left in it: a script or a style is not text, and a link is a
stretch of text with a target that nobody follows.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A stretch of a paragraph that leads somewhere: from ``start`` to before ``end``."""

    start: int
    end: int
    target: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, with single blanks between its words.

    Attributes
    ----------
    text : str
    lines : tuple of (int, int)
        Places in the text at which a new line of the file begins, with the number of the line.
    links : tuple of Link
    """

    text: str
    lines: tuple[tuple[int, int], ...]
    links: tuple[Link, ...] = ()

    def find_line(self, place: int) -> int:
        """Return the line of the file, counted from 1, on which a place of the text stands.

        Examples
        --------
        >>> Paragraph("two lines", ((0, 7), (4, 8))).find_line(5)
        8
        """
        return self.lines[max(bisect_right(self.lines, (place, 1 << 62)) - 1, 0)][1]


@dataclass(frozen=True)
class Article:
    """What was read of a file.

    Attributes
    ----------
    name : str
        Of the file, or ``-``.
    form : str
        ``html`` or ``text``.
    encoding : str
        How its bytes were read.
    paragraphs : tuple of Paragraph
    warnings : tuple of str
        Keys of what a reader must know of the reading.
    """

    name: str
    form: str
    encoding: str
    paragraphs: tuple[Paragraph, ...]
    warnings: tuple[str, ...] = ()


class Builder:
    """Collects pieces of text into paragraphs, with the lines and links they came with."""

    def __init__(self) -> None:
        self.done: list[Paragraph] = []
        self._start()

    def _start(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._lines: list[tuple[int, int]] = []
        self._links: list[Link] = []
        self._blank = False

    @property
    def length(self) -> int:
        """How many characters the paragraph under way has, its next blank among them."""
        return self._length + (self._blank and self._length > 0)

    def add(self, piece: str, line: int) -> None:
        """Add a piece that begins on a line; any white space within it becomes one blank."""
        for offset, part in enumerate(piece.split("\n")):
            # A line of a text ends a word.
            self._blank |= offset > 0
            words = part.split()
            if not words:
                self._blank |= bool(part)
                continue
            self._blank |= part[0].isspace()
            joined = (" " if self._blank and self._length else "") + " ".join(words)
            place = self._length + (joined[0] == " ")
            if not self._lines or self._lines[-1][1] != line + offset:
                self._lines.append((place, line + offset))
            self._pieces.append(joined)
            self._length += len(joined)
            self._blank = part[-1].isspace()

    def link(self, start: int, target: str) -> None:
        """Make a link of all that was added since a place; of nothing where nothing was."""
        start = min(start, self._length)
        self._links.append(Link(start, self._length, target))

    def end(self) -> None:
        """End the paragraph; one without text counts only where a link stands in it."""
        if self._pieces or self._links:
            lines = tuple(self._lines) or ((0, 1),)
            self.done.append(Paragraph("".join(self._pieces), lines, tuple(self._links)))
        self._start()
