"""What goes to standard output and what to standard error."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from brainmag import locales
from brainmag.cli.streams import flush
from brainmag.errors import BrainmagError, ComputationError
from brainmag.files import format_json

if TYPE_CHECKING:
    from rich.console import RenderableType

# A table for a pipe or a file is not cut at the width of a terminal nobody looks at.
WIDTH_WITHOUT_TERMINAL = 160


def choose_width() -> int:
    """Return how many columns a table may take."""
    if not sys.stdout.isatty():
        return WIDTH_WITHOUT_TERMINAL
    return shutil.get_terminal_size().columns


@contextmanager
def name_lost_output() -> Generator[None]:
    """Turn what the system says when standard output takes no more into an error with a name.

    Raises
    ------
    ComputationError
        ``cli.output_lost``.
    BrokenPipeError
        When who read it has left.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ComputationError("cli.output_lost", reason=reason) from error


def write(content: str) -> None:
    """Write a text to standard output."""
    with name_lost_output():
        sys.stdout.write(content)


def print_rich(content: RenderableType) -> None:
    """Write a table to standard output."""
    from rich.console import Console  # noqa: PLC0415

    with name_lost_output():
        Console(file=sys.stdout, width=choose_width(), highlight=False).print(content)


def show(document: Mapping[str, Any], shown: Iterable[RenderableType], *, as_json: bool) -> None:
    """Write a document as JSON, or what a person reads of it, to standard output."""
    if as_json:
        write(format_json(document))
        return
    for part in shown:
        print_rich(part)


@contextmanager
def show_afterwards(show_it: Callable[[], object]) -> Generator[None]:
    """Show a result when it is kept, and also when that fails: a full disk costs the files alone.

    What failed first is what is told.
    """
    try:
        yield
    except BaseException:
        with suppress(OSError, ComputationError):
            show_it()
        raise
    show_it()


def tell(message: str) -> None:
    """Write one line to standard error, if anybody can be reached there."""
    with suppress(OSError):
        sys.stderr.write(f"{message}\n")
    flush(sys.stderr)


def tell_error(error: BrainmagError, lang: str) -> None:
    """Write what went wrong, with its code, to standard error."""
    tell(locales.text("cli.problem", lang=lang, code=error.code, text=error.describe(lang)))
