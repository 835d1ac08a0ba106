"""Figures of a study that has not been done: what would be looked at, with no result."""

from __future__ import annotations

import math

from brainmag.record.measurements import PLANNED, Figure, find_error
from brainmag.record.study import Study, Visit


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
            id=f"{study.id}/{_name_visit(visit, study)}",
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


def _name_visit(visit: Visit, study: Study) -> str:
    """Return endpoint and arm, and what tells this visit from others of the same."""
    name = f"{visit.endpoint.id}-{visit.arm.id}"
    alike = [v for v in study.visits if f"{v.endpoint.id}-{v.arm.id}" == name]
    if len(alike) == 1:
        return name
    other = "baseline" if visit.reference is None else visit.reference.id
    return f"{name}-{other}-{visit.time:g}h"
