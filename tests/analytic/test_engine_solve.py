"""Oracle: closed forms of linear models under doses and infusions."""

from __future__ import annotations

import antimony
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import expm

from brainmag.engine import CompiledModel, Events, Status, compile_model, solve
from problems.engine import ABSORPTION, NO_EVENTS, compile_all, read_defaults, run

KA, KE = 1.1, 0.13


ABSORBED = ["gut", "blood", "concentration", "lost"]


@pytest.fixture(scope="module", params=[(), ("gut",)], ids=["whole", "cut"])
def absorption(request: pytest.FixtureRequest) -> CompiledModel:
    return compile_model(ABSORPTION, outputs=ABSORBED, drivers=request.param)


def follow_dose(since: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """Return what one dose at time 0 leaves in the blood."""
    later = np.maximum(since, 0.0)
    blood = amount * KA / (KA - KE) * (np.exp(-KE * later) - np.exp(-KA * later))
    return np.where(since > 0, blood, 0.0)


def test_doses_add_up(absorption: CompiledModel) -> None:
    doses = [(0.0, 100.0), (7.25, 50.0), (7.25, 25.0), (24.0, 100.0), (47.999, 10.0)]
    times = np.linspace(0.0, 60.0, 601)
    events = Events.build(absorption, [(t, "gut", "add", amount) for t, amount in doses])
    result = run(absorption, times, events=events)
    exact = sum(follow_dose(times - t, amount) for t, amount in doses)
    np.testing.assert_allclose(result.outputs[0, :, 1], exact, rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(result.outputs[0, :, 2], result.outputs[0, :, 1] / 12, rtol=1e-15)
    given_so_far = sum(np.where(times > t, amount, 0.0) for t, amount in doses)
    held = result.outputs[0, :, [0, 1, 3]].sum(axis=0)
    np.testing.assert_allclose(held, given_so_far, rtol=1e-13, atol=1e-13)


@given(
    st.lists(
        st.tuples(st.floats(0.0, 30.0), st.floats(0.01, 20.0), st.floats(0.1, 50.0)),
        min_size=1,
        max_size=5,
    )
)
def test_infusions_overlap(infusions: list[tuple[float, float, float]]) -> None:
    model = compile_model(ABSORPTION, outputs=ABSORBED, drivers=["gut"])
    edges = sorted({t for begin, length, _ in infusions for t in (begin, begin + length)})

    def rate(at: float) -> float:
        return sum(r for begin, length, r in infusions if begin <= at < begin + length)

    events = Events.build(model, [(t, "inflow", "set", rate(t)) for t in edges])
    result = run(model, [0.0, 60.0], events=events)
    exact = 0.0
    for begin, length, r in infusions:
        end = begin + length
        exact += r / KE * (np.exp(-KE * (60.0 - end)) - np.exp(-KE * (60.0 - begin)))
    # What is nearly gone is known to the absolute tolerance of a step.
    assert result.outputs[0, -1, 1] == pytest.approx(exact, rel=1e-6, abs=1e-10)


def test_chain_of_compartments_is_a_matrix_exponential() -> None:
    random = np.random.default_rng(11)
    size = 7
    rates = random.uniform(0.0, 2.0, (size, size)) * (random.random((size, size)) < 0.4)
    matrix = rates - np.diag(rates.sum(axis=0) + random.uniform(1e-4, 50.0, size))
    lines = [
        f"x{i}' = " + " + ".join(f"({float(matrix[i, j])!r})*x{j}" for j in range(size))
        for i in range(size)
    ]
    model = compile_all("model chain\n" + "\n".join(lines) + "\nend")
    begin = random.uniform(0.5, 2.0, size)
    result = solve(
        model,
        initial=[begin],
        parameters=np.empty((1, 0)),
        start=0.0,
        stop=3.0,
        events=NO_EVENTS,
        output_times=[0.1, 1.0, 3.0],
        rtol=1e-9,
        atol=1e-12,
    )
    for time, row in zip(result.times, result.outputs[0], strict=True):
        np.testing.assert_allclose(row, expm(matrix * time) @ begin, rtol=1e-7, atol=1e-12)


def test_an_output_at_an_event_is_the_value_before_it(absorption: CompiledModel) -> None:
    events = Events.build(
        absorption,
        [
            (0.0, "gut", "add", 5.0),
            (1.0, "gut", "set", 7.0),
            (1.0, "gut", "add", 1.0),
            (2.0, "gut", "add", 9.0),
        ],
    )
    result = run(absorption, [0.0, 0.0, 1.0, 2.0], events=events)
    gut = result.outputs[0, :, 0]
    np.testing.assert_allclose(gut, [0, 0, 5 * np.exp(-KA), 8 * np.exp(-KA)], rtol=1e-7)
    # The state at the end is that after the last event.
    assert result.final_states[0, 0] == gut[-1] + 9.0
    assert result.reached.tolist() == [2.0]


def test_a_run_without_length_applies_events_only(absorption: CompiledModel) -> None:
    events = Events.build(absorption, [(3.0, "gut", "add", 2.0)])
    result = run(absorption, [3.0, 3.0], events=events)
    assert result.status.tolist() == [Status.FINISHED]
    assert result.outputs[0, :, 0].tolist() == [0.0, 0.0]
    assert result.final_states[0, 0] == 2.0


def test_initial_values_are_formulas_of_parameters_and_each_other() -> None:
    model = compile_model(
        """
        model start
          x' = -x; x = 2*k + total
          y' = -y; y = x^2
          z' = -z
          total := k + derived
          derived = 10*k
          late := time*x
          k = 3
        end
        """,
        outputs=["late"],
    )
    assert model.parameters == ("k",)
    start = model.initial_states(np.array([[1.0], [3.0]]))
    np.testing.assert_allclose(start[:, :2], [[13.0, 169.0], [39.0, 1521.0]])
    assert np.isnan(start[:, 2]).all()
    states = np.array([[2.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    given = model.evaluate(states, np.array([[1.0], [1.0]]), np.array([5.0, 7.0]))
    assert given.tolist() == [[10.0], [21.0]]


def test_a_rate_that_jumps_with_the_time() -> None:
    model = compile_model(
        "model jump; x' = piecewise(1, time < 1/3, -2); x = 0; end", outputs=["x"]
    )
    given = {"initial": [[0.0]], "parameters": np.empty((1, 0)), "start": 0.0, "stop": 1.0}
    result = solve(model, **given, events=NO_EVENTS, output_times=[1 / 3, 1.0], stops=[1 / 3])
    np.testing.assert_allclose(result.outputs[0, :, 0], [1 / 3, -1.0], rtol=1e-12)
    free = solve(model, **given, events=NO_EVENTS, output_times=[1.0], rtol=1e-6)
    assert free.outputs[0, 0, 0] == pytest.approx(-1.0, abs=1e-4)


def test_units_and_values_of_the_text_are_kept() -> None:
    # What another user of the reader has set does not matter.
    antimony.setBareNumbersAreDimensionless(True)
    model = compile_model(
        "model u; unit mM = 1e-3 mole/litre; x' = -k*x; x = 1; k = 2; k has mM; "
        "y := free_one*x; end",
        outputs=["y"],
    )
    assert model.name == "u"
    assert model.units == {"k": "mM"}
    assert model.defaults["k"] == 2.0
    assert np.isnan(model.defaults["free_one"])
    assert read_defaults(model).shape == (1, 2)
