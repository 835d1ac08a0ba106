"""What goes to standard output and what to standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from brainmag import locales
from brainmag.errors import BrainmagError
from brainmag.storage import format_json

if TYPE_CHECKING:
    from rich.console import RenderableType

# A table for a pipe or a file is not cut at the width of a terminal nobody looks at.
WIDTH_WITHOUT_TERMINAL = 160


def print_json(document: dict[str, Any]) -> None:
    """Write one document, and nothing else, to standard output."""
    sys.stdout.write(format_json(document))


def print_rich(content: RenderableType) -> None:
    """Write a table to standard output, as wide as the terminal or wide enough."""
    from rich.console import Console  # noqa: PLC0415

    width = None
    if not sys.stdout.isatty():
        width = WIDTH_WITHOUT_TERMINAL
    Console(file=sys.stdout, width=width, highlight=False).print(content)


def tell(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def tell_error(error: BrainmagError, lang: str) -> None:
    """Write what went wrong, with its code, to standard error."""
    tell(locales.text("cli.problem", lang=lang, code=error.code, text=error.describe(lang)))
