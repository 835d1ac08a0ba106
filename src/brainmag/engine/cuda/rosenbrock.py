# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""One Rosenbrock step of one subject, on a device.

The same method as :mod:`brainmag.engine.kernel.rosenbrock` for eight subjects at once.
"""

from __future__ import annotations

import numpy as np

from brainmag.engine import tableau
from brainmag.engine.cuda.functions import device, fill_rows
from brainmag.engine.cuda.stepping import evaluate, measure_error

STAGES = tableau.STAGES
GAMMA = tableau.GAMMA
EXPONENT = -1.0 / tableau.ERROR_ORDER

A = fill_rows(tableau.A, STAGES)
C = fill_rows(tableau.C, STAGES)
DENSE = fill_rows(tableau.DENSE, STAGES)
STAGE_TIME = np.array(tableau.STAGE_TIME)
TIME_DERIVATIVE = np.array(tableau.TIME_DERIVATIVE)


@device
def attempt(part, thread):
    """Try one step, no stage of which lies beyond the limit; return its error."""
    time, step = thread.time[0], thread.step[0]
    part.rates_and_jacobian(
        time,
        thread.states,
        thread.parameters,
        thread.constants,
        thread.held,
        thread.inputs[0],
        thread.slope,
        thread.jacobian,
        thread.time_slope,
    )
    part.factor(1.0 / GAMMA, step, thread.jacobian, thread.factors)
    for stage in range(STAGES):
        if stage > 0:
            place_stage(thread, stage)
            moved = min(time + STAGE_TIME[stage] * step, thread.limit[0])
            evaluate(part, thread, moved, thread.point, 0, thread.slope)
        weight = step * step * TIME_DERIVATIVE[stage]
        for k in range(thread.size):
            share = thread.stages[stage, k] if stage > 0 else 0.0
            share += step * thread.slope[k] + weight * thread.time_slope[k]
            thread.stages[stage, k] = share
        part.substitute(thread.factors, thread.stages[stage])
    return finish_step(thread)


@device
def finish_step(thread):
    """Set the new states; return the largest ratio of their errors and what their size allows."""
    error = 0.0
    for k in range(thread.size):
        estimate = thread.stages[STAGES - 1, k]
        old, new = thread.states[k], thread.point[k] + estimate
        thread.new_states[k] = new
        error = measure_error(thread, k, error, estimate, old, new)
    return error


@device
def place_stage(thread, stage):
    """Set the states at which a stage is evaluated, and its share of the earlier stages."""
    for k in range(thread.size):
        place = thread.states[k]
        share = 0.0
        for j in range(stage):
            value = thread.stages[j, k]
            share += C[stage, j] * value
            place += A[stage, j] * value
        thread.point[k] = place
        thread.stages[stage, k] = share


@device
def commit(thread):
    """Begin the next step where the one just made has ended."""
    for k in range(thread.size):
        thread.states[k] = thread.new_states[k]


@device
def measure_bend(thread, k):
    """Return the coefficients of a state's polynomial over the step just made."""
    a, b, c = 0.0, 0.0, 0.0
    for j in range(STAGES):
        stage = thread.stages[j, k]
        a += DENSE[0, j] * stage
        b += DENSE[1, j] * stage
        c += DENSE[2, j] * stage
    return a, b, c


@device
def interpolate(part, thread, fraction):
    """Put the states inside the step just made in ``point``."""
    past = 1.0 - fraction
    for k in range(thread.size):
        a, b, c = measure_bend(thread, k)
        inner = thread.new_states[k] + past * (a + fraction * (b + fraction * c))
        thread.point[k] = past * thread.states[k] + fraction * inner
