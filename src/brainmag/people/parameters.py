"""Parameters of one subject: nominal values, and draws from the spreads of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import YEAR
from brainmag.engine import draw_uniform
from brainmag.people.conditions import DIET, Change, list_changes
from brainmag.people.population import STATUS, STATUS_PARAMETER, WHO, People
from brainmag.people.posterior import Posterior, read_posterior
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
    """Values of all parameters, one row for each subject.

    Attributes
    ----------
    names : tuple of str
        Parameter of each column.
    before : ndarray, shape (subjects, parameters)
        What held before the run.
    during : ndarray, shape (subjects, parameters)
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
    places: Mapping[str, Array] | None = None,
    calibrated: bool = False,
) -> ParameterSet:
    """Return the parameter values of one subject, or of people, under one explanation.

    A draw depends on nothing but the seed and its number, and on the parameter's name or the
    posterior, so that two products are compared on the same draws.

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
    places : mapping of str to ndarray, optional
        Where in their priors those rows stand, instead of draws, as for `place_parameters`.
    calibrated : bool
        Whether what the published record could move is drawn from its posterior under this
        explanation, and stands at that one's median for the nominal subject.

    Examples
    --------
    >>> from brainmag.people.subject import build_subject
    >>> values = build_parameters(build_subject(), ["central_volume"], "none", draws=2, seed=1)
    >>> values.before.shape
    (3, 1)
    """
    posterior = read_posterior(hypothesis) if calibrated else None
    middle = {} if posterior is None else posterior.find_middle()
    status = None
    if places is not None:
        # What is not named stands where the nominal subject has it.
        rows = _count_rows(places)
        places = {name: np.repeat(one, rows) for name, one in middle.items()} | dict(places)
    else:
        places = _draw_places(names, draws, seed, people, posterior)
        if posterior is not None and people is None and subject.who == WHO:
            # The record tells of groups: a person's own magnesium status stands beside it.
            lots = draw_uniform(seed, np.arange(1, draws + 1), [STATUS])
            status = find_normal_quantiles(lots[:, 0])
    own = place_parameters(subject, names, hypothesis, middle)
    theirs = place_parameters(subject, names, hypothesis, places, people=people, status=status)
    return ParameterSet(
        own.names,
        np.concatenate([own.before, theirs.before]),
        np.concatenate([own.during, theirs.during]),
    )


def place_parameters(
    subject: Subject,
    names: Sequence[str],
    hypothesis: str,
    uniform: Mapping[str, Array],
    *,
    people: People | None = None,
    status: Array | None = None,
) -> ParameterSet:
    """Return parameter values at given places of their priors, one row for each place.

    Parameters
    ----------
    subject : Subject
    names : sequence of str
        The parameters the model takes, in its order.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    uniform : mapping of str to ndarray, shape (rows,)
        Where in its prior a parameter stands, between 0 and 1; what is not named stands at its
        nominal value. Without any there is one row.
    people : People, optional
        Who has the rows: as many as there are places. Their status moves what stands there.
    status : ndarray, shape (rows,), optional
        Magnesium status of each row as a standard normal score, where these are no people.

    Examples
    --------
    >>> from brainmag.people.subject import build_subject
    >>> place = {"central_volume": np.array([0.5, 0.9])}
    >>> values = place_parameters(build_subject(weight=70), ["central_volume"], "none", place)
    >>> values.before.round(1).tolist()
    [[24.0], [33.5]]
    """
    table = read_parameters()
    body = _describe_subject(subject) if people is None else _describe_people(people, subject)
    rows = len(people.numbers) if people is not None else _count_rows(uniform)
    if people is not None:
        status = people.status
    before = np.empty((rows, len(names)))
    for column, name in enumerate(names):
        parameter = table[name]
        nominal = _find_nominal(parameter, body)
        if name in uniform:
            before[:, column] = _transform(parameter, nominal, uniform[name])
        else:
            before[:, column] = nominal
        if status is not None and name == STATUS_PARAMETER:
            before[:, column] *= np.exp(parameter.spread * status)
        if parameter.nominal != 0.0 and not np.any(nominal):
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


def place_value(name: str, uniform: Array) -> Array:
    """Return the table's own values of a parameter at places of its prior.

    Examples
    --------
    >>> place_value("central_volume", np.array([0.5])).tolist()
    [24.0]
    """
    parameter = read_parameters()[name]
    return _transform(parameter, parameter.nominal, uniform)


def _draw_places(
    names: Sequence[str],
    draws: int,
    seed: int,
    people: People | None,
    posterior: Posterior | None,
) -> dict[str, Array]:
    numbers = np.arange(1, draws + 1)
    if people is not None:
        numbers, seed = people.numbers, people.seed
    drawn = draw_uniform(seed, numbers, names)
    uniform = {name: drawn[:, column] for column, name in enumerate(names)}
    if people is not None:
        # Their own status says what is drawn for others.
        uniform.pop(STATUS_PARAMETER, None)
    if posterior is not None:
        told = posterior.choose(seed, numbers)
        uniform |= {name: place for name, place in told.items() if name in names}
    return uniform


def _count_rows(uniform: Mapping[str, Array]) -> int:
    return len(next(iter(uniform.values()))) if uniform else 1


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


def _transform(parameter: Parameter, nominal: float | Array, uniform: Array) -> Array:
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
