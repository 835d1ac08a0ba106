# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""Entry points of the compiled code, and their LLVM code."""

from __future__ import annotations

from functools import partial
from typing import Any

import llvmlite.binding as llvm
import numba
from numba import types

from brainmag.engine.arrays import LANE_WHOLES
from brainmag.engine.kernel.blocks import (
    FINISHED,
    INTERRUPTED,
    KERNEL_FUNCTIONS,
    REALS,
    RUNNING,
    WHOLES,
    compiled,
    gather,
    load_subjects,
    make_plan,
    make_whole,
    read_sizes,
    readouts,
    reset_lanes,
    scatter,
    setup,
    shift,
    start,
)
from brainmag.engine.kernel.lanes import LANES, SYMBOL_PREFIX
from brainmag.engine.kernel.newton import search_period
from brainmag.engine.kernel.parts import make_parts, run_parts
from brainmag.engine.kernel.stepping import (
    advance,
    apply_events,
    begin_segment,
    flush_outputs,
    record_start,
)


@compiled
def run_segments(block, plan, order, first, count, sizes, outputs):
    """Run a block from start to stop, outputs included."""
    # Not a literal: the stepping is compiled once for both kinds of run.
    with_columns = sizes.free > 0
    record_start(block, plan)
    for segment in range(plan.segments):
        begin_segment(block, plan, segment, sizes.max_steps)
        advance(block, plan, segment, with_columns)
        flush_outputs(block, plan, segment, order, first, count, sizes, outputs)
        if plan.cancel[0] != 0:
            return
        apply_events(block, plan, segment, with_columns)
    for lane in range(LANES):
        if block.status[lane] == RUNNING:
            block.status[lane] = FINISHED


def solve_subjects(
    first,
    count,
    subjects,
    order,
    size_array,
    whole_plan,
    real_plan,
    initial,
    parameters,
    tolerances,
    real_work,
    whole_work,
    outputs,
    final_states,
    reached,
    status,
    steps,
):
    """Run some subjects, one block after the other (entry point)."""
    sizes = read_sizes(size_array)
    block = make_whole(sizes, tolerances, real_work, whole_work)
    leading, following = make_parts(block, sizes, real_work, whole_work)
    plan = make_plan(sizes, whole_plan, real_plan)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(
            block, plan.target[0], order, begin, width, subjects - 1, sizes, initial, parameters
        )
        if sizes.inputs > 0:
            run_parts(block, leading, following, plan, order, begin, width, sizes, outputs)
        else:
            run_segments(block, plan, order, begin, width, sizes, outputs)
        scatter(block.states, order, begin, width, block.size, final_states)
        for lane in range(width):
            subject = order[begin + lane]
            reached[subject] = block.time[lane]
            steps[subject] = block.attempts[lane]
            status[subject] = INTERRUPTED
            if block.status[lane] != RUNNING:
                status[subject] = block.status[lane]
        begin += LANES
    return 0


def find_periodic_subjects(
    first,
    count,
    subjects,
    order,
    size_array,
    whole_plan,
    real_plan,
    initial,
    parameters,
    tolerances,
    real_work,
    whole_work,
    free,
    tolerance,
    final_states,
    residual,
    status,
    iterations,
):
    """Find the periodic state of some subjects (entry point)."""
    sizes = read_sizes(size_array)
    block = make_whole(sizes, tolerances, real_work, whole_work)
    plan = make_plan(sizes, whole_plan, real_plan)
    settled = shift(whole_work, (1 + 3 * LANE_WHOLES) * LANES)
    guess = shift(block.columns, block.size * block.size * LANES)
    residuals = shift(guess, block.size * LANES)
    system = shift(residuals, LANES)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(
            block, plan.target[0], order, begin, width, subjects - 1, sizes, initial, parameters
        )
        gather(initial, order, begin, subjects - 1, block.size, guess)
        search_period(
            block, plan, width, sizes, guess, residuals, free, system, settled, tolerance[0]
        )
        scatter(guess, order, begin, width, block.size, final_states)
        for lane in range(width):
            subject = order[begin + lane]
            residual[subject] = residuals[lane]
            iterations[subject] = settled[LANES + lane]
            status[subject] = INTERRUPTED
            if settled[lane] != RUNNING:
                status[subject] = settled[lane]
        begin += LANES
    return 0


def evaluate_subjects(
    first,
    count,
    subjects,
    order,
    size_array,
    time,
    initial,
    parameters,
    real_work,
    whole_work,
    outputs,
):
    """Compute the read-outs of some subjects at one instant each (entry point)."""
    sizes = read_sizes(size_array)
    block = make_whole(sizes, real_work, real_work, whole_work)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        load_subjects(block, 0.0, order, begin, width, subjects - 1, sizes, initial, parameters)
        gather(time, order, begin, subjects - 1, 1, block.time)
        shared = block.shared
        readouts(block.time, block.states, shared.parameters, shared.constants, shared.row_outputs)
        scatter(shared.row_outputs, order, begin, width, sizes.outputs, outputs)
        begin += LANES
    return 0


def start_subjects(
    first, count, subjects, order, size_array, parameters, real_work, whole_work, states
):
    """Compute the initial states of some subjects (entry point)."""
    sizes = read_sizes(size_array)
    block = make_whole(sizes, real_work, real_work, whole_work)
    begin = first
    while begin < first + count:
        width = min(LANES, first + count - begin)
        shared = block.shared
        gather(parameters, order, begin, subjects - 1, sizes.parameters, shared.parameters)
        setup(shared.parameters, shared.constants)
        reset_lanes(block, 0.0, width)
        start(block.time, shared.parameters, shared.constants, block.states)
        scatter(block.states, order, begin, width, block.size, states)
        begin += LANES
    return 0


# Arguments of the entry points after first, count and subjects.
ENTRIES = {
    "solve_subjects": [WHOLES, WHOLES, WHOLES, *[REALS] * 5, WHOLES, *[REALS] * 3, WHOLES, WHOLES],
    "find_periodic_subjects": [
        *[WHOLES] * 3,
        *[*[REALS] * 5, WHOLES, WHOLES, *[REALS] * 3, WHOLES, WHOLES],
    ],
    "evaluate_subjects": [WHOLES, WHOLES, *[REALS] * 4, WHOLES, REALS],
    "start_subjects": [WHOLES, WHOLES, REALS, REALS, WHOLES, REALS],
}


def describe_driver() -> tuple[list[str], dict[str, str]]:
    """Return the LLVM code of all entry points and the kinds of their arguments."""
    # The compiler looks the model's functions up although nothing is run here.
    for name in KERNEL_FUNCTIONS:
        llvm.add_symbol(SYMBOL_PREFIX + name, 1)
    njit: Any = numba.njit
    compile_alone = partial(
        njit, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
    )
    pieces: list[str] = []
    for name, pointers in ENTRIES.items():
        signature = types.int64(types.int64, types.int64, types.int64, *pointers)
        function = compile_alone([signature])(globals()[name])
        (result,) = function.overloads.values()
        pieces.append(result.library.get_llvm_str())
        pieces.append(_wrap(name, result.fndesc.mangled_name, len(pointers)))
    entries = {name: "iii" + "p" * len(pointers) for name, pointers in ENTRIES.items()}
    return pieces, entries


def _wrap(name, mangled, pointers):
    """Return code that gives a compiled function a plain name and a plain calling sequence."""
    kinds = ["i64"] * 3 + ["ptr"] * pointers
    declared = ", ".join(["ptr", "ptr", *kinds])
    received = ", ".join(f"{kind} %a{i}" for i, kind in enumerate(kinds))
    return f"""
declare i32 @"{mangled}"({declared})
define i64 @{name}({received}) {{
  %result = alloca i64
  %exception = alloca ptr
  %status = call i32 @"{mangled}"(ptr %result, ptr %exception, {received})
  ret i64 0
}}
"""
