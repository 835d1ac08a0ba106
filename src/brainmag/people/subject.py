"""One subject: a person, a rat, a mouse or a dish, with defaults from the tables."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brainmag.errors import InputError, nearest_match
from brainmag.people.conditions import check_conditions
from brainmag.people.kidney import (
    convert_egfr_to_filtration,
    decline_egfr,
    estimate_egfr,
    read_constants,
)
from brainmag.people.species import BODIES, CULTURE, PREPARATIONS, read_species
from brainmag.tables import read_table

SEXES = ("f", "m")
CELLS = ("neuron", "ht22")


@dataclass(frozen=True)
class Subject:
    """Who takes the magnesium.

    Attributes
    ----------
    who : str
        ``human``, ``rat``, ``mouse`` or ``culture``.
    age : float
        Years (0 for a dish).
    sex : str
        ``f`` or ``m``.
    weight : float
        kg (0 for a dish).
    egfr : float or None
        mL/min per 1.73 m2; people only.
    egfr_given : bool
        Whether eGFR was given; then it does not fall with age.
    filtration : float or None
        Absolute glomerular filtration, L/h.
    diet_mg : float
        Magnesium in food, mg/day.
    ageing : bool
        Whether age runs with the clock.
    conditions : tuple of str
        Names from ``conditions.tsv``.
    cells : str
        ``neuron`` or ``ht22``; a dish only.
    """

    who: str
    age: float
    sex: str
    weight: float
    egfr: float | None
    egfr_given: bool
    filtration: float | None
    diet_mg: float
    ageing: bool
    conditions: tuple[str, ...]
    cells: str


def build_subject(
    *,
    who: str = "human",
    age: float | None = None,
    sex: str = "f",
    weight: float | None = None,
    egfr: float | None = None,
    creatinine: float | None = None,
    diet_mg: float | None = None,
    ageing: bool = True,
    conditions: tuple[str, ...] = (),
    cells: str | None = None,
) -> Subject:
    """Return a checked subject; what is not given comes from ``species.tsv``.

    Parameters
    ----------
    who : str
        ``human``, ``rat``, ``mouse`` or ``culture``.
    age : float, optional
        Years.
    sex : str
        ``f`` or ``m``.
    weight : float, optional
        kg.
    egfr : float, optional
        mL/min per 1.73 m2.
    creatinine : float, optional
        Serum creatinine in mg/dL, instead of ``egfr``.
    diet_mg : float, optional
        Magnesium in food, mg/day.
    ageing : bool
        Whether age runs with the clock.
    conditions : tuple of str
        Names from ``conditions.tsv``.
    cells : str, optional
        ``neuron`` or ``ht22``, for a dish.

    Raises
    ------
    InputError
        When a value is unknown, out of range, or does not go with the others.

    Examples
    --------
    >>> subject = build_subject(age=65, weight=70)
    >>> round(subject.egfr), subject.diet_mg
    (80, 300.0)
    """
    _check_word("people.unknown_preparation", who, PREPARATIONS)
    _check_word("people.unknown_sex", sex, SEXES)
    check_conditions(conditions, who)
    if who == CULTURE:
        return _build_dish(age, weight, egfr, creatinine, diet_mg, conditions, cells)
    if cells is not None:
        raise InputError("people.cells_need_dish", given=cells, who=who)
    if who != "human" and (egfr is not None or creatinine is not None):
        raise InputError("people.egfr_needs_person", who=who)
    defaults = read_species(who)
    checked_age = _check_range("age", age, defaults, "age_default", who)
    default_weight = "weight_female" if sex == "f" else "weight_male"
    checked_weight = _check_range("weight", weight, defaults, default_weight, who)
    diet = float(defaults["diet_default"]) if diet_mg is None else diet_mg
    if not (math.isfinite(diet) and diet >= 0):
        raise InputError("people.diet_range", given=diet)
    kidney = _find_filtration(who, checked_age, sex, checked_weight, egfr, creatinine)
    return Subject(
        who=who,
        age=checked_age,
        sex=sex,
        weight=checked_weight,
        egfr=kidney[0],
        egfr_given=egfr is not None or creatinine is not None,
        filtration=kidney[1],
        diet_mg=float(diet),
        ageing=ageing,
        conditions=conditions,
        cells="neuron",
    )


def _build_dish(
    age: float | None,
    weight: float | None,
    egfr: float | None,
    creatinine: float | None,
    diet_mg: float | None,
    conditions: tuple[str, ...],
    cells: str | None,
) -> Subject:
    body_options = {
        "--age": age,
        "--weight": weight,
        "--egfr": egfr,
        "--creatinine": creatinine,
        "--diet-mg": diet_mg,
    }
    given = [name for name, value in body_options.items() if value is not None]
    if given:
        raise InputError("people.dish_has_no_body", given=", ".join(given))
    kind = cells or "neuron"
    _check_word("people.unknown_cells", kind, CELLS)
    return Subject(
        who=CULTURE,
        age=0.0,
        sex="f",
        weight=0.0,
        egfr=None,
        egfr_given=False,
        filtration=None,
        diet_mg=0.0,
        ageing=False,
        conditions=conditions,
        cells=kind,
    )


def _find_filtration(
    who: str,
    age: float,
    sex: str,
    weight: float,
    egfr: float | None,
    creatinine: float | None,
) -> tuple[float | None, float]:
    defaults = read_species(who)
    rows = {row["parameterId"]: row for row in read_table("parameters.tsv")}
    if who != "human":
        share = weight / float(defaults["weight_reference"])
        exponent = float(rows["gfr_start"]["allometricExponent"])
        return None, float(defaults["gfr_start"]) * share**exponent
    if egfr is not None and creatinine is not None:
        raise InputError("people.egfr_and_creatinine", egfr=egfr, creatinine=creatinine)
    if creatinine is not None:
        if not (math.isfinite(creatinine) and creatinine > 0):
            raise InputError("people.creatinine_range", given=creatinine)
        egfr = float(estimate_egfr(creatinine, age, sex))
    if egfr is None:
        decades = (age - float(rows["age_young"]["nominalValue"])) / float(
            rows["decade_length"]["nominalValue"]
        )
        decline = float(rows["gfr_decline"]["nominalValue"])
        egfr = decline_egfr(float(defaults["egfr_young"]), decline, max(decades, 0.0))
    constants = read_constants()
    lowest, highest = constants["egfr_lowest"], constants["egfr_highest"]
    if not (math.isfinite(egfr) and lowest <= egfr <= highest):
        raise InputError("people.egfr_range", given=egfr, lowest=lowest, highest=highest)
    return egfr, convert_egfr_to_filtration(egfr, weight)


def _check_word(code: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise InputError(
            code,
            given=given,
            nearest=nearest_match(given, allowed),
            allowed=", ".join(allowed),
        )


def _check_range(
    name: str, value: float | None, defaults: dict[str, str], default: str, who: str
) -> float:
    lowest, highest = float(defaults[f"{name}_lowest"]), float(defaults[f"{name}_highest"])
    chosen = float(defaults[default]) if value is None else float(value)
    if not (math.isfinite(chosen) and lowest <= chosen <= highest):
        raise InputError(
            f"people.{name}_range", given=chosen, lowest=lowest, highest=highest, who=who
        )
    return chosen


__all__ = ["BODIES", "CULTURE", "Subject", "build_subject"]
