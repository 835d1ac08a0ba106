"""Choosing and judging the steps of a block of subjects, as LLVM code.

Every lane has its own step size. A lane is active while it runs, has not reached its target, and
has not taken more steps than are kept for the part of the model that follows.
"""

from __future__ import annotations

from brainmag.engine import control
from brainmag.engine.arrays import PIECES
from brainmag.engine.kernel.lanes import LaneBuilder, Module, Value
from brainmag.engine.status import RUNNING, Status


def emit_choose(module: Module) -> None:
    """Write ``choose``: the next step of every active lane; returns whether there is any."""
    names = ["time", "target", "wanted", "status", "kept", "step", "active"]
    lanes = LaneBuilder(module, "choose", names)
    build, at = lanes.builder, lanes.pointers
    time, target = lanes.load(at["time"]), lanes.load(at["target"])
    running = build.icmp_signed("==", lanes.load_whole(at["status"]), lanes.integer(RUNNING))
    before = build.fcmp_ordered("<", time, target)
    room = build.icmp_signed("<", lanes.load_whole(at["kept"]), lanes.integer(PIECES))
    active = build.and_(build.and_(running, before), room)
    rest = build.fsub(target, time)
    half = build.fmul(rest, lanes.constant(0.5))
    wanted = lanes.load(at["wanted"])
    # Two equal steps instead of a long and a very short one.
    step = build.select(build.fcmp_ordered(">", wanted, half), half, wanted)
    step = build.select(build.fcmp_ordered(">=", wanted, rest), rest, step)
    lanes.store(build.select(active, step, lanes.load(at["step"])), at["step"])
    lanes.store(_as_number(lanes, active), at["active"])
    lanes.finish(lanes.any_lane(active))


def emit_judge(module: Module) -> None:
    """Write ``judge``: accept or refuse the step of every active lane, and size the next one.

    ``taken`` becomes 1 where a step is accepted, and ``reached`` the time each lane gets to;
    ``memory`` receives what was learnt from the first step after an event.
    """
    reals = ["time", "target", "end", "step", "error", "growth", "active", "wanted", "memory"]
    wholes = ["status", "attempts", "most", "fresh", "refused", "invalid"]
    lanes = LaneBuilder(module, "judge", [*reals, *wholes, "taken", "reached"])
    build, at = lanes.builder, lanes.pointers
    value = {name: lanes.load(at[name]) for name in reals}
    whole = {name: lanes.load_whole(at[name]) for name in wholes}
    one, zero = lanes.integer(1), lanes.integer(0)
    active = build.fcmp_ordered("==", value["active"], lanes.constant(1.0))
    good = build.fcmp_ordered("<=", value["error"], lanes.constant(1.0))
    taken = build.and_(active, good)
    refused = build.and_(active, build.not_(good))

    attempts = build.add(whole["attempts"], build.select(active, one, zero))
    proposal = _propose(lanes, value, build.icmp_signed("!=", whole["refused"], zero))
    # Also true where the error is not a number.
    beyond = build.fcmp_unordered(">", value["error"], lanes.constant(1e300))
    cut = build.select(beyond, lanes.constant(0.1), value["growth"])
    shorter = build.fmul(value["step"], cut)
    wanted = build.select(refused, shorter, value["wanted"])
    wanted = build.select(taken, proposal, wanted)
    first = build.and_(taken, build.icmp_signed("!=", whole["fresh"], zero))
    memory = build.select(first, proposal, value["memory"])
    more = build.select(beyond, build.add(whole["invalid"], one), whole["invalid"])
    invalid = build.select(refused, more, whole["invalid"])

    reached = build.fadd(value["time"], value["step"])
    rest = build.fsub(value["target"], value["time"])
    whole_way = build.fcmp_ordered("==", value["step"], rest)
    reached = build.select(whole_way, value["target"], reached)
    reached = build.select(taken, reached, value["time"])

    status = _judge_failure(lanes, whole["status"], refused, invalid, value["time"], wanted)
    used_up = build.icmp_signed(">=", attempts, whole["most"])
    used_up = build.and_(used_up, build.fcmp_ordered("<", reached, value["end"]))
    used_up = build.and_(used_up, build.icmp_signed("==", status, lanes.integer(RUNNING)))
    used_up = build.and_(used_up, active)
    status = build.select(used_up, lanes.integer(int(Status.TOO_MANY_STEPS)), status)

    for name, result in (("wanted", wanted), ("memory", memory), ("reached", reached)):
        lanes.store(result, at[name])
    lanes.store(_as_number(lanes, taken), at["taken"])
    lanes.store(status, at["status"])
    lanes.store(attempts, at["attempts"])
    lanes.store(build.select(taken, zero, whole["fresh"]), at["fresh"])
    kept = build.select(refused, one, whole["refused"])
    lanes.store(build.select(taken, zero, kept), at["refused"])
    lanes.store(build.select(taken, zero, invalid), at["invalid"])
    lanes.finish()


def _as_number(lanes: LaneBuilder, truth: Value) -> Value:
    return lanes.builder.select(truth, lanes.constant(1.0), lanes.constant(0.0))


def _propose(lanes: LaneBuilder, value: dict[str, Value], after_refusal: Value) -> Value:
    """Write the step to be taken after one that was accepted."""
    build, one = lanes.builder, lanes.constant(1.0)
    growth = value["growth"]
    capped = build.select(build.fcmp_ordered(">", growth, one), one, growth)
    growth = build.select(after_refusal, capped, growth)
    proposal = build.fmul(value["step"], growth)
    # A step cut short by the target says nothing against the longer one.
    short = build.fcmp_ordered("<", value["step"], value["wanted"])
    less = build.fcmp_ordered("<", proposal, value["wanted"])
    return build.select(build.and_(short, less), value["wanted"], proposal)


def _judge_failure(
    lanes: LaneBuilder, status: Value, refused: Value, invalid: Value, time: Value, wanted: Value
) -> Value:
    """Write the status of lanes that cannot go on: no number, or a step the clock cannot tell."""
    build = lanes.builder
    not_finite = lanes.integer(int(Status.NOT_FINITE))
    ahead = build.fadd(time, build.fmul(lanes.constant(0.25), wanted))
    still = build.fcmp_ordered("==", ahead, time)
    valid = build.icmp_signed("==", invalid, lanes.integer(0))
    reason = build.select(valid, lanes.integer(int(Status.STEP_TOO_SMALL)), not_finite)
    judged = build.select(still, reason, status)
    often = build.icmp_signed(">", invalid, lanes.integer(control.MOST_NOT_FINITE))
    judged = build.select(often, not_finite, judged)
    return build.select(refused, judged, status)
