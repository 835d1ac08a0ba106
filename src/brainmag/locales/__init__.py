"""Every text a person reads, one folder per language and one catalogue per room."""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, cast

DEFAULT_LANGUAGE = "en"
LANGUAGE = re.compile("[a-z]{2}")


@cache
def list_languages() -> tuple[str, ...]:
    """Return the languages there are texts in.

    Examples
    --------
    >>> list_languages()
    ('en', 'nl')
    """
    folders = files("brainmag.locales").iterdir()
    return tuple(sorted(one.name for one in folders if LANGUAGE.fullmatch(one.name)))


@cache
def load_catalogue(lang: str, room: str) -> dict[str, Any]:
    """Return one room's texts in one language; empty when there is no such file."""
    if not LANGUAGE.fullmatch(lang):
        # What a person typed names no folder before it is checked.
        return {}
    resource = files("brainmag.locales").joinpath(lang, f"{room}.toml")
    if not resource.is_file():
        return {}
    return tomllib.loads(resource.read_text(encoding="utf-8"))


class _Filler(string.Formatter):
    """Fills in a text's values, with the decimal sign of its language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        """Return a value as it stands in the text; a word may have points of its own."""
        written: str = super().format_field(value, format_spec)
        return localise(written, self._lang) if isinstance(value, float) else written


def text(key: str, *, lang: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """Return the text of a dotted key with its values filled in.

    A language that lacks the text falls back to English.

    Parameters
    ----------
    key : str
        ``room.name`` or ``room.name.part``.
    lang : str
        Two-letter language.
    **values : object
        What stands between braces in the text.

    Raises
    ------
    KeyError
        When no catalogue holds the key: a fault of the program, not of a person.

    Examples
    --------
    >>> text("storage.unwritable.sentence", given="/proc/x", reason="read-only file system")
    "The folder '/proc/x' cannot be written (read-only file system)."
    """
    return _Filler(lang).vformat(find_text(key, lang), (), values)


def find_text(key: str, lang: str) -> str:
    """Return the text of a dotted key with its braces, in a language or else in English.

    Raises
    ------
    KeyError
        When no catalogue holds the key.
    """
    room, *path = key.split(".")
    for language in (lang, DEFAULT_LANGUAGE):
        entry: Any = load_catalogue(language, room)
        for part in path:
            entry = cast(dict[str, Any], entry).get(part) if isinstance(entry, dict) else None
        if isinstance(entry, str):
            return entry
    raise KeyError(key)


def localise(number: str, lang: str) -> str:
    """Return a number that is written with a point with the decimal sign of a language.

    Examples
    --------
    >>> localise("> 99.9 %", "nl"), localise("1.5", "en")
    ('> 99,9 %', '1.5')
    """
    return number.replace(".", find_text("language.decimal", lang))
