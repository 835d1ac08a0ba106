"""Where a group's usual day begins, as formulas of what is free.

The periodic day depends on the parameters, and what is slow takes years to follow. So an experiment
does not begin at the nominal subject's day, but at what the day of each set of parameters is to
first order: powers of what is spread on the logarithmic scale, a line in the rest.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.free import list_free
from brainmag.inference.petab_parameters import Standard, build_standard_subject, write_number
from brainmag.people import ParameterSet, Subject, place_parameters
from brainmag.people.parameters import read_parameters
from brainmag.record.terms import Cohort
from brainmag.simulate import LEDGER, Preparation, Scenario, load_model, settle

Array = NDArray[np.float64]

# The explanation with the most that is free; a usual day is the same under each of them.
WIDEST = "carrier"
# Where the first order is taken: one standard deviation to either side.
SIDES = (0.15866, 0.84134)
# What moves a state by less than this share of it is left to the usual days before a study.
SMALL = 1e-3
DIGITS = 6


def find_starts(home: Cohort, standard: Standard) -> dict[str, str]:
    """Return each state at 00:00 of a group's usual day.

    Parameters
    ----------
    home : Cohort
        Before anything is done to it.
    standard : Standard
        For the names of what is free.
    """
    ready = _settle_sides(home)
    states = dict(zip(ready.model.states, ready.start.T, strict=True))
    return {
        name: write_number(values[0])
        if name.endswith(LEDGER) or values[0] == 0.0
        else _write_start(values, home.subject, standard)
        for name, values in states.items()
    }


def _settle_sides(home: Cohort) -> Preparation:
    """Return a group on its usual day: at nominal values, then with each parameter moved."""
    model = load_model(home.subject.who)
    scenario = Scenario(home.subject, home.intake, 0.0, WIDEST)
    return settle(model, scenario, _place(home.subject, model.parameters))


def _write_start(values: Array, subject: Subject, standard: Standard) -> str:
    middle = float(values[0])
    factors, summands = [write_number(middle)], ["1"]
    for (name, general), own in zip(_list_general().items(), values[1:].reshape(-1, 2), strict=True):
        low, high = own
        if abs(high - low) < SMALL * abs(middle) or name not in load_model(subject.who).parameters:
            continue
        free, nominal = standard.name(name), f"{general[0]:.{DIGITS}g}"
        if read_parameters()[name].distribution.startswith("log"):
            power = math.log(high / low) / math.log(general[2] / general[1])
            factors.append(f"({free} / {nominal}) ^ ({power:.{DIGITS}g})")
        else:
            slope = (high - low) / (general[2] - general[1]) / middle
            summands.append(f"({slope:.{DIGITS}g}) * ({free} - ({nominal}))")
    line = [f"({' + '.join(summands)})"] if len(summands) > 1 else []
    return " * ".join(factors + line)


@cache
def _list_general() -> dict[str, Array]:
    """Return nominal value and both sides of what is free, for the standard adult."""
    subject = build_standard_subject()
    names = load_model(subject.who).parameters
    placed = _place(subject, names).before
    return {
        name: placed[[0, 1 + 2 * k, 2 + 2 * k], names.index(name)]
        for k, name in enumerate(list_free(WIDEST).names)
    }


def _place(subject: Subject, names: tuple[str, ...]) -> ParameterSet:
    """Return parameters at nominal values, then each free one moved down and up."""
    free = list_free(WIDEST).names
    uniform = {name: np.full(1 + 2 * len(free), 0.5) for name in free}
    for k, name in enumerate(free):
        uniform[name][1 + 2 * k : 3 + 2 * k] = SIDES
    return place_parameters(subject, names, WIDEST, uniform)
