# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""Blocks of subjects in compiled code: their arrays, their timetable, the model's own functions.

A block holds LANES subjects, stored lane by lane as :mod:`brainmag.engine.kernel.lanes` says.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
from numba import types
from numba.extending import intrinsic

from brainmag.engine.arrays import BENDS, INPUT_ROWS, LANE_REALS, LANE_WHOLES, PIECE_ROWS
from brainmag.engine.kernel.lanes import LANES, SYMBOL_PREFIX
from brainmag.engine.status import RUNNING, Status

# Whole numbers, since compiled code takes no enumeration.
FINISHED = int(Status.FINISHED)
INTERRUPTED = int(Status.INTERRUPTED)
NOT_CONVERGED = int(Status.NOT_CONVERGED)

REALS = types.CPointer(types.float64)
WHOLES = types.CPointer(types.int64)

# What their arguments are: REALS, or a whole number that says which of several alike is meant.
KERNEL_FUNCTIONS = {
    "setup": [REALS] * 2,
    "start": [REALS] * 4,
    "readouts": [REALS] * 5,
    "rates_of": [types.int64, *[REALS] * 7],
    "attempt_of": [types.int64, *[REALS] * 13],
    "dense_of": [types.int64, *[REALS] * 11],
    "commit_of": [types.int64, *[REALS] * 6],
    "choose": [*[REALS] * 3, WHOLES, WHOLES, REALS, REALS],
    "judge": [*[REALS] * 9, *[WHOLES] * 6, REALS, REALS],
    "propagate": [REALS] * 3,
    "trace": [REALS] * 4,
    "look_at": [types.int64, *[REALS] * 5, WHOLES, WHOLES, REALS],
    "cut": [REALS] * 6,
    "join": [REALS] * 3,
}

# Numbers of the parts, in the order in which brainmag.engine.kernel.build writes them.
WHOLE = 0
LEADING = 1
FOLLOWING = 2
# What is looked at: the times of the stages of the next step, or the middle of the one just made.
AHEAD = 0
INSIDE = 1


def _kernel_function(name):
    return types.ExternalFunction(SYMBOL_PREFIX + name, types.int64(*KERNEL_FUNCTIONS[name]))


setup = _kernel_function("setup")
start = _kernel_function("start")
readouts = _kernel_function("readouts")
rates_of = _kernel_function("rates_of")
attempt_of = _kernel_function("attempt_of")
dense_of = _kernel_function("dense_of")
commit_of = _kernel_function("commit_of")
choose = _kernel_function("choose")
judge = _kernel_function("judge")
propagate = _kernel_function("propagate")
trace = _kernel_function("trace")
look_at = _kernel_function("look_at")
cut = _kernel_function("cut")
join = _kernel_function("join")


def _shift(typing_context, pointer, count):
    """Return the pointer some elements further on."""

    def generate(context, builder, signature, arguments):
        element = context.get_data_type(signature.args[0].dtype)
        return builder.gep(arguments[0], [arguments[1]], source_etype=element)

    return pointer(pointer, types.int64), generate


shift: Any = intrinsic(_shift)

compiled = numba.njit(error_model="numpy")
"""Compile for use by other compiled functions; a division by zero gives infinity or NaN."""


class PartSizes(NamedTuple):
    """How large the arrays of one part are, and where they begin."""

    states: int
    scratch: int
    rows: int
    """Outputs between two common times that there is room for."""
    slots: int
    begin: int
    size: int
    """Entries all of it takes."""


class Sizes(NamedTuple):
    """How large everything is; an entry point receives it as an array in this order."""

    parameters: int
    constants: int
    outputs: int
    inputs: int
    """What the following part sees of the leading one; 0 for a model that was not cut."""
    max_steps: int
    times: int
    free: int
    max_iterations: int
    segments: int
    events: int
    end: int
    """Where the storage of all parts ends."""
    whole: PartSizes
    leading: PartSizes
    following: PartSizes


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


class Shared(NamedTuple):
    """The working arrays that the parts of a block of subjects have in common."""

    parameters: Any
    constants: Any
    """What depends on parameters only."""
    pieces: Any
    """What the following part is to see: for every step of the leading part its beginning, its
    length, and the states as polynomials."""
    piece_count: Any
    inputs: Any
    """The same at the times of a step of the following part."""
    row_states: Any
    row_time: Any
    row_outputs: Any


class Block(NamedTuple):
    """The working arrays of a block of subjects, for the whole model or one part of it."""

    part: int
    size: int
    """Number of states."""
    slots: int
    """Kinds of events that a first step is remembered for."""
    sees: int
    """Number of inputs."""
    shows: int
    """Number of states that are others' inputs."""
    shared: Shared
    states: Any
    held: Any
    """States of the whole model, for those that nothing but events moves."""
    new_states: Any
    time: Any
    limit: Any
    """Where the time of a stage ends: just before the end of the segment."""
    target: Any
    """Where each lane stops for the others."""
    end: Any
    """Where the run ends."""
    active: Any
    """1 where a lane has a step to make, else 0."""
    step: Any
    wanted: Any
    """The step a lane would take if nothing cut it short."""
    reached: Any
    error: Any
    growth: Any
    """By how much the next step may be longer."""
    taken: Any
    """1 where the step is accepted, else 0."""
    column_step: Any
    tolerances: Any
    scratch: Any
    """Working storage of a step; begins with the rates at the beginning of one."""
    dense: Any
    trace: Any
    memory: Any
    """A place that does not count, then the first step after the last event of each kind."""
    rows: Any
    """States at the outputs of a segment."""
    columns: Any
    """Sensitivity of the states to those at the start, column after column."""
    status: Any
    attempts: Any
    most: Any
    """How many attempts there may be."""
    kept: Any
    """Steps kept for others to see."""
    fresh: Any
    """1 until the first step after an event is accepted."""
    refused: Any
    """1 after a refused step."""
    invalid: Any
    """Steps in a row whose error was not a number."""
    cursor: Any
    """Next output."""
    place: Any
    """The piece of the leading part that holds a lane's time."""


@compiled
def gather(source, order, first, last, width, target):
    """Copy rows of subjects into lanes; lanes past the last subject repeat it."""
    for lane in range(LANES):
        subject = order[min(first + lane, last)]
        for i in range(width):
            target[i * LANES + lane] = source[subject * width + i]


@compiled
def scatter(source, order, first, count, width, target):
    """Copy lanes back into the rows of their subjects."""
    for lane in range(count):
        for i in range(width):
            target[order[first + lane] * width + i] = source[i * LANES + lane]


@compiled
def read_part(array):
    """Name the entries of the sizes of one part."""
    return PartSizes(array[0], array[1], array[2], array[3], array[4], array[5])


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
        read_part(shift(array, 11)),
        read_part(shift(array, 17)),
        read_part(shift(array, 23)),
    )


@compiled
def make_shared(sizes, real_work, whole_work):
    """Lay out what the parts of a block share, at the beginning of the working storage."""
    at = 0
    parameters = shift(real_work, at)
    at += sizes.parameters * LANES
    constants = shift(real_work, at)
    at += sizes.constants * LANES
    row_outputs = shift(real_work, at)
    at += sizes.outputs * LANES
    row_states = shift(real_work, at)
    at += sizes.whole.states * LANES
    row_time = shift(real_work, at)
    at += LANES
    inputs = shift(real_work, at)
    at += INPUT_ROWS * sizes.inputs * LANES
    pieces = shift(real_work, at)
    return Shared(
        parameters, constants, pieces, whole_work, inputs, row_states, row_time, row_outputs
    )


@compiled
def make_block(part, room, sees, shows, shared, held, tolerances, columns, real_work, whole_work):
    """Lay out the arrays of one part of a block of subjects."""
    n = room.states
    at = room.begin * LANES
    states = shift(real_work, at)
    at += n * LANES
    new_states = shift(real_work, at)
    at += n * LANES
    lane = at
    at += LANE_REALS * LANES
    scratch = shift(real_work, at)
    at += room.scratch * LANES
    coefficients = shift(real_work, at)
    at += BENDS * n * LANES
    traced = shift(real_work, at)
    at += PIECE_ROWS * (shows + sees) * LANES
    memory = shift(real_work, at)
    at += (room.slots + 1) * LANES
    rows = shift(real_work, at)
    at += room.rows * n * LANES
    wholes = shift(whole_work, (1 + part * LANE_WHOLES) * LANES)
    # A part that shows nothing keeps nothing: its own count stays 0.
    kept = shared.piece_count if shows > 0 else shift(wholes, 8 * LANES)
    return Block(
        part,
        n,
        room.slots,
        sees,
        shows,
        shared,
        states,
        held,
        new_states,
        shift(real_work, lane),
        shift(real_work, lane + LANES),
        shift(real_work, lane + 2 * LANES),
        shift(real_work, lane + 3 * LANES),
        shift(real_work, lane + 4 * LANES),
        shift(real_work, lane + 5 * LANES),
        shift(real_work, lane + 6 * LANES),
        shift(real_work, lane + 7 * LANES),
        shift(real_work, lane + 8 * LANES),
        shift(real_work, lane + 9 * LANES),
        shift(real_work, lane + 10 * LANES),
        shift(real_work, lane + 11 * LANES),
        tolerances,
        scratch,
        coefficients,
        traced,
        memory,
        rows,
        columns,
        wholes,
        shift(wholes, LANES),
        shift(wholes, 2 * LANES),
        kept,
        shift(wholes, 3 * LANES),
        shift(wholes, 4 * LANES),
        shift(wholes, 5 * LANES),
        shift(wholes, 6 * LANES),
        shift(wholes, 7 * LANES),
    )


@compiled
def make_whole(sizes, tolerances, real_work, whole_work):
    """Return the block of the whole model."""
    shared = make_shared(sizes, real_work, whole_work)
    states = shift(real_work, sizes.whole.begin * LANES)
    columns = shift(real_work, sizes.end * LANES)
    return make_block(
        WHOLE, sizes.whole, 0, 0, shared, states, tolerances, columns, real_work, whole_work
    )


@compiled
def make_part(part, room, sees, shows, whole, real_work, whole_work):
    """Return the block of a part of the model; its own tolerances stand behind its arrays."""
    behind = room.begin + room.size - room.states - 1
    tolerances = shift(real_work, behind * LANES)
    return make_block(
        part,
        room,
        sees,
        shows,
        whole.shared,
        whole.states,
        tolerances,
        whole.columns,
        real_work,
        whole_work,
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
def forget_steps(block):
    """Forget which step suited which kind of event."""
    for k in range((block.slots + 1) * LANES):
        block.memory[k] = 0.0


@compiled
def load_subjects(block, begin, order, first, count, last, sizes, initial, parameters):
    """Put a block of subjects at the start of a run."""
    gather(parameters, order, first, last, sizes.parameters, block.shared.parameters)
    setup(block.shared.parameters, block.shared.constants)
    gather(initial, order, first, last, block.size, block.states)
    reset_lanes(block, begin, count)
    forget_steps(block)
