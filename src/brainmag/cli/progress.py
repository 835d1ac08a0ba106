"""Say on standard error how far a run has come; draw a bar only where somebody looks."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from brainmag import locales
from brainmag.cli.output import tell

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS_BEFORE_BAR = 1.0
SECONDS_TO_COMPILE = 20


class Reporter:
    """Tells about compiling, and draws a bar for runs over a second on a terminal.

    Parameters
    ----------
    lang : str
        Language of what is told.
    parts : int
        How many runs the bar stands for, each of as many subjects.
    """

    def __init__(self, lang: str, parts: int = 1) -> None:
        self._lang = lang
        self._parts = parts
        self._part = 0
        self._started = time.monotonic()
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
            self._bar.stop()
            self._bar = None

    def start_part(self, number: int) -> None:
        """Say which of the runs, counted from zero, begins."""
        self._part = number

    def show_compiling(self) -> None:
        """Say that the model is compiled first, and for how long."""
        tell(locales.text("cli.compiling", lang=self._lang, seconds=SECONDS_TO_COMPILE))

    def show_progress(self, done: int, total: int) -> None:
        """Move the bar to so many subjects of the current run."""
        if self._bar is None and not self._open_bar():
            return
        assert self._bar is not None  # noqa: S101  (for the type checker)
        whole = self._parts * total
        self._bar.update(self._bar.task_ids[0], completed=self._part * total + done, total=whole)

    def _open_bar(self) -> bool:
        if not sys.stderr.isatty() or time.monotonic() - self._started < SECONDS_BEFORE_BAR:
            return False
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress  # noqa: PLC0415

        self._bar = Progress(console=Console(file=sys.stderr), transient=True)
        self._bar.add_task("brainmag", total=None)
        self._bar.start()
        return True
