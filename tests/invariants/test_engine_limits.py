"""Invariant: a run that does not come to its end says so and keeps what it has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from brainmag.engine import CompiledModel, Status, find_periodic_state, solve
from problems.engine import DOSED_CHAIN, compile_all, dose_chain, spread_subjects


@pytest.fixture(scope="module")
def chain() -> CompiledModel:
    return compile_all(DOSED_CHAIN)


def arguments(model: CompiledModel, subjects: int = 20, days: int = 2) -> dict[str, Any]:
    values = spread_subjects(model, subjects, "gfr", "Vp")
    return {
        "initial": model.initial_states(values),
        "parameters": values,
        "start": 0.0,
        "stop": 24.0 * days,
        "events": dose_chain(model, days),
        "output_times": np.arange(0.0, 24.0 * days + 1, 6.0),
    }


def test_a_budget_of_steps_is_kept(chain: CompiledModel) -> None:
    whole = solve(chain, **arguments(chain))
    most = int(np.median(whole.steps))
    result = solve(chain, **arguments(chain), max_steps=most)
    stopped = result.status == Status.TOO_MANY_STEPS
    assert stopped.any()
    assert not stopped.all()
    np.testing.assert_array_equal(stopped, whole.steps > most)
    assert (result.steps[stopped] == most).all()
    assert (result.reached[stopped] < 48.0).all()
    np.testing.assert_array_equal(result.outputs[~stopped], whole.outputs[~stopped])
    for subject in np.flatnonzero(stopped):
        known = result.times <= result.reached[subject]
        np.testing.assert_array_equal(result.outputs[subject, known], whole.outputs[subject, known])
        assert np.isnan(result.outputs[subject, ~known]).all()


def test_progress_counts_all_subjects(chain: CompiledModel) -> None:
    seen: list[tuple[int, int]] = []
    solve(chain, **arguments(chain), chunk=8, on_progress=lambda *now: seen.append(now))
    assert max(done for done, _ in seen) == 20
    assert len(seen) == 3
    assert {total for _, total in seen} == {20}


def interrupt(_done: int, _total: int) -> None:
    raise KeyboardInterrupt


def test_an_interrupted_run_keeps_what_is_finished(chain: CompiledModel) -> None:
    whole = solve(chain, **arguments(chain, 64, 40))
    result = solve(chain, **arguments(chain, 64, 40), chunk=8, threads=1, on_progress=interrupt)
    assert result.interrupted
    assert not whole.interrupted
    finished = result.status == Status.FINISHED
    assert finished[:8].all()
    assert not finished.all()
    assert set(result.status[~finished].tolist()) == {Status.INTERRUPTED}
    np.testing.assert_array_equal(result.outputs[finished], whole.outputs[finished])
    assert (result.reached[~finished] < 960.0).all()


def test_an_interrupted_search_says_so(chain: CompiledModel) -> None:
    values = spread_subjects(chain, 64, "gfr", "Vp")
    result = find_periodic_state(
        chain,
        guess=chain.initial_states(values),
        parameters=values,
        events=dose_chain(chain, 1),
        free=True,
        chunk=8,
        threads=1,
        on_progress=interrupt,
    )
    assert result.interrupted
    assert result.status[0] == Status.FINISHED
    assert result.status[-1] == Status.INTERRUPTED


def test_no_subjects_is_no_work(chain: CompiledModel) -> None:
    result = solve(
        chain,
        **(
            arguments(chain, 1)
            | {
                "initial": np.empty((0, len(chain.states))),
                "parameters": np.empty((0, len(chain.parameters))),
            }
        ),
    )
    assert result.outputs.shape == (0, 9, 23)
    assert chain.initial_states(np.empty((0, len(chain.parameters)))).shape == (0, 23)
