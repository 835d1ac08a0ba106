"""Who could be asked: people of the population that a trial lets in by who they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import InputError
from brainmag.people import People, Population, draw_people
from brainmag.people.population import take_people
from brainmag.trials.design import ATTRIBUTES, Criterion, Trial

# People who are looked at for each who is wanted, before nobody is said to qualify.
TRIES = 400


def enrol_people(trial: Trial, count: int, seed: int) -> People:
    """Return people whom a trial may ask, the first of the population who qualify.

    What of the typical member is told is shared by all, unless people are let in by it; the rest is
    drawn from ``population.tsv``.

    Parameters
    ----------
    trial : Trial
    count : int
        How many.
    seed : int

    Raises
    ------
    InputError
        ``trials.nobody_qualifies``.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> people = enrol_people(load_trial("head-to-head"), 50, seed=1)
    >>> bool(people.age.min() >= 55.0), bool(people.egfr.min() >= 60.0)
    (True, True)
    """
    subject = trial.arms[0].subject
    asked = {one.what: one for one in trial.criteria if one.what in ATTRIBUTES}

    def is_shared(name: str) -> bool:
        return name in trial.fixed and name not in asked

    same_diet = is_shared("diet") or trial.study.same_diet
    looked_at = count * (TRIES if asked else 1)
    population = Population(
        looked_at,
        seed,
        age=subject.age if is_shared("age") else None,
        sex=subject.sex if is_shared("sex") else None,
        weight=subject.weight if is_shared("weight") else None,
        diet_mg=subject.diet_mg if same_diet else None,
    )
    people = draw_people(population, np.arange(1, looked_at + 1))
    fits = np.ones(looked_at, dtype=np.bool_)
    for criterion in asked.values():
        fits &= check_attribute(people, criterion)
    rows = np.flatnonzero(fits)[:count]
    if len(rows) < count:
        raise InputError(
            "trials.nobody_qualifies", given=", ".join(asked), found=len(rows), looked=looked_at
        )
    return take_people(people, rows)


def check_attribute(people: People, criterion: Criterion) -> NDArray[np.bool_]:
    """Return who meets a criterion that is about who they are."""
    if criterion.only is not None:
        return np.asarray(people.sex == criterion.only)
    values = {
        "age": people.age,
        "weight": people.weight,
        "egfr": people.egfr,
        "diet": people.diet_mg,
    }[criterion.what]
    return (values >= criterion.lowest) & (values <= criterion.highest)
