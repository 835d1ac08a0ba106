# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""What steps of any method need, and the control of their size, on a device.

The same decisions as :mod:`brainmag.engine.kernel.lane_control` and
:mod:`brainmag.engine.kernel.stepping` make for eight subjects at once.
"""

from __future__ import annotations

from brainmag.engine.arrays import PIECES
from brainmag.engine.control import LARGEST_CUT, LARGEST_GROWTH, MOST_NOT_FINITE, SAFETY
from brainmag.engine.cuda.functions import device, maximum
from brainmag.engine.status import RUNNING, Status

# Whole numbers, since compiled code takes no enumeration.
NOT_FINITE = int(Status.NOT_FINITE)
STEP_TOO_SMALL = int(Status.STEP_TOO_SMALL)


@device
def evaluate(part, thread, time, states, row, slope):
    """Compute the rates at given states and one of the inputs of a step."""
    part.rates(
        time,
        states,
        thread.parameters,
        thread.constants,
        thread.held,
        thread.inputs[row],
        slope,
    )


@device
def measure_error(thread, k, error, estimate, old, new):
    """Return the largest ratio so far of the error of a state and what its size allows."""
    size = maximum(abs(old), abs(new))
    allowed = thread.tolerances[0] * size + thread.tolerances[k + 1]
    return maximum(error, abs(estimate) / allowed)


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
    """Set the target, the rates, and the first step after an event: that of the last like it."""
    slot = plan.slot[segment]
    thread.limit[0] = plan.limit[segment]
    thread.target[0] = plan.target[segment]
    evaluate(part, thread, thread.time[0], thread.states, 0, thread.slope)
    if slot < 0:
        return
    thread.fresh[0] = 1
    thread.refused[0] = 0
    thread.wanted[0] = thread.memory[slot]
    if is_active(thread) and thread.wanted[0] <= 0.0:
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
def judge_step(thread, error, exponent, slot):
    """Accept or refuse a step; return whether it is accepted."""
    step = thread.step[0]
    thread.attempts[0] += 1
    if error <= 1.0:
        growth = LARGEST_GROWTH
        if error > 0.0:
            growth = min(LARGEST_GROWTH, max(LARGEST_CUT, SAFETY * error**exponent))
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
        thread.wanted[0] = step * max(LARGEST_CUT, SAFETY * error**exponent)
    if thread.invalid[0] > MOST_NOT_FINITE:
        thread.status[0] = NOT_FINITE
    elif thread.time[0] + 0.25 * thread.wanted[0] == thread.time[0]:
        thread.status[0] = STEP_TOO_SMALL if thread.invalid[0] == 0 else NOT_FINITE
    return False
