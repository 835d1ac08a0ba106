"""Intake: products, amounts as people write them, and when they are taken."""

from __future__ import annotations

from brainmag.intake.limits import Notice, check_intake
from brainmag.intake.products import (
    Ingredient,
    Portion,
    Product,
    find_product,
    list_products,
    measure_dose,
    measure_portion,
    name_ingredient,
    name_product,
)
from brainmag.intake.quantities import (
    MG_PER_MMOL,
    Dose,
    parse_concentration,
    parse_dose,
    parse_duration,
)
from brainmag.intake.regimen import plan_regimen
from brainmag.intake.request import IntakeRequest, plan_intake
from brainmag.intake.schedule import (
    Course,
    DietSpan,
    Drinking,
    Event,
    Feeding,
    Intake,
    baseline_day_events,
    initial_inputs,
    list_events,
)
from brainmag.intake.totals import Totals, sum_given, sum_intake, supplemental_mg_per_day

__all__ = [
    "MG_PER_MMOL",
    "Course",
    "DietSpan",
    "Dose",
    "Drinking",
    "Event",
    "Feeding",
    "Ingredient",
    "Intake",
    "IntakeRequest",
    "Notice",
    "Portion",
    "Product",
    "Totals",
    "baseline_day_events",
    "check_intake",
    "find_product",
    "initial_inputs",
    "list_events",
    "list_products",
    "measure_dose",
    "measure_portion",
    "name_ingredient",
    "name_product",
    "parse_concentration",
    "parse_dose",
    "parse_duration",
    "plan_intake",
    "plan_regimen",
    "sum_given",
    "sum_intake",
    "supplemental_mg_per_day",
]
