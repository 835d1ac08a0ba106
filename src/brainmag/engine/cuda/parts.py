# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""Running a model that was cut in two on a device: the leading part ahead, the other behind it.

As :mod:`brainmag.engine.kernel.parts` does it for eight subjects at once.
"""

from __future__ import annotations

from brainmag.engine.cuda.functions import device
from brainmag.engine.cuda.run import advance, apply_events, record_start
from brainmag.engine.cuda.stepping import begin_segment, is_running
from brainmag.engine.kernel.blocks import FINISHED


@device
def run_parts(cut, parts, leading, following, tolerances, plan, max_steps, results):
    """Run a subject from start to stop part by part, outputs included; ``held`` is the whole."""
    whole = leading.held
    record_start(leading, whole, plan, results)
    following.cursor[0] = leading.cursor[0]
    for segment in range(plan.segments):
        if is_running(following):
            cut_states(cut, leading, following, tolerances)
            advance_parts(parts, leading, following, plan, segment, max_steps, results)
            results.join(leading.states, following.states, whole)
        if is_running(following):
            apply_events(whole, plan, segment)
    if is_running(following):
        following.status[0] = FINISHED
    following.attempts[0] += leading.attempts[0]


@device
def cut_states(cut, leading, following, tolerances):
    """Give both parts their states, and the following one its first look at the leading one."""
    cut(
        leading.held,
        tolerances,
        leading.states,
        following.states,
        leading.tolerances,
        following.tolerances,
    )
    for q in range(leading.shows):
        following.inputs[0, q] = leading.states[q]


@device
def advance_parts(parts, leading, following, plan, segment, max_steps, results):
    """Step both parts to the end of a segment.

    The leading part runs ahead for as many steps as can be kept, then the following part catches
    up with it.
    """
    forget_pieces(leading, following)
    begin_segment(parts[0], leading, plan, segment)
    begin_segment(parts[1], following, plan, segment)
    waiting = True
    while waiting:
        advance(parts[0], leading, plan, segment, max_steps, results)
        following.target[0] = leading.time[0]
        # Also where the leading part has failed: up to there all is well.
        advance(parts[1], following, plan, segment, max_steps, results)
        pass_status(leading, following)
        pass_status(following, leading)
        forget_pieces(leading, following)
        waiting = is_running(leading) and leading.time[0] < plan.target[segment]


@device
def pass_status(source, target):
    """Stop one part where the other has stopped."""
    if is_running(target):
        target.status[0] = source.status[0]


@device
def forget_pieces(leading, following):
    """Make room for steps of the leading part: the following one has seen all there were."""
    leading.piece_count[0] = 0
    following.place[0] = 0


@device
def record_leading(thread, time, k, row, results):
    """Keep the states of the leading part until the following one gets there."""
    for i in range(thread.size):
        results.rows[row, i] = thread.point[i]


@device
def record_following(thread, time, k, row, results):
    """Join the parts and compute the read-outs."""
    for i in range(len(results.row_states)):
        results.row_states[i] = thread.held[i]
    results.join(results.rows[row], thread.point, results.row_states)
    results.readouts(
        time, results.row_states, thread.parameters, thread.constants, results.outputs[k]
    )
