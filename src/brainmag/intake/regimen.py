"""Regimen files: any course of doses and diets, as TOML.

A file holds ``[[dose]]`` and ``[[diet]]`` tables::

    [[dose]]
    product = "mgt"
    amount = "1 g"
    at = "08:00"          # clock time; every day unless `every` says otherwise
    until = "6 weeks"     # no dose at this time of the run or later

    [[dose]]
    product = "sulfate-iv"
    amount = "4 g"
    start = "2 h"         # time of the run; once unless `every` is given
    infuse = "20 min"

    [[diet]]
    mg = 150              # magnesium in the daily food
    from = "2 weeks"
    until = "4 weeks"

``with_meal = true`` moves each dose to the meal nearest to its time.
"""

from __future__ import annotations

import bisect
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brainmag.clock import DAY
from brainmag.errors import InputError
from brainmag.intake.products import find_product, measure_dose
from brainmag.intake.quantities import parse_dose, parse_duration
from brainmag.intake.request import dissolve_in_water, read_infusion
from brainmag.intake.schedule import Course, DietSpan, Drinking, Feeding, Intake
from brainmag.table_file import NUMBER, TEXT, TRUTH, Entry, Fields, read_entries

SHORTEST_INTERVAL = "1 h"
# What one table of doses holds.
COURSE = {
    "product": TEXT,
    "amount": TEXT,
    "at": TEXT,
    "start": TEXT,
    "every": TEXT,
    "until": TEXT,
    "infuse": TEXT,
    "with_meal": TRUTH,
}
FIELDS: Fields = {"dose": COURSE, "diet": {"mg": NUMBER, "from": TEXT, "until": TEXT}}

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def plan_regimen(path: Path, *, feeding: Feeding, diet_mg: float, weight_kg: float) -> Intake:
    r"""Return the intake that a regimen file describes.

    Parameters
    ----------
    path : Path
        The TOML file.
    feeding : {"meals", "constant", "none"}
        How this species eats.
    diet_mg : float
        Magnesium in the daily food, mg, before the run and outside every ``[[diet]]``.
    weight_kg : float
        Body weight, kg, for doses per kg.

    Raises
    ------
    InputError
        When the file cannot be read or a field of it cannot be used: with file, line and field.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\n'
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "regimen.toml")
    ...     _ = path.write_text(text)
    ...     intake = plan_regimen(path, feeding="meals", diet_mg=300, weight_kg=70)
    >>> intake.courses[0].first, intake.courses[0].every
    ((8.0,), 24.0)
    """
    entries = read_entries(path, FIELDS)
    if feeding == "none":
        raise InputError("intake.dish_takes_no_dose", given=str(path))
    return plan_courses(entries, feeding=feeding, diet_mg=diet_mg, weight_kg=weight_kg)


def plan_courses(
    entries: Sequence[Entry],
    *,
    feeding: Feeding,
    diet_mg: float,
    weight_kg: float,
    fasted: bool = False,
) -> Intake:
    """Return the intake that some tables of doses and diets describe.

    Parameters
    ----------
    entries : sequence of Entry
        ``dose`` and ``diet`` tables; a dose that is ``in_water`` is drunk all day.
    feeding, diet_mg, weight_kg
        As for `plan_regimen`.
    fasted : bool
        Whether every dose is taken on an overnight fast.

    Raises
    ------
    InputError
        When a field of an entry cannot be used.
    """
    doses = [entry for entry in entries if entry.table == "dose"]
    swallowed = [entry for entry in doses if not entry.get("in_water")]
    drunk = [entry for entry in doses if entry.get("in_water")]
    diets = [entry for entry in entries if entry.table == "diet"]
    return Intake(
        feeding,
        diet_mg,
        diet_spans=_read_diets(diets),
        courses=tuple(_read_course(entry, feeding, weight_kg) for entry in swallowed),
        drinking=_read_drinking(drunk[0], feeding, weight_kg) if drunk else None,
        fasted=fasted,
    )


def _read_drinking(entry: Entry, feeding: Feeding, weight_kg: float) -> Drinking:
    """Return a day's amount in the drinking water."""
    with entry.field("product"):
        product = find_product(entry.require("product"))
    with entry.field("amount"):
        portion = measure_dose(parse_dose(entry.require("amount")), product, weight_kg)
    with entry.field("in_water"):
        return dissolve_in_water(product, portion, feeding)


def _read_course(entry: Entry, feeding: Feeding, weight_kg: float) -> Course:
    first, every = _read_times(entry)
    until = _read_duration(entry, "until", default=math.inf)
    if until <= first:
        raise entry.error("until", InputError("intake.span_reversed", given=entry.get("until")))
    with entry.field("product"):
        product = find_product(entry.require("product"))
    with entry.field("amount"):
        portion = measure_dose(parse_dose(entry.require("amount")), product, weight_kg)
    with entry.field("infuse"):
        infuse = read_infusion(entry.get("infuse"), product)
    with_meal = bool(entry.get("with_meal"))
    if with_meal and feeding != "meals":
        raise entry.error("with_meal", InputError("intake.meals_of_animal", given="with_meal"))
    if with_meal and infuse is not None:
        clash = InputError("intake.options_clash", given="with_meal", other="infuse")
        raise entry.error("with_meal", clash)
    return Course(product, portion, (first,), every, until, infuse, with_meal)


def _read_times(entry: Entry) -> tuple[float, float | None]:
    """Return first dose and interval, h: a clock time comes back daily, a start does not."""
    clock, start = entry.get("at"), entry.get("start")
    if (clock is None) == (start is None):
        raise entry.error("at", InputError("intake.at_or_start"))
    every = _read_duration(entry, "every", default=None)
    if every is not None and every < parse_duration(SHORTEST_INTERVAL):
        short = InputError(
            "intake.interval_too_short", given=entry.get("every"), limit=SHORTEST_INTERVAL
        )
        raise entry.error("every", short)
    if clock is None:
        return _read_duration(entry, "start", default=0.0, allow_zero=True), every
    with entry.field("at"):
        return _parse_clock(clock), every or DAY


def _parse_clock(text: str) -> float:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise InputError("intake.not_a_clock_time", given=text)
    return int(match[1]) + int(match[2]) / 60


def _read_diets(entries: list[Entry]) -> tuple[DietSpan, ...]:
    spans: list[DietSpan] = []
    for entry in entries:
        span = _read_diet(entry)
        # Those read so far do not overlap, so only its neighbours in time can.
        place = bisect.bisect(spans, span.start, key=lambda other: other.start)
        before, after = spans[max(place - 1, 0) : place], spans[place : place + 1]
        if any(span.start < other.stop and other.start < span.stop for other in (*before, *after)):
            overlap = InputError("intake.diets_overlap", given=entry.get("from") or "0 h")
            raise entry.error("from", overlap)
        spans.insert(place, span)
    return tuple(spans)


def _read_diet(entry: Entry) -> DietSpan:
    with entry.field("mg"):
        milligrams = _check_diet(entry.require("mg"))
    start = _read_duration(entry, "from", default=0.0, allow_zero=True)
    stop = _read_duration(entry, "until", default=math.inf)
    if stop <= start:
        raise entry.error("until", InputError("intake.span_reversed", given=entry.get("until")))
    return DietSpan(milligrams, start, stop)


def _check_diet(milligrams: float) -> float:
    # Whole numbers of TOML may pass the range of floats; nan is in no order.
    if not -sys.float_info.max <= milligrams <= sys.float_info.max:
        raise InputError("intake.not_finite", given=milligrams)
    if milligrams < 0:
        raise InputError("intake.negative", given=milligrams)
    return float(milligrams)


def _read_duration(entry: Entry, key: str, *, default: Any, allow_zero: bool = False) -> Any:
    text = entry.get(key)
    if text is None:
        return default
    with entry.field(key):
        return parse_duration(text, allow_zero=allow_zero)
