"""Figures of a study that has not been done: what would be looked at, with no result."""

from __future__ import annotations

import math

from brainmag.record.measurements import PLANNED, Figure, find_error
from brainmag.record.study import Study


def plan_figures(study: Study, *, grade: str = "a") -> tuple[Figure, ...]:
    """Return a figure without a result for every visit of a planned study.

    Parameters
    ----------
    study : Study
    grade : str
        How well its numbers will be known.
    """
    return tuple(
        Figure(
            study=study,
            id=f"{study.id}/{visit.endpoint.id}-{visit.arm.id}",
            endpoint=visit.endpoint,
            arm=visit.arm,
            reference=visit.reference,
            time=visit.time,
            reference_time=visit.time,
            value=math.nan,
            error=find_error(visit.endpoint, visit.arm, visit.reference),
            outcome=PLANNED,
            grade=grade,
            locator="",
            basis="",
            hindrance="",
            role="",
        )
        for visit in study.visits
    )
