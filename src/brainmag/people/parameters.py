"""Parameters of one subject: nominal values, and draws from the spreads of the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import YEAR
from brainmag.engine import draw_uniform
from brainmag.people.conditions import DIET, Change, list_changes
from brainmag.people.population import STATUS_PARAMETER, People
from brainmag.people.quantiles import find_normal_quantiles
from brainmag.people.species import CULTURE, read_species
from brainmag.people.subject import Subject
from brainmag.tables import read_table

HYPOTHESES = ("none", "mineral", "carrier")
# The least assumption.
DEFAULT_HYPOTHESIS = "mineral"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """One row of ``parameters.tsv``."""

    name: str
    nominal: float
    unit: str
    distribution: str
    spread: float
    lower: float
    upper: float
    exponent: float
    source: str
    grade: str


@dataclass(frozen=True)
class ParameterSet:
    """Values of all parameters for the nominal subject (row 0) and the draws, or some people.

    Attributes
    ----------
    names : tuple of str
        Parameter of each column.
    before : ndarray, shape (1 + draws, parameters)
        What held before the run.
    during : ndarray, shape (1 + draws, parameters)
        What holds in the run: conditions that start with it, ageing.
    """

    names: tuple[str, ...]
    before: Array
    during: Array


@cache
def read_parameters() -> dict[str, Parameter]:
    """Return the rows of ``parameters.tsv`` by name.

    Examples
    --------
    >>> read_parameters()["central_volume"].nominal
    24.0
    """
    return {row["parameterId"]: _parse_row(row) for row in read_table("parameters.tsv")}


@dataclass(frozen=True)
class _Body:
    """What of one subject, or of each of some people, parameters depend on."""

    who: str
    age: float | Array
    weight: float | Array
    filtration: float | Array | None
    egfr_given: bool
    diet_share: float | Array


def build_parameters(
    subject: Subject,
    names: Sequence[str],
    hypothesis: str,
    *,
    draws: int,
    seed: int,
    people: People | None = None,
) -> ParameterSet:
    """Return the parameter values of one subject, or of people, under one explanation.

    A draw depends on nothing but the seed, its number and the parameter's name, so that the
    three explanations, and two products, are compared on the same draws.

    Parameters
    ----------
    subject : Subject
        Who; beside people, the nominal subject their diet is measured against.
    names : sequence of str
        The parameters the model takes, in its order.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    draws : int
        How many, beside the nominal subject.
    seed : int
        Seed of the draws.
    people : People, optional
        Those whose rows follow the nominal subject's, instead of draws of that subject; they
        bring their numbers and seed.

    Examples
    --------
    >>> from brainmag.people.subject import build_subject
    >>> values = build_parameters(build_subject(), ["central_volume"], "none", draws=2, seed=1)
    >>> values.before.shape
    (3, 1)
    """
    numbers = np.arange(1, draws + 1)
    if people is not None:
        numbers, seed = people.numbers, people.seed
    places = draw_uniform(seed, numbers, names)
    return place_parameters(subject, names, hypothesis, places, people=people)


def place_parameters(
    subject: Subject,
    names: Sequence[str],
    hypothesis: str,
    places: Array,
    *,
    people: People | None = None,
) -> ParameterSet:
    """Return the parameter values at given places of their priors, under one explanation.

    Parameters
    ----------
    subject, names, hypothesis
        As for `build_parameters`.
    places : ndarray, shape (rows, parameters)
        The share of its prior that lies below each value, strictly between 0 and 1. What is no
        number leaves its parameter at the nominal value.
    people : People, optional
        Those whose rows these are; there are as many of them.

    Returns
    -------
    ParameterSet
        The nominal subject, then the rows.

    Examples
    --------
    >>> from brainmag.people.subject import build_subject
    >>> places = np.array([[0.5], [0.95], [np.nan]])
    >>> values = place_parameters(build_subject(), ["nmda_binding"], "none", places)
    >>> values.before[:, 0].round(2).tolist()
    [0.5, 0.5, 0.75, 0.5]
    """
    table = read_parameters()
    own = _describe_subject(subject)
    theirs = own if people is None else _describe_people(people, subject)
    before = np.empty((1 + len(places), len(names)))
    for column, name in enumerate(names):
        parameter = table[name]
        nominal = _find_nominal(parameter, own)
        before[0, column] = nominal
        before[1:, column] = _transform(
            parameter, _find_nominal(parameter, theirs), places[:, column]
        )
        if nominal == 0.0 != parameter.nominal:
            # What this species or subject lacks has no spread either.
            before[:, column] = 0.0
        if people is not None and name == STATUS_PARAMETER:
            before[1:, column] = nominal * np.exp(parameter.spread * people.status)
    index = {name: column for column, name in enumerate(names)}
    for row in read_table("hypotheses.tsv"):
        if row["hypothesis"] == hypothesis and row["parameterId"] in index:
            before[:, index[row["parameterId"]]] = float(row["value"])
    changes = list_changes(subject.conditions)
    _apply(before, index, [change for change in changes if not change.at_start])
    during = before.copy()
    _apply(during, index, [change for change in changes if change.at_start])
    if subject.ageing and "ageing" in index:
        during[:, index["ageing"]] = 1.0 / YEAR
    return ParameterSet(tuple(names), before, during)


def _describe_subject(subject: Subject) -> _Body:
    return _Body(
        subject.who, subject.age, subject.weight, subject.filtration, subject.egfr_given, 1.0
    )


def _describe_people(people: People, subject: Subject) -> _Body:
    return _Body(
        who=subject.who,
        age=people.age,
        weight=people.weight,
        filtration=people.filtration,
        egfr_given=people.egfr_given,
        # Meals are scheduled for all alike; each eats a share of them.
        diet_share=people.diet_mg / subject.diet_mg,
    )


def _parse_row(row: dict[str, str]) -> Parameter:
    shape = (
        [float(part) for part in row["priorParameters"].split(";")]
        if row["estimate"] == "1"
        else []
    )
    return Parameter(
        name=row["parameterId"],
        nominal=float(row["nominalValue"]),
        unit=row["unit"],
        distribution=row["priorDistribution"] if row["estimate"] == "1" else "",
        spread=_read_spread(row["priorDistribution"], shape),
        lower=float(row["lowerBound"] or "-inf"),
        upper=float(row["upperBound"] or "inf"),
        exponent=float(row["allometricExponent"] or "0"),
        source=row["source"],
        grade=row["grade"],
    )


def _read_spread(distribution: str, shape: list[float]) -> float:
    if distribution == "log-uniform":
        # Half the logarithmic width: the median stands in the middle.
        return 0.5 * math.log(shape[1] / shape[0])
    return shape[-1] if shape else 0.0


def _find_nominal(parameter: Parameter, body: _Body) -> float | Array:
    """Return the value about which a body's draws spread; for people, one for each."""
    own = {
        "age_start": body.age,
        "gfr_start": body.filtration,
        "diet_share": body.diet_share,
    }.get(parameter.name)
    if body.who != CULTURE and own is not None:
        return own
    rows = read_species(body.who)
    if parameter.name == "age_start":
        return float(read_parameters()["age_young"].nominal)
    if parameter.name == "gfr_decline" and body.egfr_given:
        return 0.0
    override = rows.get(parameter.name)
    nominal = parameter.nominal if override is None else float(override)
    if body.who == CULTURE or not parameter.exponent:
        return nominal
    standard = rows if override is not None else read_species("human")
    return nominal * (body.weight / float(standard["weight_reference"])) ** parameter.exponent


def _transform(parameter: Parameter, nominal: float | Array, places: Array) -> Array:
    """Return the values at some places of a prior; at those that are no numbers the nominal one."""
    return np.where(np.isnan(places), nominal, _invert(parameter, nominal, places))


def _invert(parameter: Parameter, nominal: float | Array, uniform: Array) -> Array:
    match parameter.distribution:
        case "log-normal":
            return nominal * np.exp(parameter.spread * find_normal_quantiles(uniform))
        case "normal":
            drawn = nominal + parameter.spread * find_normal_quantiles(uniform)
            return np.clip(drawn, parameter.lower, parameter.upper)
        case "log-uniform":
            return nominal * np.exp(parameter.spread * (2.0 * uniform - 1.0))
        case "exponential":
            share = -math.expm1(-parameter.upper / parameter.spread)
            return -parameter.spread * np.log1p(-share * uniform)
        case _:
            return np.broadcast_to(np.asarray(nominal), uniform.shape)


def _apply(values: Array, index: dict[str, int], changes: list[Change]) -> None:
    for change in changes:
        if change.target == DIET or change.target not in index:
            continue
        column = index[change.target]
        values[:, column] = values[:, column] * change.value if change.scale else change.value
