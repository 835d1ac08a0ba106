# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportCallIssue=false
# numba compiles this file and infers its types.
"""The entry point on a device: one thread per subject."""

from __future__ import annotations

from typing import Any

from numba import cuda, float64, int64

from brainmag.engine.blocks import RUNNING
from brainmag.engine.cuda.functions import FUNCTIONS, device
from brainmag.engine.cuda.run import read_plan, run_segments
from brainmag.engine.cuda.source import ModelSource
from brainmag.engine.cuda.stepping import STAGES, Model, Thread

SIGNATURE = (
    *(int64, int64, int64, int64[::1], float64[::1]),
    *(float64[:, ::1], float64[:, ::1], float64[::1], float64[:, ::1]),
    *(float64[:, :, ::1], float64[:, ::1], float64[::1], int64[::1], int64[::1]),
)
"""What a kernel is called with."""


def load_functions(source: ModelSource) -> list[Any]:
    """Return the functions of a model's source, in the order of :class:`Model`."""
    namespace = dict(FUNCTIONS)
    exec(compile(source.text, "<model>", "exec"), namespace)  # noqa: S102  (the text is our own)
    return [device(namespace[name]) for name in Model._fields]


def define_kernel(source: ModelSource) -> Any:
    """Return the function that runs the subject of one thread.

    Subjects lie next to each other in memory, so that neighbouring threads read neighbouring
    numbers; results lie as the caller of :func:`brainmag.engine.solve` gets them.
    """
    setup, rates, rates_and_jacobian, readouts, factor, substitute = load_functions(source)
    n, n_constants, n_jacobian, n_factors = (
        source.states,
        # An array needs room for one entry at least.
        max(source.constants, 1),
        max(source.jacobian, 1),
        source.factors,
    )

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
        outputs,
        final_states,
        reached,
        status,
        steps,
    ):
        subject = cuda.grid(1)
        if subject >= len(status):
            return
        model = Model(setup, rates, rates_and_jacobian, readouts, factor, substitute)
        thread = Thread(
            n,
            parameters[:, subject],
            cuda.local.array(n_constants, float64),
            tolerances,
            memory[:, subject],
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n, float64),
            cuda.local.array(n_jacobian, float64),
            cuda.local.array(n_factors, float64),
            cuda.local.array((STAGES, n), float64),
            cuda.local.array(1, float64),
            cuda.local.array(1, float64),
            cuda.local.array(1, float64),
            cuda.local.array(1, int64),
            cuda.local.array(1, int64),
            cuda.local.array(1, int64),
            cuda.local.array(1, int64),
            cuda.local.array(1, int64),
            cuda.local.array(1, int64),
        )
        plan = read_plan(segments, events, whole_plan, real_plan)
        model.setup(thread.parameters, thread.constants)
        for k in range(n):
            thread.states[k] = initial[k, subject]
        thread.time[0] = plan.target[0]
        thread.step[0] = 1.0
        thread.wanted[0] = 0.0
        thread.status[0] = RUNNING
        thread.attempts[0] = 0
        thread.fresh[0] = 0
        thread.refused[0] = 0
        thread.invalid[0] = 0
        thread.cursor[0] = 0
        run_segments(model, thread, plan, max_steps, outputs[subject])
        for k in range(n):
            final_states[subject, k] = thread.states[k]
        reached[subject] = thread.time[0]
        status[subject] = thread.status[0]
        steps[subject] = thread.attempts[0]

    return solve_subjects
