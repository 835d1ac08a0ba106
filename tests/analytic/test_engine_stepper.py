"""Oracle: the exact solution of a nonlinear problem that depends on the time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, Events, compile_model, solve
from problems.engine import COUPLED, NO_EVENTS, compile_all, read_defaults


def solve_exactly(times: NDArray[np.float64]) -> NDArray[np.float64]:
    s = times**2
    return np.stack([np.exp(np.sin(s)), np.exp(5 * np.sin(s)), np.sin(s) + 1, np.cos(s)], axis=-1)


# The hours lead, exactly; what follows them is stepped by the explicit method.
FOLLOWING = """
model following
  hours' = 1; hours = 0
  swing' = 2*hours*cos(hours^2)*swing; swing = 1
  steep' = 10*hours*cos(hours^2)*steep; steep = 1
  level' = 2*hours*shade; level = 1
  shade' = -2*hours*(level - 1); shade = 1
end
"""
FOLLOWERS = ["swing", "steep", "level", "shade"]


def measure_errors(model: CompiledModel, steps: int) -> tuple[float, float]:
    """Return the largest error at the ends of equal steps, and that between them."""
    values = read_defaults(model)
    ends = np.linspace(0.0, 1.0, steps + 1)
    inside = np.sort(np.concatenate([ends[:-1] + s * ends[1] for s in (0.2, 0.5, 0.8)]))
    # With no tolerance to keep, every step goes from one stop to the next.
    result = solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=0.0,
        stop=1.0,
        events=NO_EVENTS,
        stops=ends,
        output_times=np.union1d(ends, inside),
        rtol=1e6,
        atol=1e6,
    )
    assert result.steps[0] == steps * (2 if model.drivers else 1)
    error = np.abs(result.outputs[0] - solve_exactly(result.times)).max(axis=1)
    at_end = np.isin(result.times, ends)
    return float(error[at_end].max()), float(error[~at_end].max())


def test_orders_of_step_and_dense_output() -> None:
    model = compile_all(COUPLED)
    coarse, fine = measure_errors(model, 40), measure_errors(model, 80)
    assert np.log2(coarse[0] / fine[0]) > 4.8
    assert np.log2(coarse[1] / fine[1]) > 3.8
    assert fine[0] < 1e-7


def test_orders_of_the_explicit_step_and_its_dense_output() -> None:
    model = compile_model(FOLLOWING, outputs=FOLLOWERS, drivers=["hours"])
    coarse, fine = measure_errors(model, 20), measure_errors(model, 40)
    assert np.log2(coarse[0] / fine[0]) > 5.8
    assert np.log2(coarse[1] / fine[1]) > 4.8
    assert fine[0] < 1e-7


def test_error_follows_tolerance() -> None:
    model = compile_all(COUPLED)
    values = read_defaults(model)
    times = np.linspace(0.0, 2.0, 101)
    errors: list[float] = []
    for rtol in (1e-4, 1e-6, 1e-8, 1e-10):
        result = solve(
            model,
            initial=model.initial_states(values),
            parameters=values,
            start=0.0,
            stop=2.0,
            events=NO_EVENTS,
            output_times=times,
            rtol=rtol,
            atol=rtol,
        )
        exact = solve_exactly(times)
        errors.append(float(np.max(np.abs(result.outputs[0] - exact) / (1 + np.abs(exact))) / rtol))
    # A small change of the first state moves the second one e^5 times as much.
    assert max(errors) < np.exp(5)


# A state that follows a wave, as tightly as its rate says: stiff or not, the wave solves it.
TRACKING = """
model tracking
  x' = -rate*(x - cos(3*time + phase)) - 3*sin(3*time + phase);  x = 1
  rate = 1; phase = 0
end
"""


def measure_tracking(rate: float, phase: float, dose: float, steps: int) -> float:
    """Return the largest error at the ends of equal steps, with a dose half-way."""
    model = compile_model(TRACKING, outputs=["x"])
    given_values = {"rate": rate, "phase": phase}
    ends = np.linspace(0.0, 2.0, steps + 1)
    result = solve(
        model,
        initial=[[np.cos(phase)]],
        parameters=[[given_values[name] for name in model.parameters]],
        start=0.0,
        stop=2.0,
        events=Events.build(model, [(1.0, "x", "add", dose)]),
        stops=ends,
        output_times=ends,
        rtol=1e6,
        atol=1e6,
    )
    assert result.steps[0] == steps
    fading = np.where(ends > 1.0, dose * np.exp(-rate * np.maximum(ends - 1.0, 0.0)), 0.0)
    return float(np.abs(result.outputs[0, :, 0] - np.cos(3 * ends + phase) - fading).max())


@given(st.floats(0.1, 3.0), st.floats(0.0, 6.3), st.floats(0.0, 2.0))
def test_the_order_holds_for_any_slow_rate_and_across_a_dose(
    rate: float, phase: float, dose: float
) -> None:
    coarse, fine = (measure_tracking(rate, phase, dose, steps) for steps in (20, 40))
    assert np.log2(coarse / fine) > 4.8


@given(st.floats(4.0, 7.0), st.floats(0.0, 6.3))
def test_a_fast_rate_costs_order_but_leaves_less_error(exponent: float, phase: float) -> None:
    rate = 10.0**exponent
    coarse, fine = (measure_tracking(rate, phase, 0.0, steps) for steps in (10, 20))
    assert coarse < 1e-2 / rate
    assert np.log2(coarse / fine) > 2.8
