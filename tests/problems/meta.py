"""Sets of trials for a meta-analysis: two published ones, and those that come along."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.evidence.meta import list_outcomes, load_rows

Array = NDArray[np.float64]

# Vaccine: ill and well, control: ill and well, in 13 trials against tuberculosis. Colditz GA and
# others (1994), doi:10.1001/jama.1994.03510330076038; `dat.bcg` of metafor and metadat.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)  # fmt: skip
# Which of them allotted people at random.
BCG_RANDOM = (1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0)
# What teachers expect, and pupils' IQ: people of both arms, difference, variance, in 19 trials.
# Raudenbush SW (1985), table 1 of Raudenbush and Bryk, doi:10.3102/10769986010002075;
# `dat.raudenbush1985` of metafor and metadat.
TEACHERS = (
    (77, 339, 0.03, 0.0156), (60, 198, 0.12, 0.0216), (72, 72, -0.14, 0.0279),
    (11, 22, 1.18, 0.1391), (11, 22, 0.26, 0.1362), (129, 348, -0.06, 0.0106),
    (110, 636, -0.02, 0.0106), (26, 99, -0.32, 0.0484), (75, 74, 0.27, 0.0269),
    (32, 32, 0.80, 0.0630), (22, 22, 0.54, 0.0912), (43, 38, 0.18, 0.0497),
    (24, 24, -0.02, 0.0835), (19, 32, 0.23, 0.0841), (80, 79, -0.18, 0.0253),
    (72, 72, -0.06, 0.0279), (65, 255, 0.30, 0.0193), (233, 224, 0.07, 0.0088),
    (65, 67, -0.07, 0.0303),
)  # fmt: skip


@dataclass(frozen=True)
class Trials:
    """Effects, variances, a predictor of size, and a group: all (k,)."""

    effects: Array
    variances: Array
    predictor: Array
    group: Array

    def write(self, path: Path) -> None:
        """Write one row per trial."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["yi", "vi", "size", "group"])
            columns = (self.effects, self.variances, self.predictor, self.group)
            table.writerows([repr(float(one)) for one in row] for row in zip(*columns, strict=True))


def make_bcg() -> Trials:
    """Log risk ratios, as `escalc(measure = "RR")` takes them."""
    ill, well, control_ill, control_well = np.array(BCG, dtype=np.float64).T
    people, controls = ill + well, control_ill + control_well
    effects = np.log(ill / people) - np.log(control_ill / controls)
    variances = 1 / ill - 1 / people + 1 / control_ill - 1 / controls
    return Trials(effects, variances, np.sqrt(variances), np.array(BCG_RANDOM, dtype=np.float64))


def make_teachers() -> Trials:
    """The group is whether fewer than 100 took part."""
    treated, control, effects, variances = np.array(TEACHERS).T
    small = (treated + control < 100).astype(np.float64)
    return Trials(effects, variances, np.sqrt(1 / treated + 1 / control), small)


def make_own(name: str) -> Trials:
    """What comes along of an outcome; the group is a maker's trials."""
    rows = [row for row in load_rows() if row.outcome.id == name and row.role == "pooled"]
    found = [(row, row.effect) for row in rows if row.effect is not None]
    variances = np.array([effect.variance for _, effect in found])
    predictor = np.sqrt(variances)
    if rows[0].outcome.kind == "smd":
        sizes = [(row.n_treated or 0, row.n_control or 0) for row, _ in found]
        predictor = np.array([np.sqrt(1 / one + 1 / other) for one, other in sizes])
    group = np.array([float(row.industry == "yes") for row, _ in found])
    return Trials(np.array([effect.value for _, effect in found]), variances, predictor, group)


def make_cases() -> dict[str, Trials]:
    """Every set of two trials or more."""
    own = [
        name
        for name in list_outcomes()
        if sum(row.outcome.id == name and row.role == "pooled" for row in load_rows()) > 1
    ]
    return {"bcg": make_bcg(), "teachers": make_teachers()} | {name: make_own(name) for name in own}


# Kind, people of both arms, and what was published: Cohen's d, a two-sided p, or means with their
# standard deviations. metafor's `escalc` takes the same.
CONVERSIONS: tuple[tuple[str, int, int, tuple[float, ...]], ...] = (
    ("d", 23, 21, (0.91,)),
    ("d", 8, 30, (-1.2,)),
    ("p", 50, 50, (0.043,)),
    ("p", 22, 21, (0.006,)),
    ("p", 6, 9, (0.8,)),
    ("smd", 26, 27, (15.65, 8.9, 10.40, 7.9)),
    ("md", 59, 57, (1.96, 0.27, 1.60, 0.26)),
)


def write_cases(folder: Path) -> None:
    """Write all that R reads."""
    for name, trials in make_cases().items():
        trials.write(folder / f"{name}.csv")
    with (folder / "conversions.txt").open("w", encoding="utf-8") as file:
        for kind, treated, control, values in CONVERSIONS:
            file.write(" ".join([kind, str(treated), str(control), *map(repr, values)]) + "\n")
