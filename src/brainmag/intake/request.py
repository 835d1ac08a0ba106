"""From the options a person gives to an intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from brainmag.clock import DAY
from brainmag.errors import InputError, nearest_match
from brainmag.intake.products import Portion, Product, find_product, list_products, measure_dose
from brainmag.intake.quantities import parse_dose, parse_duration
from brainmag.intake.schedule import (
    FIRST_DOSE_HOUR,
    MEAL_HOURS,
    Course,
    Drinking,
    Feeding,
    Intake,
    space_doses,
)

MEAL_PATTERNS = ("with", "between", "fasted")
LARGEST_TIMES_A_DAY = 24
SHORTEST_INFUSION = "1 min"

_MEALS_BY_DOSES = {1: MEAL_HOURS[:1], 2: (MEAL_HOURS[0], MEAL_HOURS[2]), 3: MEAL_HOURS}


@dataclass(frozen=True)
class IntakeRequest:
    """What was asked for, as typed; None where an option was not given.

    Attributes
    ----------
    product, dose : str or None
        Both or neither.
    times_a_day : int or None
        1 to 24; one dose a day unless given.
    meals : {"with", "between", "fasted"} or None
        With meals unless given; for those who eat meals.
    in_water, once : bool
    infuse : str or None
        Length of an infusion.
    """

    product: str | None = None
    dose: str | None = None
    times_a_day: int | None = None
    meals: str | None = None
    in_water: bool = False
    once: bool = False
    infuse: str | None = None


def plan_intake(
    request: IntakeRequest, *, feeding: Feeding, diet_mg: float, weight_kg: float
) -> Intake:
    """Return the intake that a request describes.

    Parameters
    ----------
    request : IntakeRequest
    feeding : {"meals", "constant", "none"}
        How this species eats.
    diet_mg : float
        Magnesium in the daily food, mg.
    weight_kg : float
        Body weight, kg, for doses per kg.

    Raises
    ------
    InputError
        When an option cannot be read, or options do not go together.

    Examples
    --------
    >>> request = IntakeRequest(product="mgt", dose="1 g", times_a_day=2)
    >>> intake = plan_intake(request, feeding="meals", diet_mg=300, weight_kg=70)
    >>> intake.courses[0].first
    (7.5, 18.5)
    """
    if request.product is None or request.dose is None:
        _check_nothing_asked(request)
        return Intake(feeding, diet_mg)
    if feeding == "none":
        raise InputError("intake.dish_takes_no_dose", given=request.product)
    product = find_product(request.product)
    _check_together(request, feeding)
    _check_values(request)
    infuse = read_infusion(request.infuse, product)
    portion = measure_dose(parse_dose(request.dose), product, weight_kg)
    if request.in_water:
        drinking = dissolve_in_water(product, portion, feeding, request.times_a_day or 1)
        return Intake(feeding, diet_mg, drinking=drinking)
    course = Course(
        product=product,
        portion=portion,
        first=_find_first_round(request, feeding),
        every=None if request.once else DAY,
        infuse=infuse,
    )
    fasted = request.meals == "fasted"
    return Intake(feeding, diet_mg, courses=(course,), fasted=fasted)


def read_infusion(text: str | None, product: Product) -> float | None:
    """Return the length of an infusion, h, or None when the product is swallowed.

    Raises
    ------
    InputError
        When a product for infusion has no length, one to swallow has, or it is under a minute.

    Examples
    --------
    >>> read_infusion("30 min", find_product("sulfate-iv"))
    0.5
    """
    if text is None:
        if product.route == "iv":
            raise InputError("intake.infusion_without_length", given=product.id)
        return None
    if product.route != "iv":
        allowed = ", ".join(item.id for item in list_products() if item.route == "iv")
        raise InputError("intake.infusion_of_oral", given=product.id, allowed=allowed)
    hours = parse_duration(text)
    if hours < parse_duration(SHORTEST_INFUSION):
        raise InputError("intake.infusion_too_short", given=text, limit=SHORTEST_INFUSION)
    return hours


def _check_nothing_asked(request: IntakeRequest) -> None:
    """Refuse what only means something beside a product and a dose."""
    if request.product is not None:
        raise InputError("intake.product_without_dose", given=request.product)
    if request.dose is not None:
        raise InputError("intake.dose_without_product", given=request.dose)
    for option in _name_options(request).values():
        raise InputError("intake.option_without_product", given=option)


def _check_together(request: IntakeRequest, feeding: Feeding) -> None:
    given = _name_options(request)
    pairs = (
        ("in_water", "once"),
        ("in_water", "meals"),
        ("in_water", "infuse"),
        ("infuse", "meals"),
    )
    for first, second in pairs:
        if first in given and second in given:
            raise InputError("intake.options_clash", given=given[first], other=given[second])
    if request.once and (request.times_a_day or 1) > 1:
        raise InputError("intake.options_clash", given="--once", other=given["times_a_day"])
    if request.meals is not None and feeding != "meals":
        raise InputError("intake.meals_of_animal", given=given["meals"])


def _check_values(request: IntakeRequest) -> None:
    times = request.times_a_day
    if times is not None and not 1 <= times <= LARGEST_TIMES_A_DAY:
        raise InputError("intake.times_a_day", given=times, limit=LARGEST_TIMES_A_DAY)
    if request.meals is not None and request.meals not in MEAL_PATTERNS:
        raise InputError(
            "intake.unknown_meals",
            given=request.meals,
            nearest=nearest_match(request.meals, MEAL_PATTERNS),
            allowed=", ".join(MEAL_PATTERNS),
        )


def _name_options(request: IntakeRequest) -> dict[str, str]:
    """Return the options given beside product and dose, as a person types them."""
    named = {
        "times_a_day": (request.times_a_day, f"--times-a-day {request.times_a_day}"),
        "meals": (request.meals, f"--meals {request.meals}"),
        "in_water": (request.in_water or None, "--in-water"),
        "once": (request.once or None, "--once"),
        "infuse": (request.infuse, f'--infuse "{request.infuse}"'),
    }
    return {key: text for key, (value, text) in named.items() if value is not None}


def dissolve_in_water(
    product: Product, portion: Portion, feeding: Feeding, times_a_day: int = 1
) -> Drinking:
    """Return what an animal drinks when its day's portions are in the water.

    Raises
    ------
    InputError
        When the product does not dissolve, or it is a person who would drink.

    Examples
    --------
    >>> from brainmag.intake.products import measure_portion
    >>> mgt = find_product("mgt")
    >>> drinking = dissolve_in_water(mgt, measure_portion(mgt, 200.0), "constant")
    >>> round(24 * drinking.magnesium_mmol_per_h, 3)
    0.592
    """
    if feeding == "meals":
        raise InputError("intake.water_of_person")
    if product.dissolution != "soluble":
        raise InputError("intake.water_insoluble", given=product.id)
    hourly = times_a_day / DAY
    return Drinking(product, portion.magnesium_mmol * hourly, portion.threonate_mmol * hourly)


def _find_first_round(request: IntakeRequest, feeding: Feeding) -> tuple[float, ...]:
    """Return the hours of the first day's doses: on meals where they fit, else from 08:00."""
    times = request.times_a_day or 1
    if request.once:
        return (FIRST_DOSE_HOUR,)
    on_meals = feeding == "meals" and request.infuse is None and request.meals in (None, "with")
    if on_meals and times in _MEALS_BY_DOSES:
        return cast(tuple[float, ...], _MEALS_BY_DOSES[times])
    return space_doses(times)
