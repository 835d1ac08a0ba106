"""Oracle: closed forms of fed depots, and running on from the state that was found."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.engine import CompiledModel, Events, Status, compile_model, find_periodic_state, solve
from problems.engine import NO_EVENTS, RHYTHM, compile_all, read_defaults, spread_subjects


@pytest.fixture(scope="module")
def rhythm() -> CompiledModel:
    return compile_all(RHYTHM)


FREE = np.array([True, True, True, False])


def test_a_fed_depot_has_a_closed_form() -> None:
    model = compile_model("model depot; x' = -k*x; x = 1; k = 1; end", outputs=["x"])
    rates = np.array([[3.0], [0.1], [1e-3], [1.7e-5]])
    meals = Events.build(model, [(8.0, "x", "add", 2.0), (19.5, "x", "add", 1.0)])
    found = find_periodic_state(
        model,
        guess=np.ones((4, 1)),
        parameters=rates,
        events=meals,
        free=True,
        rtol=1e-9,
        atol=1e-30,
        tolerance=1e-11,
    )
    k = rates[:, 0]
    exact = (2 * np.exp(-16 * k) + np.exp(-4.5 * k)) / (1 - np.exp(-24 * k))
    assert found.status.tolist() == [Status.FINISHED] * 4
    np.testing.assert_allclose(found.states[:, 0], exact, rtol=1e-6)


def test_a_set_state_forgets_its_past() -> None:
    model = compile_model("model depot; x' = -k*x; x = 1; k = 0.001; end", outputs=["x"])
    found = find_periodic_state(
        model,
        guess=[[5.0]],
        parameters=[[0.001]],
        events=Events.build(model, [(6.0, "x", "set", 3.0)]),
        free=True,
        rtol=1e-9,
    )
    assert found.states[0, 0] == pytest.approx(3.0 * np.exp(-0.018), rel=1e-8)
    assert found.iterations[0] <= 3


def test_the_state_found_returns_for_every_subject(rhythm: CompiledModel) -> None:
    values = spread_subjects(rhythm, 21, "supply", "elimination", "from_bone")
    guess = rhythm.initial_states(values)
    guess[:, 3] = 17.0
    found = find_periodic_state(
        rhythm, guess=guess, parameters=values, events=NO_EVENTS, free=FREE, rtol=1e-8, atol=1e-12
    )
    assert set(found.status.tolist()) == {Status.FINISHED}
    assert found.residual.max() <= 1e-8
    assert found.iterations.max() <= 12
    # Held states keep their guess.
    assert set(found.states[:, 3].tolist()) == {17.0}
    later = solve(
        rhythm,
        initial=found.states,
        parameters=values,
        start=0.0,
        stop=24.0 * 60,
        events=NO_EVENTS,
        output_times=[24.0 * 60],
        rtol=1e-10,
        atol=1e-12,
    )
    np.testing.assert_allclose(later.final_states[:, :3], found.states[:, :3], rtol=1e-5)


def test_the_day_of_a_linear_oscillator() -> None:
    model = compile_model(
        "model wave; x' = -k*x + cos(2*pi*time/24); x = 0; k = 0.1; end", outputs=["x"]
    )
    found = find_periodic_state(
        model, guess=[[0.0]], parameters=[[0.1]], events=NO_EVENTS, free=True, rtol=1e-10
    )
    turn = 2 * np.pi / 24
    assert found.states[0, 0] == pytest.approx(0.1 / (0.1**2 + turn**2), rel=1e-8)


def test_a_state_nothing_changes_stays_at_its_guess() -> None:
    model = compile_all("model idle\n still' = 0\n x' = still - x\n still = 4; x = 0\nend")
    found = find_periodic_state(
        model, guess=[[4.0, 0.0]], parameters=np.empty((1, 0)), events=NO_EVENTS, free=True
    )
    assert found.status.tolist() == [Status.FINISHED]
    np.testing.assert_allclose(found.states, [[4.0, 4.0]], rtol=1e-6)


def test_no_periodic_state_is_told(rhythm: CompiledModel) -> None:
    values = read_defaults(rhythm)
    found = find_periodic_state(
        rhythm,
        guess=rhythm.initial_states(values),
        parameters=values,
        events=NO_EVENTS,
        free=True,
        max_iterations=5,
    )
    # The ledger grows every day, so a day that returns to it cannot exist.
    assert found.status.tolist() == [Status.NOT_CONVERGED]
    assert found.iterations.tolist() == [5]


def test_positive_states_stay_positive() -> None:
    # Saturable loss: Newton from far above the answer overshoots below zero.
    model = compile_model(
        "model loss; x' = inflow - most*x/(half + x); x = 1; inflow = 1; most = 5; half = 1; end",
        outputs=["x"],
    )
    found = find_periodic_state(
        model, guess=[[500.0]], parameters=[[1.0, 5.0, 1.0]], events=NO_EVENTS, free=True
    )
    assert model.parameters == ("inflow", "most", "half")
    assert found.status.tolist() == [Status.FINISHED]
    assert found.states[0, 0] == pytest.approx(0.25, rel=1e-6)
