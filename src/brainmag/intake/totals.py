"""How much an intake gives over a run, and in its fullest day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brainmag.clock import DAY
from brainmag.intake.products import Portion
from brainmag.intake.quantities import MG_PER_MMOL
from brainmag.intake.schedule import (
    Event,
    GivenDose,
    Intake,
    initial_inputs,
    list_doses,
    list_events,
)

_PRODUCT_STATES = ("lumen_magnesium", "solid_hydroxide", "solid_oxide")
_PRODUCT_RATES = ("drinking_rate", "infusion_rate")


@dataclass(frozen=True)
class Totals:
    """What a run gives, mmol.

    Attributes
    ----------
    doses : int
        Number of doses given; drinking counts none.
    product_magnesium, food_magnesium, threonate : float
    """

    doses: int
    product_magnesium: float
    food_magnesium: float
    threonate: float


def sum_intake(intake: Intake, stop: float) -> Totals:
    """Return what an intake gives from 0 to ``stop`` (h); an infusion counts as far as it got.

    Examples
    --------
    >>> totals = sum_intake(Intake("meals", 300), stop=48.0)
    >>> round(totals.food_magnesium * 24.305, 6)
    600.0
    """
    events = list_events(intake, stop)
    levels = initial_inputs(intake)

    def total(states: Sequence[str], rates: Sequence[str]) -> float:
        integrals = [_integrate(events, rate, levels.get(rate, 0.0), stop) for rate in rates]
        return math.fsum([_add_up(events, states), *integrals])

    return Totals(
        doses=len(list_doses(intake, stop)),
        product_magnesium=total(_PRODUCT_STATES, _PRODUCT_RATES),
        food_magnesium=total(("solid_food",), ("feeding_rate",)),
        threonate=total(("lumen_threonate",), ("drinking_threonate_rate",)),
    )


def supplemental_mg_per_day(intake: Intake, stop: float) -> float:
    """Return the most elemental magnesium, mg, that a product brings by mouth in any 24 h.

    Examples
    --------
    >>> supplemental_mg_per_day(Intake("meals", 300), stop=48.0)
    0.0
    """
    return find_fullest_day(intake, stop).magnesium_mmol * MG_PER_MMOL


def find_fullest_day(intake: Intake, stop: float, *, infused: bool = False) -> Portion:
    """Return the most of each, mmol, that any 24 h bring by mouth, or by infusion.

    Examples
    --------
    >>> find_fullest_day(Intake("meals", 300), stop=48.0)
    Portion(magnesium_mmol=0.0, threonate_mmol=0.0)
    """
    doses = [d for d in list_doses(intake, stop) if (d.course.infuse is not None) == infused]
    days = list(_sum_days(doses))
    magnesium = max((day.magnesium_mmol for day in days), default=0.0)
    threonate = max((day.threonate_mmol for day in days), default=0.0)
    if intake.drinking is not None and not infused:
        magnesium += intake.drinking.magnesium_mmol_per_h * DAY
        threonate += intake.drinking.threonate_mmol_per_h * DAY
    return Portion(magnesium, threonate)


def sum_given(events: Sequence[Event]) -> dict[str, float]:
    """Return what single events added, mmol: ``food``, ``product`` and ``threonate``."""
    totals = {"food": 0.0, "product": 0.0, "threonate": 0.0}
    kinds = {"solid_food": "food", "lumen_threonate": "threonate"}
    for _, state, what, value in events:
        # The label states repeat what their lumen gets.
        if what == "add" and state != "lumen_label":
            totals[kinds.get(state, "product")] += value
    return totals


def _sum_days(doses: Sequence[GivenDose]) -> Iterator[Portion]:
    """Yield, for each of the doses in order of time, what the 24 h up to it brought."""
    oldest = 0
    for newest, dose in enumerate(doses):
        while doses[oldest].time <= dose.time - DAY:
            oldest += 1
        day = [one.course.portion for one in doses[oldest : newest + 1]]
        yield Portion(
            math.fsum(portion.magnesium_mmol for portion in day),
            math.fsum(portion.threonate_mmol for portion in day),
        )


def _add_up(events: Sequence[Event], states: Sequence[str]) -> float:
    return math.fsum(value for _, state, what, value in events if what == "add" and state in states)


def _integrate(events: Sequence[Event], rate: str, level: float, stop: float) -> float:
    """Return the integral of a level that events set, from 0 to ``stop``."""
    pieces: list[float] = []
    since = 0.0
    for time, state, _, value in events:
        if state == rate:
            pieces.append(level * (time - since))
            since, level = time, value
    return math.fsum([*pieces, level * (stop - since)])
