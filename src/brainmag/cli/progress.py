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
# Over which the rate is averaged.
SECONDS_OF_RATE = 120.0


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
        self._done = 0
        self._told_idle = False
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

    def show_idle(self) -> None:
        """Say once that nobody computes."""
        if not self._told_idle:
            tell(locales.text("cli.no_worker", lang=self._lang))
        self._told_idle = True

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

    def show_share(self, done: int, total: int) -> None:
        """Move the bar to a share of the one run, whose parts are not known beforehand."""
        check_interrupts()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def start_people(self, total: int, done: int) -> None:
        """Say how many people there are, and how many of them are finished already."""
        self._subjects, self._done = total, done
        self.start_part(0)

    def show_people(self, done: int, _total: int) -> None:
        """Move the bar to so many people of the chunk at work."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done + done)

    def finish_people(self, number: int) -> None:
        """Count the people of a chunk that is kept."""
        self._done += number
        self.show_people(0, 0)

    def count_people(self) -> tuple[int, int]:
        """Return how many people are finished, and how many there are."""
        return self._done, self._subjects

    def _open_bar(self) -> Progress:
        """Draw a bar with subjects done and in all, the rate, and the times passed and left."""
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text  # noqa: PLC0415

        lang = self._lang

        class RateColumn(ProgressColumn):
            """Tells how many subjects a second are finished."""

            def render(self, task: Task) -> Text:
                """Return the rate, once there is one."""
                rate = task.finished_speed or task.speed
                if rate is None:
                    return Text("")
                told = locales.localise(f"{rate:.3g}", lang)
                return Text(locales.text("cli.rate", lang=lang, rate=told))

        bar = Progress(
            TextColumn("brainmag"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
            # Chunks end unevenly, above all on a cluster.
            speed_estimate_period=SECONDS_OF_RATE,
        )
        bar.add_task("", total=self._parts * self._subjects, completed=self._done)
        bar.start()
        return bar
