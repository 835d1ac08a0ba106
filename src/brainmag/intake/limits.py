"""What is too much: a warning above the upper limit, a refusal beyond physiology."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from brainmag.errors import InputError
from brainmag.intake.quantities import MG_PER_MMOL
from brainmag.intake.schedule import Intake, leaves_day_without_meal, list_doses, list_events
from brainmag.intake.totals import find_fullest_day, supplemental_mg_per_day
from brainmag.tables import read_table


@dataclass(frozen=True)
class Limit:
    """One row of ``limits.tsv``."""

    value: float
    unit: str
    authority: str


@dataclass(frozen=True)
class Notice:
    """A warning as data: the key of its text and what the text speaks of."""

    code: str
    values: Mapping[str, object]


def check_intake(
    intake: Intake, *, species: str, weight_kg: float, stop: float
) -> tuple[Notice, ...]:
    """Refuse an intake that no body of that species and weight could meet; return its warnings.

    Parameters
    ----------
    intake : Intake
    species : str
        A species of ``limits.tsv``; of another nothing is checked but the calendar.
    weight_kg : float
        Body weight, kg.
    stop : float
        End of the run, h.

    Returns
    -------
    tuple of Notice
        One for each upper limit that the product's daily magnesium passes.

    Raises
    ------
    InputError
        When the run ends before the first dose, a day of fasting has no meal left, or a diet,
        dose, day or infusion lies beyond the limits of ``limits.tsv``.

    Examples
    --------
    >>> check_intake(Intake("meals", 300), species="human", weight_kg=70, stop=24.0)
    ()
    """
    _check_calendar(intake, stop)
    _check_diet(intake, species)
    _check_doses(intake, species, weight_kg, stop)
    _check_infusions(intake, species, weight_kg, stop)
    daily = supplemental_mg_per_day(intake, stop)
    return tuple(
        Notice(
            "intake.above_upper_limit",
            {"given": daily, "limit": limit.value, "authority": limit.authority},
        )
        for limit in find_limits("upper_limit", species)
        if daily > limit.value
    )


@cache
def find_limits(name: str, species: str) -> tuple[Limit, ...]:
    """Return the limits of that name for a species; none where the table has none.

    Examples
    --------
    >>> [limit.value for limit in find_limits("upper_limit", "human")]
    [250.0, 350.0]
    """
    return tuple(
        Limit(float(row["value"]), row["unit"], row["authority"])
        for row in read_table("limits.tsv")
        if row["id"] == name and row["species"] == species
    )


def _check_calendar(intake: Intake, stop: float) -> None:
    if intake.courses and not list_doses(intake, stop):
        first = min(min(course.first) for course in intake.courses)
        raise InputError("intake.no_dose_in_run", given=_round(stop), first=_round(first))
    if leaves_day_without_meal(intake, stop):
        doses = max(len(course.first) for course in intake.courses)
        raise InputError("intake.fast_without_meal", given=doses)


def _check_diet(intake: Intake, species: str) -> None:
    spans = [span.mg_per_day for span in intake.diet_spans]
    for lowest in find_limits("diet_lowest", species):
        if intake.diet_mg < lowest.value:
            raise InputError(
                "intake.diet_too_small", given=_round(intake.diet_mg), limit=_round(lowest.value)
            )
    for highest in find_limits("diet_highest", species):
        given = max([intake.diet_mg, *spans])
        if given > highest.value:
            raise InputError(
                "intake.diet_too_large", given=_round(given), limit=_round(highest.value)
            )


def _check_doses(intake: Intake, species: str, weight_kg: float, stop: float) -> None:
    portions = [course.portion for course in intake.courses if course.infuse is None]
    dose = max((portion.magnesium_mmol for portion in portions), default=0.0) * MG_PER_MMOL
    _refuse_beyond("oral_dose", dose, species, weight_kg)
    day = find_fullest_day(intake, stop)
    _refuse_beyond("oral_day", day.magnesium_mmol * MG_PER_MMOL, species, weight_kg)
    _refuse_beyond("threonate_day", day.threonate_mmol, species, weight_kg)


def _check_infusions(intake: Intake, species: str, weight_kg: float, stop: float) -> None:
    levels = [value for _, state, _, value in list_events(intake, stop) if state == "infusion_rate"]
    _refuse_beyond("infusion_rate", max(levels, default=0.0), species, weight_kg)
    day = find_fullest_day(intake, stop, infused=True)
    _refuse_beyond("infused_day", day.magnesium_mmol, species, weight_kg)


def _refuse_beyond(name: str, given: float, species: str, weight_kg: float) -> None:
    """Refuse an amount above what ``limits.tsv`` allows per kg of body weight."""
    for limit in find_limits(name, species):
        if given > limit.value * weight_kg:
            raise InputError(
                f"intake.{name}_too_large",
                given=_round(given),
                limit=_round(limit.value * weight_kg),
                weight=_round(weight_kg),
            )


def _round(number: float) -> float:
    """Return a number to four digits, but never coarser than a whole: people read it."""
    if number == 0.0 or not math.isfinite(number):
        return number
    return round(number, max(0, 3 - math.floor(math.log10(abs(number)))))
