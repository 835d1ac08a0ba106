"""SciPy: LSODA through odeint, which steps in compiled code, with compiled rates and Jacobian."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from cases import Case, Reals, divide_run
from follow import follow_subject
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

        def cross(span: Reals, state: Reals) -> Reals:
            return _integrate.odeint(
                rates,
                state,
                span,
                args=(parameters,),
                Dfun=jacobian,
                tfirst=True,
                rtol=rtol,
                atol=rtol * floor,
                mxstep=MOST_STEPS,
                tcrit=[span[-1]],
            )

        return follow_subject(case, code, segments, subject, cross)

    def run(rtol: float, subjects: int) -> Reals:
        return np.stack([run_one(rtol, subject) for subject in range(subjects)])

    return run
