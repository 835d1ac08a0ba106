"""CVODE through scikit-sundae: an engine of the comparison, and at 1e-12 its judge."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from cases import Case, Reals, divide_run
from follow import follow_subject
from interface import Solver
from scalar_code import compile_scalar

# It ships no usable type information.
_cvode: Any = import_module("sksundae.cvode")

TRUTH_TOLERANCE = 1e-12
MOST_STEPS = 100_000


def prepare(case: Case) -> Solver:
    """Return a function that runs the case, one subject at a time, restarted at each event."""
    code, segments = compile_scalar(case), divide_run(case)
    floor = case.floor[: case.states]

    def run_one(rtol: float, subject: int) -> Reals:
        parameters = case.parameters[subject]

        def rates(time: float, y: Reals, slope: Reals) -> None:
            code.rates(time, y, parameters, slope)

        def jacobian(time: float, y: Reals, _: Reals, matrix: Reals) -> None:
            matrix[:] = 0.0
            code.jacobian(time, y, parameters, matrix)

        solver = _cvode.CVODE(
            rates, jacfn=jacobian, rtol=rtol, atol=rtol * floor, max_num_steps=MOST_STEPS
        )

        def cross(span: Reals, state: Reals) -> Reals | None:
            answer = solver.solve(span, state)
            # Two points alone make it return every step.
            return answer.y[np.searchsorted(answer.t, span)] if answer.success else None

        return follow_subject(case, code, segments, subject, cross)

    def run(rtol: float, subjects: int) -> Reals:
        return np.stack([run_one(rtol, subject) for subject in range(subjects)])

    return run
