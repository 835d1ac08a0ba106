"""A virtual population: who its people are, drawn from ``population.tsv``."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform
from brainmag.people.kidney import (
    convert_egfr_to_filtration,
    decline_egfr,
    estimate_egfr,
    find_creatinine,
    read_constants,
)
from brainmag.people.quantiles import find_normal_quantiles
from brainmag.people.species import read_species
from brainmag.tables import read_table

Array = NDArray[np.float64]

WHO = "human"
AGE_GROUP = "age_from_"
CORRELATION = "correlation_"
# What is drawn as one normal score for each person, correlated with the others.
SCORES = ("height", "bmi", "egfr", "diet", "status")
# What the score of magnesium status is drawn by.
STATUS = "person.status"
# The parameter that magnesium status sets: what the kidney holds back.
STATUS_PARAMETER = "tubular_maximum"
CENTIMETRES = 100.0


@dataclass(frozen=True)
class Population:
    """How many people, and what all of them have in common.

    Attributes
    ----------
    size : int
        People are numbered from 1 to this.
    seed : int
    age, weight, egfr, creatinine, diet_mg : float or None
        The same for all where given, in years, kg, mL/min per 1.73 m2, mg/dL and mg/day.
    sex : str or None
        ``f`` or ``m`` for all.
    """

    size: int
    seed: int
    age: float | None = None
    sex: str | None = None
    weight: float | None = None
    egfr: float | None = None
    creatinine: float | None = None
    diet_mg: float | None = None


@dataclass(frozen=True)
class People:
    """Some people of a population, one row each.

    Attributes
    ----------
    seed : int
    numbers : ndarray of int
        Who, within the population.
    age, height, weight, creatinine, egfr, diet_mg : ndarray
        Years, cm, kg, mg/dL, mL/min per 1.73 m2, mg/day.
    sex : ndarray of str
        ``f`` or ``m``.
    egfr_given : bool
        Whether eGFR was given for all; then it does not fall with age.
    status : ndarray
        Magnesium status as a standard normal score.
    """

    seed: int
    numbers: NDArray[np.int64]
    age: Array
    sex: NDArray[np.str_]
    height: Array
    weight: Array
    creatinine: Array
    egfr: Array
    egfr_given: bool
    diet_mg: Array
    status: Array

    @property
    def filtration(self) -> Array:
        """Absolute glomerular filtration, L/h."""
        return convert_egfr_to_filtration(self.egfr, self.weight)


@cache
def read_population() -> dict[str, float]:
    """Return the rows of ``population.tsv`` by name.

    Examples
    --------
    >>> read_population()["height_m"]
    175.9
    """
    return {row["attribute"]: float(row["value"]) for row in read_table("population.tsv")}


def draw_people(population: Population, numbers: NDArray[np.int64]) -> People:
    """Return some people of a population.

    A person depends on the population's seed and the own number alone: not on who else is asked
    for, on the population's size, or, but for what follows from it, on what is given for all.

    Parameters
    ----------
    population : Population
    numbers : ndarray of int
        Who, from 1 on.

    Examples
    --------
    >>> some = draw_people(Population(size=1000, seed=1), np.arange(1, 1001))
    >>> alone = draw_people(Population(size=5, seed=1), np.array([5]))
    >>> bool(alone.weight[0] == some.weight[4]), bool(70.0 < np.median(some.weight) < 90.0)
    (True, True)
    """
    table = read_population()
    names = ["person.sex", "person.age", *(f"person.{name}" for name in SCORES)]
    uniform = np.ascontiguousarray(draw_uniform(population.seed, numbers, names).T)
    scores = _correlate([find_normal_quantiles(row) for row in uniform[2:]])
    female = uniform[0] < table["share_female"]
    if population.sex is not None:
        female = np.full(female.shape, population.sex == "f")
    age = _hold(population.age, _draw_age(uniform[1]))

    def choose(name: str) -> Array:
        return np.where(female, table[f"{name}_f"], table[f"{name}_m"])

    height = choose("height") + choose("height_sd") * scores["height"]
    drawn_bmi = choose("bmi") * np.exp(choose("bmi_spread") * scores["bmi"])
    limits = read_species(WHO)
    drawn_weight = np.clip(
        drawn_bmi * (height / CENTIMETRES) ** 2,
        float(limits["weight_lowest"]),
        float(limits["weight_highest"]),
    )
    decades = (age - table["diet_age"]) / _read_number("decade_length")
    spread = np.exp(table["diet_spread"] * scores["diet"] - table["diet_decline"] * decades)
    diet = np.clip(choose("diet") * spread, table["diet_lowest"], table["diet_highest"])
    sex = np.where(female, "f", "m")
    egfr, creatinine = _find_kidney(population, age, sex, scores["egfr"])
    return People(
        seed=population.seed,
        numbers=numbers,
        age=age,
        sex=sex,
        height=height,
        weight=_hold(population.weight, drawn_weight),
        creatinine=creatinine,
        egfr=egfr,
        egfr_given=population.egfr is not None or population.creatinine is not None,
        diet_mg=_hold(population.diet_mg, diet),
        status=scores["status"],
    )


def take_people(people: People, rows: NDArray[np.intp] | NDArray[np.bool_]) -> People:
    """Return some of the people, by their places or a mask; one may come twice.

    Examples
    --------
    >>> some = draw_people(Population(size=9, seed=1), np.arange(1, 10))
    >>> take_people(some, np.array([4, 4])).numbers.tolist()
    [5, 5]
    """
    columns = {
        field.name: getattr(people, field.name)[rows]
        for field in fields(people)
        if field.name not in ("seed", "egfr_given")
    }
    return replace(people, **columns)


def _hold(given: float | None, drawn: Array) -> Array:
    """Return what was drawn, or what was given for all."""
    return drawn if given is None else np.full(drawn.shape, given)


def _draw_age(uniform: Array) -> Array:
    table = read_population()
    starts = [name for name in table if name.startswith(AGE_GROUP)]
    edges = [*(float(name.removeprefix(AGE_GROUP)) for name in starts), table["age_oldest"]]
    shares = np.cumsum([0.0, *(table[name] for name in starts)])
    return np.interp(uniform, shares / shares[-1], edges)


def _correlate(scores: list[Array]) -> dict[str, Array]:
    """Return independent scores as correlated ones, summed in one order whatever their number."""
    mixed: dict[str, Array] = {}
    for name, weights in zip(SCORES, _mix_scores(), strict=True):
        total = np.zeros_like(scores[0])
        for weight, score in zip(weights, scores, strict=True):
            total = total + weight * score
        mixed[name] = total
    return mixed


@cache
def _mix_scores() -> tuple[tuple[float, ...], ...]:
    """Return how much of each independent score goes into each correlated one."""
    matrix = np.eye(len(SCORES))
    for name, value in read_population().items():
        if name.startswith(CORRELATION):
            one, other = (SCORES.index(part) for part in name.split("_")[1:])
            matrix[one, other] = matrix[other, one] = value
    return tuple(tuple(float(part) for part in row) for row in np.linalg.cholesky(matrix))


def _find_kidney(
    population: Population, age: Array, sex: NDArray[np.str_], score: Array
) -> tuple[Array, Array]:
    """Return eGFR and creatinine: one is drawn or given, and the other follows from it.

    Creatinine is what spreads evenly on a logarithmic scale; eGFR then is skewed, as it is found.
    """
    constants = read_constants()
    lowest, highest = constants["egfr_lowest"], constants["egfr_highest"]
    if population.egfr is not None:
        egfr = np.full(age.shape, population.egfr)
        return egfr, find_creatinine(egfr, age, sex)
    if population.creatinine is not None:
        creatinine = np.full(age.shape, population.creatinine)
    else:
        decades = (age - _read_number("age_young")) / _read_number("decade_length")
        young = float(read_species(WHO)["egfr_young"])
        median = decline_egfr(young, _read_number("gfr_decline"), np.maximum(decades, 0.0))
        spread = np.exp(-read_population()["creatinine_spread"] * score)
        creatinine = find_creatinine(median, age, sex) * spread
    return np.clip(estimate_egfr(creatinine, age, sex), lowest, highest), creatinine


@cache
def _read_number(parameter: str) -> float:
    rows = read_table("parameters.tsv")
    return next(float(row["nominalValue"]) for row in rows if row["parameterId"] == parameter)
