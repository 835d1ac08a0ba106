"""Who takes what, for how long and under which explanation, in one or two lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brainmag.intake import MG_PER_MMOL, find_product
from brainmag.locales import text
from brainmag.people import CULTURE
from brainmag.report.numbers import format_value

DAY = 24.0


def describe_subject(document: Mapping[str, Any], lang: str) -> str:
    """Return the line that says who it is.

    Parameters
    ----------
    document : mapping
        Document of one run.
    lang : str
    """
    subject = document["subject"]
    if subject["who"] == CULTURE:
        parts = [text(f"report.cells.{subject['cells']}", lang=lang)]
    else:
        parts = list(_list_traits(subject, lang))
    parts += [
        text("report.condition", lang=lang, name=condition) for condition in subject["conditions"]
    ]
    return ", ".join(parts)


def describe_intake(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return one line for each product taken, or one that says there is none."""
    intake = document["intake"]
    if document["subject"]["who"] == CULTURE:
        return [_describe_medium(intake, lang)]
    lines = [_describe_dose(dose, lang) for dose in intake["doses"]]
    if intake["drinking"] is not None:
        lines.append(_describe_drinking(intake["drinking"], lang))
    return lines or [text("report.no_product", lang=lang)]


def introduce_intake(document: Mapping[str, Any], lang: str, scenario: str = "") -> list[str]:
    """Return the lines of `describe_intake` as they stand in a heading.

    Parameters
    ----------
    document : mapping
        Document of one run.
    lang : str
    scenario : str
        Name of the scenario, where several are shown.
    """
    key = "held" if document["subject"]["who"] == CULTURE else "takes"
    name = scenario or text(f"report.{key}", lang=lang)
    taken = describe_intake(document, lang)
    return [text("report.introduced", lang=lang, name=name, what=line) for line in taken]


def describe_length(hours: float, lang: str) -> str:
    """Return the length of a run as a person says it.

    Examples
    --------
    >>> describe_length(2016.0, "en"), describe_length(72.0, "en"), describe_length(8.0, "en")
    ('12 weeks', '3 days', '8 h')
    """
    for unit in ("year", "week", "day"):
        size = {"year": 365.25 * DAY, "week": 7 * DAY, "day": DAY}[unit]
        # A day is an exact number of hours, a year is not: a run of 30 years may be cut to hours.
        number = round(hours / size)
        if number > 1 and abs(hours - number * size) < DAY * (unit == "year") + 1e-9:
            return text(f"report.length.{unit}", lang=lang, number=number)
    return text("report.length.hour", lang=lang, number=f"{hours:.4g}")


def describe_draws(document: Mapping[str, Any], lang: str) -> str:
    """Return how many draws stand behind the intervals; of none, that there are none."""
    draws, seed = document["draws"], document["manifest"]["seed"]
    key = "report.draws" if draws["finished"] else "report.no_draws"
    return text(key, lang=lang, number=draws["finished"], seed=seed)


def _list_traits(subject: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield text(f"report.who.{subject['who']}", lang=lang)
    yield text(f"report.sex.{subject['sex']}", lang=lang)
    years = subject["age"]
    if subject["who"] == "human":
        yield text("report.years", lang=lang, number=f"{years:.4g}")
    else:
        yield text("report.months", lang=lang, number=f"{12.0 * years:.4g}")
    yield text("report.weight", lang=lang, number=f"{subject['weight']:.4g}")
    if subject["egfr"] is not None:
        yield text("report.egfr", lang=lang, number=f"{subject['egfr']:.3g}")
    yield text("report.diet", lang=lang, number=f"{subject['diet_mg']:.4g}")


def _describe_dose(dose: Mapping[str, Any], lang: str) -> str:
    times = ", ".join(_format_clock(hour) for hour in dose["first_hours"])
    every = dose["every_hours"]
    key = "once" if every is None else "daily" if every == DAY else "every"
    infused = dose["infuse_hours"]
    return text(
        f"report.dose.{key}",
        lang=lang,
        product=find_product(dose["product"]).name,
        amount=_describe_amount(dose["magnesium_mmol"], dose["threonate_mmol"], lang),
        times=times,
        hours="" if every is None else f"{every:.4g}",
        infused=""
        if infused is None
        else text("report.infused", lang=lang, minutes=f"{60.0 * infused:.4g}"),
    )


def _describe_drinking(drinking: Mapping[str, Any], lang: str) -> str:
    return text(
        "report.drinking",
        lang=lang,
        product=find_product(drinking["product"]).name,
        amount=_describe_amount(
            DAY * drinking["magnesium_mmol_per_hour"],
            DAY * drinking["threonate_mmol_per_hour"],
            lang,
        ),
    )


def _describe_amount(magnesium: float, threonate: float, lang: str) -> str:
    key = "report.amount_with_threonate" if threonate else "report.amount"
    return text(
        key,
        lang=lang,
        mg=format_value(magnesium * MG_PER_MMOL, "mg"),
        threonate=format_value(threonate, "mmol"),
    )


def _describe_medium(intake: Mapping[str, Any], lang: str) -> str:
    held = {
        "magnesium": intake["medium_mg_mmol_per_litre"],
        "threonate": intake["medium_threonate_mmol_per_litre"],
    }
    parts = [
        text(f"report.medium.{name}", lang=lang, number=format_value(value, "mmol/L"))
        for name, value in held.items()
        if value is not None
    ]
    return ", ".join(parts) or text("report.medium.unchanged", lang=lang)


def _format_clock(hour: float) -> str:
    """Return a time of the run as day and clock time: the day is left out on the first."""
    minutes = round(hour * 60)
    clock = f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    day = minutes // (24 * 60)
    return clock if day == 0 else f"{clock} (+{day} d)"


__all__ = [
    "describe_draws",
    "describe_intake",
    "describe_length",
    "describe_subject",
    "introduce_intake",
]
