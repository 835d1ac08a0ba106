"""Who takes what, for how long and under which explanation, in one or two lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from brainmag.clock import DAY, YEAR
from brainmag.intake import MG_PER_MMOL, name_product
from brainmag.locales import localise, text
from brainmag.people import CULTURE
from brainmag.people.parameters import HYPOTHESES
from brainmag.report.numbers import format_share, format_value


def describe_subject(document: Mapping[str, Any], lang: str) -> str:
    """Return the line that says who it is.

    Parameters
    ----------
    document : mapping
        Document of one run.
    lang : str
    """
    subject = document["subject"]
    if "population" in document:
        parts = list(_list_people(document["population"], lang))
    elif subject["who"] == CULTURE:
        parts = [text(f"report.cells.{subject['cells']}", lang=lang)]
    else:
        parts = list(_list_traits(subject, lang))
        key = "usual_diet" if document["intake"]["diet_spans"] else "diet"
        parts.append(text(f"report.{key}", lang=lang, number=_write(subject["diet_mg"], lang)))
    parts += [
        text("report.condition", lang=lang, name=condition) for condition in subject["conditions"]
    ]
    return ", ".join(parts)


def describe_intake(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return one line for each product taken, or one that says there is none."""
    intake = document["intake"]
    if document["subject"]["who"] == CULTURE:
        return [_describe_medium(intake, lang)]
    lines = [_describe_dose(dose, intake["hours"], lang) for dose in intake["doses"]]
    if intake["drinking"] is not None:
        lines.append(_describe_drinking(intake["drinking"], lang))
    return lines or [text("report.no_product", lang=lang)]


def introduce_intake(document: Mapping[str, Any], lang: str, scenario: str = "") -> list[str]:
    """Return the lines of `describe_intake` and of other diets as they stand in a heading.

    Parameters
    ----------
    document : mapping
        Document of one run.
    lang : str
    scenario : str
        Name of the scenario, where several are shown.
    """
    return [
        text("report.introduced", lang=lang, name=who, what=what)
        for who, what in list_intake(document, lang, scenario)
    ]


def list_intake(
    document: Mapping[str, Any], lang: str, scenario: str = ""
) -> list[tuple[str, str]]:
    """Return the lines of `introduce_intake`, each with what introduces it apart."""
    is_dish = document["subject"]["who"] == CULTURE
    name = scenario or text("report.held" if is_dish else "report.takes", lang=lang)
    lines = [(name, line) for line in describe_intake(document, lang)]
    if not is_dish:
        food = text("report.food_of" if scenario else "report.food", lang=lang, name=scenario)
        lines += [(food, line) for line in _describe_diets(document["intake"], lang)]
    return lines


def describe_length(hours: float, lang: str) -> str:
    """Return the length of a run as a person says it.

    Examples
    --------
    >>> describe_length(2016.0, "en"), describe_length(72.0, "en"), describe_length(8.0, "en")
    ('12 weeks', '3 days', '8 h')
    """
    for unit in ("year", "week", "day"):
        size = {"year": YEAR, "week": 7 * DAY, "day": DAY}[unit]
        # A day is an exact number of hours, a year is not: a run of 30 years may be cut to hours.
        number = round(hours / size)
        if number > 1 and abs(hours - number * size) < DAY * (unit == "year") + 1e-9:
            return text(f"report.length.{unit}", lang=lang, number=number)
    return text("report.length.hour", lang=lang, number=_write(hours, lang))


def describe_draws(document: Mapping[str, Any], lang: str) -> str:
    """Return how many draws were asked for; of none, that there are none."""
    asked, seed = document["draws"]["asked"], document["manifest"]["seed"]
    if "population" in document:
        return text("report.people", lang=lang, number=asked, seed=seed)
    key = {0: "no_draws", 1: "one_draw"}.get(asked, "draws")
    return text(f"report.{key}", lang=lang, number=asked, seed=seed)


def describe_partial(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return the line that says on how many draws each explanation of a partial run rests.

    Parameters
    ----------
    document : mapping
        Document of one run or of several explanations.
    lang : str

    Returns
    -------
    list of str
        Empty when the run was finished.
    """
    names: Iterable[str] = HYPOTHESES
    documents = document.get("by_hypothesis")
    if documents is None:
        documents = {document["hypothesis"]: document}
        names = documents
    if not (document.get("partial") or any(one["partial"] for one in documents.values())):
        return []
    rests = "; ".join(_describe_rest(documents.get(name, {}), name, lang) for name in names)
    return [text("report.partial", lang=lang, rests=rests)]


def _describe_rest(document: Mapping[str, Any], hypothesis: str, lang: str) -> str:
    """Return how many draws one explanation rests on."""
    draws = document.get("draws", {"asked": 0, "finished": 0})
    # Of a run in which nobody was finished there are no levels.
    key = "nothing" if "end" not in document else "draws" if draws["finished"] else "nominal"
    name = text(f"report.hypothesis.{hypothesis}", lang=lang)
    return text(f"report.rests.{key}", lang=lang, name=name, **draws)


def _list_people(population: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Give how many they are, and between what most of them lie."""
    women = format_share(population["female_share"], lang)
    yield text("report.population", lang=lang, number=population["size"], women=women)
    traits = {"years": "age", "weight": "weight", "egfr": "egfr", "diet": "diet_mg"}
    for key, name in traits.items():
        entry = population["attributes"][name]
        low, high = _write(entry["low"], lang, digits=3), _write(entry["high"], lang, digits=3)
        ends = text("report.interval_of", lang=lang, low=low, high=high)
        yield text(f"report.{key}", lang=lang, number=low if low == high else ends)


def _list_traits(subject: Mapping[str, Any], lang: str) -> Iterator[str]:
    yield text(f"report.who.{subject['who']}", lang=lang)
    yield text(f"report.sex.{subject['sex']}", lang=lang)
    years = subject["age"]
    if subject["who"] == "human":
        yield text("report.years", lang=lang, number=_write(years, lang))
    else:
        yield text("report.months", lang=lang, number=_write(12.0 * years, lang))
    yield text("report.weight", lang=lang, number=_write(subject["weight"], lang))
    if subject["egfr"] is not None:
        yield text("report.egfr", lang=lang, number=_write(subject["egfr"], lang, digits=3))


def _describe_diets(intake: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Give a line for each time of another diet within the run, and one for the rest of it."""
    hours = intake["hours"]
    spans = [span for span in intake["diet_spans"] if span["start_hours"] < hours]
    for span in spans:
        start, stop = span["start_hours"], span["stop_hours"]
        begin = describe_length(start, lang) if start else text("report.diet_span.start", lang=lang)
        end = text("report.diet_span.end", lang=lang)
        if stop is not None and stop < hours:
            end = describe_length(stop, lang)
        number = _write(span["mg_per_day"], lang)
        yield text("report.diet_span.from", lang=lang, number=number, start=begin, stop=end)
    covered = sum(
        min(hours if span["stop_hours"] is None else span["stop_hours"], hours)
        - span["start_hours"]
        for span in spans
    )
    if spans and covered < hours:
        number = _write(intake["diet_mg_per_day"], lang)
        yield text("report.diet_span.otherwise", lang=lang, number=number)


def _describe_dose(dose: Mapping[str, Any], hours: float, lang: str) -> str:
    times = ", ".join(_format_clock(hour) for hour in dose["first_hours"])
    every = dose["every_hours"]
    key = "once" if every is None else "daily" if every == DAY else "every"
    infused, until = dose["infuse_hours"], dose["until_hours"]
    line = text(
        f"report.dose.{key}",
        lang=lang,
        product=name_product(dose["product"], lang),
        amount=_describe_amount(dose["magnesium_mmol"], dose["threonate_mmol"], lang),
        times=times,
        hours="" if every is None else _write(every, lang),
        infused=""
        if infused is None
        else text("report.infused", lang=lang, minutes=_write(60.0 * infused, lang)),
    )
    if dose["with_meal"]:
        line += text("report.dose.with_meal", lang=lang)
    if every is not None and until is not None and until < hours:
        line += text("report.dose.until", lang=lang, length=describe_length(until, lang))
    return line


def _describe_drinking(drinking: Mapping[str, Any], lang: str) -> str:
    return text(
        "report.drinking",
        lang=lang,
        product=name_product(drinking["product"], lang),
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
        mg=format_value(magnesium * MG_PER_MMOL, "mg", lang),
        threonate=format_value(threonate, "mmol", lang),
    )


def _describe_medium(intake: Mapping[str, Any], lang: str) -> str:
    held = {
        "magnesium": intake["medium_mg_mmol_per_litre"],
        "threonate": intake["medium_threonate_mmol_per_litre"],
    }
    parts = [
        text(f"report.medium.{name}", lang=lang, number=format_value(value, "mmol/L", lang))
        for name, value in held.items()
        if value is not None
    ]
    return ", ".join(parts) or text("report.medium.unchanged", lang=lang)


def _write(value: float, lang: str, *, digits: int = 4) -> str:
    return localise(f"{value:.{digits}g}", lang)


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
    "describe_partial",
    "describe_subject",
    "introduce_intake",
    "list_intake",
]
