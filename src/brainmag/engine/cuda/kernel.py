# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportCallIssue=false
# numba compiles this file and infers its types.
"""The entry points on a device: one thread per subject.

Subjects lie next to each other in memory, so that neighbouring threads read neighbouring numbers;
results lie as the caller of :func:`brainmag.engine.solve` gets them.
"""

from __future__ import annotations

from typing import Any

from numba import cuda, float64, int64

from brainmag.engine.arrays import INPUT_ROWS, PIECE_HEAD, PIECE_ROWS, PIECES
from brainmag.engine.cuda import explicit, rosenbrock
from brainmag.engine.cuda.explicit import ROWS
from brainmag.engine.cuda.functions import FUNCTIONS, device
from brainmag.engine.cuda.parts import record_following, record_leading, run_parts
from brainmag.engine.cuda.rosenbrock import STAGES
from brainmag.engine.cuda.run import Results, read_plan, record_whole, run_whole
from brainmag.engine.cuda.source import ModelSource, PartSource
from brainmag.engine.cuda.thread import (
    REALS_PER_THREAD,
    WHOLES_PER_THREAD,
    Part,
    make_thread,
    reset,
)


def define_kernel(source: ModelSource) -> Any:
    """Return the function that runs the subject of one thread."""
    namespace = dict(FUNCTIONS)
    exec(compile(source.text, "<model>", "exec"), namespace)  # noqa: S102  (the text is our own)
    if len(source.parts) == 1:
        return _define_whole(source, namespace)
    return _define_parts(source, namespace)


def _find_functions(part: PartSource, namespace: dict[str, Any]) -> list[Any]:
    """Return the functions of a part that may be stiff, in the order of :class:`Part`."""
    return [device(namespace[part.prefix + name]) for name in Part._fields[:4]]


def _define_whole(source: ModelSource, namespace: dict[str, Any]) -> Any:
    setup, readouts = device(namespace["setup"]), device(namespace["readouts"])
    rates, rates_and_jacobian, factor, substitute = _find_functions(source.parts[0], namespace)
    n, n_factors = source.states, source.parts[0].factors
    # An array has one entry at least.
    n_constants, n_jacobian = max(source.constants, 1), max(source.parts[0].jacobian, 1)

    def solve_subjects(
        segments,
        events,
        max_steps,
        whole_plan,
        real_plan,
        initial,
        parameters,
        tolerances,
        memory,
        rows,
        outputs,
        final_states,
        reached,
        status,
        steps,
    ):
        subject = cuda.grid(1)
        if subject >= len(status):
            return
        plan = read_plan(segments, events, whole_plan, real_plan)
        constants = cuda.local.array(n_constants, float64)
        nothing = cuda.local.array((INPUT_ROWS, 1), float64)
        states = cuda.local.array(n, float64)
        vectors = (
            states,
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n_jacobian, float64),
            cuda.local.array(n_factors, float64),
            cuda.local.array((STAGES, n), float64),
        )
        reals = cuda.local.array(REALS_PER_THREAD, float64)
        wholes = cuda.local.array(WHOLES_PER_THREAD, int64)
        shared = (parameters[:, subject], constants, states, nothing, nothing, wholes)
        thread = make_thread(
            (n, 0, 0, 0), shared, tolerances, memory[0, :, subject], vectors, reals, wholes
        )
        setup(thread.parameters, constants)
        for k in range(n):
            states[k] = initial[k, subject]
        reset(thread, plan.target[0])
        part = Part(
            rates,
            rates_and_jacobian,
            factor,
            substitute,
            rosenbrock.attempt,
            rosenbrock.EXPONENT,
            rosenbrock.commit,
            rosenbrock.interpolate,
            record_whole,
        )
        results = Results(readouts, outputs[subject], 0, 0, 0)
        run_whole(part, thread, plan, max_steps, results)
        for k in range(n):
            final_states[subject, k] = states[k]
        reached[subject] = thread.time[0]
        status[subject] = thread.status[0]
        steps[subject] = thread.attempts[0]

    return solve_subjects


def _define_parts(source: ModelSource, namespace: dict[str, Any]) -> Any:
    setup, readouts = device(namespace["setup"]), device(namespace["readouts"])
    cut, join = device(namespace["cut"]), device(namespace["join"])
    ahead, behind = source.parts
    rates_1, rates_and_jacobian_1, factor_1, substitute_1 = _find_functions(ahead, namespace)
    rates_2 = device(namespace[behind.prefix + "rates"])
    n, n_1, n_2 = source.states, ahead.states, behind.states
    n_constants, sees, completed = max(source.constants, 1), source.inputs, behind.completed
    n_jacobian_1, n_factors_1 = max(ahead.jacobian, 1), ahead.factors
    n_tolerances_1, n_tolerances_2 = n_1 + 1, n_2 + 1
    width = PIECE_HEAD + PIECE_ROWS * sees

    def solve_subjects(
        segments,
        events,
        max_steps,
        whole_plan,
        real_plan,
        initial,
        parameters,
        tolerances,
        memory,
        rows,
        outputs,
        final_states,
        reached,
        status,
        steps,
    ):
        subject = cuda.grid(1)
        if subject >= len(status):
            return
        plan = read_plan(segments, events, whole_plan, real_plan)
        whole = cuda.local.array(n, float64)
        shared = (
            parameters[:, subject],
            cuda.local.array(n_constants, float64),
            whole,
            cuda.local.array((INPUT_ROWS, sees), float64),
            cuda.local.array((PIECES, width), float64),
            cuda.local.array(1, int64),
        )
        leading = make_thread(
            (n_1, 0, 0, sees),
            shared,
            cuda.local.array(n_tolerances_1, float64),
            memory[0, :, subject],
            (
                cuda.local.array(n_1, float64),
                cuda.local.array(n_1, float64),
                cuda.local.array(n_1, float64),
                cuda.local.array(n_1, float64),
                cuda.local.array(n_1, float64),
                cuda.local.array(n_jacobian_1, float64),
                cuda.local.array(n_factors_1, float64),
                cuda.local.array((STAGES, n_1), float64),
            ),
            cuda.local.array(REALS_PER_THREAD, float64),
            cuda.local.array(WHOLES_PER_THREAD, int64),
        )
        following = make_thread(
            (n_2, completed, sees, 0),
            shared,
            cuda.local.array(n_tolerances_2, float64),
            memory[1, :, subject],
            (
                cuda.local.array(n_2, float64),
                cuda.local.array(n_2, float64),
                cuda.local.array(n_2, float64),
                cuda.local.array(n_2, float64),
                cuda.local.array(n_2, float64),
                cuda.local.array(1, float64),
                cuda.local.array(1, float64),
                cuda.local.array((ROWS, n_2), float64),
            ),
            cuda.local.array(REALS_PER_THREAD, float64),
            cuda.local.array(WHOLES_PER_THREAD, int64),
        )
        setup(leading.parameters, leading.constants)
        for k in range(n):
            whole[k] = initial[k, subject]
        reset(leading, plan.target[0])
        reset(following, plan.target[0])
        parts = (
            Part(
                rates_1,
                rates_and_jacobian_1,
                factor_1,
                substitute_1,
                rosenbrock.attempt,
                rosenbrock.EXPONENT,
                rosenbrock.commit,
                rosenbrock.interpolate,
                record_leading,
            ),
            Part(
                rates_2,
                0,
                0,
                0,
                explicit.attempt,
                explicit.EXPONENT,
                explicit.commit,
                explicit.interpolate,
                record_following,
            ),
        )
        row_states = cuda.local.array(n, float64)
        results = Results(readouts, outputs[subject], join, rows[:, :, subject], row_states)
        run_parts(cut, parts, leading, following, tolerances, plan, max_steps, results)
        for k in range(n):
            final_states[subject, k] = whole[k]
        reached[subject] = following.time[0]
        status[subject] = following.status[0]
        steps[subject] = following.attempts[0]

    return solve_subjects
