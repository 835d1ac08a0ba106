# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""The run of one subject on a device: segments, outputs, events."""

from __future__ import annotations

from typing import Any, NamedTuple

from brainmag.engine.cuda.following import keep_piece, look_ahead
from brainmag.engine.cuda.functions import device
from brainmag.engine.cuda.stepping import (
    begin_segment,
    choose_step,
    is_active,
    is_running,
    judge_step,
)
from brainmag.engine.kernel.blocks import FINISHED, Plan
from brainmag.engine.status import Status

TOO_MANY_STEPS = int(Status.TOO_MANY_STEPS)


class Results(NamedTuple):
    """Where the outputs of a subject go."""

    readouts: Any
    """The model's function that computes them."""
    outputs: Any
    join: Any
    """The model's function that joins its parts, where it was cut."""
    rows: Any
    """States of the leading part at the outputs of a segment."""
    row_states: Any


@device
def read_plan(segments, events, wholes, reals):
    """Find the parts of a plan in its two arrays."""
    return Plan(
        segments,
        reals[segments - 1],
        reals,
        reals[segments:],
        wholes[1:],
        wholes[1 + 3 * segments :],
        wholes[2 + 4 * segments :],
        wholes[2 + 4 * segments + events :],
        reals[2 * segments :],
        wholes[1 + segments :],
        wholes[1 + 2 * segments :],
        reals[2 * segments + events :],
        wholes,
    )


@device
def run_whole(part, thread, plan, max_steps, results):
    """Run a subject from start to stop, outputs included."""
    record_start(thread, thread.states, plan, results)
    for segment in range(plan.segments):
        if is_running(thread):
            begin_segment(part, thread, plan, segment)
            advance(part, thread, plan, segment, max_steps, results)
        if is_running(thread):
            apply_events(thread.states, plan, segment)
    if is_running(thread):
        thread.status[0] = FINISHED


@device
def record_start(thread, states, plan, results):
    """Write the outputs at the very start, before any event."""
    for k in range(plan.output_last[0]):
        time = plan.output_time[k]
        results.readouts(time, states, thread.parameters, thread.constants, results.outputs[k])
    thread.cursor[0] = plan.output_last[0]


@device
def advance(part, thread, plan, segment, max_steps, results):
    """Step a subject to its target within a segment."""
    while is_active(thread):
        choose_step(thread)
        if thread.sees > 0:
            look_ahead(thread)
        error = part.attempt(part, thread)
        reached = thread.time[0]
        if judge_step(thread, error, part.exponent, plan.slot[segment]):
            is_last = thread.step[0] == thread.target[0] - reached
            reached = thread.target[0] if is_last else reached + thread.step[0]
            if thread.shows > 0:
                keep_piece(thread)
            record_step(part, thread, plan, segment, reached, results)
            thread.time[0] = reached
            part.commit(thread)
        if is_running(thread) and thread.attempts[0] >= max_steps and reached < plan.stop:
            thread.status[0] = TOO_MANY_STEPS


@device
def record_step(part, thread, plan, segment, reached, results):
    """Write the outputs that lie in the step just made."""
    k = thread.cursor[0]
    while k < plan.output_last[segment] and plan.output_time[k] <= reached:
        time = plan.output_time[k]
        fraction = 1.0 if time == reached else (time - thread.time[0]) / thread.step[0]
        part.interpolate(part, thread, fraction)
        part.record(thread, time, k, k - plan.output_first[segment], results)
        k += 1
    thread.cursor[0] = k


@device
def record_whole(thread, time, k, row, results):
    """Compute the read-outs of the whole model."""
    results.readouts(time, thread.point, thread.parameters, thread.constants, results.outputs[k])


@device
def apply_events(states, plan, segment):
    """Apply the events at the end of a segment."""
    for e in range(plan.event_first[segment], plan.event_first[segment + 1]):
        if plan.event_add[e] != 0:
            states[plan.event_state[e]] += plan.event_value[e]
        else:
            states[plan.event_state[e]] = plan.event_value[e]
