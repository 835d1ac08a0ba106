"""One explicit Runge-Kutta step for a block of subjects, as LLVM code.

The method is that of :mod:`brainmag.engine.verner`. A part that is stepped by it may be driven by
another one: ``inputs`` holds what it sees at each of the times a step looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brainmag.engine import verner
from brainmag.engine.kernel.lanes import LaneBuilder, Module, Value
from brainmag.engine.kernel.step import (
    ATTEMPT_ARGUMENTS,
    DENSE_ARGUMENTS,
    SLOPE,
    emit_error,
    emit_growth,
    emit_moved_time,
    emit_sum,
)


@dataclass(frozen=True)
class ExplicitParts:
    """What a step is made of.

    Attributes
    ----------
    prefix : str
        Begins the names of the functions.
    states : int
    inputs : int
        What the part sees of the part before it.
    completed : int
        How many states, from the first on, are remainders, each completed by an input.
    moving : int
        Behind how many states all others only count: no rate depends on them.
    rates : LaneBuilder
    """

    prefix: str
    states: int
    inputs: int
    completed: int
    moving: int
    rates: LaneBuilder

    @property
    def last_slope(self) -> int:
        """Where the rates at the end of a step stand in its working storage."""
        return self._locate_stage(verner.STAGES - 1)

    @property
    def middle_slope(self) -> int:
        """Where the rates in the middle of a step stand."""
        return self._locate_stage(verner.STAGES)

    @property
    def point(self) -> int:
        """Where states within a step stand."""
        return self._locate_stage(verner.STAGES + 1)

    @property
    def stage_time(self) -> int:
        """Where the time of a stage stands."""
        return self._locate_stage(verner.STAGES + 2)

    @property
    def scratch(self) -> int:
        """Entries of the working storage."""
        return self.stage_time + 1

    def _locate_stage(self, stage: int) -> int:
        return SLOPE + stage * self.states


def emit_attempt(module: Module, parts: ExplicitParts) -> LaneBuilder:
    """Write ``attempt``: one step from every lane's time with every lane's step size.

    It begins with the rates the working storage begins with, and leaves those at the end of the
    step in it. Results are as those of :func:`brainmag.engine.kernel.rosenbrock.emit_attempt`.
    """
    lanes = LaneBuilder(module, parts.prefix + "attempt", ATTEMPT_ARGUMENTS)
    scratch = lanes.pointers["scratch"]
    for stage in range(1, verner.STAGES):
        last = stage == verner.STAGES - 1
        point = lanes.pointers["new_states"] if last else lanes.offset(scratch, parts.point)
        count = parts.states if last else parts.moving
        _emit_point(lanes, parts, verner.A[stage], point, count)
        target = lanes.offset(scratch, SLOPE + stage * parts.states)
        _emit_rates(lanes, parts, verner.STAGE_TIME[stage], point, target)
    lanes.store(lanes.constant(0.0), lanes.pointers["error"])
    before, after = _find_inputs(lanes, parts, 0.0), _find_inputs(lanes, parts, 1.0)
    step, slopes = lanes.load(lanes.pointers["step"]), lanes.offset(scratch, SLOPE)
    build = lanes.builder
    for begin, end, completed in (
        (0, parts.completed, True),
        (parts.completed, parts.states, False),
    ):
        if begin == end:
            continue
        with lanes.loop(end, begin) as k:
            estimate = build.fmul(step, emit_sum(lanes, verner.ERROR, slopes, parts.states, k))
            old = lanes.load(lanes.pointers["states"], k)
            new = lanes.load(lanes.pointers["new_states"], k)
            if completed:
                old = build.fadd(old, lanes.load(before, k))
                new = build.fadd(new, lanes.load(after, k))
            emit_error(lanes, k, estimate, old, new)
    emit_growth(lanes, verner.ERROR_ORDER)
    lanes.finish()
    return lanes


def emit_dense(module: Module, parts: ExplicitParts) -> LaneBuilder:
    """Write ``dense``: the coefficients of the dense output of the step just made."""
    lanes = LaneBuilder(module, parts.prefix + "dense", DENSE_ARGUMENTS)
    at = lanes.pointers
    middle = lanes.offset(at["scratch"], parts.point)
    _emit_point(lanes, parts, verner.MIDDLE, middle, parts.states)
    slopes = [
        lanes.offset(at["scratch"], place)
        for place in (SLOPE, parts.middle_slope, parts.last_slope)
    ]
    _emit_rates(lanes, parts, verner.MIDDLE_TIME, middle, slopes[1])
    step = lanes.load(at["step"])
    with lanes.loop(parts.states) as k:
        points = [lanes.load(pointer, k) for pointer in (at["states"], middle, at["new_states"])]
        rises = [lanes.builder.fmul(step, lanes.load(slope, k)) for slope in slopes]
        for r, bend in enumerate(_emit_bends(lanes, points, rises)):
            lanes.store(bend, lanes.offset(at["coefficients"], r * parts.states), k)
    lanes.finish()
    return lanes


def _emit_bends(lanes: LaneBuilder, points: Sequence[Value], rises: Sequence[Value]) -> list[Value]:
    """Write the bends of the polynomial through three states and, times the step, their rates.

    At the fraction s of the step it is (1 - s) y + s (y_new + (1 - s) B) with
    B = K_1 + s (K_2 + s (K_3 + s K_4)), so that B is known at both ends, and with its slope in the
    middle.
    """
    build = lanes.builder
    (old, middle, new), (begin, half, end) = points, rises
    whole = build.fsub(new, old)
    first = build.fsub(begin, whole)
    last = build.fsub(whole, end)
    four = lanes.constant(4.0)
    height = build.fmul(four, build.fsub(middle, old))
    height = lanes.fma(lanes.constant(-2.0), whole, height)
    slope = build.fmul(four, build.fsub(half, whole))
    change = build.fsub(last, first)
    fourth = build.fmul(four, build.fsub(change, slope))
    third = build.fmul(four, build.fsub(first, height))
    third = lanes.fma(lanes.constant(2.0), change, third)
    third = lanes.fma(lanes.constant(-1.5), fourth, third)
    second = build.fsub(build.fsub(change, third), fourth)
    return [first, second, third, fourth]


def _emit_point(
    lanes: LaneBuilder, parts: ExplicitParts, weights: Sequence[float], target: Value, count: int
) -> None:
    """Write the first states that some weights of the stages lead to."""
    if count == 0:
        return
    step = lanes.load(lanes.pointers["step"])
    slopes = lanes.offset(lanes.pointers["scratch"], SLOPE)
    with lanes.loop(count) as k:
        change = emit_sum(lanes, weights, slopes, parts.states, k)
        moved = lanes.fma(step, change, lanes.load(lanes.pointers["states"], k))
        lanes.store(moved, target, k)


def _emit_rates(
    lanes: LaneBuilder, parts: ExplicitParts, fraction: float, point: Value, target: Value
) -> None:
    """Write the rates at given states and a fraction of the step."""
    time = lanes.offset(lanes.pointers["scratch"], parts.stage_time)
    emit_moved_time(lanes, fraction, time)
    model = [lanes.pointers[name] for name in ("parameters", "constants", "held")]
    lanes.call(parts.rates, time, point, *model, _find_inputs(lanes, parts, fraction), target)


def _find_inputs(lanes: LaneBuilder, parts: ExplicitParts, time: float) -> Value:
    """Return the pointer to what the part sees at one of the times of a step."""
    place = verner.INPUT_TIMES.index(time)
    return lanes.offset(lanes.pointers["inputs"], place * parts.inputs)
