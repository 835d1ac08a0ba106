"""Read amounts as people write them: ``1 g``, ``72 mg Mg``, ``604 mg/kg``, ``12 weeks``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from brainmag.errors import InputError, nearest_match

MG_PER_MMOL = 24.305
"""Milligrams of magnesium in one mmol: its standard atomic weight."""

Basis = Literal["product", "magnesium", "capsule"]

# Factors are whole numbers of the smallest unit, so that usual values convert without rounding.
_MINUTES = {"min": 1, "h": 60, "day": 1_440, "week": 10_080, "month": 43_830, "year": 525_960}
_DURATION_SPELLINGS = {
    "min": ("min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "wk", "week", "weeks"),
    "month": ("month", "months"),
    "year": ("y", "yr", "year", "years"),
}
_DURATION_UNITS = {
    spelling: unit for unit, spellings in _DURATION_SPELLINGS.items() for spelling in spellings
}
_NANOMOLAR = {
    "mol/L": 1_000_000_000,
    "mmol/L": 1_000_000,
    "umol/L": 1_000,
    "nmol/L": 1,
    "M": 1_000_000_000,
    "mM": 1_000_000,
    "uM": 1_000,
    "nM": 1,
}
_MICROGRAMS = {"ug": 1, "mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000}
_MICROMOLES = {"umol": 1, "mmol": 1_000, "mol": 1_000_000}
_CAPSULES = ("capsule", "capsules")
_DOSE_UNITS = ("mg", "g", "mg Mg", "mmol Mg", "mg/kg", "mg Mg/kg", "mmol Mg/kg", "capsules")

_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|(?:nan|inf|infinity)\b))"
    r"\s*(?P<unit>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DOSE_UNIT = re.compile(
    r"(?P<unit>[a-z]+)(?P<before>\s+Mg)?(?P<per_kg>\s*/\s*kg)?(?P<after>\s+Mg)?"
)


@dataclass(frozen=True)
class Dose:
    """One dose as it was asked for, before a product gives it meaning.

    Attributes
    ----------
    text : str
        As typed.
    amount : float
        mg of product, mmol of magnesium, or capsules.
    basis : {"product", "magnesium", "capsule"}
        What ``amount`` counts.
    per_kg : bool
        Whether the amount is for each kg of body weight.
    """

    text: str
    amount: float
    basis: Basis
    per_kg: bool


def parse_duration(text: str, *, allow_zero: bool = False) -> float:
    """Return a span of time in hours.

    A month is a twelfth of a year, a year 365.25 days.

    Raises
    ------
    InputError
        When the text is no positive (or, where allowed, zero) number with a unit of time.

    Examples
    --------
    >>> parse_duration("12 weeks"), parse_duration("20 min"), parse_duration("3 days")
    (2016.0, 0.3333333333333333, 72.0)
    """
    value, unit = _split(text, example="12 weeks", allowed=", ".join(_MINUTES))
    if unit.casefold() not in _DURATION_UNITS:
        raise _unknown_unit(text, unit, tuple(_MINUTES))
    _check_size(text, value, allow_zero=allow_zero)
    return _convert(text, value, _MINUTES[_DURATION_UNITS[unit.casefold()]], 60)


def parse_concentration(text: str, *, allow_zero: bool = False) -> float:
    """Return a concentration in mmol/L.

    Raises
    ------
    InputError
        When the text is no positive (or, where allowed, zero) number with a unit of concentration.

    Examples
    --------
    >>> parse_concentration("1.2 mmol/L"), parse_concentration("100 µmol/L")
    (1.2, 0.1)
    """
    value, unit = _split(text, example="1.2 mmol/L", allowed=", ".join(_NANOMOLAR))
    unit = re.sub(r"\s*/\s*l$", "/L", unit, flags=re.IGNORECASE)
    if unit not in _NANOMOLAR:
        raise _unknown_unit(text, unit, tuple(_NANOMOLAR))
    _check_size(text, value, allow_zero=allow_zero)
    return _convert(text, value, _NANOMOLAR[unit], 1_000_000)


def parse_dose(text: str) -> Dose:
    """Return a dose: product mass, elemental magnesium or capsules, whole or per kg body weight.

    Raises
    ------
    InputError
        When the text is no positive number with a unit of dose, or moles of an unnamed substance.

    Examples
    --------
    >>> parse_dose("604 mg/kg")
    Dose(text='604 mg/kg', amount=604.0, basis='product', per_kg=True)
    >>> parse_dose("12 mmol Mg").basis
    'magnesium'
    """
    value, unit = _split(text, example="1 g", allowed=", ".join(_DOSE_UNITS))
    match = _DOSE_UNIT.fullmatch(unit)
    name = match["unit"] if match else ""
    elemental = bool(match and (match["before"] or match["after"]))
    per_kg = bool(match and match["per_kg"])
    if match and match["before"] and match["after"]:
        raise _unknown_unit(text, unit, _DOSE_UNITS)
    _check_size(text, value, allow_zero=False)
    if name in _MICROGRAMS:
        milligrams = _convert(text, value, _MICROGRAMS[name], 1_000)
        if elemental:
            return Dose(text, milligrams / MG_PER_MMOL, "magnesium", per_kg)
        return Dose(text, milligrams, "product", per_kg)
    if name in _MICROMOLES:
        if not elemental:
            raise InputError("intake.moles_of_what", given=text)
        return Dose(text, _convert(text, value, _MICROMOLES[name], 1_000), "magnesium", per_kg)
    if name in _CAPSULES and not elemental and not per_kg:
        return Dose(text, value, "capsule", per_kg=False)
    raise _unknown_unit(text, unit, _DOSE_UNITS)


def _split(text: str, *, example: str, allowed: str) -> tuple[float, str]:
    """Return number and unit of a text; µ is read as u and blanks are made single."""
    tidy = " ".join(text.replace("\u00b5", "u").replace("\u03bc", "u").split())
    if re.match(r"[+-]?[0-9]*,[0-9]", tidy):
        raise InputError("intake.decimal_comma", given=text, example=example)
    match = _NUMBER.fullmatch(tidy)
    if match is None:
        raise InputError("intake.not_a_quantity", given=text, example=example)
    if not match["unit"]:
        raise InputError("intake.missing_unit", given=text, example=example, allowed=allowed)
    return float(match["number"]), match["unit"]


def _check_size(text: str, value: float, *, allow_zero: bool) -> None:
    if not math.isfinite(value):
        raise InputError("intake.not_finite", given=text)
    if allow_zero and value < 0:
        raise InputError("intake.negative", given=text)
    if not allow_zero and value <= 0:
        raise InputError("intake.not_positive", given=text)


def _convert(text: str, value: float, factor: int, divisor: int) -> float:
    """Return value*factor/divisor; a number that leaves the range of floats is refused."""
    result = value * factor / divisor
    if not math.isfinite(result) or (result == 0 and value != 0):
        raise InputError("intake.not_finite", given=text)
    return result


def _unknown_unit(text: str, unit: str, allowed: tuple[str, ...]) -> InputError:
    return InputError(
        "intake.unknown_unit",
        given=text,
        unit=unit,
        nearest=nearest_match(unit, allowed),
        allowed=", ".join(allowed),
    )
