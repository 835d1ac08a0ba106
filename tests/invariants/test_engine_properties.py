"""Invariant: what a run must keep to, whatever the schedule: causes, units, clocks, neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from brainmag.engine import Events, Solution, Status, compile_model, solve
from problems.engine import compile_all
from problems.initial_value import POLLU

Reals = NDArray[np.float64]
Doses = list[tuple[float, float]]

# Saturable uptake, a store, a loss: no time in it, and every number has units of a power of
# amount (first) and of time (second).
TEXT = """
model pools
  gut' = -most*gut/(half + gut) - transit*gut
  blood' = most*gut/(half + gut) - (loss + fill)*blood + drain*store + inflow
  store' = fill*blood - drain*store*(1 + (store/large)^bend)
  inflow' = 0
  gut = 0; blood = 1; store = 2; inflow = 0
  most = 3; half = 2; transit = 0.1; loss = 0.4; fill = 0.9; drain = 0.07; large = 5; bend = 1.3
end
"""
STATES = {"gut": (1, 0), "blood": (1, 0), "store": (1, 0), "inflow": (1, -1)}
PARAMETERS = {
    "most": (3.0, 1, -1),
    "half": (2.0, 1, 0),
    "transit": (0.1, 0, -1),
    "loss": (0.4, 0, -1),
    "fill": (0.9, 0, -1),
    "drain": (0.07, 0, -1),
    "large": (5.0, 1, 0),
    "bend": (1.3, 0, 0),
}
BEGIN = {"gut": 0.0, "blood": 1.0, "store": 2.0, "inflow": 0.0}
STOP = 48.0

# Times a clock can tell apart in any unit and from any start.
moments = st.integers(0, 64 * int(STOP)).map(lambda ticks: ticks / 64)
doses = st.lists(st.tuples(moments, st.floats(0.01, 30.0)), max_size=8)


def run_pools(
    given_doses: Doses,
    *,
    grid: Reals,
    amount: float = 1.0,
    time: float = 1.0,
    shift: float = 0.0,
    stop: float = STOP,
    infusion: Doses | None = None,
    rtol: float = 1e-6,
) -> Solution:
    """Run the pools in other units of amount and time, or on another clock."""
    model = compile_model(TEXT, outputs=list(STATES))
    sizes = {name: amount**p * time**q for name, (p, q) in STATES.items()}
    values = {name: v * amount**p * time**q for name, (v, p, q) in PARAMETERS.items()}
    changes = [
        *((t, "gut", "add", size) for t, size in given_doses),
        *((t, "inflow", "add", rate) for t, rate in infusion or ()),
    ]
    return solve(
        model,
        initial=[[BEGIN[state] * sizes[state] for state in model.states]],
        parameters=[[values[name] for name in model.parameters]],
        start=shift,
        stop=shift + stop * time,
        events=Events.build(
            model, [(shift + t * time, s, what, v * sizes[s]) for t, s, what, v in changes]
        ),
        output_times=shift + grid * time,
        rtol=rtol,
        atol=[1e-9 * sizes[state] for state in model.states],
    )


def read_amounts(result: Solution) -> Reals:
    assert result.status.tolist() == [Status.FINISHED]
    return result.outputs[0]


GRID = np.linspace(0.0, STOP, 33)


@given(doses=doses, rates=doses, amount=st.integers(-40, 40), time=st.integers(-20, 20))
def test_units_that_differ_by_powers_of_two_give_the_same_bits(
    doses: Doses, rates: Doses, amount: int, time: int
) -> None:
    plain = run_pools(doses, infusion=rates, grid=GRID)
    other = run_pools(doses, infusion=rates, grid=GRID, amount=2.0**amount, time=2.0**time)
    sizes = [2.0 ** (amount * p + time * q) for p, q in STATES.values()]
    np.testing.assert_array_equal(read_amounts(other), read_amounts(plain) * sizes)
    np.testing.assert_array_equal(other.steps, plain.steps)


@given(doses=doses, amount=st.floats(1e-6, 1e6), time=st.floats(1e-4, 1e4))
def test_other_units_give_the_same_course(doses: Doses, amount: float, time: float) -> None:
    plain = run_pools(doses, grid=GRID)
    other = run_pools(doses, grid=GRID, amount=amount, time=time)
    sizes = [amount**p * time**q for p, q in STATES.values()]
    np.testing.assert_allclose(
        read_amounts(other) / sizes, read_amounts(plain), rtol=1e-9, atol=1e-11
    )


@given(doses=doses, shift=st.floats(-1e4, 1e4))
def test_another_start_of_the_clock_gives_the_same_course(doses: Doses, shift: float) -> None:
    plain = run_pools(doses, grid=GRID)
    later = run_pools(doses, grid=GRID, shift=shift)
    # A thousandth of what one step may be wrong by: the steps are the same but for rounding.
    np.testing.assert_allclose(read_amounts(later), read_amounts(plain), rtol=1e-9, atol=1e-11)


@given(
    earlier=doses, one=st.floats(1.0, STOP), later=doses, other=doses, last=st.floats(STOP, 99.0)
)
def test_nothing_is_felt_before_it_happens(
    earlier: Doses, one: float, later: Doses, other: Doses, last: float
) -> None:
    past = [dose for dose in earlier if dose[0] <= one]
    grid = np.linspace(0.0, one, 20)
    courses = [
        run_pools(
            [*past, (one, 1.0), *(dose for dose in future if dose[0] >= one)],
            grid=np.append(grid, stop),
            stop=stop,
        )
        for future, stop in ((later, STOP), (other, last), ([], one))
    ]
    first, *others = (read_amounts(course)[: len(grid)] for course in courses)
    for course in others:
        np.testing.assert_array_equal(course, first)


@given(doses=doses, rates=doses, split=st.lists(st.booleans(), min_size=8, max_size=8))
def test_doses_superpose_where_the_equations_are_linear(
    doses: Doses, rates: Doses, split: list[bool]
) -> None:
    model = compile_all(
        """
        model linear
          gut' = -1.1*gut
          blood' = 1.1*gut + inflow + 0.3*(1 + sin(time/3)) - (2 + cos(time))*blood + 0.07*tissue
          tissue' = 0.9*blood - 0.07*tissue
          inflow' = 0
          gut = 1; blood = 1; tissue = 1; inflow = 0
        end
        """
    )

    def follow(chosen: Doses, steps: Doses) -> Reals:
        changes = [(t, "gut", "add", size) for t, size in chosen]
        changes += [(t, "inflow", "add", rate) for t, rate in steps]
        result = solve(
            model,
            initial=model.initial_states(np.empty((1, 0))),
            parameters=np.empty((1, 0)),
            start=0.0,
            stop=STOP,
            events=Events.build(model, changes),
            output_times=GRID,
            rtol=1e-9,
            atol=1e-11,
        )
        return read_amounts(result)

    some = [dose for dose, chosen in zip(doses, split, strict=False) if chosen]
    rest = [dose for dose, chosen in zip(doses, split, strict=False) if not chosen]
    together = follow(doses, rates)
    apart = follow(some, []) + follow(rest, rates) - follow([], [])
    np.testing.assert_allclose(together, apart, rtol=1e-7, atol=1e-8)


# Atoms in each species of POLLU: of nitrogen, carbon, sulphur.
ATOMS = {
    "nitrogen": {1: 1, 2: 1, 13: 1, 15: 1, 19: 1, 20: 2},
    "carbon": {7: 1, 8: 1, 9: 2, 10: 1, 11: 2, 12: 1, 13: 2, 14: 1},
    "sulphur": {17: 1, 18: 1},
}


@given(
    initial=st.lists(st.floats(0.0, 1.0), min_size=20, max_size=20),
    puffs=st.lists(st.tuples(st.floats(0.0, 60.0), st.integers(1, 20)), max_size=4),
    rtol=st.sampled_from([1e-2, 1e-5, 1e-8]),
)
def test_reactions_keep_every_atom(
    initial: list[float], puffs: list[tuple[float, int]], rtol: float
) -> None:
    model = compile_all(POLLU.write_antimony())
    begin = dict(zip((f"y{i}" for i in range(1, 21)), initial, strict=True))
    result = solve(
        model,
        initial=[[begin[state] for state in model.states]],
        parameters=np.empty((1, 0)),
        start=0.0,
        stop=60.0,
        events=Events.build(model, [(time, f"y{i}", "add", 0.1) for time, i in puffs]),
        output_times=[60.0],
        rtol=rtol,
        atol=1e-6,
    )
    assert result.status.tolist() == [Status.FINISHED]
    held = dict(zip(model.states, result.final_states[0], strict=True))
    for atom, counts in ATOMS.items():
        entered = sum(n * begin[f"y{i}"] for i, n in counts.items())
        entered += sum(0.1 * counts.get(i, 0) for _, i in puffs)
        left = sum(n * held[f"y{i}"] for i, n in counts.items())
        assert left == pytest.approx(entered, rel=1e-11, abs=1e-11), atom


@given(
    given_doses=doses,
    order=st.permutations(range(11)),
    twice=st.lists(st.integers(0, 10), max_size=6),
    chunk=st.integers(1, 40),
    threads=st.integers(1, 4),
    times=st.lists(st.floats(0.0, STOP), max_size=30),
)
def test_order_chunks_threads_and_grid_together(
    given_doses: Doses,
    order: list[int],
    twice: list[int],
    chunk: int,
    threads: int,
    times: list[float],
) -> None:
    model = compile_model(TEXT, outputs=list(STATES))
    nominal = np.array([PARAMETERS[name][0] for name in model.parameters])
    spread = np.random.default_rng(3).uniform(0.2, 5.0, (11, len(nominal)))
    values = nominal * spread
    initial = np.array([[BEGIN[state] for state in model.states]] * 11) * spread[:, :1]
    events = Events.build(model, [(time, "gut", "add", size) for time, size in given_doses])
    span = {"start": 0.0, "stop": STOP, "events": events, "atol": 1e-9}
    plain = solve(model, initial=initial, parameters=values, output_times=GRID, threads=1, **span)
    assert set(plain.status.tolist()) == {Status.FINISHED}
    chosen = [*order, *twice]
    # Times that are asked for twice, and those of the events, among others.
    at = np.sort(np.concatenate([GRID, times, times[:3], events.time]))
    other = solve(
        model,
        initial=initial[chosen],
        parameters=values[chosen],
        output_times=at,
        chunk=chunk,
        threads=threads,
        **span,
    )
    np.testing.assert_array_equal(other.final_states, plain.final_states[chosen])
    np.testing.assert_array_equal(other.steps, plain.steps[chosen])
    np.testing.assert_array_equal(
        other.outputs[:, np.searchsorted(at, GRID)], plain.outputs[chosen]
    )
