# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""Running a model that was cut in two: the leading part ahead, the following part behind it."""

from __future__ import annotations

from brainmag.engine.kernel.blocks import (
    FINISHED,
    FOLLOWING,
    LEADING,
    RUNNING,
    compiled,
    cut,
    forget_steps,
    join,
    make_part,
    reset_lanes,
    shift,
)
from brainmag.engine.kernel.lanes import LANES
from brainmag.engine.kernel.stepping import (
    advance,
    apply_events,
    begin_segment,
    flush_row,
    record_start,
)


@compiled
def cut_states(whole, leading, following):
    """Give both parts their states, and the following one its first look at the leading one."""
    cut(
        whole.states,
        whole.tolerances,
        leading.states,
        following.states,
        leading.tolerances,
        following.tolerances,
    )
    for k in range(leading.shows * LANES):
        following.shared.inputs[k] = leading.states[k]


@compiled
def pass_status(source, target):
    """Stop the lanes of one part that stopped in the other."""
    for lane in range(LANES):
        if target.status[lane] == RUNNING:
            target.status[lane] = source.status[lane]


@compiled
def forget_pieces(leading, following):
    """Make room for steps of the leading part: the following one has seen all there were."""
    for lane in range(LANES):
        leading.shared.piece_count[lane] = 0
        following.place[lane] = 0


@compiled
def advance_parts(leading, following, plan, segment, sizes):
    """Step both parts to the end of a segment.

    The leading part runs ahead for as many steps as can be kept, then the following part catches
    up with it.
    """
    # Not a literal: the stepping is compiled once for all kinds of run.
    with_columns = sizes.free > 0
    forget_pieces(leading, following)
    begin_segment(leading, plan, segment, sizes.max_steps)
    begin_segment(following, plan, segment, sizes.max_steps)
    waiting = True
    while waiting:
        advance(leading, plan, segment, with_columns)
        for lane in range(LANES):
            following.target[lane] = leading.time[lane]
        # Also where the leading part has failed: up to there all is well.
        advance(following, plan, segment, with_columns)
        pass_status(leading, following)
        pass_status(following, leading)
        if plan.cancel[0] != 0:
            return
        forget_pieces(leading, following)
        waiting = False
        for lane in range(LANES):
            if leading.status[lane] == RUNNING and leading.time[lane] < plan.target[segment]:
                waiting = True


@compiled
def flush_joined(whole, leading, following, plan, segment, order, first, count, sizes, outputs):
    """Compute the read-outs of a segment's output rows from the rows of both parts."""
    begin = plan.output_first[segment]
    row = whole.shared.row_states
    for k in range(begin, plan.output_last[segment]):
        for i in range(whole.size * LANES):
            row[i] = whole.states[i]
        join(
            shift(leading.rows, (k - begin) * leading.size * LANES),
            shift(following.rows, (k - begin) * following.size * LANES),
            row,
        )
        flush_row(following, row, plan, k, order, first, count, sizes, outputs)


@compiled
def make_parts(whole, sizes, real_work, whole_work):
    """Return the blocks of both parts."""
    leading = make_part(LEADING, sizes.leading, 0, sizes.inputs, whole, real_work, whole_work)
    following = make_part(FOLLOWING, sizes.following, sizes.inputs, 0, whole, real_work, whole_work)
    return leading, following


@compiled
def run_parts(whole, leading, following, plan, order, first, count, sizes, outputs):
    """Run a block from start to stop part by part, outputs included."""
    for part in (leading, following):
        reset_lanes(part, plan.target[0], count)
        forget_steps(part)
    cut_states(whole, leading, following)
    record_start(leading, plan)
    record_start(following, plan)
    for segment in range(plan.segments):
        advance_parts(leading, following, plan, segment, sizes)
        join(leading.states, following.states, whole.states)
        for lane in range(LANES):
            whole.time[lane] = following.time[lane]
            whole.status[lane] = following.status[lane]
            whole.attempts[lane] = leading.attempts[lane] + following.attempts[lane]
        flush_joined(whole, leading, following, plan, segment, order, first, count, sizes, outputs)
        if plan.cancel[0] != 0:
            return
        apply_events(whole, plan, segment, sizes.free > 0)
        cut_states(whole, leading, following)
    for lane in range(LANES):
        if whole.status[lane] == RUNNING:
            whole.status[lane] = FINISHED
