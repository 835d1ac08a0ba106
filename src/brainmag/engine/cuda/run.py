# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file and infers its types.
"""The run of one subject on a device: segments, outputs, events."""

from __future__ import annotations

from brainmag.engine.blocks import FINISHED, Plan
from brainmag.engine.cuda.functions import device
from brainmag.engine.cuda.stepping import (
    attempt,
    begin_segment,
    choose_step,
    interpolate,
    is_running,
    judge_step,
)
from brainmag.engine.status import Status

TOO_MANY_STEPS = int(Status.TOO_MANY_STEPS)


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
def run_segments(model, thread, plan, max_steps, outputs):
    """Run a subject from start to stop, outputs included."""
    record_start(model, thread, plan, outputs)
    for segment in range(plan.segments):
        if is_running(thread):
            advance(model, thread, plan, segment, max_steps, outputs)
        if is_running(thread):
            apply_events(thread, plan, segment)
    if is_running(thread):
        thread.status[0] = FINISHED


@device
def record_start(model, thread, plan, outputs):
    """Write the outputs at the very start, before any event."""
    for k in range(plan.output_last[0]):
        time = plan.output_time[k]
        model.readouts(time, thread.states, thread.parameters, thread.constants, outputs[k])
    thread.cursor[0] = plan.output_last[0]


@device
def advance(model, thread, plan, segment, max_steps, outputs):
    """Step a subject to the end of a segment."""
    target = plan.target[segment]
    if thread.time[0] < target:
        begin_segment(model, thread, target, plan.slot[segment])
    while is_running(thread) and thread.time[0] < target:
        choose_step(thread, target)
        error = attempt(model, thread, plan.limit[segment])
        reached = thread.time[0]
        if judge_step(thread, error, plan.slot[segment]):
            is_last = thread.step[0] == target - reached
            reached = target if is_last else reached + thread.step[0]
            record_step(model, thread, plan, segment, reached, outputs)
            thread.time[0] = reached
            for k in range(thread.size):
                thread.states[k] = thread.new_states[k]
        if is_running(thread) and thread.attempts[0] >= max_steps and reached < plan.stop:
            thread.status[0] = TOO_MANY_STEPS


@device
def record_step(model, thread, plan, segment, reached, outputs):
    """Write the outputs that lie in the step just made."""
    k = thread.cursor[0]
    while k < plan.output_last[segment] and plan.output_time[k] <= reached:
        time = plan.output_time[k]
        interpolate(thread, 1.0 if time == reached else (time - thread.time[0]) / thread.step[0])
        model.readouts(time, thread.point, thread.parameters, thread.constants, outputs[k])
        k += 1
    thread.cursor[0] = k


@device
def apply_events(thread, plan, segment):
    """Apply the events at the end of a segment."""
    for e in range(plan.event_first[segment], plan.event_first[segment + 1]):
        if plan.event_add[e] != 0:
            thread.states[plan.event_state[e]] += plan.event_value[e]
        else:
            thread.states[plan.event_state[e]] = plan.event_value[e]
