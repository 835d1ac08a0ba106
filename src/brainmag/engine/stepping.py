# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""The loop around the steps: step control, outputs, events.

Each lane has its own time and step size and waits at the next common time (an event or a stop)
until the others are there; a waiting lane is carried along and its result dropped, so no lane
ever depends on another.
"""

from __future__ import annotations

from brainmag.engine.arrays import PIECE_HEAD, PIECE_ROWS, PIECES
from brainmag.engine.blocks import (
    NOT_FINITE,
    RUNNING,
    STEP_TOO_SMALL,
    TOO_MANY_STEPS,
    attempt_of,
    commit_of,
    compiled,
    dense_of,
    propagate,
    rates_of,
    readouts,
    shift,
    trace,
)
from brainmag.engine.control import MOST_NOT_FINITE
from brainmag.engine.lanes import LANES
from brainmag.engine.tableau import INPUT_TIMES


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
    """Tell whether a lane still has to step: towards its target, while others can keep up."""
    if block.shows > 0 and block.shared.piece_count[lane] >= PIECES:
        return False
    return block.status[lane] == RUNNING and block.time[lane] < block.target[lane]


@compiled
def begin_segment(block, plan, segment):
    """Set the target, and the first step after an event: that of the last event of its kind."""
    slot = plan.slot[segment]
    unknown = False
    for lane in range(LANES):
        block.limit[lane] = plan.limit[segment]
        block.target[lane] = plan.target[segment]
        if slot >= 0:
            block.fresh[lane] = 1
            block.refused[lane] = 0
            block.wanted[lane] = block.memory[slot * LANES + lane]
            if is_active(block, lane) and block.wanted[lane] <= 0.0:
                unknown = True
    if not unknown:
        return
    rates_of(
        block.part,
        block.time,
        block.states,
        block.shared.parameters,
        block.shared.constants,
        block.held,
        block.shared.inputs,
        block.new_states,
    )
    for lane in range(LANES):
        if is_active(block, lane) and block.wanted[lane] <= 0.0:
            span = block.target[lane] - block.time[lane]
            block.wanted[lane] = first_step(
                lane, block.size, block.states, block.new_states, block.tolerances, span
            )


@compiled
def choose_steps(block):
    """Set the step of every active lane; return how many there are."""
    active = 0
    for lane in range(LANES):
        if is_active(block, lane):
            active += 1
            rest = block.target[lane] - block.time[lane]
            step = block.wanted[lane]
            if step >= rest:
                step = rest
            elif step > 0.5 * rest:
                # Two equal steps instead of a long and a very short one.
                step = 0.5 * rest
            block.step[lane] = step
    return active


@compiled
def judge_step(block, lane, slot):
    """Accept or refuse the step of one lane; return whether it is accepted."""
    error = block.error[lane]
    step = block.step[lane]
    block.attempts[lane] += 1
    if error <= 1.0:
        growth = block.growth[lane]
        if block.refused[lane] != 0:
            growth = min(growth, 1.0)
        proposal = step * growth
        if step < block.wanted[lane]:
            # A step cut short by the target says nothing against the longer one.
            proposal = max(proposal, block.wanted[lane])
        block.wanted[lane] = proposal
        if block.fresh[lane] != 0 and slot >= 0:
            block.memory[slot * LANES + lane] = proposal
        block.fresh[lane] = 0
        block.refused[lane] = 0
        block.invalid[lane] = 0
        return True
    block.refused[lane] = 1
    if error != error or error > 1e300:
        block.invalid[lane] += 1
        block.wanted[lane] = step * 0.1
    else:
        block.wanted[lane] = step * block.growth[lane]
    if block.invalid[lane] > MOST_NOT_FINITE:
        block.status[lane] = NOT_FINITE
    elif block.time[lane] + 0.25 * block.wanted[lane] == block.time[lane]:
        block.status[lane] = STEP_TOO_SMALL if block.invalid[lane] == 0 else NOT_FINITE
    return False


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
        bend = a + fraction * (b + fraction * c)
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
def has_output(block, lane, reached, plan, segment):
    """Tell whether an output of one lane lies in the step just made."""
    cursor = block.cursor[lane]
    return cursor < plan.output_last[segment] and plan.output_time[cursor] <= reached


@compiled
def keep_piece(block, lane):
    """Keep what others will see of the step just made."""
    shows = block.shows
    count = block.shared.piece_count[lane]
    at = count * (PIECE_HEAD + PIECE_ROWS * shows) * LANES + lane
    pieces = block.shared.pieces
    pieces[at] = block.time[lane]
    pieces[at + LANES] = block.step[lane]
    for q in range(shows):
        k = q * LANES
        to = at + PIECE_HEAD * LANES + k
        pieces[to] = block.states[k + lane]
        pieces[to + shows * LANES] = block.new_states[k + lane]
        for r in range(3):
            pieces[to + (2 + r) * shows * LANES] = block.trace[r * shows * LANES + k + lane]
    block.shared.piece_count[lane] = count + 1


@compiled
def find_piece(block, lane, moment, piece):
    """Return the last piece that begins at a moment or before it, looking on from a piece."""
    width = (PIECE_HEAD + PIECE_ROWS * block.sees) * LANES
    pieces = block.shared.pieces
    while piece + 1 < block.shared.piece_count[lane]:
        if pieces[(piece + 1) * width + lane] > moment:
            break
        piece += 1
    return piece


@compiled
def look_ahead(block, lane):
    """Write what one lane sees at the times of its next step, and its speed at the first."""
    sees = block.sees
    pieces = block.shared.pieces
    block.place[lane] = find_piece(block, lane, block.time[lane], block.place[lane])
    for row in range(len(INPUT_TIMES)):
        moment = block.time[lane] + INPUT_TIMES[row] * block.step[lane]
        moment = min(moment, block.limit[lane])
        piece = find_piece(block, lane, moment, block.place[lane])
        at = piece * (PIECE_HEAD + PIECE_ROWS * sees) * LANES + lane
        length = pieces[at + LANES]
        s = (moment - pieces[at]) / length
        past = 1.0 - s
        for q in range(sees):
            k = at + (PIECE_HEAD + q) * LANES
            old, new = pieces[k], pieces[k + sees * LANES]
            a = pieces[k + 2 * sees * LANES]
            b = pieces[k + 3 * sees * LANES]
            c = pieces[k + 4 * sees * LANES]
            bend = a + s * (b + s * c)
            to = q * LANES + lane
            block.shared.inputs[row * sees * LANES + to] = past * old + s * (new + past * bend)
            if row == 0:
                speed = new - old + (past - s) * bend + s * past * (b + 2.0 * s * c)
                block.shared.inputs[len(INPUT_TIMES) * sees * LANES + to] = speed / length


@compiled
def advance(block, plan, segment, max_steps, with_columns):
    """Step all lanes of a block to their targets within a segment."""
    slot = plan.slot[segment]
    shared = block.shared
    while choose_steps(block) > 0:
        if plan.cancel[0] != 0:
            return
        if block.sees > 0:
            for lane in range(LANES):
                if is_active(block, lane):
                    look_ahead(block, lane)
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
        recording = False
        for lane in range(LANES):
            block.taken[lane] = 0.0
            block.reached[lane] = block.time[lane]
            if is_active(block, lane):
                rest = block.target[lane] - block.time[lane]
                if judge_step(block, lane, slot):
                    block.taken[lane] = 1.0
                    reached = block.time[lane] + block.step[lane]
                    if block.step[lane] == rest:
                        reached = block.target[lane]
                    block.reached[lane] = reached
                    recording = recording or has_output(block, lane, reached, plan, segment)
                used_up = block.attempts[lane] >= max_steps and block.reached[lane] < plan.stop
                if used_up and block.status[lane] == RUNNING:
                    block.status[lane] = TOO_MANY_STEPS
        if recording:
            dense_of(block.part, block.scratch, block.dense)
        if block.shows > 0:
            trace(block.scratch, block.trace)
        if with_columns:
            for lane in range(LANES):
                block.column_step[lane] = block.taken[lane] * block.step[lane]
            propagate(block.column_step, block.scratch, block.columns)
        for lane in range(LANES):
            if block.taken[lane] == 1.0:
                if block.shows > 0:
                    keep_piece(block, lane)
                record_step(block, lane, block.reached[lane], plan, segment)
                block.time[lane] = block.reached[lane]
        commit_of(block.part, block.taken, block.states, block.new_states)


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
