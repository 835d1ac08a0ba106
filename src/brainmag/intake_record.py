"""What a run really gave, as data: doses, diet, totals, or the medium of a dish."""

from __future__ import annotations

import math
from typing import Any

from brainmag.intake import Course, sum_intake
from brainmag.people import CULTURE
from brainmag.scenario import Scenario, apply_conditions


def describe_intake(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario gives: diet as its conditions change it, doses, and what they sum to.

    ``diet_mg_per_day`` is the diet before the run; ``diet_spans`` say what replaces it, and when.
    """
    if scenario.subject.who == CULTURE:
        return {
            "medium_mg_mmol_per_litre": scenario.medium.magnesium,
            "medium_threonate_mmol_per_litre": scenario.medium.threonate,
            "hours": scenario.hours,
        }
    given = apply_conditions(scenario)
    totals = sum_intake(given, scenario.hours)
    drinking = given.drinking
    return {
        "hours": scenario.hours,
        "diet_mg_per_day": given.diet_mg,
        "diet_spans": [
            {
                "mg_per_day": span.mg_per_day,
                "start_hours": span.start,
                "stop_hours": _bound(span.stop),
            }
            for span in given.diet_spans
        ],
        "doses": [_describe_course(course) for course in given.courses],
        "drinking": None
        if drinking is None
        else {
            "product": drinking.product.id,
            "magnesium_mmol_per_hour": drinking.magnesium_mmol_per_h,
            "threonate_mmol_per_hour": drinking.threonate_mmol_per_h,
        },
        "totals_mmol": {
            "product_magnesium": totals.product_magnesium,
            "food_magnesium": totals.food_magnesium,
            "threonate": totals.threonate,
        },
        "number_of_doses": totals.doses,
    }


def _describe_course(course: Course) -> dict[str, Any]:
    return {
        "product": course.product.id,
        "magnesium_mmol": course.portion.magnesium_mmol,
        "threonate_mmol": course.portion.threonate_mmol,
        "first_hours": list(course.first),
        "every_hours": course.every,
        "until_hours": _bound(course.until),
        "with_meal": course.with_meal,
        "infuse_hours": course.infuse,
    }


def _bound(hours: float) -> float | None:
    """Return an end, h; None for what goes on, since JSON knows no infinity."""
    return hours if math.isfinite(hours) else None
