"""Running a compiled model for many subjects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.engine.arrays import check_matrix, check_vector, spread_tolerances
from brainmag.engine.events import Events
from brainmag.engine.harness import run_subjects
from brainmag.engine.model import CompiledModel
from brainmag.engine.plan import make_plan
from brainmag.engine.status import Status

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """What a run gives, one row per subject.

    Attributes
    ----------
    times : array, shape (K,)
        Output times.
    outputs : array, shape (S, K, number of outputs)
        Outputs; NaN where a subject did not get so far.
    final_states : array, shape (S, N)
        States at the end, or where the subject stopped.
    status : array of int, shape (S,)
        :class:`Status` of every subject.
    reached : array, shape (S,)
        Time every subject got to.
    steps : array of int, shape (S,)
        Steps tried.
    interrupted : bool
        Whether Ctrl-C ended the run early.
    """

    times: Reals
    outputs: Reals
    final_states: Reals
    status: NDArray[np.int8]
    reached: Reals
    steps: NDArray[np.int64]
    interrupted: bool


def solve(
    model: CompiledModel,
    *,
    initial: ArrayLike,
    parameters: ArrayLike,
    start: float,
    stop: float,
    events: Events,
    output_times: Sequence[float] | Reals,
    stops: Sequence[float] | Reals = (),
    rtol: float = 1e-6,
    atol: ArrayLike = 1e-9,
    max_steps: int | None = None,
    effort: ArrayLike | None = None,
    chunk: int = 32,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Run every subject from start to stop.

    Steps end exactly at events and stops; outputs between them come from the dense output. A
    subject's result does not depend, to the last bit, on the output times, on the other subjects,
    on ``chunk`` or on ``threads``. A subject that fails says so in ``status``; the others go on.

    Parameters
    ----------
    model : CompiledModel
        What :func:`brainmag.engine.compile_model` returned.
    initial : array, shape (S, N)
        States at the start, before any event there.
    parameters : array, shape (S, P)
        Parameters of every subject.
    start, stop : float
        Span of the run, in the model's time unit.
    events : Events
        Sudden changes, the same for all subjects, within the span.
    output_times : sequence of float, length K
        Not decreasing, within the span. An output at an event's time is the value before it.
    stops : sequence of float
        Further times that a step must end at: where a rate jumps. Write such a rate with
        ``time < t`` or ``time >= t``: the step that ends at a stop sees the rate before it.
    rtol : float
        Relative tolerance of one step.
    atol : float or array, shape (N,)
        Absolute tolerance of one step, in the unit of each state.
    max_steps : int, optional
        Most steps a subject may try; 20000 and 500 per event or stop by default.
    effort : array, shape (S,), optional
        How many steps each subject may need, such as it needed before. Subjects of like effort
        run side by side and wait less for each other; no result depends on it.
    chunk : int
        Subjects handed to a thread at once.
    threads : int, optional
        Threads; one per processor by default.
    on_progress : callable, optional
        Called with subjects done and subjects in all.

    Returns
    -------
    Solution
        After Ctrl-C: finished subjects are kept, the others are INTERRUPTED.

    Raises
    ------
    InputError
        ``engine.wrong_shape``, ``engine.bad_span``, ``engine.outside_run``,
        ``engine.not_sorted``, ``engine.bad_tolerance``.

    Examples
    --------
    >>> from brainmag.engine import compile_model
    >>> model = compile_model("model decay; x = 1; x' = -k*x; k = 0.5; end", outputs=["x"])
    >>> dose = Events.build(model, [(1.0, "x", "add", 1.0)])
    >>> run = solve(model, initial=[[1.0]], parameters=[[0.5]], start=0.0, stop=2.0, events=dose,
    ...             output_times=[0.0, 1.0, 2.0])
    >>> run.outputs[0, :, 0].round(4).tolist()
    [1.0, 0.6065, 0.9744]
    """
    values = check_matrix("parameters", parameters, model.parameters)
    begin = check_matrix("initial", initial, model.states, rows=len(values))
    tolerances = spread_tolerances(rtol, atol, model.states)
    plan = make_plan(start, stop, events, output_times, stops)
    subjects = len(values)
    outputs = np.full((subjects, plan.times, len(model.outputs)), np.nan)
    final, reached = begin.copy(), np.full(subjects, float(start))
    status = np.full(subjects, Status.INTERRUPTED, dtype=np.int64)
    steps = np.zeros(subjects, dtype=np.int64)
    finished = run_subjects(
        "solve_subjects",
        model,
        plan,
        (begin, values, tolerances),
        (outputs, final, reached, status, steps),
        max_steps=max_steps,
        effort=None if effort is None else check_vector("effort", effort, subjects),
        chunk=chunk,
        threads=threads,
        on_progress=on_progress,
    )
    return Solution(
        times=np.array(output_times, dtype=np.float64),
        outputs=outputs,
        final_states=final,
        status=status.astype(np.int8),
        reached=reached,
        steps=steps,
        interrupted=not finished,
    )
