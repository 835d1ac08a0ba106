"""Invariant: a subject's result depends on nothing but the subject, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from brainmag.engine import (
    CompiledModel,
    Events,
    PeriodicSolution,
    Solution,
    Status,
    compile_model,
    find_periodic_state,
    solve,
)
from problems.engine import DOSED_CHAIN, compile_all, dose_chain, spread_subjects

SUBJECTS = 19
DAYS = 3
GRID = np.linspace(0.0, 24.0 * DAYS, 29)
NAMES = ("gfr", "Vp", "kpe", "ka")


@pytest.fixture(scope="module", params=[(), ("Gm", "Gt")], ids=["whole", "cut"])
def chain(request: pytest.FixtureRequest) -> CompiledModel:
    return compile_all(DOSED_CHAIN, request.param)


def solve_chain(
    model: CompiledModel,
    *,
    times: NDArray[np.float64] = GRID,
    subjects: NDArray[np.int64] | None = None,
    chunk: int = 32,
    threads: int | None = None,
) -> Solution:
    values = spread_subjects(model, SUBJECTS, *NAMES)
    if subjects is not None:
        values = values[subjects]
    return solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=0.0,
        stop=24.0 * DAYS,
        events=dose_chain(model, DAYS),
        output_times=times,
        rtol=1e-5,
        chunk=chunk,
        threads=threads,
    )


@pytest.fixture(scope="module")
def whole(chain: CompiledModel) -> Solution:
    return solve_chain(chain)


def assert_same(one: Solution, other: Solution) -> None:
    for name in ("outputs", "final_states", "status", "reached", "steps"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize(("chunk", "threads"), [(1, 1), (8, 2), (16, 3), (1000, 1)])
def test_chunks_and_threads(
    chain: CompiledModel, whole: Solution, chunk: int, threads: int
) -> None:
    assert_same(solve_chain(chain, chunk=chunk, threads=threads), whole)


def test_a_second_run(chain: CompiledModel, whole: Solution) -> None:
    assert_same(solve_chain(chain), whole)


@given(st.lists(st.integers(0, SUBJECTS - 1), min_size=1, max_size=12))
def test_order_and_neighbours(subjects: list[int]) -> None:
    chain = compile_all(DOSED_CHAIN)
    whole = solve_chain(chain)
    chosen = np.array(subjects)
    part = solve_chain(chain, subjects=chosen)
    np.testing.assert_array_equal(part.outputs, whole.outputs[chosen])
    np.testing.assert_array_equal(part.steps, whole.steps[chosen])


@given(st.lists(st.floats(0.0, 24.0 * DAYS), max_size=40))
def test_output_times(times: list[float]) -> None:
    chain = compile_all(DOSED_CHAIN)
    whole = solve_chain(chain)
    together = np.union1d(GRID, np.array(times))
    finer = solve_chain(chain, times=together)
    np.testing.assert_array_equal(finer.final_states, whole.final_states)
    np.testing.assert_array_equal(finer.outputs[:, np.isin(together, GRID)], whole.outputs)
    np.testing.assert_array_equal(finer.steps, whole.steps)


def test_a_failing_neighbour_changes_nothing() -> None:
    # A power of a state that goes below zero, for the subjects with a large drain.
    model = compile_model(
        "model leak; x' = -drain + 0.1*y^0.5; y' = -x*y - drain*y^shape; "
        "x = 1; y = 1; drain = 0; shape = 0.5; end",
        outputs=["x", "y"],
    )
    values = np.array([[0.01, 1.5]] * 12)
    values[[1, 6, 9], :] = [[5.0, 0.5], [np.nan, 1.0], [3.0, 0.7]]
    arguments = {"start": 0.0, "stop": 10.0, "output_times": np.linspace(0.0, 10.0, 11)}
    nothing = Events.build(model, [])
    mixed = solve(
        model, initial=model.initial_states(values), parameters=values, events=nothing, **arguments
    )
    sound = np.setdiff1d(np.arange(12), [1, 6, 9])
    alone = solve(
        model,
        initial=model.initial_states(values[sound]),
        parameters=values[sound],
        events=nothing,
        **arguments,
    )
    assert_same(
        Solution(
            mixed.times,
            mixed.outputs[sound],
            mixed.final_states[sound],
            mixed.status[sound],
            mixed.reached[sound],
            mixed.steps[sound],
            mixed.interrupted,
        ),
        alone,
    )
    assert set(mixed.status[sound].tolist()) == {Status.FINISHED}
    assert mixed.status[6] == Status.NOT_FINITE
    for failed in (1, 9):
        assert mixed.status[failed] in (Status.NOT_FINITE, Status.STEP_TOO_SMALL)
        reached = mixed.reached[failed]
        assert 0.0 < reached < 10.0
        # What lies before is kept, what lies after is not a number.
        gone = mixed.times > reached
        assert np.isfinite(mixed.outputs[failed][~gone]).all()
        assert np.isnan(mixed.outputs[failed][gone]).all()


def search(model: CompiledModel, subjects: NDArray[np.int64], threads: int) -> PeriodicSolution:
    values = spread_subjects(model, SUBJECTS, *NAMES)[subjects]
    return find_periodic_state(
        model,
        guess=model.initial_states(values),
        parameters=values,
        events=dose_chain(model, 1),
        free=True,
        rtol=1e-5,
        atol=1e-9,
        threads=threads,
        chunk=8,
    )


def test_the_periodic_search(chain: CompiledModel) -> None:
    whole = search(chain, np.arange(SUBJECTS), 1)
    assert set(whole.status.tolist()) == {Status.FINISHED}
    backward = search(chain, np.arange(SUBJECTS)[::-1], 2)
    np.testing.assert_array_equal(backward.states[::-1], whole.states)
    np.testing.assert_array_equal(backward.iterations[::-1], whole.iterations)
    single = search(chain, np.array([5]), 1)
    np.testing.assert_array_equal(single.states[0], whole.states[5])
