"""Read the values of options: numbers, ages, creatinine, names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from brainmag import locales
from brainmag.clock import YEAR
from brainmag.errors import InputError, nearest_match
from brainmag.intake import parse_concentration, parse_duration

DEFAULT_DRAWS, MOST_DRAWS = 200, 100_000
DEFAULT_SEED, LARGEST_SEED = 1, 2**53
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_CREATININE = re.compile(r"(?P<number>\S+?)\s*mg\s*/\s*dl", re.IGNORECASE)


def read_number(option: str, text: str | None, *, example: str) -> float | None:
    """Return a number, or None when the option was not given; its range is not checked.

    Raises
    ------
    InputError
        ``cli.not_a_number``.

    Examples
    --------
    >>> read_number("--weight", "70", example="70")
    70.0
    """
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError("cli.not_a_number", option=option, given=text, example=example) from None


def read_whole_number(option: str, text: str | None, *, example: str) -> int | None:
    """Return a whole number, or None when the option was not given; its range is not checked.

    Raises
    ------
    InputError
        ``cli.not_a_whole_number``.

    Examples
    --------
    >>> read_whole_number("--seed", "1", example="1")
    1
    """
    if text is None:
        return None
    if not _WHOLE_NUMBER.fullmatch(text.strip()):
        raise InputError("cli.not_a_whole_number", option=option, given=text, example=example)
    return int(text)


def read_count(
    option: str, text: str | None, *, default: int, lowest: int = 0, highest: int
) -> int:
    """Return a whole number from a lowest to a highest one.

    Raises
    ------
    InputError
        ``cli.not_a_whole_number`` or ``cli.number_out_of_range``.

    Examples
    --------
    >>> read_count("--uncertainty", None, default=200, highest=1000)
    200
    """
    value = read_whole_number(option, text, example=str(max(default, lowest)))
    if value is None:
        return default
    if not lowest <= value <= highest:
        raise InputError(
            "cli.number_out_of_range", option=option, given=value, lowest=lowest, highest=highest
        )
    return value


def read_draws(text: str | None) -> int:
    """Return how many draws stand behind each interval.

    Examples
    --------
    >>> read_draws(None), read_draws("0")
    (200, 0)
    """
    return read_count("--uncertainty", text, default=DEFAULT_DRAWS, highest=MOST_DRAWS)


def read_seed(text: str | None) -> int:
    """Return the seed of the draws.

    Examples
    --------
    >>> read_seed(None), read_seed("7")
    (1, 7)
    """
    return read_count("--seed", text, default=DEFAULT_SEED, highest=LARGEST_SEED)


def read_age(text: str | None) -> float | None:
    """Return an age in years from a plain number of years or a text with a unit.

    Raises
    ------
    InputError
        ``cli.not_an_age``, or the error of a unit that is not known.

    Examples
    --------
    >>> read_age("65"), read_age("24 months")
    (65.0, 2.0)
    """
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return parse_duration(text) / YEAR
    except InputError as error:
        if error.code in ("intake.not_a_quantity", "intake.decimal_comma"):
            raise InputError("cli.not_an_age", given=text) from None
        raise


def read_creatinine(text: str | None, umol_per_mg_dl: float) -> float | None:
    """Return serum creatinine in mg/dL.

    Parameters
    ----------
    text : str or None
        Such as ``0.9 mg/dL`` or ``80 umol/L``.
    umol_per_mg_dl : float
        umol/L in one mg/dL.

    Raises
    ------
    InputError
        ``cli.not_a_creatinine``.

    Examples
    --------
    >>> read_creatinine("0.9 mg/dL", 88.42), read_creatinine("88.42 umol/L", 88.42)
    (0.9, 1.0)
    """
    if text is None:
        return None
    match = _CREATININE.fullmatch(text.strip())
    try:
        if match:
            return float(match["number"])
        return parse_concentration(text) * 1000 / umol_per_mg_dl
    except (ValueError, InputError):
        raise InputError("cli.not_a_creatinine", given=text) from None


def choose(option: str, given: str, allowed: Iterable[str]) -> str:
    """Return a name when it is one of those allowed.

    Raises
    ------
    InputError
        ``cli.unknown_choice``.

    Examples
    --------
    >>> choose("--hypothesis", "carrier", ["none", "carrier"])
    'carrier'
    """
    names = list(allowed)
    if given not in names:
        raise InputError(
            "cli.unknown_choice",
            option=option,
            given=given,
            nearest=nearest_match(given, names),
            allowed=", ".join(names),
        )
    return given


def check_language(lang: str | None) -> str:
    """Return the language asked for when there are texts in it, English when none is.

    Raises
    ------
    InputError
        ``cli.unknown_choice``.

    Examples
    --------
    >>> check_language(None)
    'en'
    """
    return choose("--lang", lang or locales.DEFAULT_LANGUAGE, locales.list_languages())
