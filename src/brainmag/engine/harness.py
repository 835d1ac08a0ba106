"""The compiled code at work on all subjects: storage for each thread, chunks, a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.engine.arrays import allocate_work
from brainmag.engine.model import CompiledModel
from brainmag.engine.plan import Plan
from brainmag.engine.workers import divide_subjects, run_chunks

# Steps a subject may try where the caller sets no limit: many times what a usual one needs.
_STEPS_IN_ANY_CASE = 20_000
_STEPS_PER_SEGMENT = 500


def limit_steps(given: int | None, plan: Plan) -> int:
    """Return how many steps a subject may try: what the caller allows, or what is ample."""
    return given or _STEPS_IN_ANY_CASE + _STEPS_PER_SEGMENT * plan.segments


def run_subjects(
    entry: str,
    model: CompiledModel,
    plan: Plan,
    given: Sequence[NDArray[Any]],
    results: Sequence[NDArray[Any]],
    *,
    free: int = 0,
    max_iterations: int = 0,
    max_steps: int,
    effort: NDArray[Any] | None = None,
    chunk: int,
    threads: int | None,
    on_progress: Callable[[int, int], None] | None,
) -> bool:
    """Call an entry point for all subjects; return False when Ctrl-C ended it early.

    Parameters
    ----------
    entry : str
        ``solve_subjects`` or ``find_periodic_subjects``.
    model : CompiledModel
    plan : Plan
    given : sequence of array
        States and parameters, one row per subject, and tolerances.
    results : sequence of array
        What follows the working storage in the entry point's arguments.
    free, max_iterations : int
        States to be found and most periods to run, in a periodic search.
    max_steps : int
        Most steps a subject may try.
    effort, chunk, threads, on_progress
        As for :func:`brainmag.engine.solve`.
    """
    subjects = len(given[0])
    order = np.arange(subjects) if effort is None else np.argsort(effort, kind="stable")
    others = (max_steps, plan.times, free, max_iterations, plan.segments, plan.events)

    def work(first: int, count: int) -> None:
        sizes, reals, wholes = allocate_work(
            model.sizes, slots=plan.slots, rows=plan.rows, columns=free > 0, others=others
        )
        arrays = (order, sizes, plan.wholes, plan.reals, *given, reals, wholes, *results)
        model.code.functions[entry](
            first, count, subjects, *(array.ctypes.data for array in arrays)
        )

    def interrupt() -> None:
        plan.wholes[0] = 1

    return run_chunks(
        work,
        divide_subjects(subjects, chunk),
        stop=interrupt,
        threads=threads,
        on_progress=on_progress,
    )
