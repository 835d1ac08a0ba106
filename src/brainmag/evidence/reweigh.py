"""Another look at the record: what is left when a source is graded lower, or left out.

Nothing is run. Draws keep their place, and each counts for as much more or less as the record, seen
otherwise, is likelier or less likely there; the same for the draws behind the answers. Where few
draws carry all the weight, the answer is a hint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import InputError
from brainmag.evidence.answers import FIGURE, read_draws
from brainmag.inference.cases import Case
from brainmag.inference.compare import FEW
from brainmag.inference.likelihood import GRADES, Evidence, gather_evidence, share_out
from brainmag.inference.pool import Pool
from brainmag.inference.posterior import FINE_NODES, load_pool
from brainmag.inference.reproduce import read_evidence
from brainmag.inference.weigh import weigh_cases
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import Figure, list_figures
from brainmag.sources import find_source

Array = NDArray[np.float64]

LEFT_OUT = "none"


@dataclass(frozen=True)
class Reweighed:
    """What another look leaves.

    Attributes
    ----------
    changes : dict of str to str
        Grade by source, or `LEFT_OUT`.
    untouched : tuple of str
        Those of these sources of which no figure calibrates.
    weights : dict of str to float
        Of the explanations.
    share : dict of str to ndarray, shape (draws,)
        Weight of each draw behind the answers, by explanation; sums to one.
    pool, draws : dict of str to float
        How many equal draws of pool and answers are left, by explanation.
    """

    changes: dict[str, str]
    untouched: tuple[str, ...]
    weights: dict[str, float]
    share: dict[str, Array]
    pool: dict[str, float]
    draws: dict[str, float]

    @property
    def left_out(self) -> set[str]:
        """Sources that do not count at all."""
        return {name for name, grade in self.changes.items() if grade == LEFT_OUT}

    @property
    def is_thin(self) -> bool:
        """Whether only a new calibration can tell."""
        return min(*self.pool.values(), *self.draws.values()) < FEW


def read_changes(words: list[str]) -> dict[str, str]:
    """Return the grade that each source is to have, from words such as ``slutsky-2010=c``.

    Raises
    ------
    InputError
        ``claims.not_a_grade``, ``claims.graded_twice``, or ``sources.unknown_source``.

    Examples
    --------
    >>> read_changes(["slutsky-2010=none", "liu-2016=c"])
    {'slutsky-2010': 'none', 'liu-2016': 'c'}
    """
    changes: dict[str, str] = {}
    for word in words:
        name, _, grade = (part.strip() for part in word.partition("="))
        if not name or grade not in (*GRADES, LEFT_OUT):
            raise InputError("claims.not_a_grade", given=word)
        find_source(name)
        if name in changes:
            raise InputError("claims.graded_twice", given=name)
        changes[name] = grade
    return changes


def reweigh(
    changes: Mapping[str, str], *, on_progress: Callable[[int, int], None] | None = None
) -> Reweighed:
    """Return what the record says once some sources are graded otherwise or left out.

    Parameters
    ----------
    changes : mapping of str to str
        As `read_changes` gives.
    on_progress : callable, optional
        Called with explanations done and explanations in all.
    """
    figures = [one for one in list_figures() if not one.hindrance and one.role == "calibration"]
    before = gather_evidence(figures)
    after, power = change_evidence(before, figures, changes)
    told = read_evidence()
    logs: dict[str, float] = {}
    share: dict[str, Array] = {}
    pool_left: dict[str, float] = {}
    draws_left: dict[str, float] = {}
    for done, name in enumerate(HYPOTHESES):
        pool = choose_columns(load_pool(name), figures)
        old, new = weigh_twice(pool, before, after, power)
        logs[name] = told[name] + new[1] - old[1]
        pool_left[name] = find_effective(new[0])
        old, new = weigh_twice(take_answer_draws(pool), before, after, power)
        # The draws came equally likely from the old look, so each counts by the ratio of both.
        share[name] = divide_shares(new[0], old[0])
        draws_left[name] = find_effective(share[name])
        if on_progress is not None:
            on_progress(done + 1, len(HYPOTHESES))
    weights = share_out(np.array([logs[name] for name in HYPOTHESES])).tolist()
    known = {one.study.source for one in figures}
    return Reweighed(
        changes=dict(changes),
        untouched=tuple(name for name in changes if name not in known),
        weights=dict(zip(HYPOTHESES, weights, strict=True)),
        share=share,
        pool=pool_left,
        draws=draws_left,
    )


def change_evidence(
    evidence: Evidence, figures: list[Figure], changes: Mapping[str, str]
) -> tuple[Evidence, Array]:
    """Return the evidence with other grades, and how much each figure counts."""
    grades = evidence.grade.copy()
    power = np.ones(len(figures))
    for column, figure in enumerate(figures):
        grade = changes.get(figure.study.source)
        if grade == LEFT_OUT:
            power[column] = 0.0
        elif grade is not None:
            grades[column] = GRADES.index(grade)
    return replace(evidence, grade=grades), power


def weigh_twice(
    pool: Pool, before: Evidence, after: Evidence, power: Array
) -> tuple[tuple[Array, float], tuple[Array, float]]:
    """Return share of each draw and log-evidence, as the record was seen and as it is seen now."""
    whole = Case("base", "", np.ones(len(power)))
    cut = Case("grade", "", power)
    if np.array_equal(before.grade, after.grade):
        old, new = weigh_cases(pool, before, [whole, cut], nodes=FINE_NODES)
    else:
        (old,) = weigh_cases(pool, before, [whole], nodes=FINE_NODES)
        (new,) = weigh_cases(pool, after, [cut], nodes=FINE_NODES)
    return (old.share, old.log_evidence), (new.share, new.log_evidence)


def choose_columns(pool: Pool, figures: list[Figure]) -> Pool:
    """Return a pool with some figures alone, in their order."""
    columns = [pool.figures.index(one.id) for one in figures]
    names = tuple(one.id for one in figures)
    return replace(pool, figures=names, predicted=pool.predicted[:, columns])


def take_answer_draws(pool: Pool) -> Pool:
    """Return the draws behind the answers in the place of a pool's own.

    All stand at the middle of the priors, since only a ratio at one and the same draw is told.
    """
    kept = read_draws(pool.hypothesis)
    predicted = np.column_stack([kept[f"{FIGURE}{name}"] for name in pool.figures])
    count = len(predicted)
    return replace(
        pool,
        scores=np.zeros((count, len(pool.names))),
        predicted=predicted,
        log_base=np.zeros(count),
        chain=np.full(count, -1),
    )


def divide_shares(new: Array, old: Array) -> Array:
    """Return the weights of draws that came from an old look, under a new one.

    Examples
    --------
    >>> divide_shares(np.array([0.5, 0.5]), np.array([0.75, 0.25])).tolist()
    [0.25, 0.75]
    """
    ratio = np.divide(new, old, out=np.zeros_like(new), where=old > 0.0)
    return ratio / ratio.sum()


def find_effective(share: Array) -> float:
    """Return how many equal draws some weights are worth.

    Examples
    --------
    >>> find_effective(np.array([0.5, 0.5, 0.0]))
    2.0
    """
    return float(1.0 / (share * share).sum())


def summarise_weighted(values: Array, share: Array) -> dict[str, float]:
    """Return the weighted median and 5th and 95th percentile of some draws, NaN among them.

    Examples
    --------
    >>> summarise_weighted(np.array([1.0, 2.0, np.nan]), np.array([0.99, 0.01, 0.0]))["median"]
    1.0
    """
    there = ~np.isnan(values)
    order = np.argsort(values[there])
    sorted_values, weights = values[there][order], share[there][order]
    reached = np.cumsum(weights) / weights.sum()
    low, median, high = (
        float(sorted_values[min(np.searchsorted(reached, level), len(reached) - 1)])
        for level in (0.05, 0.5, 0.95)
    )
    return {"median": median, "low": low, "high": high}
