"""Read the fields of a trial's tables: words, shares, numbers between others."""

from __future__ import annotations

from collections.abc import Sequence

from brainmag.errors import InputError, nearest_match
from brainmag.table_file import Entry


def read_words(entry: Entry, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a field, with commas between; raise InputError at one not allowed."""
    words = tuple(word.strip() for word in (entry.get(key) or "").split(",") if word.strip())
    for word in words:
        if word not in allowed:
            raise entry.error(key, name_unknown_word(word, allowed))
        if words.count(word) > 1:
            raise entry.error(key, InputError("record.named_twice", given=word))
    return words


def name_unknown_word(word: str, allowed: Sequence[str]) -> InputError:
    """Return what is said of a word that is not allowed."""
    return InputError(
        "record.unknown_word",
        given=word,
        nearest=nearest_match(word, allowed),
        allowed=", ".join(allowed),
    )


def read_share(entry: Entry, key: str, default: float) -> float:
    """Return a number from 0 to 1, or the default without one; raise InputError otherwise."""
    value = entry.get(key)
    if value is None:
        return default
    if not 0.0 <= value <= 1.0:
        raise entry.error(key, InputError("trials.not_a_share", given=value))
    return float(value)


def read_between(entry: Entry, key: str, default: float, lowest: float, highest: float) -> float:
    """Return a number between two others, or the default; raise InputError otherwise."""
    value = entry.get(key)
    if value is None:
        return default
    if not lowest < value < highest:
        cause = InputError("trials.not_between", given=value, lowest=lowest, highest=highest)
        raise entry.error(key, cause)
    return float(value)
