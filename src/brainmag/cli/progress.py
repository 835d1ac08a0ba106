"""Say on standard error how far a run has come; draw a bar only where somebody looks."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from brainmag import locales
from brainmag.cli.interrupts import check_interrupts
from brainmag.cli.output import tell

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS_TO_COMPILE = 20


class Reporter:
    """Tells about compiling and, on a terminal alone, draws a bar from the first run's start.

    Parameters
    ----------
    lang : str
        Language of what is told.
    parts : int
        How many runs the bar stands for.
    subjects : int
        How many subjects each of them has.
    """

    def __init__(self, lang: str, *, parts: int = 1, subjects: int = 1) -> None:
        self._lang = lang
        self._parts = parts
        self._subjects = subjects
        self._part = 0
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            # A terminal that was closed meanwhile takes no bar, and needs none.
            with suppress(OSError):
                self._bar.stop()
            self._bar = None

    def start_part(self, number: int) -> None:
        """Say which of the runs, counted from zero, begins.

        Raises
        ------
        KeyboardInterrupt
            When somebody has asked to end and nobody has heard it yet.
        """
        check_interrupts()
        self._part = number
        if self._bar is None and sys.stderr.isatty():
            self._bar = self._open_bar()

    def show_compiling(self) -> None:
        """Say that the model is compiled first, and for how long."""
        tell(locales.text("cli.compiling", lang=self._lang, seconds=SECONDS_TO_COMPILE))

    def show_progress(self, done: int, total: int) -> None:
        """Move the bar to so many subjects of the current run.

        Raises
        ------
        KeyboardInterrupt
            When somebody has asked to end and nobody has heard it yet.
        """
        check_interrupts()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._part * total + done)

    def _open_bar(self) -> Progress:
        """Draw a bar with subjects done, subjects in all and the time that has passed."""
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (TextColumn("brainmag"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        bar.add_task("", total=self._parts * self._subjects)
        bar.start()
        return bar
