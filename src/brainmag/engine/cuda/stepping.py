# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""One Rosenbrock step of one subject, and the control of its size, on a device.

The same method and the same decisions as :mod:`brainmag.engine.stepper` and
:mod:`brainmag.engine.stepping` make for eight subjects at once; the functions are named alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from brainmag.engine import tableau
from brainmag.engine.blocks import RUNNING
from brainmag.engine.control import (
    EXPONENT,
    LARGEST_CUT,
    LARGEST_GROWTH,
    MOST_NOT_FINITE,
    SAFETY,
)
from brainmag.engine.cuda.functions import device, maximum
from brainmag.engine.status import Status

STAGES = tableau.STAGES
GAMMA = tableau.GAMMA

NOT_FINITE = int(Status.NOT_FINITE)
STEP_TOO_SMALL = int(Status.STEP_TOO_SMALL)


def _fill(rows):
    """Return rows of different lengths as a matrix, zero where there is nothing."""
    return np.array([[*row, *[0.0] * (STAGES - len(row))] for row in rows])


A = _fill(tableau.A)
C = _fill(tableau.C)
DENSE = _fill(tableau.DENSE)
STAGE_TIME = np.array(tableau.STAGE_TIME)
TIME_DERIVATIVE = np.array(tableau.TIME_DERIVATIVE)


class Model(NamedTuple):
    """Functions of a model; :mod:`brainmag.engine.cuda.source` writes them."""

    setup: Any
    rates: Any
    rates_and_jacobian: Any
    readouts: Any
    factor: Any
    substitute: Any


class Thread(NamedTuple):
    """The working arrays of one subject; what would be a plain number has one entry."""

    size: int
    """Number of states."""
    parameters: Any
    constants: Any
    """What depends on parameters only."""
    tolerances: Any
    """The relative one and then each state's absolute one."""
    memory: Any
    """First step after the last event of each kind."""
    states: Any
    new_states: Any
    point: Any
    """States in the middle of a step."""
    slope: Any
    time_slope: Any
    jacobian: Any
    factors: Any
    stages: Any
    time: Any
    step: Any
    wanted: Any
    """The step to take if nothing cuts it short."""
    status: Any
    attempts: Any
    fresh: Any
    """1 until the first step after an event is accepted."""
    refused: Any
    """1 after a refused step."""
    invalid: Any
    """Steps in a row whose error was not a number."""
    cursor: Any
    """Next output."""


@device
def attempt(model, thread, limit):
    """Try one step, no stage of which lies beyond the limit; return its error."""
    time, step, last = thread.time[0], thread.step[0], thread.stages[STAGES - 1]
    model.rates_and_jacobian(
        time,
        thread.states,
        thread.parameters,
        thread.constants,
        thread.slope,
        thread.jacobian,
        thread.time_slope,
    )
    model.factor(1.0 / GAMMA, step, thread.jacobian, thread.factors)
    for stage in range(STAGES):
        if stage > 0:
            place_stage(thread, stage)
            moved = min(time + STAGE_TIME[stage] * step, limit)
            model.rates(moved, thread.point, thread.parameters, thread.constants, thread.slope)
        weight = step * step * TIME_DERIVATIVE[stage]
        for k in range(thread.size):
            share = thread.stages[stage, k] if stage > 0 else 0.0
            share += step * thread.slope[k] + weight * thread.time_slope[k]
            thread.stages[stage, k] = share
        model.substitute(thread.factors, thread.stages[stage])
    error = 0.0
    for k in range(thread.size):
        new = thread.point[k] + last[k]
        thread.new_states[k] = new
        size = maximum(abs(thread.states[k]), abs(new))
        allowed = thread.tolerances[0] * size + thread.tolerances[k + 1]
        error = maximum(error, abs(last[k]) / allowed)
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
def begin_segment(model, thread, target, slot):
    """Choose the first step after an event: the one that suited the last event of its kind."""
    if slot < 0:
        return
    thread.fresh[0] = 1
    thread.refused[0] = 0
    thread.wanted[0] = thread.memory[slot]
    if thread.wanted[0] <= 0.0:
        time = thread.time[0]
        model.rates(time, thread.states, thread.parameters, thread.constants, thread.slope)
        thread.wanted[0] = first_step(thread, target - time)


@device
def choose_step(thread, target):
    """Set the next step towards the target."""
    rest = target - thread.time[0]
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
def interpolate(thread, fraction):
    """Put the states inside the step just made in ``point``."""
    past = 1.0 - fraction
    for k in range(thread.size):
        a, b, c = 0.0, 0.0, 0.0
        for j in range(STAGES):
            stage = thread.stages[j, k]
            a += DENSE[0, j] * stage
            b += DENSE[1, j] * stage
            c += DENSE[2, j] * stage
        bend = a + fraction * (b + fraction * c)
        inner = thread.new_states[k] + past * bend
        thread.point[k] = past * thread.states[k] + fraction * inner


@device
def is_running(thread):
    """Tell whether nothing has stopped a subject yet."""
    return thread.status[0] == RUNNING
