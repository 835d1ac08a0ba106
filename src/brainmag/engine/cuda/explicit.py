# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""One explicit Runge-Kutta step of one subject, on a device.

The same method as :mod:`brainmag.engine.kernel.explicit` for eight subjects at once. A step begins
with the rates in ``slope``, which stay there as long as it is refused.
"""

from __future__ import annotations

import numpy as np

from brainmag.engine import verner
from brainmag.engine.cuda.functions import device, fill_rows
from brainmag.engine.cuda.stepping import evaluate, measure_error

STAGES = verner.STAGES
# The last row holds the rates in the middle of a step.
ROWS = STAGES + 1
MIDDLE_TIME = verner.MIDDLE_TIME

WEIGHTS = fill_rows((*verner.A, verner.MIDDLE), STAGES)
ERROR = np.array(verner.ERROR)
STAGE_TIME = np.array(verner.STAGE_TIME)
# Which of the inputs of a step belong to each stage.
INPUT_ROW = np.array([verner.INPUT_TIMES.index(time) for time in verner.STAGE_TIME])
MIDDLE_ROW = verner.INPUT_TIMES.index(verner.MIDDLE_TIME)
LAST_ROW = verner.INPUT_TIMES.index(1.0)
EXPONENT = -1.0 / verner.ERROR_ORDER


@device
def attempt(part, thread):
    """Try one step, no stage of which lies beyond the limit; return its error."""
    for k in range(thread.size):
        thread.stages[0, k] = thread.slope[k]
    for stage in range(1, STAGES):
        place_stage(thread, stage, thread.new_states)
        moved = min(thread.time[0] + STAGE_TIME[stage] * thread.step[0], thread.limit[0])
        row = INPUT_ROW[stage]
        evaluate(part, thread, moved, thread.new_states, row, thread.stages[stage])
    error = 0.0
    for k in range(thread.size):
        estimate = 0.0
        for j in range(STAGES):
            estimate += ERROR[j] * thread.stages[j, k]
        old, new = thread.states[k], thread.new_states[k]
        if k < thread.completed:
            old += thread.inputs[0, k]
            new += thread.inputs[LAST_ROW, k]
        error = measure_error(thread, k, error, thread.step[0] * estimate, old, new)
    return error


@device
def place_stage(thread, stage, point):
    """Set the states that the weights of a stage lead to."""
    for k in range(thread.size):
        change = 0.0
        for j in range(min(stage, STAGES)):
            change += WEIGHTS[stage, j] * thread.stages[j, k]
        point[k] = thread.states[k] + thread.step[0] * change


@device
def commit(thread):
    """Begin the next step where the one just made has ended."""
    for k in range(thread.size):
        thread.states[k] = thread.new_states[k]
        thread.slope[k] = thread.stages[STAGES - 1, k]


@device
def interpolate(part, thread, fraction):
    """Put the states inside the step just made in ``point``: see the vector code for the bends."""
    place_stage(thread, STAGES, thread.point)
    moved = min(thread.time[0] + MIDDLE_TIME * thread.step[0], thread.limit[0])
    evaluate(part, thread, moved, thread.point, MIDDLE_ROW, thread.stages[STAGES])
    past, step = 1.0 - fraction, thread.step[0]
    for k in range(thread.size):
        old, new = thread.states[k], thread.new_states[k]
        whole = new - old
        first = step * thread.stages[0, k] - whole
        last = whole - step * thread.stages[STAGES - 1, k]
        height = 4.0 * (thread.point[k] - old) - 2.0 * whole
        change = last - first
        fourth = 4.0 * (change - 4.0 * (step * thread.stages[STAGES, k] - whole))
        third = 2.0 * change + 4.0 * (first - height) - 1.5 * fourth
        second = change - third - fourth
        bend = first + fraction * (second + fraction * (third + fraction * fourth))
        thread.point[k] = past * old + fraction * (new + past * bend)
