"""One Rosenbrock step for a block of subjects, as LLVM code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brainmag.engine import tableau
from brainmag.engine.lanes import LaneBuilder, Module, Value
from brainmag.engine.sparse import Factorisation


@dataclass(frozen=True)
class ScratchLayout:
    """Where the working arrays of a step begin, counted in entries."""

    stages: int
    point: int
    slope: int
    time_slope: int
    jacobian: int
    factors: int
    stage_time: int
    size: int


def lay_out_scratch(states: int, jacobian_entries: int, factor_entries: int) -> ScratchLayout:
    """Return the places of a step's working arrays for a model of the given size."""
    stages = 0
    point = stages + tableau.STAGES * states
    slope = point + states
    time_slope = slope + states
    jacobian = time_slope + states
    factors = jacobian + jacobian_entries
    stage_time = factors + factor_entries
    return ScratchLayout(
        stages, point, slope, time_slope, jacobian, factors, stage_time, stage_time + 1
    )


def emit_factor(
    module: Module, pattern: Factorisation, jacobian: Mapping[tuple[int, int], int]
) -> LaneBuilder:
    """Write ``factor``: L and U of ``diagonal`` I - ``scale`` J, row by row, without pivoting."""
    lanes = LaneBuilder(module, "factor", ["diagonal", "scale", "jacobian", "factors"])
    build = lanes.builder
    diagonal = lanes.load(lanes.pointers["diagonal"])
    scale = build.fneg(lanes.load(lanes.pointers["scale"]))
    source, factors = lanes.pointers["jacobian"], lanes.pointers["factors"]
    zero = lanes.constant(0.0)
    for i in pattern.order:
        row: dict[int, Value] = {}
        for j in (*pattern.lower[i], i, *pattern.upper[i]):
            start = diagonal if i == j else zero
            if (i, j) in jacobian:
                entry = lanes.load(source, jacobian[i, j])
                start = lanes.fma(scale, entry, diagonal) if i == j else build.fmul(scale, entry)
            row[j] = start
        for k in pattern.lower[i]:
            multiplier = build.fmul(row[k], lanes.load(factors, pattern.slots[k, k]))
            lanes.store(multiplier, factors, pattern.slots[i, k])
            negative = build.fneg(multiplier)
            for j in pattern.upper[k]:
                row[j] = lanes.fma(negative, lanes.load(factors, pattern.slots[k, j]), row[j])
        reciprocal = build.fdiv(lanes.constant(1.0), row[i])
        lanes.store(reciprocal, factors, pattern.slots[i, i])
        for j in pattern.upper[i]:
            lanes.store(row[j], factors, pattern.slots[i, j])
    lanes.finish()
    return lanes


def emit_substitute(module: Module, pattern: Factorisation) -> LaneBuilder:
    """Write ``substitute``: solve with the factors, in place."""
    lanes = LaneBuilder(module, "substitute", ["factors", "vector"])
    build = lanes.builder
    factors, vector = lanes.pointers["factors"], lanes.pointers["vector"]
    for i in pattern.order:
        if pattern.lower[i]:
            value = lanes.load(vector, i)
            for k in pattern.lower[i]:
                multiplier = build.fneg(lanes.load(factors, pattern.slots[i, k]))
                value = lanes.fma(multiplier, lanes.load(vector, k), value)
            lanes.store(value, vector, i)
    for i in reversed(pattern.order):
        value = lanes.load(vector, i)
        for j in pattern.upper[i]:
            entry = build.fneg(lanes.load(factors, pattern.slots[i, j]))
            value = lanes.fma(entry, lanes.load(vector, j), value)
        lanes.store(build.fmul(value, lanes.load(factors, pattern.slots[i, i])), vector, i)
    lanes.finish()
    return lanes


@dataclass(frozen=True)
class StepParts:
    """What a step is made of."""

    states: int
    layout: ScratchLayout
    time_dependent: tuple[int, ...]
    rates: LaneBuilder
    rates_and_jacobian: LaneBuilder
    factor: LaneBuilder
    substitute: LaneBuilder


def emit_attempt(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``attempt``: one step from every lane's time with every lane's step size.

    Results are the new states and, per lane, the largest ratio of error estimate and tolerance
    over all states (NaN as soon as one is NaN). No stage lies beyond ``limit``. ``tolerances``
    holds the relative tolerance and then each state's absolute one.
    """
    names = ["time", "limit", "step", "states", "parameters", "constants", "tolerances", "scratch"]
    lanes = LaneBuilder(module, "attempt", [*names, "new_states", "error"])
    scratch, layout = lanes.pointers["scratch"], parts.layout
    model = (lanes.pointers["parameters"], lanes.pointers["constants"])
    slope = lanes.offset(scratch, layout.slope)
    jacobian = lanes.offset(scratch, layout.jacobian)
    factors = lanes.offset(scratch, layout.factors)
    time_slope = lanes.offset(scratch, layout.time_slope)
    states = lanes.pointers["states"]
    lanes.call(
        parts.rates_and_jacobian,
        *(lanes.pointers["time"], states, *model, slope, jacobian, time_slope),
    )
    inverse_gamma = lanes.offset(scratch, layout.stage_time)
    lanes.store(lanes.constant(1.0 / tableau.GAMMA), inverse_gamma)
    lanes.call(parts.factor, inverse_gamma, lanes.pointers["step"], jacobian, factors)
    for stage in range(tableau.STAGES):
        target = lanes.offset(scratch, layout.stages + stage * parts.states)
        if stage > 0:
            _emit_stage_point(lanes, parts, stage)
            point = lanes.offset(scratch, layout.point)
            stage_time = lanes.offset(scratch, layout.stage_time)
            lanes.call(parts.rates, stage_time, point, *model, slope)
        _emit_right_side(lanes, parts, stage, target)
        lanes.call(parts.substitute, factors, target)
    _emit_result(lanes, parts)
    lanes.finish()
    return lanes


def _emit_stage_point(lanes: LaneBuilder, parts: StepParts, stage: int) -> None:
    """Write where and when a stage is evaluated, and its share of the earlier stages."""
    scratch, layout, count = lanes.pointers["scratch"], parts.layout, parts.states
    earlier = [lanes.offset(scratch, layout.stages + j * count) for j in range(stage)]
    target = lanes.offset(scratch, layout.stages + stage * count)
    point = lanes.offset(scratch, layout.point)
    # The last stages only add the stage before to the point before.
    grows = stage > 1 and tableau.A[stage] == (*tableau.A[stage - 1], 1.0)
    with lanes.loop(count) as k:
        place = lanes.load(point if grows else lanes.pointers["states"], k)
        share = lanes.constant(0.0)
        for j, source in enumerate(earlier):
            value = lanes.load(source, k)
            share = lanes.fma(lanes.constant(tableau.C[stage][j]), value, share)
            if not grows or j == stage - 1:
                place = lanes.fma(lanes.constant(tableau.A[stage][j]), value, place)
        lanes.store(place, point, k)
        lanes.store(share, target, k)
    step = lanes.load(lanes.pointers["step"])
    time = lanes.load(lanes.pointers["time"])
    moved = lanes.fma(lanes.constant(tableau.STAGE_TIME[stage]), step, time)
    moved = lanes.intrinsic("minimum", moved, lanes.load(lanes.pointers["limit"]))
    lanes.store(moved, scratch, layout.stage_time)


def _emit_right_side(lanes: LaneBuilder, parts: StepParts, stage: int, target: Value) -> None:
    """Write the right side of a stage's linear system over its share of the earlier stages."""
    scratch, layout = lanes.pointers["scratch"], parts.layout
    step = lanes.load(lanes.pointers["step"])
    with lanes.loop(parts.states) as k:
        slope = lanes.load(lanes.offset(scratch, layout.slope), k)
        share = lanes.load(target, k) if stage > 0 else lanes.constant(0.0)
        lanes.store(lanes.fma(step, slope, share), target, k)
    weight = tableau.TIME_DERIVATIVE[stage]
    if weight != 0.0:
        scale = lanes.builder.fmul(step, lanes.builder.fmul(step, lanes.constant(weight)))
        for k in parts.time_dependent:
            time_slope = lanes.load(scratch, layout.time_slope + k)
            lanes.store(lanes.fma(scale, time_slope, lanes.load(target, k)), target, k)


def _emit_result(lanes: LaneBuilder, parts: StepParts) -> None:
    """Write the new states and the error per lane."""
    build, scratch, layout = lanes.builder, lanes.pointers["scratch"], parts.layout
    last = lanes.offset(scratch, layout.stages + (tableau.STAGES - 1) * parts.states)
    error = lanes.pointers["error"]
    tolerances = lanes.pointers["tolerances"]
    lanes.store(lanes.constant(0.0), error)
    with lanes.loop(parts.states) as k:
        estimate = lanes.load(last, k)
        old = lanes.load(lanes.pointers["states"], k)
        new = build.fadd(lanes.load(lanes.offset(scratch, layout.point), k), estimate)
        lanes.store(new, lanes.pointers["new_states"], k)
        size = lanes.intrinsic(
            "maximum", lanes.intrinsic("fabs", old), lanes.intrinsic("fabs", new)
        )
        allowed = lanes.fma(lanes.load(tolerances), size, _load_tolerance(lanes, k))
        ratio = build.fdiv(lanes.intrinsic("fabs", estimate), allowed)
        lanes.store(lanes.intrinsic("maximum", lanes.load(error), ratio), error)


def _load_tolerance(lanes: LaneBuilder, k: Value) -> Value:
    """Load the absolute tolerance of state k, which follows the relative one."""
    following = lanes.offset(lanes.pointers["tolerances"], 1)
    return lanes.load(following, k)


def emit_dense(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``dense``: the coefficients of the dense output of the step just made."""
    lanes = LaneBuilder(module, "dense", ["scratch", "coefficients"])
    scratch = lanes.pointers["scratch"]
    with lanes.loop(parts.states) as k:
        stages = [
            lanes.load(lanes.offset(scratch, parts.layout.stages + j * parts.states), k)
            for j in range(tableau.STAGES)
        ]
        for r, weights in enumerate(tableau.DENSE):
            total = lanes.constant(0.0)
            for weight, stage in zip(weights, stages, strict=True):
                total = lanes.fma(lanes.constant(weight), stage, total)
            target = lanes.offset(lanes.pointers["coefficients"], r * parts.states)
            lanes.store(total, target, k)
    lanes.finish()
    return lanes


def emit_commit(module: Module, states: int) -> LaneBuilder:
    """Write ``commit``: take over the new states of the lanes whose ``taken`` is 1."""
    lanes = LaneBuilder(module, "commit", ["taken", "states", "new_states"])
    one = lanes.constant(1.0)
    taken = lanes.builder.fcmp_ordered("==", lanes.load(lanes.pointers["taken"]), one)
    with lanes.loop(states) as k:
        new = lanes.load(lanes.pointers["new_states"], k)
        old = lanes.load(lanes.pointers["states"], k)
        lanes.store(lanes.builder.select(taken, new, old), lanes.pointers["states"], k)
    lanes.finish()
    return lanes


def emit_propagate(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``propagate``: carry the sensitivity to the start over a step by implicit Euler.

    Every column is multiplied by the inverse of I - ``step`` J, with the Jacobian left behind by
    the step itself. A lane whose ``step`` is 0 keeps its columns.
    """
    lanes = LaneBuilder(module, "propagate", ["step", "scratch", "columns"])
    layout = parts.layout
    jacobian = lanes.offset(lanes.pointers["scratch"], layout.jacobian)
    factors = lanes.offset(lanes.pointers["scratch"], layout.factors)
    one = lanes.offset(lanes.pointers["scratch"], layout.stage_time)
    lanes.store(lanes.constant(1.0), one)
    lanes.call(parts.factor, one, lanes.pointers["step"], jacobian, factors)
    with lanes.loop(parts.states) as j:
        begin = lanes.multiply_index(j, parts.states)
        column = lanes.offset(lanes.pointers["columns"], begin)
        lanes.call(parts.substitute, factors, column)
    lanes.finish()
    return lanes
