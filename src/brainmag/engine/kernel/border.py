"""What passes between a whole model and its two parts, as LLVM code."""

from __future__ import annotations

from collections.abc import Sequence

from brainmag.engine.kernel.lanes import LaneBuilder, Module
from brainmag.engine.kernel.step import load_tolerance


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
            absolute = load_tolerance(lanes, k)
            lanes.store(state, at["following"], position)
            lanes.store(absolute, at["following_tolerances"], 1 + position)
            if position < completed:
                size = lanes.intrinsic("fabs", state)
                allowed = lanes.fma(relative, size, absolute)
                lanes.store(lanes.constant(0.0), at["leading"], position)
                lanes.store(allowed, at["leading_tolerances"], 1 + position)
    for position, k in enumerate(leaders, completed):
        lanes.store(lanes.load(at["states"], k), at["leading"], position)
        lanes.store(load_tolerance(lanes, k), at["leading_tolerances"], 1 + position)
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
