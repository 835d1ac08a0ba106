"""The state a model returns to after one period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.engine.arrays import check_matrix, spread_tolerances
from brainmag.engine.events import Events
from brainmag.engine.harness import limit_steps, run_subjects
from brainmag.engine.model import CompiledModel
from brainmag.engine.plan import make_plan
from brainmag.engine.status import Status
from brainmag.errors import InputError

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class PeriodicSolution:
    """Periodic states, one row per subject.

    Attributes
    ----------
    states : array, shape (S, N)
        State at the start of the period, before any event there.
    status : array of int, shape (S,)
        :class:`brainmag.engine.Status` of every subject; FINISHED where the state was found.
    iterations : array of int, shape (S,)
        Periods run.
    residual : array, shape (S,)
        Largest change of a free state over the period, relative to its size.
    interrupted : bool
        Whether Ctrl-C ended the search early.
    """

    states: Reals
    status: NDArray[np.int8]
    iterations: NDArray[np.int64]
    residual: Reals
    interrupted: bool


def find_periodic_state(
    model: CompiledModel,
    *,
    guess: ArrayLike,
    parameters: ArrayLike,
    events: Events,
    period: float = 24.0,
    free: ArrayLike,
    rtol: float = 1e-6,
    atol: ArrayLike = 1e-9,
    tolerance: float = 1e-8,
    max_iterations: int = 60,
    max_steps: int | None = None,
    chunk: int = 32,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> PeriodicSolution:
    """Find the state from which one period leads back to itself.

    Newton's method on the change over a period. The sensitivity of the end to the start, which it
    needs, is carried along the steps by implicit Euler with the model's exact Jacobian, so that
    states with time constants of years settle as fast as those of minutes. A step that would make
    a positive state negative is shortened. What the model conserves keeps the value of the guess.

    Parameters
    ----------
    model : CompiledModel
        What :func:`brainmag.engine.compile_model` returned.
    guess : array, shape (S, N)
        First guess, and the value of the states that are not free.
    parameters : array, shape (S, P)
        Parameters of every subject.
    events : Events
        Sudden changes of one period, at times from 0 up to the period.
    period : float
        Length of the period; it starts at time 0.
    free : array of bool, shape (N,)
        States to be found. The others start every period from their guess, and their change over
        the period does not count.
    rtol : float
        Relative tolerance of one step.
    atol : float or array, shape (N,)
        Absolute tolerance of one step, in the unit of each state.
    tolerance : float
        A subject is done when no free state changes by more than this, relative to its size plus
        its absolute tolerance.
    max_iterations : int
        Most periods to run.
    max_steps : int, optional
        Most steps to try in one period; 20000 and 500 per event by default.
    chunk, threads, on_progress
        As for :func:`brainmag.engine.solve`.

    Returns
    -------
    PeriodicSolution

    Raises
    ------
    InputError
        As :func:`brainmag.engine.solve`.

    Examples
    --------
    A depot with a half-life of a year, fed once a day, and a ledger that only counts.

    >>> from brainmag.engine import compile_model
    >>> model = compile_model(
    ...     "model depot; x = 1; x' = -k*x; eaten = 0; eaten' = k*x; k = 8e-5; end", outputs=["x"]
    ... )
    >>> meal = Events.build(model, [(12.0, "x", "add", 1.0)])
    >>> found = find_periodic_state(
    ...     model, guess=[[1.0, 0.0]], parameters=[[8e-5]], events=meal, free=[True, False]
    ... )
    >>> exact = np.exp(-8e-5 * 12) / (1 - np.exp(-8e-5 * 24))
    >>> bool(abs(found.states[0, 0] / exact - 1) < 1e-6)
    True
    """
    values = check_matrix("parameters", parameters, model.parameters)
    first_guess = check_matrix("guess", guess, model.states, rows=len(values))
    chosen = np.asarray(free, dtype=np.bool_)
    if chosen.shape not in ((), (len(model.states),)):
        raise InputError(
            "engine.wrong_shape", what="free", given=chosen.shape, allowed=(len(model.states),)
        )
    chosen = np.broadcast_to(chosen, len(model.states))
    unknowns = np.flatnonzero(chosen).astype(np.int64)
    tolerances = spread_tolerances(rtol, atol, model.states)
    plan = make_plan(0.0, period, events, (), ())
    subjects = len(values)
    states, residual = first_guess.copy(), np.full(subjects, np.nan)
    status = np.full(subjects, Status.INTERRUPTED, dtype=np.int64)
    iterations = np.zeros(subjects, dtype=np.int64)
    limit = np.array([tolerance])
    finished = run_subjects(
        "find_periodic_subjects",
        model,
        plan,
        (first_guess, values, tolerances),
        (unknowns, limit, states, residual, status, iterations),
        free=len(unknowns),
        max_iterations=max_iterations,
        max_steps=limit_steps(max_steps, plan),
        chunk=chunk,
        threads=threads,
        on_progress=on_progress,
    )
    return PeriodicSolution(
        states=states,
        status=status.astype(np.int8),
        iterations=iterations,
        residual=residual,
        interrupted=not finished,
    )
