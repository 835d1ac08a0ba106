"""What a study found: one figure per row of a table whose first columns are PEtab's."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brainmag.record.study import Arm, Endpoint, Study

GRADES = ("a", "b", "c")
# What a study may have found without a number: which side of what it could have seen.
OUTCOMES = {"value": 0, "increased": 1, "decreased": -1, "no change": 0}
# A change is called one when it is this many standard errors away from none.
SIGNIFICANT = 1.96
BASELINE = "baseline"
# Outcome of a figure that nobody has seen yet.
PLANNED = "planned"


@dataclass(frozen=True)
class Figure:
    """One published figure.

    Attributes
    ----------
    study : Study
    id : str
        ``study/figure``.
    endpoint : Endpoint
    arm : Arm
    reference : Arm or None
        What it is compared with at ``reference_time``; None for the own baseline, or for nothing.
    time, reference_time : float
        Hours from the start.
    value : float
        What was measured; NaN where only a direction was told.
    error : float
        Standard error of what was measured.
    outcome : str
        One of `OUTCOMES`.
    grade, locator, basis : str
        How well it is known, where it stands, and how its error came about.
    hindrance : str
        Why the model cannot be compared with it; empty when it can.
    role : str
        ``calibration`` or ``validation``.
    """

    study: Study
    id: str
    endpoint: Endpoint
    arm: Arm
    reference: Arm | None
    time: float
    reference_time: float
    value: float
    error: float
    outcome: str
    grade: str
    locator: str
    basis: str
    hindrance: str
    role: str

    @property
    def is_number(self) -> bool:
        """Whether a number was told, not a direction."""
        return self.outcome == "value"

    @property
    def bias_step(self) -> float:
        """What one unit of bias adds: a standard deviation in the direction that is better."""
        return self.endpoint.better * self.endpoint.spread if self.study.industry else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """What was seen, with its error; where a side is open it is infinite."""
        if self.is_number:
            half = SIGNIFICANT * self.error
            return self.value - half, self.value + half
        edge = SIGNIFICANT * self.error
        return {
            "increased": (edge, math.inf),
            "decreased": (-math.inf, -edge),
            "no change": (-edge, edge),
            PLANNED: (-math.inf, math.inf),
        }[self.outcome]


def read_figures(
    study: Study, rows: tuple[dict[str, str], ...], roles: dict[str, str]
) -> tuple[Figure, ...]:
    """Return the figures of a study.

    Parameters
    ----------
    study : Study
    rows : tuple of dict
        Of its table of measurements.
    roles : dict of str to str
        Role of each figure, by its full name.

    Raises
    ------
    ValueError
        When a row contradicts itself: a fault of the table.
    """
    figures = tuple(_read_figure(study, row, roles) for row in rows)
    names = [figure.id for figure in figures]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name}: there twice")
    return figures


def _read_figure(study: Study, row: dict[str, str], roles: dict[str, str]) -> Figure:
    name = f"{study.id}/{row['datasetId']}"
    if not row["datasetId"]:
        raise ValueError(f"{name}: a figure without a name")
    arm = study.find_arm(row["simulationConditionId"])
    endpoint = study.find_endpoint(row["observableId"])
    time = _read_number(name, row["time"])
    other, _, moment = row["reference"].partition("@")
    reference = study.find_arm(other) if other not in ("", BASELINE) else None
    reference_time = _read_number(name, moment) if moment else time
    outcome, hindrance, grade = row["outcome"], row["hindrance"], row["grade"]
    if outcome not in OUTCOMES or grade not in GRADES:
        raise ValueError(f"{name}: outcome {outcome!r}, grade {grade!r}")
    value = _read_number(name, row["measurement"]) if row["measurement"] else math.nan
    if math.isnan(value) == (outcome == "value"):
        raise ValueError(f"{name}: a number and an outcome do not go together")
    noise = row["noiseParameters"]
    error = _read_number(name, noise) if noise else find_error(endpoint, arm, reference)
    if min(time, reference_time, error) < 0:
        raise ValueError(f"{name}: a time or an error below zero")
    if not error > 0 and not hindrance:
        raise ValueError(f"{name}: no error, and no spread to find it from")
    return Figure(
        study=study,
        id=name,
        endpoint=endpoint,
        arm=arm,
        reference=reference,
        time=time,
        reference_time=reference_time,
        value=value,
        error=error,
        outcome=outcome,
        grade=grade,
        locator=row["locator"],
        basis=row["basis"],
        hindrance=hindrance,
        role=roles.get(name, ""),
    )


def _read_number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is no number") from None
    if not math.isfinite(number):
        raise ValueError(f"{name}: {text!r} is not finite")
    return number


def find_error(endpoint: Endpoint, arm: Arm, reference: Arm | None) -> float:
    """Return the standard error of a mean, or of a difference of two, from the spread.

    Of a change from the own baseline half the spread is taken to be shared by both visits.
    """
    share = 1.0 / arm.n + (1.0 / reference.n if reference is not None else 0.0)
    return endpoint.spread * math.sqrt(share)
