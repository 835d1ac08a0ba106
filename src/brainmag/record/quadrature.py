"""A few people who stand for a population: their mean is the population's."""

from __future__ import annotations

import numpy as np

from brainmag.people import People, Subject
from brainmag.people.population import WHO, read_population, take_people

# Who differs from the typical member in what: food, magnesium status, kidney; one standard
# deviation each way. Four points of equal weight have the means, the variances and no covariance
# of three independent normal scores, so a quadratic response has its true mean.
SIGNS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=np.float64)


def spread_people(subject: Subject, *, same_diet: bool = False) -> People | None:
    """Return the few people that stand for a group around its typical member.

    Parameters
    ----------
    subject : Subject
        The typical member.
    same_diet : bool
        Whether all eat the same.

    Returns
    -------
    People or None
        Four people; None for animals and dishes, whose groups are taken as alike.

    Examples
    --------
    >>> from brainmag.people import build_subject
    >>> people = spread_people(build_subject(age=30))
    >>> len(people.numbers), bool(abs(np.log(people.egfr).std() - 0.155) < 1e-9)
    (4, True)
    """
    if subject.who != WHO or subject.egfr is None:
        return None
    table = read_population()
    diet, status, kidney = SIGNS.T
    size = len(SIGNS)
    return People(
        seed=0,
        numbers=np.arange(1, size + 1),
        age=np.full(size, subject.age),
        sex=np.full(size, subject.sex),
        height=np.full(size, np.nan),
        weight=np.full(size, subject.weight),
        creatinine=np.full(size, np.nan),
        egfr=subject.egfr * np.exp(table["creatinine_spread"] * kidney),
        egfr_given=subject.egfr_given,
        diet_mg=subject.diet_mg * np.exp((0.0 if same_diet else table["diet_spread"]) * diet),
        status=status,
    )


def repeat_people(people: People, times: int) -> People:
    """Return the same people over and over: the whole row of them, then again.

    Examples
    --------
    >>> from brainmag.people import build_subject
    >>> len(repeat_people(spread_people(build_subject()), 3).numbers)
    12
    """
    return take_people(people, np.tile(np.arange(len(people.numbers)), times))
