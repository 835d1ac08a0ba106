# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""What stands around the panels of a figure: title, who takes what, key and note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brainmag.locales import text
from brainmag.report.canvas import FAINT
from brainmag.report.chain import Groups, get_first
from brainmag.report.heading import (
    describe_draws,
    describe_length,
    describe_partial,
    describe_subject,
    introduce_intake,
)
from brainmag.report.layout import wrap_lines, wrap_text
from brainmag.report.rows import Documents

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

# Inches: the margin, lines of text, and the room that names of columns and an axis take.
MARGIN, TITLE, WORDS, NOTE = 0.22, 0.4, 0.22, 0.17
HEAD, AXIS = 0.82, 0.65
# How many letters stand on an inch.
WORDS_PER_INCH, NOTE_PER_INCH = 13.0, 15.5


@dataclass(frozen=True)
class Frame:
    """What stands around the panels, and how much room it takes.

    Attributes
    ----------
    title : str
    words, note : list of str
        Lines above and below the panels.
    scenarios : list of str
        What the key names; empty when there is one scenario without a name.
    """

    title: str
    words: list[str]
    note: list[str]
    scenarios: list[str]

    @property
    def top(self) -> float:
        """Inches above the panels, with the names of the columns."""
        return TITLE + WORDS * (len(self.words) + bool(self.scenarios)) + HEAD

    @property
    def bottom(self) -> float:
        """Inches below the panels, with the axis."""
        return AXIS + NOTE * len(self.note)


def read_frame(documents: Documents, groups: Groups, width: float, kind: str, lang: str) -> Frame:
    """Return the frame of a figure of some width, inches.

    Parameters
    ----------
    documents : mapping
        What the figure was asked to show, by scenario.
    groups : mapping
        Documents by explanation and scenario.
    width : float
    kind : {"chain", "series"}
        Which title and note it has.
    lang : str
    """
    first = get_first(groups)
    scenarios = next(iter(groups.values()))
    paragraphs = [describe_subject(first, lang)]
    for scenario, document in scenarios.items():
        paragraphs += introduce_intake(document, lang, scenario)
    for scenario, document in documents.items():
        for line in describe_partial(document, lang):
            named = text("report.introduced", lang=lang, name=scenario, what=line)
            paragraphs.append(named if scenario else line)
    length = describe_length(first["intake"]["hours"], lang)
    key = f"{kind}_note" if first["draws"]["asked"] else f"{kind}_note_nominal"
    if "population" in first:
        key = f"{kind}_note_people"
    basis = text(f"report.basis.{'record' if first['calibrated'] else 'table'}", lang=lang)
    note = text(f"report.figure.{key}", lang=lang, draws=describe_draws(first, lang), basis=basis)
    room = width - 2 * MARGIN
    return Frame(
        title=text(f"report.figure.{kind}_title", lang=lang, length=length),
        words=wrap_lines(paragraphs, round(room * WORDS_PER_INCH)),
        note=wrap_text(note, round(room * NOTE_PER_INCH)),
        scenarios=[name for name in scenarios if name],
    )


def write_frame(figure: Figure, frame: Frame, keys: Sequence[Line2D]) -> None:
    """Write a frame around the panels; the keys stand in the order of its scenarios."""
    width, height = figure.get_size_inches()
    left, down = MARGIN / width, TITLE
    figure.text(left, 1 - down / height, frame.title, fontsize=14.0, fontweight="bold")
    for line in frame.words:
        down += WORDS
        figure.text(left, 1 - down / height, line, fontsize=9.5)
    for number, line in enumerate(reversed(frame.note)):
        figure.text(left, (0.1 + NOTE * number) / height, line, fontsize=8.0, color=FAINT)
    if frame.scenarios:
        figure.legend(
            handles=keys,
            labels=frame.scenarios,
            loc="upper left",
            bbox_to_anchor=((MARGIN - 0.05) / width, 1 - (down + 0.1) / height),
            ncols=len(frame.scenarios),
            frameon=False,
            borderpad=0.0,
            handlelength=3.0,
            fontsize=9.5,
        )


__all__ = ["MARGIN", "Frame", "read_frame", "write_frame"]
