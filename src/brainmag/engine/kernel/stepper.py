"""One Rosenbrock step for a block of subjects, as LLVM code.

A model is stepped as a whole or, where it was cut in two, part by part; every part has functions
of its own, under its own prefix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from brainmag.engine import control, tableau
from brainmag.engine.kernel import elementary
from brainmag.engine.kernel.lanes import LaneBuilder, Module, Value
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


ATTEMPT_ARGUMENTS = (
    "time",
    "limit",
    "step",
    "states",
    "parameters",
    "constants",
    "held",
    "inputs",
    "tolerances",
    "scratch",
    "new_states",
    "error",
    "growth",
)


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
class StepParts:
    """What a step is made of.

    Attributes
    ----------
    prefix : str
        Begins the names of the functions.
    states : int
    layout : ScratchLayout
    time_dependent : tuple of int
        States whose rate changes by itself.
    inputs : int
        What the part sees of the part before it, given at every stage time of a step.
    completed : int
        How many states, from the first on, are remainders, each completed by an input.
    rates, rates_and_jacobian, factor, substitute : LaneBuilder
    """

    prefix: str
    states: int
    layout: ScratchLayout
    time_dependent: tuple[int, ...]
    inputs: int
    completed: int
    rates: LaneBuilder
    rates_and_jacobian: LaneBuilder
    factor: LaneBuilder
    substitute: LaneBuilder


def emit_attempt(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``attempt``: one step from every lane's time with every lane's step size.

    Results are the new states and, per lane, the largest ratio of error estimate and tolerance
    over all states (NaN as soon as one is NaN), and by how much the next step may be longer. No
    stage lies beyond ``limit``. ``tolerances`` holds the relative tolerance and then each state's
    absolute one; ``inputs`` what the part sees at each of INPUT_TIMES, and then how fast that
    changes at the first of them.
    """
    lanes = LaneBuilder(module, parts.prefix + "attempt", ATTEMPT_ARGUMENTS)
    scratch, layout = lanes.pointers["scratch"], parts.layout
    model = [lanes.pointers[name] for name in ("parameters", "constants", "held")]
    inputs = lanes.pointers["inputs"]
    slope = lanes.offset(scratch, layout.slope)
    jacobian = lanes.offset(scratch, layout.jacobian)
    factors = lanes.offset(scratch, layout.factors)
    time_slope = lanes.offset(scratch, layout.time_slope)
    states = lanes.pointers["states"]
    model.append(inputs)
    input_slopes = lanes.offset(inputs, len(tableau.INPUT_TIMES) * parts.inputs)
    lanes.call(
        parts.rates_and_jacobian,
        *(lanes.pointers["time"], states, *model, input_slopes),
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
            seen = _find_inputs(lanes, parts, tableau.STAGE_TIME[stage])
            lanes.call(parts.rates, stage_time, point, *model[:-1], seen, slope)
        _emit_right_side(lanes, parts, stage, target)
        lanes.call(parts.substitute, factors, target)
    _emit_result(lanes, parts)
    lanes.finish()
    return lanes


def _find_inputs(lanes: LaneBuilder, parts: StepParts, time: float) -> Value:
    """Return the pointer to what the part sees at one of the stage times."""
    place = tableau.INPUT_TIMES.index(time)
    return lanes.offset(lanes.pointers["inputs"], place * parts.inputs)


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
    lanes.store(lanes.constant(0.0), lanes.pointers["error"])
    for k in range(parts.completed):
        old, new = _emit_new_state(lanes, parts, k)
        before = lanes.load(lanes.pointers["inputs"], k)
        after = lanes.load(_find_inputs(lanes, parts, 1.0), k)
        build = lanes.builder
        _emit_error(lanes, parts, k, build.fadd(old, before), build.fadd(new, after))
    if parts.completed < parts.states:
        with lanes.loop(parts.states, parts.completed) as k:
            _emit_error(lanes, parts, k, *_emit_new_state(lanes, parts, k))
    _emit_growth(lanes)


def _emit_growth(lanes: LaneBuilder) -> None:
    """Write by how much the next step may be longer, between the largest cut and growth."""
    power = elementary.log(lanes, lanes.load(lanes.pointers["error"]))
    power = lanes.builder.fmul(power, lanes.constant(control.EXPONENT))
    growth = lanes.builder.fmul(elementary.exp(lanes, power), lanes.constant(control.SAFETY))
    growth = lanes.intrinsic("minimum", growth, lanes.constant(control.LARGEST_GROWTH))
    growth = lanes.intrinsic("maximum", growth, lanes.constant(control.LARGEST_CUT))
    lanes.store(growth, lanes.pointers["growth"])


def _load_estimate(lanes: LaneBuilder, parts: StepParts, k: int | Value) -> Value:
    last = parts.layout.stages + (tableau.STAGES - 1) * parts.states
    return lanes.load(lanes.offset(lanes.pointers["scratch"], last), k)


def _emit_new_state(lanes: LaneBuilder, parts: StepParts, k: int | Value) -> tuple[Value, Value]:
    """Write the new value of a state; return the old and the new one."""
    point = lanes.offset(lanes.pointers["scratch"], parts.layout.point)
    new = lanes.builder.fadd(lanes.load(point, k), _load_estimate(lanes, parts, k))
    lanes.store(new, lanes.pointers["new_states"], k)
    return lanes.load(lanes.pointers["states"], k), new


def _emit_error(
    lanes: LaneBuilder, parts: StepParts, k: int | Value, old: Value, new: Value
) -> None:
    """Write the ratio of a state's error and what its size before and after the step allows."""
    magnitude = partial(lanes.intrinsic, "fabs")
    error, tolerances = lanes.pointers["error"], lanes.pointers["tolerances"]
    size = lanes.intrinsic("maximum", magnitude(old), magnitude(new))
    allowed = lanes.fma(lanes.load(tolerances), size, _load_tolerance(lanes, k))
    ratio = lanes.builder.fdiv(magnitude(_load_estimate(lanes, parts, k)), allowed)
    lanes.store(lanes.intrinsic("maximum", lanes.load(error), ratio), error)


def _load_tolerance(lanes: LaneBuilder, k: int | Value) -> Value:
    """Load the absolute tolerance of state k, which follows the relative one."""
    following = lanes.offset(lanes.pointers["tolerances"], 1)
    return lanes.load(following, k)


def emit_dense(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``dense``: the coefficients of the dense output of the step just made."""
    lanes = LaneBuilder(module, parts.prefix + "dense", ["scratch", "coefficients"])
    with lanes.loop(parts.states) as k:
        for r, bend in enumerate(_emit_bends(lanes, parts, k)):
            place = lanes.offset(lanes.pointers["coefficients"], r * parts.states)
            lanes.store(bend, place, k)
    lanes.finish()
    return lanes


def emit_trace(module: Module, parts: StepParts, count: int) -> None:
    """Write ``trace``: the first states within the step just made, as polynomials.

    Coefficients are in powers of the fraction of the step: those of power 0 of all states, then
    those of power 1, up to 4.
    """
    names = ["states", "new_states", "scratch", "coefficients"]
    lanes = LaneBuilder(module, "trace", names)
    build, target = lanes.builder, lanes.pointers["coefficients"]
    for k in range(count):
        old, new = (lanes.load(lanes.pointers[name], k) for name in names[:2])
        a, b, c = _emit_bends(lanes, parts, k)
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


def _emit_bends(lanes: LaneBuilder, parts: StepParts, k: int | Value) -> list[Value]:
    """Write the coefficients of the dense output of one state."""
    scratch = lanes.pointers["scratch"]
    stages = [
        lanes.load(lanes.offset(scratch, parts.layout.stages + j * parts.states), k)
        for j in range(tableau.STAGES)
    ]
    bends: list[Value] = []
    for weights in tableau.DENSE:
        total = lanes.constant(0.0)
        for weight, stage in zip(weights, stages, strict=True):
            total = lanes.fma(lanes.constant(weight), stage, total)
        bends.append(total)
    return bends


def emit_cut(
    module: Module, leaders: Sequence[int], followers: Sequence[int], completed: int
) -> None:
    """Write ``cut``: states and tolerances of the whole, as those of its two parts.

    The integrals of what flows from one part to the other start from nothing, and what they may
    err is measured by the size of the states they flow into.
    """
    names = ["states", "tolerances"]
    results = ["leading", "following", "leading_tolerances", "following_tolerances"]
    lanes = LaneBuilder(module, "cut", [*names, *results])
    at = lanes.pointers
    if followers:
        relative = lanes.load(at["tolerances"])
        lanes.store(relative, at["leading_tolerances"])
        lanes.store(relative, at["following_tolerances"])
        for position, k in enumerate(followers):
            state = lanes.load(at["states"], k)
            absolute = _load_tolerance(lanes, k)
            lanes.store(state, at["following"], position)
            lanes.store(absolute, at["following_tolerances"], 1 + position)
            if position < completed:
                size = lanes.intrinsic("fabs", state)
                allowed = lanes.fma(relative, size, absolute)
                lanes.store(lanes.constant(0.0), at["leading"], position)
                lanes.store(allowed, at["leading_tolerances"], 1 + position)
    for position, k in enumerate(leaders, completed):
        lanes.store(lanes.load(at["states"], k), at["leading"], position)
        lanes.store(_load_tolerance(lanes, k), at["leading_tolerances"], 1 + position)
    lanes.finish()


def emit_join(
    module: Module, leaders: Sequence[int], followers: Sequence[int], completed: int
) -> None:
    """Write ``join``: the states of the whole from those of its parts."""
    lanes = LaneBuilder(module, "join", ["leading", "following", "states"])
    at = lanes.pointers
    for position, k in enumerate(followers):
        state = lanes.load(at["following"], position)
        if position < completed:
            state = lanes.builder.fadd(state, lanes.load(at["leading"], position))
        lanes.store(state, at["states"], k)
    for position, k in enumerate(leaders, completed):
        lanes.store(lanes.load(at["leading"], position), at["states"], k)
    lanes.finish()


def emit_commit(module: Module, parts: StepParts) -> LaneBuilder:
    """Write ``commit``: the time reached, and the new states of the lanes whose ``taken`` is 1."""
    names = ["taken", "reached", "states", "new_states", "time"]
    lanes = LaneBuilder(module, parts.prefix + "commit", names)
    lanes.store(lanes.load(lanes.pointers["reached"]), lanes.pointers["time"])
    one = lanes.constant(1.0)
    taken = lanes.builder.fcmp_ordered("==", lanes.load(lanes.pointers["taken"]), one)
    with lanes.loop(parts.states) as k:
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
