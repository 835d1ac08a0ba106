"""Parameters of one subject: nominal values, and draws from the spreads of the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import YEAR
from brainmag.engine import draw_uniform
from brainmag.people.conditions import DIET, Change, list_changes
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
    """Values of all parameters for the nominal subject (row 0) and the draws.

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


def build_parameters(
    subject: Subject, names: Sequence[str], hypothesis: str, *, draws: int, seed: int
) -> ParameterSet:
    """Return the parameter values of one subject under one explanation.

    A draw depends on nothing but the seed, its number and the parameter's name, so that the
    three explanations, and two products, are compared on the same draws.

    Parameters
    ----------
    subject : Subject
        Who.
    names : sequence of str
        The parameters the model takes, in its order.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    draws : int
        How many, beside the nominal subject.
    seed : int
        Seed of the draws.

    Examples
    --------
    >>> from brainmag.people.subject import build_subject
    >>> values = build_parameters(build_subject(), ["central_volume"], "none", draws=2, seed=1)
    >>> values.before.shape
    (3, 1)
    """
    table = read_parameters()
    uniform = np.full((1 + draws, len(names)), 0.5)
    if draws:
        uniform[1:] = draw_uniform(seed, np.arange(1, draws + 1), names)
    before = np.empty_like(uniform)
    for column, name in enumerate(names):
        nominal = _find_nominal(table[name], subject)
        before[:, column] = _transform(table[name], nominal, uniform[:, column])
        before[0, column] = nominal
        if nominal == 0.0 != table[name].nominal:
            # What this species or subject lacks has no spread either.
            before[:, column] = 0.0
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


def _find_nominal(parameter: Parameter, subject: Subject) -> float:
    special = {
        "age_start": subject.age,
        "gfr_start": subject.filtration,
    }
    if subject.who != CULTURE and special.get(parameter.name) is not None:
        return float(special[parameter.name] or 0.0)
    rows = read_species(subject.who)
    if parameter.name == "age_start":
        return float(read_parameters()["age_young"].nominal)
    if parameter.name == "gfr_decline" and subject.egfr_given:
        return 0.0
    override = rows.get(parameter.name)
    nominal = parameter.nominal if override is None else float(override)
    if subject.who == CULTURE or not parameter.exponent:
        return nominal
    standard = rows if override is not None else read_species("human")
    return nominal * (subject.weight / float(standard["weight_reference"])) ** parameter.exponent


def _transform(parameter: Parameter, nominal: float, uniform: Array) -> Array:
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
            return np.full_like(uniform, nominal)


def find_normal_quantiles(uniform: Array) -> Array:
    """Return the standard normal quantile of each number between 0 and 1.

    Examples
    --------
    >>> find_normal_quantiles(np.array([0.5, 0.975])).round(2).tolist()
    [0.0, 1.96]
    """
    # The standard library's: importing SciPy for this alone took longer than the draws.
    return np.fromiter(map(NormalDist().inv_cdf, uniform), np.float64, uniform.size)


def _apply(values: Array, index: dict[str, int], changes: list[Change]) -> None:
    for change in changes:
        if change.target == DIET or change.target not in index:
            continue
        column = index[change.target]
        values[:, column] = values[:, column] * change.value if change.scale else change.value
