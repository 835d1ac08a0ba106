"""Antimony files that import others: one text that stands alone."""

from __future__ import annotations

import re
from pathlib import Path

from brainmag.errors import InputError

_IMPORT = re.compile(r'^[ \t;]*import[ \t]+"(?P<name>[^"\n]*)"[ \t]*;?', re.MULTILINE)


def join_imports(text: str, path: Path) -> str:
    """Return a text with every file that it imports in the place of the import, each once.

    Antimony would look for them where the command was typed, not beside the file that asks.

    Parameters
    ----------
    text : str
        In Antimony.
    path : Path
        Where the text lies.

    Raises
    ------
    InputError
        ``engine.import_unreadable`` and ``engine.import_of_sbml``.
    """
    return _join(text, path.parent, {path.resolve()})


def _join(text: str, folder: Path, seen: set[Path]) -> str:
    def fetch(found: re.Match[str]) -> str:
        path = folder / found["name"]
        if path.resolve() in seen:
            return ""
        seen.add(path.resolve())
        return _join(_load(path), path.parent, seen)

    return _IMPORT.sub(fetch, text)


def _load(path: Path) -> str:
    try:
        if not path.is_file():
            raise FileNotFoundError
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError("engine.import_unreadable", given=str(path)) from error
    if text.lstrip().startswith("<"):
        raise InputError("engine.import_of_sbml", given=str(path))
    return text
