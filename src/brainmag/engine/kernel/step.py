"""What a step of any method needs, as LLVM code: its arguments, its error, its end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from brainmag.engine import control
from brainmag.engine.kernel import elementary
from brainmag.engine.kernel.lanes import LaneBuilder, Module, Value

_GIVEN = ("time", "limit", "step", "states", "parameters", "constants", "held", "inputs")
ATTEMPT_ARGUMENTS = (*_GIVEN, "tolerances", "scratch", "new_states", "error", "growth")
DENSE_ARGUMENTS = (*_GIVEN, "scratch", "new_states", "coefficients")

# Whatever the method, its working storage begins with the rates at the beginning of a step.
SLOPE = 0


def emit_error(lanes: LaneBuilder, k: int | Value, estimate: Value, old: Value, new: Value) -> None:
    """Write the ratio of a state's error and what its size before and after the step allows.

    The largest ratio of all states is kept, NaN as soon as one is NaN.
    """
    magnitude = partial(lanes.intrinsic, "fabs")
    error, tolerances = lanes.pointers["error"], lanes.pointers["tolerances"]
    size = lanes.intrinsic("maximum", magnitude(old), magnitude(new))
    allowed = lanes.fma(lanes.load(tolerances), size, load_tolerance(lanes, k))
    ratio = lanes.builder.fdiv(magnitude(estimate), allowed)
    lanes.store(lanes.intrinsic("maximum", lanes.load(error), ratio), error)


def load_tolerance(lanes: LaneBuilder, k: int | Value) -> Value:
    """Load the absolute tolerance of state k, which follows the relative one."""
    following = lanes.offset(lanes.pointers["tolerances"], 1)
    return lanes.load(following, k)


def emit_growth(lanes: LaneBuilder, order: int) -> None:
    """Write by how much the next step may be longer, between the largest cut and growth.

    ``order`` is the power of the step with which the error grows.
    """
    power = elementary.log(lanes, lanes.load(lanes.pointers["error"]))
    power = lanes.builder.fmul(power, lanes.constant(-1.0 / order))
    growth = lanes.builder.fmul(elementary.exp(lanes, power), lanes.constant(control.SAFETY))
    growth = lanes.intrinsic("minimum", growth, lanes.constant(control.LARGEST_GROWTH))
    growth = lanes.intrinsic("maximum", growth, lanes.constant(control.LARGEST_CUT))
    lanes.store(growth, lanes.pointers["growth"])


def emit_sum(
    lanes: LaneBuilder, weights: Sequence[float], stages: Value, states: int, k: int | Value
) -> Value:
    """Write the weighted sum of a state's stages, which stand ``states`` entries apart."""
    total = lanes.constant(0.0)
    for stage, weight in enumerate(weights):
        if weight != 0.0:
            value = lanes.load(lanes.offset(stages, stage * states), k)
            total = lanes.fma(lanes.constant(weight), value, total)
    return total


def emit_moved_time(lanes: LaneBuilder, fraction: float, place: Value) -> None:
    """Write the time at a fraction of the step, not beyond the limit."""
    step, time = lanes.load(lanes.pointers["step"]), lanes.load(lanes.pointers["time"])
    moved = lanes.fma(lanes.constant(fraction), step, time)
    lanes.store(lanes.intrinsic("minimum", moved, lanes.load(lanes.pointers["limit"])), place)


def emit_commit(
    module: Module, prefix: str, states: int, last_slope: int | None = None
) -> LaneBuilder:
    """Write ``commit``: the time reached, and the new states of the lanes whose ``taken`` is 1.

    ``last_slope`` is where the storage of a step holds the rates at its end, with which the next
    one begins, for methods that compute them.
    """
    names = ["taken", "reached", "states", "new_states", "scratch", "time"]
    lanes = LaneBuilder(module, prefix + "commit", names)
    at = lanes.pointers
    lanes.store(lanes.load(at["reached"]), at["time"])
    one = lanes.constant(1.0)
    taken = lanes.builder.fcmp_ordered("==", lanes.load(at["taken"]), one)
    pairs = [(at["states"], at["new_states"])]
    if last_slope is not None:
        pairs.append((lanes.offset(at["scratch"], SLOPE), lanes.offset(at["scratch"], last_slope)))
    with lanes.loop(states) as k:
        for old, new in pairs:
            chosen = lanes.builder.select(taken, lanes.load(new, k), lanes.load(old, k))
            lanes.store(chosen, old, k)
    lanes.finish()
    return lanes
