"""Numbers as a person reads them: three significant digits, a sign where it is a change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from brainmag.locales import localise, text

Z = "z"
PERCENT = "%"
SIGNIFICANT = 3
# Below this share of a percent, or of a standard deviation, a change says nothing.
FINEST_PERCENT = 2
FINEST_Z = 3
MOST_DECIMALS = 6
# A weight nearer than this to all or nothing is not told more closely: no evidence is that sure.
LEAST_WEIGHT = 1e-3


def format_value(value: float, unit: str, lang: str) -> str:
    """Return a level with three significant digits; a z-score with three decimals.

    Examples
    --------
    >>> format_value(0.83, "mmol/L", "en"), format_value(28456.0, "mmol", "en")
    ('0.830', '28500')
    >>> format_value(-0.4, "z", "nl")
    '-0,400'
    """
    return _write(value, unit, lang, sign="")


def format_change(value: float, unit: str, lang: str) -> str:
    """Return a change with its sign; percent no finer than 0.01, z no finer than 0.001.

    Examples
    --------
    >>> [format_change(value, "%", "en") for value in (4.567, -12.34, 0.0012)]
    ['+4.57', '-12.3', '0.00']
    >>> format_change(0.0526, "z", "en"), format_change(0.0526, "mmol", "nl")
    ('+0.053', '+0,0526')
    """
    return _write(value, unit, lang, sign="+")


def format_share(value: float, lang: str) -> str:
    """Return a fraction as percent with its sign: ``31.2 %``.

    Examples
    --------
    >>> format_share(0.3124, "en")
    '31.2 %'
    """
    return f"{format_value(100.0 * value, PERCENT, lang)} %"


def format_weight(share: float, lang: str) -> str:
    """Return the weight of an explanation as percent; near all or nothing, that it is that.

    Examples
    --------
    >>> [format_weight(share, "en") for share in (0.873, 0.99999, 4e-6, 0.00271)]
    ['87.3 %', '> 99.9 %', '< 0.1 %', '0.271 %']
    """
    written = f"{100.0 * share:.3g} %"
    if share > 1.0 - LEAST_WEIGHT:
        written = f"> {100.0 * (1.0 - LEAST_WEIGHT):.1f} %"
    elif share < LEAST_WEIGHT:
        written = f"< {100.0 * LEAST_WEIGHT:.1f} %"
    return localise(written, lang)


def format_interval(parts: Iterable[str], lang: str) -> str:
    """Return median, low and high, which are written already, as a median with its interval.

    Examples
    --------
    >>> format_interval(("0.5", "-0.2", "1.2"), "en"), format_interval(("0,5", "0,1", "0,9"), "nl")
    ('0.5 (-0.2 to 1.2)', '0,5 (0,1 tot 0,9)')
    """
    median, low, high = parts
    return f"{median} {text('report.interval', lang=lang, low=low, high=high)}"


def choose_change(entry: Mapping[str, Any]) -> tuple[str, float, float, float]:
    """Return unit, median, low and high of a change as it is shown.

    Percent where a percentage means something; a z-score, and what starts at zero, in its own
    unit.

    Parameters
    ----------
    entry : mapping
        One observable of a document's ``end``.

    Examples
    --------
    >>> choose_change({"unit": "z", "change": 0.1, "change_low": 0.0, "change_high": 0.2,
    ...                "change_percent": None})
    ('z', 0.1, 0.0, 0.2)
    """
    if entry["unit"] == Z or entry["change_percent"] is None:
        return entry["unit"], entry["change"], entry["change_low"], entry["change_high"]
    return (
        PERCENT,
        entry["change_percent"],
        entry["change_percent_low"],
        entry["change_percent_high"],
    )


def _write(value: float, unit: str, lang: str, *, sign: str) -> str:
    rounded = float(f"{value:.{SIGNIFICANT}g}")
    decimals = _count_decimals(rounded, unit)
    if decimals > MOST_DECIMALS:
        return localise(f"{rounded:{sign}.{SIGNIFICANT - 1}e}", lang)
    # Rounded first: above a thousand the digits after the third are noughts, 28456 reads 28500.
    written = f"{value if decimals else rounded:{sign}.{decimals}f}"
    return localise(written if float(written) else written.lstrip("+-"), lang)


def _count_decimals(rounded: float, unit: str) -> int:
    if unit == Z:
        return FINEST_Z
    if rounded == 0.0:
        return SIGNIFICANT - 1
    decimals = SIGNIFICANT - 1 - math.floor(math.log10(abs(rounded)))
    return max(min(decimals, FINEST_PERCENT) if unit == PERCENT else decimals, 0)


__all__ = [
    "PERCENT",
    "Z",
    "choose_change",
    "format_change",
    "format_interval",
    "format_share",
    "format_value",
    "format_weight",
]
