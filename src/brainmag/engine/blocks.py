# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""Blocks of subjects in compiled code: their arrays, their timetable, the model's own functions.

A block holds LANES subjects, stored lane by lane as :mod:`brainmag.engine.lanes` says.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
from numba import types
from numba.extending import intrinsic

from brainmag.engine.arrays import LANE_REALS
from brainmag.engine.lanes import LANES, SYMBOL_PREFIX
from brainmag.engine.status import Status

# Whole numbers, since compiled code takes no enumeration.
RUNNING = 0
FINISHED = int(Status.FINISHED)
TOO_MANY_STEPS = int(Status.TOO_MANY_STEPS)
STEP_TOO_SMALL = int(Status.STEP_TOO_SMALL)
NOT_FINITE = int(Status.NOT_FINITE)
INTERRUPTED = int(Status.INTERRUPTED)
NOT_CONVERGED = int(Status.NOT_CONVERGED)

REALS = types.CPointer(types.float64)
WHOLES = types.CPointer(types.int64)

KERNEL_FUNCTIONS = {
    "setup": 2,
    "start": 4,
    "rates": 5,
    "readouts": 5,
    "attempt": 10,
    "dense": 2,
    "commit": 3,
    "propagate": 3,
}


def _kernel_function(name):
    return types.ExternalFunction(
        SYMBOL_PREFIX + name, types.int64(*[REALS] * KERNEL_FUNCTIONS[name])
    )


setup = _kernel_function("setup")
start = _kernel_function("start")
rates = _kernel_function("rates")
readouts = _kernel_function("readouts")
attempt = _kernel_function("attempt")
dense = _kernel_function("dense")
commit = _kernel_function("commit")
propagate = _kernel_function("propagate")


def _shift(typing_context, pointer, count):
    """Return the pointer some elements further on."""

    def generate(context, builder, signature, arguments):
        element = context.get_data_type(signature.args[0].dtype)
        return builder.gep(arguments[0], [arguments[1]], source_etype=element)

    return pointer(pointer, types.int64), generate


shift: Any = intrinsic(_shift)

compiled = numba.njit(error_model="numpy")
"""Compile for use by other compiled functions; a division by zero gives infinity or NaN."""


class Sizes(NamedTuple):
    """How large everything is; an entry point receives it as an array in this order."""

    states: int
    parameters: int
    constants: int
    outputs: int
    scratch: int
    slots: int
    rows: int
    max_steps: int
    times: int
    free: int
    max_iterations: int
    segments: int
    events: int


class Plan(NamedTuple):
    """What is common to all subjects; :class:`brainmag.engine.plan.Plan` says what each part is."""

    segments: int
    stop: float
    target: Any
    limit: Any
    slot: Any
    event_first: Any
    event_state: Any
    event_add: Any
    event_value: Any
    output_first: Any
    output_last: Any
    output_time: Any
    cancel: Any


class Block(NamedTuple):
    """The working arrays of a block of subjects."""

    size: int
    """Number of states."""
    parameters: Any
    constants: Any
    """What depends on parameters only."""
    states: Any
    new_states: Any
    time: Any
    limit: Any
    """Where the time of a stage ends: just before the target."""
    step: Any
    wanted: Any
    """The step a lane would take if nothing cut it short."""
    reached: Any
    error: Any
    taken: Any
    """1 where the step is accepted, else 0."""
    column_step: Any
    tolerances: Any
    scratch: Any
    dense: Any
    memory: Any
    """First step after the last event of each kind."""
    rows: Any
    """States at the outputs of a segment."""
    row_time: Any
    row_outputs: Any
    columns: Any
    """Sensitivity of the states to those at the start, column after column."""
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


@compiled
def gather(source, first, last, width, target):
    """Copy rows of subjects into lanes; lanes past the last subject repeat it."""
    for lane in range(LANES):
        subject = min(first + lane, last)
        for i in range(width):
            target[i * LANES + lane] = source[subject * width + i]


@compiled
def scatter(source, first, count, width, target):
    """Copy lanes back into the rows of their subjects."""
    for lane in range(count):
        for i in range(width):
            target[(first + lane) * width + i] = source[i * LANES + lane]


@compiled
def read_sizes(array):
    """Name the entries of an array of sizes."""
    return Sizes(
        array[0],
        array[1],
        array[2],
        array[3],
        array[4],
        array[5],
        array[6],
        array[7],
        array[8],
        array[9],
        array[10],
        array[11],
        array[12],
    )


@compiled
def make_block(sizes, tolerances, real_work, whole_work):
    """Divide the working storage of one thread among the arrays of a block."""
    n = sizes.states
    at = 0
    parameters = shift(real_work, at)
    at += sizes.parameters * LANES
    constants = shift(real_work, at)
    at += sizes.constants * LANES
    states = shift(real_work, at)
    at += n * LANES
    new_states = shift(real_work, at)
    at += n * LANES
    per_lane = at
    at += LANE_REALS * LANES
    scratch = shift(real_work, at)
    at += sizes.scratch * LANES
    coefficients = shift(real_work, at)
    at += 3 * n * LANES
    memory = shift(real_work, at)
    at += sizes.slots * LANES
    row_outputs = shift(real_work, at)
    at += sizes.outputs * LANES
    rows = shift(real_work, at)
    at += sizes.rows * n * LANES
    columns = shift(real_work, at)
    return Block(
        n,
        parameters,
        constants,
        states,
        new_states,
        shift(real_work, per_lane),
        shift(real_work, per_lane + 8 * LANES),
        shift(real_work, per_lane + LANES),
        shift(real_work, per_lane + 2 * LANES),
        shift(real_work, per_lane + 3 * LANES),
        shift(real_work, per_lane + 4 * LANES),
        shift(real_work, per_lane + 5 * LANES),
        shift(real_work, per_lane + 6 * LANES),
        tolerances,
        scratch,
        coefficients,
        memory,
        rows,
        shift(real_work, per_lane + 7 * LANES),
        row_outputs,
        columns,
        whole_work,
        shift(whole_work, LANES),
        shift(whole_work, 2 * LANES),
        shift(whole_work, 3 * LANES),
        shift(whole_work, 4 * LANES),
        shift(whole_work, 5 * LANES),
    )


@compiled
def make_plan(sizes, whole_plan, real_plan):
    """Find the parts of a plan in its two arrays."""
    segments, events = sizes.segments, sizes.events
    return Plan(
        segments,
        real_plan[segments - 1],
        real_plan,
        shift(real_plan, segments),
        shift(whole_plan, 1),
        shift(whole_plan, 1 + 3 * segments),
        shift(whole_plan, 2 + 4 * segments),
        shift(whole_plan, 2 + 4 * segments + events),
        shift(real_plan, 2 * segments),
        shift(whole_plan, 1 + segments),
        shift(whole_plan, 1 + 2 * segments),
        shift(real_plan, 2 * segments + events),
        whole_plan,
    )


@compiled
def reset_lanes(block, begin, count):
    """Put the lanes of a block at the start; lanes without a subject never run."""
    for lane in range(LANES):
        block.time[lane] = begin
        block.step[lane] = 1.0
        block.wanted[lane] = 0.0
        block.attempts[lane] = 0
        block.invalid[lane] = 0
        block.cursor[lane] = 0
        block.status[lane] = RUNNING if lane < count else FINISHED


@compiled
def load_subjects(block, begin, first, count, last, sizes, initial, parameters):
    """Put a block of subjects at the start of a run."""
    gather(parameters, first, last, sizes.parameters, block.parameters)
    setup(block.parameters, block.constants)
    gather(initial, first, last, block.size, block.states)
    reset_lanes(block, begin, count)
