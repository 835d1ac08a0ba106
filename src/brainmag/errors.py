"""Every error a person can meet: a code and values; the sentences stand in ``locales/``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from brainmag import locales

# Characters of a value that a message repeats; lists of what is allowed fit in.
LONGEST_SHOWN = 1000


class BrainmagError(Exception):
    """Base of all errors a person can meet.

    Parameters
    ----------
    code : str
        Key of the message in the catalogue, ``room.name``.
    **values : object
        What the sentence and the remedy speak of.

    Attributes
    ----------
    exit_status : int
        What the command ends with.

    Examples
    --------
    >>> error = InputError("storage.unwritable", given="/proc/x", reason="read-only")
    >>> error.code, error.values["given"]
    ('storage.unwritable', '/proc/x')
    """

    exit_status = 3

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return self.describe("en")

    def describe(self, lang: str) -> str:
        """Return sentence and remedy in the language asked for."""
        # A value may be an error itself: the cause within a file.
        values = {
            name: value.describe(lang) if isinstance(value, BrainmagError) else _shorten(value)
            for name, value in self.values.items()
        }
        # Its numbers stand as they are typed, so that a limit can be copied to the command.
        sentence = locales.find_text(f"{self.code}.sentence", lang).format(**values)
        # A remedy that offers a nearest match has a second form for when there is none.
        part = "remedy_without_match" if values.get("nearest") == "" else "remedy"
        remedy = locales.find_text(f"{self.code}.{part}", lang).format(**values)
        return f"{sentence} {remedy}"


class InputError(BrainmagError):
    """What was given cannot be used; nothing was computed and nothing written."""

    exit_status = 2


class ComputationError(BrainmagError):
    """A computation failed or was interrupted; what was finished is kept."""

    exit_status = 3


def _shorten(value: object) -> object:
    """Return a value as it can be shown: what is too long or too deep to print becomes its kind."""
    try:
        shown = str(value)
    except (ValueError, RecursionError):
        return type(value).__name__
    return f"{shown[:LONGEST_SHOWN]}..." if len(shown) > LONGEST_SHOWN else value


def nearest_match(word: str, words: Iterable[str]) -> str:
    """Return the name nearest to a word, or the empty string when none is near.

    Examples
    --------
    >>> nearest_match("citrat", ["citrate", "chloride"])
    'citrate'
    """
    folded = {name.casefold(): name for name in words}
    matches = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return folded[matches[0]] if matches else ""
