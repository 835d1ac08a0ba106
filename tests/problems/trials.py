"""Small trials made by a seeded rule, as arrays and as the CSV that R reads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

WILLIAMS = ((0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0))


@dataclass(frozen=True)
class Trial:
    """One trial: outcome (people, visits), and by name what else R reads of each row."""

    outcome: Array
    columns: dict[str, NDArray[np.float64] | Codes] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write one row per person and visit; an outcome that is missing is left empty."""
        people, visits = self.outcome.shape
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["person", "visit", *self.columns, "outcome"])
            for person in range(people):
                for visit in range(visits):
                    others = [
                        values[person, visit] if values.ndim > 1 else values[person]
                        for values in self.columns.values()
                    ]
                    seen = self.outcome[person, visit]
                    told = "" if np.isnan(seen) else repr(float(seen))
                    table.writerow([person, visit, *(one.item() for one in others), told])


def draw_normal(random: Random, *shape: int) -> Array:
    """Standard normal numbers; Python promises the same ones in every version."""
    count = int(np.prod(shape))
    return np.array([random.gauss(0.0, 1.0) for _ in range(count)]).reshape(shape)


def make_repeated(
    seed: int, people: int, visits: int, arms: int, *, missing: float = 0.0, strata: int = 1
) -> Trial:
    """Repeated measures: correlation falls with time, scatter grows, some drop out or skip."""
    random = Random(seed)  # noqa: S311
    arm = np.arange(people) % arms
    stratum = np.array([random.randrange(strata) for _ in range(people)])
    baseline = 50.0 + 10.0 * draw_normal(random, people)
    times = np.arange(visits)
    correlation = 0.7 ** np.abs(times[:, None] - times)
    scatter = np.linalg.cholesky(correlation) * (5.0 + times)[:, None]
    outcome = 10.0 + 0.8 * baseline[:, None] + 1.5 * arm[:, None] * times + 2.0 * stratum[:, None]
    outcome = outcome + draw_normal(random, people, visits) @ scatter.T
    for person in range(people):
        if random.random() < missing:  # gone for good
            outcome[person, 1 + random.randrange(visits - 1) :] = np.nan
        elif random.random() < missing:  # one visit skipped
            outcome[person, random.randrange(visits)] = np.nan
    columns: dict[str, Array | Codes] = {"arm": arm, "baseline": baseline}
    if strata > 1:
        columns["stratum"] = stratum
    return Trial(outcome, columns)


def make_crossover(
    seed: int,
    people: int,
    sequences: Sequence[tuple[int, ...]],
    *,
    missing: float = 0.0,
    between: float = 2.0,
    baseline: bool = False,
) -> Trial:
    """Periods within people; with `between` below zero one period makes up for the other."""
    random = Random(seed)  # noqa: S311
    sequence = np.arange(people) % len(sequences)
    treatment = np.array(sequences)[sequence]
    visits = treatment.shape[1]
    shared = abs(between) * draw_normal(random, people)
    signs = np.where(np.arange(visits) % 2, np.sign(between), 1.0)
    start = draw_normal(random, people, visits)
    outcome = 20.0 + np.arange(visits) + 1.2 * treatment + signs * shared[:, None]
    outcome = outcome + 0.5 * start + 1.5 * draw_normal(random, people, visits)
    for person in range(people):
        if random.random() < missing:
            outcome[person, random.randrange(visits)] = np.nan
    columns: dict[str, Array | Codes] = {"sequence": sequence, "treatment": treatment}
    if baseline:
        columns["baseline"] = start
    return Trial(outcome, columns)


def make_separated(seed: int, people: int) -> Trial:
    """Every responder is in arm 1: plain logistic regression has no finite answer."""
    random = Random(seed)  # noqa: S311
    arm = np.arange(people) % 2
    baseline = draw_normal(random, people)
    lots = np.array([random.random() for _ in range(people)])
    outcome = ((arm == 1) & (lots < 0.6)).astype(np.float64)
    return Trial(outcome[:, None], {"arm": arm, "baseline": baseline})


CASES = {
    "repeated-whole": make_repeated(1, 36, 3, 3),
    "repeated-missing": make_repeated(2, 40, 4, 2, missing=0.35, strata=3),
    "crossover-two": make_crossover(7, 14, ((0, 1), (1, 0)), missing=0.25, baseline=True),
    "crossover-three": make_crossover(4, 18, WILLIAMS, missing=0.3),
    "crossover-negative": make_crossover(5, 16, ((0, 1), (1, 0)), missing=0.2, between=-1.0),
    "separated": make_separated(6, 24),
}


def write_cases(folder: Path) -> None:
    """Write the trials that `tests/simulators/trials.R` analyses, one file each."""
    for name, trial in CASES.items():
        trial.write(folder / f"{name}.csv")
