"""One Rosenbrock step for a block of subjects, as LLVM code.

A model is stepped as a whole or, where it was cut in two, part by part; every part has functions
of its own, under its own prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from brainmag.engine import tableau
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
from brainmag.engine.sparse import Factorisation


@dataclass(frozen=True)
class ScratchLayout:
    """Where the working arrays of a step begin, counted in entries."""

    slope: int
    stages: int
    point: int
    time_slope: int
    jacobian: int
    factors: int
    stage_time: int
    size: int


def lay_out_scratch(states: int, jacobian_entries: int, factor_entries: int) -> ScratchLayout:
    """Return the places of a step's working arrays for a model of the given size."""
    stages = SLOPE + states
    point = stages + tableau.STAGES * states
    time_slope = point + states
    jacobian = time_slope + states
    factors = jacobian + jacobian_entries
    stage_time = factors + factor_entries
    return ScratchLayout(
        SLOPE, stages, point, time_slope, jacobian, factors, stage_time, stage_time + 1
    )


def emit_factor(
    module: Module, prefix: str, pattern: Factorisation, jacobian: Mapping[tuple[int, int], int]
) -> LaneBuilder:
    """Write ``factor``: L and U of ``diagonal`` I - ``scale`` J, row by row, without pivoting."""
    lanes = LaneBuilder(module, prefix + "factor", ["diagonal", "scale", "jacobian", "factors"])
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


def emit_substitute(module: Module, prefix: str, pattern: Factorisation) -> LaneBuilder:
    """Write ``substitute``: solve with the factors, in place."""
    lanes = LaneBuilder(module, prefix + "substitute", ["factors", "vector"])
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
class RosenbrockParts:
    """What a step is made of.

    Attributes
    ----------
    prefix : str
        Begins the names of the functions.
    states : int
    layout : ScratchLayout
    time_dependent : tuple of int
        States whose rate changes by itself.
    counting : tuple of int
        States that no rate depends on.
    rates, rates_and_jacobian, factor, substitute : LaneBuilder
    """

    prefix: str
    states: int
    layout: ScratchLayout
    time_dependent: tuple[int, ...]
    counting: tuple[int, ...]
    rates: LaneBuilder
    rates_and_jacobian: LaneBuilder
    factor: LaneBuilder
    substitute: LaneBuilder

    def list_ranges(self) -> list[tuple[range, bool]]:
        """Return ranges of states of the same kind, and whether they only count."""
        groups = groupby(range(self.states), key=self.counting.__contains__)
        ranges = [(list(members), counts) for counts, members in groups]
        return [(range(members[0], members[-1] + 1), counts) for members, counts in ranges]


def emit_attempt(module: Module, parts: RosenbrockParts) -> LaneBuilder:
    """Write ``attempt``: one step from every lane's time with every lane's step size.

    Results are the new states and, per lane, the largest ratio of error estimate and tolerance
    over all states (NaN as soon as one is NaN), and by how much the next step may be longer. No
    stage lies beyond ``limit``. ``tolerances`` holds the relative tolerance and then each state's
    absolute one.
    """
    lanes = LaneBuilder(module, parts.prefix + "attempt", ATTEMPT_ARGUMENTS)
    scratch, layout = lanes.pointers["scratch"], parts.layout
    model = [lanes.pointers[name] for name in ("parameters", "constants", "held", "inputs")]
    slope = lanes.offset(scratch, layout.slope)
    jacobian = lanes.offset(scratch, layout.jacobian)
    factors = lanes.offset(scratch, layout.factors)
    time_slope = lanes.offset(scratch, layout.time_slope)
    states = lanes.pointers["states"]
    lanes.call(
        parts.rates_and_jacobian,
        *(lanes.pointers["time"], states, *model),
        *(slope, jacobian, time_slope),
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


def _emit_stage_point(lanes: LaneBuilder, parts: RosenbrockParts, stage: int) -> None:
    """Write where and when a stage is evaluated, and its share of the earlier stages."""
    scratch, layout, count = lanes.pointers["scratch"], parts.layout, parts.states
    earlier = [lanes.offset(scratch, layout.stages + j * count) for j in range(stage)]
    target = lanes.offset(scratch, layout.stages + stage * count)
    point = lanes.offset(scratch, layout.point)
    # The last stages only add the stage before to the point before.
    grows = stage > 1 and tableau.A[stage] == (*tableau.A[stage - 1], 1.0)
    for states, counts in parts.list_ranges():
        if counts:
            continue
        with lanes.loop(states.stop, states.start) as k:
            place = lanes.load(point if grows else lanes.pointers["states"], k)
            share = lanes.constant(0.0)
            for j, source in enumerate(earlier):
                value = lanes.load(source, k)
                share = lanes.fma(lanes.constant(tableau.C[stage][j]), value, share)
                if not grows or j == stage - 1:
                    place = lanes.fma(lanes.constant(tableau.A[stage][j]), value, place)
            lanes.store(place, point, k)
            lanes.store(share, target, k)
    emit_moved_time(lanes, tableau.STAGE_TIME[stage], lanes.offset(scratch, layout.stage_time))


def _emit_right_side(lanes: LaneBuilder, parts: RosenbrockParts, stage: int, target: Value) -> None:
    """Write the right side of a stage's linear system over its share of the earlier stages."""
    scratch, layout = lanes.pointers["scratch"], parts.layout
    step = lanes.load(lanes.pointers["step"])
    for states, counts in parts.list_ranges():
        with lanes.loop(states.stop, states.start) as k:
            slope = lanes.load(lanes.offset(scratch, layout.slope), k)
            alone = counts or stage == 0
            share = lanes.constant(0.0) if alone else lanes.load(target, k)
            lanes.store(lanes.fma(step, slope, share), target, k)
    weight = tableau.TIME_DERIVATIVE[stage]
    if weight != 0.0:
        scale = lanes.builder.fmul(step, lanes.builder.fmul(step, lanes.constant(weight)))
        for k in parts.time_dependent:
            time_slope = lanes.load(scratch, layout.time_slope + k)
            lanes.store(lanes.fma(scale, time_slope, lanes.load(target, k)), target, k)


def _emit_result(lanes: LaneBuilder, parts: RosenbrockParts) -> None:
    """Write the new states and the error per lane."""
    lanes.store(lanes.constant(0.0), lanes.pointers["error"])
    point = lanes.offset(lanes.pointers["scratch"], parts.layout.point)
    stages = lanes.offset(lanes.pointers["scratch"], parts.layout.stages)
    estimates = lanes.offset(stages, (tableau.STAGES - 1) * parts.states)
    for states, counts in parts.list_ranges():
        with lanes.loop(states.stop, states.start) as k:
            old = lanes.load(lanes.pointers["states"], k)
            if counts:
                estimate = emit_sum(lanes, tableau.COUNTED_ERROR, stages, parts.states, k)
                change = emit_sum(lanes, tableau.COUNTED_CHANGE, stages, parts.states, k)
                new = lanes.builder.fadd(old, change)
            else:
                estimate = lanes.load(estimates, k)
                new = lanes.builder.fadd(lanes.load(point, k), estimate)
            lanes.store(new, lanes.pointers["new_states"], k)
            emit_error(lanes, k, estimate, old, new)
    emit_growth(lanes, tableau.ERROR_ORDER)


def emit_dense(module: Module, parts: RosenbrockParts) -> LaneBuilder:
    """Write ``dense``: the coefficients of the dense output of the step just made."""
    lanes = LaneBuilder(module, parts.prefix + "dense", DENSE_ARGUMENTS)
    for states, counts in parts.list_ranges():
        with lanes.loop(states.stop, states.start) as k:
            # A method of order 6 has one bend more.
            bends = [*_emit_bends(lanes, parts, k, counts=counts), lanes.constant(0.0)]
            for r, bend in enumerate(bends):
                place = lanes.offset(lanes.pointers["coefficients"], r * parts.states)
                lanes.store(bend, place, k)
    lanes.finish()
    return lanes


def emit_trace(module: Module, parts: RosenbrockParts, count: int) -> None:
    """Write ``trace``: the first states within the step just made, as polynomials.

    Coefficients are in powers of the fraction of the step: those of power 0 of all states, then
    those of power 1, up to 4.
    """
    names = ["states", "new_states", "scratch", "coefficients"]
    lanes = LaneBuilder(module, "trace", names)
    build, target = lanes.builder, lanes.pointers["coefficients"]
    for k in range(count):
        old, new = (lanes.load(lanes.pointers[name], k) for name in names[:2])
        a, b, c = _emit_bends(lanes, parts, k, counts=k in parts.counting)
        powers = [
            old,
            build.fadd(build.fsub(new, old), a),
            build.fsub(b, a),
            build.fsub(c, b),
            build.fneg(c),
        ]
        for power, coefficient in enumerate(powers):
            lanes.store(coefficient, target, power * count + k)
    lanes.finish()


def _emit_bends(
    lanes: LaneBuilder, parts: RosenbrockParts, k: int | Value, *, counts: bool
) -> list[Value]:
    """Write the coefficients of the dense output of one state."""
    stages = lanes.offset(lanes.pointers["scratch"], parts.layout.stages)
    dense = tableau.COUNTED_DENSE if counts else tableau.DENSE
    return [emit_sum(lanes, weights, stages, parts.states, k) for weights in dense]


def emit_propagate(module: Module, parts: RosenbrockParts) -> LaneBuilder:
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
