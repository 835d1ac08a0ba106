"""The free parameters as PEtab has them, and what each is in each group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.free import list_free
from brainmag.inference.likelihood import NUISANCES, place_noise, read_scales
from brainmag.people import Subject, build_subject, place_parameters
from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES, read_parameters
from brainmag.people.species import read_species
from brainmag.simulate import load_model
from brainmag.tables import read_table

Array = NDArray[np.float64]

COLUMNS = (
    "parameterId",
    "lowerBound",
    "upperBound",
    "nominalValue",
    "estimate",
    "priorDistribution",
    "priorParameters",
)
# Two places in a prior: what a parameter is there says what it is everywhere.
PLACES = (0.3, 0.7)
# Where a prior has no bounds of its own, so many standard deviations.
REACH = 5.0
# In the search for the usual day every shift is felt in full.
TOLERANCE = "tolerance"
# Numbers that differ by less are equal up to rounding.
ROUNDING = 1e-9
DIGITS = 12
BOUND_DIGITS = 6


@dataclass(frozen=True)
class Standard:
    """What the tables say of an adult of reference weight, and of every other by comparison.

    Attributes
    ----------
    subjects : tuple of Subject
        All that occur.
    """

    subjects: tuple[Subject, ...]

    @cached_property
    def by_group(self) -> frozenset[str]:
        """Names of the free parameters that are not the same in every group."""
        found = {TOLERANCE}
        for subject in self.subjects:
            for values in self._express_free(subject):
                found |= {name for name, value in values.items() if value != name}
        return frozenset(found)

    def name(self, parameter: str) -> str:
        """Return what a free parameter is called in PEtab's table."""
        return f"{parameter}_general" if parameter in self.by_group else parameter

    def express(self, subject: Subject) -> tuple[dict[str, str], dict[str, str]]:
        """Return each parameter of a subject before a run and in it, in terms of what is free."""
        names = load_model(subject.who).parameters
        placed = place_parameters(subject, names, DEFAULT_HYPOTHESIS, {})
        found: list[dict[str, str]] = []
        parts = (placed.before, placed.during)
        for values, free in zip(parts, self._express_free(subject), strict=True):
            plain = dict(zip(names, map(write_number, values[0]), strict=True))
            own = {name: _rename(name, text, self.name(name)) for name, text in free.items()}
            found.append(plain | own)
        return found[0], found[1]

    def _express_free(self, subject: Subject) -> list[dict[str, str]]:
        """Return the same of the free parameters alone, by their names in the model."""
        general = _place_free(build_standard_subject())[0]
        return [
            {name: _express(name, pair, general[name]) for name, pair in values.items()}
            for values in _place_free(subject)
        ]


def build_standard_subject() -> Subject:
    """Return the adult of whom the tables tell."""
    return build_subject(weight=float(read_species("human")["weight_reference"]))


@cache
def list_all_free() -> tuple[str, ...]:
    """Return what is free under any explanation, in the order of the table.

    Examples
    --------
    >>> {"tolerance", "neuron_gain"} < set(list_all_free())
    True
    """
    names = {name for hypothesis in HYPOTHESES for name in list_free(hypothesis).names}
    return tuple(name for name in read_parameters() if name in names)


@cache
def _place_free(subject: Subject) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return what a subject's free parameters are at `PLACES`, before a run and in it."""
    names = load_model(subject.who).parameters
    before: dict[str, Array] = {}
    during: dict[str, Array] = {}
    for hypothesis in HYPOTHESES:
        free = [name for name in list_free(hypothesis).names if name in names]
        uniform = {name: np.array(PLACES) for name in free}
        placed = place_parameters(subject, names, hypothesis, uniform)
        for name in free:
            before[name] = placed.before[:, names.index(name)]
            during[name] = placed.during[:, names.index(name)]
    return before, during


def _express(name: str, own: Array, general: Array) -> str:
    """Return a line through two points: every prior moves a parameter along one."""
    slope = float((own[1] - own[0]) / (general[1] - general[0]))
    shift = float(own[0] - slope * general[0])
    if slope == 0.0:
        return write_number(own[0])
    factor = name if abs(slope - 1.0) < ROUNDING else f"{write_number(slope)} * {name}"
    small = abs(shift) < ROUNDING * float(np.max(np.abs(own)))
    return factor if small else f"{factor} + {write_number(shift)}"


def _rename(name: str, text: str, other: str) -> str:
    return " ".join(other if word == name else word for word in text.split(" "))


def write_number(value: float) -> str:
    """Return a number to as many digits as it can be trusted.

    Examples
    --------
    >>> write_number(0.1 + 0.2)
    '0.3'
    """
    return repr(float(f"{float(value):.{DIGITS}g}"))


def list_parameter_rows(standard: Standard, hypothesis: str) -> list[dict[str, str]]:
    """Return PEtab's table of parameters under an explanation.

    What another explanation alone leaves free stands there too, with its fixed value.
    """
    free = set(list_free(hypothesis).names)
    fixed = {
        row["parameterId"]: row["value"]
        for row in read_table("hypotheses.tsv")
        if row["hypothesis"] == hypothesis
    }
    rows: list[dict[str, str]] = []
    for row in read_table("parameters.tsv"):
        name = row["parameterId"]
        if name not in list_all_free():
            continue
        low, high = _find_bounds(row)
        kept = {
            "parameterId": standard.name(name),
            "lowerBound": low,
            "upperBound": high,
            "nominalValue": row["nominalValue"],
            "estimate": "true",
            "priorDistribution": row["priorDistribution"],
            "priorParameters": row["priorParameters"],
        }
        rows.append(kept if name in free else _fix(kept, fixed.get(name, row["nominalValue"])))
    return rows + _list_noise_rows()


def _fix(row: dict[str, str], value: str) -> dict[str, str]:
    kept = {"parameterId": row["parameterId"], "nominalValue": value, "estimate": "false"}
    return {column: kept.get(column, "") for column in COLUMNS}


@cache
def _find_reach() -> dict[str, Array]:
    """Return far below and far above which no free parameter of the standard adult lies."""
    subject = build_standard_subject()
    names = load_model(subject.who).parameters
    found: dict[str, Array] = {}
    sides = np.array([NormalDist().cdf(side) for side in (-REACH, REACH)])
    for hypothesis in HYPOTHESES:
        places = dict.fromkeys(list_free(hypothesis).names, sides)
        placed = place_parameters(subject, names, hypothesis, places).before
        found |= {name: placed[:, names.index(name)] for name in places}
    return found


def _find_bounds(row: dict[str, str]) -> tuple[str, str]:
    """Return the table's own bounds, or the ends of a prior, or between what most of it lies."""
    low, high = (f"{bound:.{BOUND_DIGITS}g}" for bound in _find_reach()[row["parameterId"]])
    match row["priorDistribution"]:
        case "log-uniform":
            low, high = row["priorParameters"].split(";")
        case "exponential":
            low = "0"
        case _:
            pass
    return row["lowerBound"] or low, row["upperBound"] or high


def _list_noise_rows() -> list[dict[str, str]]:
    """Return bias and widening: what stands between the model and the figures."""
    middle, high = (_read_nuisances(place) for place in (0.5, NormalDist().cdf(REACH)))
    return [
        {
            "parameterId": name,
            "lowerBound": "0",
            "upperBound": f"{high[name]:.{BOUND_DIGITS}g}",
            "nominalValue": write_number(middle[name]),
            "estimate": "true",
            # Half of a normal: the bound at zero cuts off the other.
            "priorDistribution": "normal" if name == NUISANCES[0] else "exponential",
            "priorParameters": f"0;{scale!r}" if name == NUISANCES[0] else repr(scale),
        }
        for name, scale in read_scales().items()
    ]


def _read_nuisances(place: float) -> dict[str, float]:
    noise = place_noise(np.full((1, len(NUISANCES)), place))
    growth = np.diff(np.log(noise.widening[0]), prepend=0.0)
    return dict(zip(NUISANCES, (float(noise.bias[0]), *map(float, growth)), strict=True))
