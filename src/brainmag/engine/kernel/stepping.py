# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""The loop around the steps: step control, outputs, events.

Each lane has its own time and step size and waits at the next common time (an event or a stop)
until the others are there; a waiting lane is carried along and its result dropped, so no lane
ever depends on another.
"""

from __future__ import annotations

from brainmag.engine.arrays import PIECE_HEAD, PIECE_ROWS
from brainmag.engine.kernel.blocks import (
    AHEAD,
    INSIDE,
    RUNNING,
    attempt_of,
    choose,
    commit_of,
    compiled,
    dense_of,
    judge,
    look_at,
    propagate,
    rates_of,
    readouts,
    shift,
    trace,
)
from brainmag.engine.kernel.lanes import LANES


@compiled
def first_step(lane, n_states, states, slope, tolerances, span):
    """Return a careful first step: one that changes the states by about a hundredth."""
    size = 0.0
    speed = 0.0
    for i in range(n_states):
        value = abs(states[i * LANES + lane])
        allowed = tolerances[lane] * value + tolerances[(i + 1) * LANES + lane]
        size = max(size, value / allowed)
        speed = max(speed, abs(slope[i * LANES + lane]) / allowed)
    # Where a state starts from nothing the tolerance itself sets the scale.
    trial = 0.01 * max(size, 1.0) / speed if speed > 0.0 else span
    return min(trial, span) if trial == trial else span


@compiled
def is_active(block, lane):
    """Tell whether a lane still has to step towards its target."""
    return block.status[lane] == RUNNING and block.time[lane] < block.target[lane]


@compiled
def begin_segment(block, plan, segment, max_steps):
    """Set the target, the rates, and the first step after an event: that of the last like it."""
    slot = plan.slot[segment]
    for lane in range(LANES):
        block.limit[lane] = plan.limit[segment]
        block.target[lane] = plan.target[segment]
        block.end[lane] = plan.stop
        block.most[lane] = max_steps
        if slot >= 0:
            block.fresh[lane] = 1
            block.refused[lane] = 0
            block.wanted[lane] = block.memory[(slot + 1) * LANES + lane]
    rates_of(
        block.part,
        block.time,
        block.states,
        block.shared.parameters,
        block.shared.constants,
        block.held,
        block.shared.inputs,
        block.scratch,
    )
    for lane in range(LANES):
        if slot >= 0 and is_active(block, lane) and block.wanted[lane] <= 0.0:
            span = block.target[lane] - block.time[lane]
            block.wanted[lane] = first_step(
                lane, block.size, block.states, block.scratch, block.tolerances, span
            )


@compiled
def interpolate(block, lane, fraction, row):
    """Write one lane's states inside the step just made into an output row."""
    n = block.size
    past = 1.0 - fraction
    for i in range(n):
        k = i * LANES + lane
        a = block.dense[k]
        b = block.dense[n * LANES + k]
        c = block.dense[2 * n * LANES + k]
        d = block.dense[3 * n * LANES + k]
        bend = a + fraction * (b + fraction * (c + fraction * d))
        inner = block.new_states[k] + past * bend
        block.rows[row * n * LANES + k] = past * block.states[k] + fraction * inner


@compiled
def record_step(block, lane, reached, plan, segment):
    """Write the outputs of one lane that lie in the step just made."""
    last = plan.output_last[segment]
    first = plan.output_first[segment]
    while block.cursor[lane] < last:
        wanted = plan.output_time[block.cursor[lane]]
        if wanted > reached:
            break
        fraction = 1.0
        if wanted < reached:
            fraction = (wanted - block.time[lane]) / block.step[lane]
        interpolate(block, lane, fraction, block.cursor[lane] - first)
        block.cursor[lane] += 1


@compiled
def keep_piece(block, lane):
    """Keep what others will see of the step just made."""
    count = block.shared.piece_count[lane]
    rows = PIECE_ROWS * block.shows
    at = count * (PIECE_HEAD + rows) * LANES + lane
    pieces = block.shared.pieces
    pieces[at] = block.time[lane]
    pieces[at + LANES] = block.step[lane]
    for k in range(rows):
        pieces[at + (PIECE_HEAD + k) * LANES] = block.trace[k * LANES + lane]
    block.shared.piece_count[lane] = count + 1


@compiled
def look(block, what, lanes):
    """Give the lanes marked by 1 what they see of the leading part."""
    look_at(
        what,
        lanes,
        block.time,
        block.step,
        block.limit,
        block.shared.pieces,
        block.shared.piece_count,
        block.place,
        block.shared.inputs,
    )


@compiled
def choose_steps(block):
    """Set the step of every active lane; return whether there is one."""
    return choose(
        block.time, block.target, block.wanted, block.status, block.kept, block.step, block.active
    )


@compiled
def judge_steps(block, slot):
    """Accept or refuse the steps just tried."""
    memory = block.memory if slot < 0 else shift(block.memory, (slot + 1) * LANES)
    judge(
        block.time,
        block.target,
        block.end,
        block.step,
        block.error,
        block.growth,
        block.active,
        block.wanted,
        memory,
        block.status,
        block.attempts,
        block.most,
        block.fresh,
        block.refused,
        block.invalid,
        block.taken,
        block.reached,
    )


@compiled
def has_output(block, plan, segment):
    """Tell whether an output of any lane lies in the step just made."""
    last = plan.output_last[segment]
    if plan.output_first[segment] == last:
        return False
    for lane in range(LANES):
        cursor = block.cursor[lane]
        waiting = block.taken[lane] == 1.0 and cursor < last
        if waiting and plan.output_time[cursor] <= block.reached[lane]:
            return True
    return False


@compiled
def advance(block, plan, segment, with_columns):
    """Step all lanes of a block to their targets within a segment."""
    shared = block.shared
    while choose_steps(block) != 0:
        if plan.cancel[0] != 0:
            return
        if block.sees > 0:
            look(block, AHEAD, block.active)
        attempt_of(
            block.part,
            block.time,
            block.limit,
            block.step,
            block.states,
            shared.parameters,
            shared.constants,
            block.held,
            shared.inputs,
            block.tolerances,
            block.scratch,
            block.new_states,
            block.error,
            block.growth,
        )
        judge_steps(block, plan.slot[segment])
        if has_output(block, plan, segment):
            if block.sees > 0:
                look(block, INSIDE, block.taken)
            dense_of(
                block.part,
                block.time,
                block.limit,
                block.step,
                block.states,
                shared.parameters,
                shared.constants,
                block.held,
                shared.inputs,
                block.scratch,
                block.new_states,
                block.dense,
            )
            for lane in range(LANES):
                if block.taken[lane] == 1.0:
                    record_step(block, lane, block.reached[lane], plan, segment)
        if block.shows > 0:
            trace(block.states, block.new_states, block.scratch, block.trace)
            for lane in range(LANES):
                if block.taken[lane] == 1.0:
                    keep_piece(block, lane)
        if with_columns:
            for lane in range(LANES):
                block.column_step[lane] = block.taken[lane] * block.step[lane]
            propagate(block.column_step, block.scratch, block.columns)
        commit_of(
            block.part,
            block.taken,
            block.reached,
            block.states,
            block.new_states,
            block.scratch,
            block.time,
        )


@compiled
def record_start(block, plan):
    """Write the outputs at the very start, before any event."""
    for row in range(plan.output_last[0]):
        for k in range(block.size * LANES):
            block.rows[row * block.size * LANES + k] = block.states[k]
    for lane in range(LANES):
        block.cursor[lane] = plan.output_last[0]


@compiled
def flush_row(block, row, plan, k, order, first, count, sizes, outputs):
    """Compute the read-outs of one output row and store them subject by subject."""
    shared = block.shared
    for lane in range(LANES):
        shared.row_time[lane] = plan.output_time[k]
    readouts(shared.row_time, row, shared.parameters, shared.constants, shared.row_outputs)
    for lane in range(count):
        if block.cursor[lane] > k:
            place = (order[first + lane] * sizes.times + k) * sizes.outputs
            for j in range(sizes.outputs):
                outputs[place + j] = shared.row_outputs[j * LANES + lane]


@compiled
def flush_outputs(block, plan, segment, order, first, count, sizes, outputs):
    """Compute the read-outs of a segment's output rows."""
    begin = plan.output_first[segment]
    for k in range(begin, plan.output_last[segment]):
        row = shift(block.rows, (k - begin) * block.size * LANES)
        flush_row(block, row, plan, k, order, first, count, sizes, outputs)


@compiled
def apply_events(block, plan, segment, with_columns):
    """Apply the events at the end of a segment to every lane still running."""
    for e in range(plan.event_first[segment], plan.event_first[segment + 1]):
        state = plan.event_state[e]
        for lane in range(LANES):
            if block.status[lane] == RUNNING:
                k = state * LANES + lane
                if plan.event_add[e] != 0:
                    block.states[k] += plan.event_value[e]
                else:
                    block.states[k] = plan.event_value[e]
        if with_columns and plan.event_add[e] == 0:
            for j in range(block.size):
                for lane in range(LANES):
                    block.columns[(j * block.size + state) * LANES + lane] = 0.0
