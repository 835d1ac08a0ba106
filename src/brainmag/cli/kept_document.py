"""A document that is shown and, under one name, kept with its figure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.output import show, show_afterwards, tell
from brainmag.errors import InputError
from brainmag.files import format_json, make_whole
from brainmag.locales import text

if TYPE_CHECKING:
    from rich.console import RenderableType

# What is written under the name given to --out.
SUFFIXES = (".json", ".svg", ".png")


def check_stem(given: str, suffixes: Sequence[str] = SUFFIXES) -> Path:
    """Return a name under which files can be written.

    Parameters
    ----------
    given : str
    suffixes : sequence of str
        Their endings; those of a document and its figure by default.

    Raises
    ------
    InputError
        ``cli.no_file_name``, or that a file of that name cannot be written.
    """
    from brainmag.storage import check_file  # noqa: PLC0415

    stem = Path(given)
    if given.endswith(os.sep) or stem.name in ("", "..") or stem.is_dir():
        raise InputError("cli.no_file_name", given=given)
    for suffix in suffixes:
        check_file(_name(stem, suffix))
    return stem


def show_document(
    document: Mapping[str, Any],
    shown: Sequence[RenderableType],
    draw: Callable[[Path], object],
    stem: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> int:
    """Print a document and, where asked for, keep it with its figure; return the exit status.

    Parameters
    ----------
    document : mapping
    shown : sequence
        What a person reads of it: tables and paragraphs.
    draw : callable
        Writes the figure, given its path without ending.
    stem : Path or None
        Where it is kept, without ending.
    lang : str
    as_json : bool
        Whether to print JSON instead of what a person reads.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    from brainmag.cli.interrupts import hold_interrupts  # noqa: PLC0415
    from brainmag.storage import name_failure  # noqa: PLC0415

    with show_afterwards(lambda: show(document, shown, as_json=as_json)):
        if stem is not None:
            # All three belong together: an interrupt or a full disk takes none or all of them.
            with hold_interrupts(), name_failure(stem), make_whole(stem.parent) as folder:
                made = folder / stem.name
                draw(made)
                _name(made, ".json").write_text(format_json(document), encoding="utf-8")
    if stem is not None:
        tell(text("cli.written", lang=lang, given=f"{stem}.json, .svg, .png"))
    return 0


def _name(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)
