"""Texts that stand for files, and names that stand for what comes along: never a client's path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from brainmag.errors import InputError, nearest_match

# What a worker calls them in the empty folder that it stands in, and errors in them.
REGIMEN, DESIGN, PROTOCOL = "regimen.toml", "design.toml", "protocol.toml"


def write_text(name: str, content: str | None) -> str | None:
    """Write a text for a command to read; return its name, or None where there is no text."""
    if content is None:
        return None
    Path(name).write_text(content, encoding="utf-8", errors="replace")
    return name


def check_shipped(field: str, name: str, known: Sequence[str]) -> str:
    """Return a name of what comes along.

    Raises
    ------
    InputError
        ``app.not_shipped``.

    Examples
    --------
    >>> check_shipped("protocol", "stdp", ["stdp"])
    'stdp'
    """
    if name not in known:
        raise InputError(
            "app.not_shipped",
            given=name,
            option=field,
            nearest=nearest_match(name, known),
            allowed=", ".join(known),
        )
    return name
