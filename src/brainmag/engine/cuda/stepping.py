# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""One Rosenbrock step of one subject, and the control of its size, on a device.

The same method and the same decisions as :mod:`brainmag.engine.kernel.stepper`,
:mod:`brainmag.engine.kernel.lane_control` and :mod:`brainmag.engine.kernel.stepping` make for
eight subjects at once.
"""

from __future__ import annotations

import numpy as np

from brainmag.engine import tableau
from brainmag.engine.arrays import INPUT_ROWS, PIECES
from brainmag.engine.control import (
    EXPONENT,
    LARGEST_CUT,
    LARGEST_GROWTH,
    MOST_NOT_FINITE,
    SAFETY,
)
from brainmag.engine.cuda.functions import device, maximum
from brainmag.engine.status import RUNNING, Status

# Whole numbers, since compiled code takes no enumeration.
NOT_FINITE = int(Status.NOT_FINITE)
STEP_TOO_SMALL = int(Status.STEP_TOO_SMALL)

STAGES = tableau.STAGES
GAMMA = tableau.GAMMA


def _fill(rows):
    """Return rows of different lengths as a matrix, zero where there is nothing."""
    return np.array([[*row, *[0.0] * (STAGES - len(row))] for row in rows])


A = _fill(tableau.A)
C = _fill(tableau.C)
DENSE = _fill(tableau.DENSE)
STAGE_TIME = np.array(tableau.STAGE_TIME)
TIME_DERIVATIVE = np.array(tableau.TIME_DERIVATIVE)
# Which of the inputs of a step belong to each stage; what a step begins and ends with.
INPUT_ROW = np.array([tableau.INPUT_TIMES.index(time) for time in tableau.STAGE_TIME])
LAST_ROW = tableau.INPUT_TIMES.index(1.0)


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
        thread.inputs[INPUT_ROWS - 1],
        thread.slope,
        thread.jacobian,
        thread.time_slope,
    )
    part.factor(1.0 / GAMMA, step, thread.jacobian, thread.factors)
    for stage in range(STAGES):
        if stage > 0:
            place_stage(thread, stage)
            moved = min(time + STAGE_TIME[stage] * step, thread.limit[0])
            evaluate(part, thread, moved, thread.point, INPUT_ROW[stage])
        weight = step * step * TIME_DERIVATIVE[stage]
        for k in range(thread.size):
            share = thread.stages[stage, k] if stage > 0 else 0.0
            share += step * thread.slope[k] + weight * thread.time_slope[k]
            thread.stages[stage, k] = share
        part.substitute(thread.factors, thread.stages[stage])
    return finish_step(thread)


@device
def evaluate(part, thread, time, states, row):
    """Compute the rates at given states, and at one of the inputs of a step."""
    part.rates(
        time,
        states,
        thread.parameters,
        thread.constants,
        thread.held,
        thread.inputs[row],
        thread.slope,
    )


@device
def finish_step(thread):
    """Set the new states; return the largest ratio of their errors and what their size allows."""
    error = 0.0
    for k in range(thread.size):
        estimate = thread.stages[STAGES - 1, k]
        old = thread.states[k]
        new = thread.point[k] + estimate
        thread.new_states[k] = new
        if k < thread.completed:
            old += thread.inputs[0, k]
            new += thread.inputs[LAST_ROW, k]
        size = maximum(abs(old), abs(new))
        allowed = thread.tolerances[0] * size + thread.tolerances[k + 1]
        error = maximum(error, abs(estimate) / allowed)
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
def first_step(thread, span):
    """Return a careful first step: one that changes the states by about a hundredth."""
    size = 0.0
    speed = 0.0
    for i in range(thread.size):
        value = abs(thread.states[i])
        allowed = thread.tolerances[0] * value + thread.tolerances[i + 1]
        size = max(size, value / allowed)
        speed = max(speed, abs(thread.slope[i]) / allowed)
    # Where a state starts from nothing the tolerance itself sets the scale.
    trial = 0.01 * max(size, 1.0) / speed if speed > 0.0 else span
    return min(trial, span) if trial == trial else span


@device
def is_running(thread):
    """Tell whether nothing has stopped a subject yet."""
    return thread.status[0] == RUNNING


@device
def is_active(thread):
    """Tell whether a subject still has to step: to its target, while others can keep up."""
    if thread.shows > 0 and thread.piece_count[0] >= PIECES:
        return False
    return is_running(thread) and thread.time[0] < thread.target[0]


@device
def begin_segment(part, thread, plan, segment):
    """Set the target, and the first step after an event: that of the last event of its kind."""
    slot = plan.slot[segment]
    thread.limit[0] = plan.limit[segment]
    thread.target[0] = plan.target[segment]
    if slot < 0:
        return
    thread.fresh[0] = 1
    thread.refused[0] = 0
    thread.wanted[0] = thread.memory[slot]
    if is_active(thread) and thread.wanted[0] <= 0.0:
        evaluate(part, thread, thread.time[0], thread.states, 0)
        thread.wanted[0] = first_step(thread, thread.target[0] - thread.time[0])


@device
def choose_step(thread):
    """Set the next step towards the target."""
    rest = thread.target[0] - thread.time[0]
    step = thread.wanted[0]
    if step >= rest:
        step = rest
    elif step > 0.5 * rest:
        # Two equal steps instead of a long and a very short one.
        step = 0.5 * rest
    thread.step[0] = step


@device
def judge_step(thread, error, slot):
    """Accept or refuse a step; return whether it is accepted."""
    step = thread.step[0]
    thread.attempts[0] += 1
    if error <= 1.0:
        growth = LARGEST_GROWTH
        if error > 0.0:
            growth = min(LARGEST_GROWTH, max(LARGEST_CUT, SAFETY * error**EXPONENT))
        if thread.refused[0] != 0:
            growth = min(growth, 1.0)
        proposal = step * growth
        if step < thread.wanted[0]:
            # A step cut short by the target says nothing against the longer one.
            proposal = max(proposal, thread.wanted[0])
        thread.wanted[0] = proposal
        if thread.fresh[0] != 0 and slot >= 0:
            thread.memory[slot] = proposal
        thread.fresh[0] = 0
        thread.refused[0] = 0
        thread.invalid[0] = 0
        return True
    thread.refused[0] = 1
    if error != error or error > 1e300:
        thread.invalid[0] += 1
        thread.wanted[0] = step * 0.1
    else:
        thread.wanted[0] = step * max(LARGEST_CUT, SAFETY * error**EXPONENT)
    if thread.invalid[0] > MOST_NOT_FINITE:
        thread.status[0] = NOT_FINITE
    elif thread.time[0] + 0.25 * thread.wanted[0] == thread.time[0]:
        thread.status[0] = STEP_TOO_SMALL if thread.invalid[0] == 0 else NOT_FINITE
    return False


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
def interpolate(thread, fraction):
    """Put the states inside the step just made in ``point``."""
    past = 1.0 - fraction
    for k in range(thread.size):
        a, b, c = measure_bend(thread, k)
        inner = thread.new_states[k] + past * (a + fraction * (b + fraction * c))
        thread.point[k] = past * thread.states[k] + fraction * inner
