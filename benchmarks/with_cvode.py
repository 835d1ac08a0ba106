"""CVODE through scikit-sundae: an engine of the comparison, and at 1e-12 its judge."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from cases import Case, Reals, divide_run
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
        state = case.initial[subject].copy()
        outputs = np.full((len(case.times), len(case.system.outputs)), np.nan)
        code.readouts(case.times[0], state, parameters, outputs[0])
        row = 1
        for segment in segments:
            for place, add, value in segment.changes:
                state[place] = value + (state[place] if add else 0.0)
            span = np.unique([segment.start, *segment.times, segment.stop])
            answer = solver.solve(span, state)
            if not answer.success:
                break
            # Two points alone make it return every step.
            states = answer.y[np.searchsorted(answer.t, span)]
            for time, point in zip(span[1:], states[1:], strict=True):
                if time in segment.times:
                    code.readouts(time, point, parameters, outputs[row])
                    row += 1
            state = states[-1].copy()
        return outputs

    def run(rtol: float, subjects: int) -> Reals:
        return np.stack([run_one(rtol, subject) for subject in range(subjects)])

    return run
