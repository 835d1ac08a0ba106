"""Which language the words of a command line ask for."""

from __future__ import annotations

from collections.abc import Sequence

from brainmag import locales


def find_language(given: Sequence[str]) -> str:
    """Return the language asked for, also where the rest of the line cannot be read.

    Examples
    --------
    >>> find_language(["simulate", "--lang", "nl"]), find_language(["products"])
    ('nl', 'en')
    """
    for position, word in enumerate(given):
        if word == "--lang":
            return "".join(given[position + 1 : position + 2])
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return locales.DEFAULT_LANGUAGE
