"""Invariant: what the equations keep constant stays constant to round-off, at any tolerance."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brainmag.engine import Events, Status, compile_model, find_periodic_state, solve

# Nonlinear exchange among pools whose weighted sum only events change.
TEXT = """
model pools
  uptake := most*gut^hill/(half^hill + gut^hill)*(1 + 0.4*sin(time/3))
  leak := rate*exp(-blood/20)*blood
  gut' = -uptake;  gut = 5
  blood' = (uptake - leak)/spread;  blood = 1
  bone' = leak - 0.5*leak*bone/(bone + 1);  bone = 0.2
  lost' = 0.5*leak*bone/(bone + 1);  lost = 0
  most = 3; half = 2; hill = 1.7; rate = 40; spread = 2.5
  total := gut + spread*blood + bone + lost
end
"""


@given(
    doses=st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.1, 30.0)), max_size=6),
    parameters=st.tuples(
        st.floats(0.5, 5.0),
        st.floats(0.1, 5.0),
        st.floats(1.0, 3.0),
        st.floats(0.1, 1000.0),
        st.floats(0.2, 20.0),
    ),
    rtol=st.sampled_from([1e-3, 1e-6, 1e-9]),
)
def test_a_weighted_sum_of_states(
    doses: list[tuple[float, float]], parameters: tuple[float, ...], rtol: float
) -> None:
    model = compile_model(TEXT, outputs=["total"])
    names = ("most", "half", "hill", "rate", "spread")
    values = np.array([[parameters[names.index(name)] for name in model.parameters]])
    initial = model.initial_states(values)
    events = Events.build(model, [(time, "gut", "add", amount) for time, amount in doses])
    result = solve(
        model,
        initial=initial,
        parameters=values,
        start=0.0,
        stop=48.0,
        events=events,
        output_times=np.linspace(0.0, 48.0, 97),
        rtol=rtol,
        atol=1e-8,
    )
    assert result.status.tolist() == [Status.FINISHED]
    begin = 5.0 + parameters[4] + 0.2
    expected = begin + sum(np.where(result.times > time, amount, 0.0) for time, amount in doses)
    np.testing.assert_allclose(result.outputs[0, :, 0], expected, rtol=2e-12)


@given(st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_the_periodic_search_keeps_a_closed_sum(first: float, second: float) -> None:
    model = compile_model(
        "model closed; x' = -a*x + b*y^2; y' = a*x - b*y^2 - c*y + d*z; z' = c*y - d*z; "
        "x = 1; y = 1; z = 0; a = 2; b = 0.5; c = 0.01; d = 0.003; end",
        outputs=["x"],
    )
    found = find_periodic_state(
        model,
        guess=[[first, second, 0.0]],
        parameters=[[2.0, 0.5, 0.01, 0.003]],
        events=Events.build(model, []),
        free=True,
        rtol=1e-8,
        atol=1e-12,
    )
    assert found.status.tolist() == [Status.FINISHED]
    x, y, z = found.states[0]
    np.testing.assert_allclose(x + y + z, first + second, rtol=1e-9)
    np.testing.assert_allclose([2.0 * x, 0.01 * y], [0.5 * y * y, 0.003 * z], rtol=1e-5)
