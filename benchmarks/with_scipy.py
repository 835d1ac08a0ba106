"""SciPy: LSODA through odeint, which steps in compiled code, with compiled rates and Jacobian."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from cases import Case, Reals, divide_run
from interface import Solver
from scalar_code import compile_scalar

# It ships no type information.
_integrate: Any = import_module("scipy.integrate")

MOST_STEPS = 100_000


def prepare(case: Case) -> Solver:
    """Return a function that runs the case, one subject at a time, restarted at each event."""
    code, segments, size = compile_scalar(case), divide_run(case), case.states
    floor = case.floor[:size]

    def rates(time: float, y: Reals, parameters: Reals) -> Reals:
        slope = np.empty(size)
        code.rates(time, y, parameters, slope)
        return slope

    def jacobian(time: float, y: Reals, parameters: Reals) -> Reals:
        matrix = np.zeros((size, size))
        code.jacobian(time, y, parameters, matrix)
        return matrix

    def run_one(rtol: float, subject: int) -> Reals:
        parameters = case.parameters[subject]
        state = case.initial[subject].copy()
        outputs = np.full((len(case.times), len(case.system.outputs)), np.nan)
        code.readouts(case.times[0], state, parameters, outputs[0])
        row = 1
        for segment in segments:
            for place, add, value in segment.changes:
                state[place] = value + (state[place] if add else 0.0)
            span = np.unique([segment.start, *segment.times, segment.stop])
            states = _integrate.odeint(
                rates,
                state,
                span,
                args=(parameters,),
                Dfun=jacobian,
                tfirst=True,
                rtol=rtol,
                atol=rtol * floor,
                mxstep=MOST_STEPS,
                tcrit=[segment.stop],
            )
            for time, point in zip(span[1:], states[1:], strict=True):
                if time in segment.times:
                    code.readouts(time, point, parameters, outputs[row])
                    row += 1
            state = states[-1].copy()
        return outputs

    def run(rtol: float, subjects: int) -> Reals:
        return np.stack([run_one(rtol, subject) for subject in range(subjects)])

    return run
