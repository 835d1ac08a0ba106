"""Invariant: a model run in two parts says what the whole says, and conserves what it conserves."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.engine import CompiledModel, Events, Status, compile_model, solve
from brainmag.engine.arrays import PIECES
from brainmag.engine.cascade import cut_system
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_equations
from brainmag.errors import InputError
from problems.engine import DOSED_CHAIN, STORE, compile_all, dose_chain, run, spread_subjects

MEALS = [(t, "solid", "add", 4.0) for t in (1.0, 7.0, 7.5, 30.0)]
HOURS = np.linspace(0.0, 48.0, 97)


def run_store(model: CompiledModel, rtol: float) -> tuple[np.ndarray, int]:
    events = Events.build(model, [*MEALS, (20.0, "drip", "set", 0.5), (22.0, "drip", "set", 0.0)])
    result = run(model, HOURS, events=events, rtol=rtol, atol=rtol * 1e-3)
    assert result.status[0] == Status.FINISHED
    return result.outputs[0], int(result.steps[0])


def test_parts_agree_with_the_whole() -> None:
    whole, cut = compile_all(STORE), compile_all(STORE, ("wall",))
    exact, steps = run_store(whole, 1e-11)
    # So many steps that the following part must catch up within a segment.
    assert steps > 8 * PIECES
    assert np.max(np.abs(run_store(cut, 1e-11)[0] - exact)) < 1e-8
    errors = [np.max(np.abs(run_store(cut, rtol)[0] - exact)) for rtol in (1e-4, 1e-6, 1e-8)]
    assert errors[0] < 1e-3
    assert errors[1] < errors[0] / 10
    assert errors[2] < errors[1] / 10


def test_parts_conserve_what_the_whole_conserves() -> None:
    model = compile_all(STORE, ("wall",))
    values, _ = run_store(model, 1e-4)
    parts = ("solid", "store", "wall", "blood", "deep", "back", "lost")
    held = values[:, [model.outputs.index(name) for name in parts]].sum(axis=1)
    given = 2.0 + sum(np.where(t < HOURS, amount, 0.0) for t, _, _, amount in MEALS)
    given += 0.5 * np.clip(HOURS - 20.0, 0.0, 2.0)
    np.testing.assert_allclose(held, given, rtol=1e-13)


def test_two_flows_are_all_that_the_chain_sees_of_its_gut() -> None:
    system = read_equations(read_text(DOSED_CHAIN), ["Mp"])
    cascade = cut_system(system, ["Gm", "Gt"])
    assert cascade is not None
    assert {system.states[k] for k in cascade.leaders} == {"Gm", "Gt"}
    # What the gut passes on to plasma and to the threonate pool: the followers see no more.
    assert cascade.inputs == cascade.following.completed == 2


def test_what_belongs_together_stays_whole() -> None:
    system = read_equations(read_text(STORE), ["blood"])
    assert cut_system(system, []) is None
    assert cut_system(system, ["drip"]) is None
    assert cut_system(system, ["wall"]) is not None
    # Everything else is needed for what is lost, or counts what is.
    assert cut_system(system, ["lost"]) is None


def test_effort_changes_nothing() -> None:
    model = compile_all(DOSED_CHAIN, ("Gm", "Gt"))
    values = spread_subjects(model, 21, "gfr", "Vp", "kpe", "ka")
    effort = np.random.default_rng(3).random(21)

    def solve_chain(effort: np.ndarray | None) -> np.ndarray:
        return solve(
            model,
            initial=model.initial_states(values),
            parameters=values,
            start=0.0,
            stop=48.0,
            events=dose_chain(model, 2),
            output_times=[0.0, 20.0, 48.0],
            effort=effort,
        ).outputs

    np.testing.assert_array_equal(solve_chain(effort), solve_chain(None))
    with pytest.raises(InputError, match="effort"):
        solve_chain(effort[:3])


@pytest.mark.parametrize("rtol", [1e-6, 1e-2])
def test_a_subject_that_fails_in_one_part_keeps_what_it_has(rtol: float) -> None:
    # With few steps the leading part fails before the following one has looked at it at all.
    text = """
    model poles
      drive' = k*drive^2;  drive = 1
      follow' = drive - follow;  follow = 0
      k = 0
    end
    """
    model = compile_model(text, outputs=["drive", "follow"], drivers=["drive"])
    values = np.array([[0.1], [2.0], [0.0]])
    result = solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=0.0,
        stop=1.0,
        events=Events.build(model, []),
        output_times=[0.4, 1.0],
        rtol=rtol,
    )
    assert result.status[0] == result.status[2] == Status.FINISHED
    assert result.status[1] in (Status.STEP_TOO_SMALL, Status.NOT_FINITE)
    # The pole stands at one half.
    assert abs(result.reached[1] - 0.5) < 10 * rtol
    np.testing.assert_allclose(result.outputs[1, 0, 0], 1 / (1 - 0.8), rtol=10 * rtol)
    np.testing.assert_allclose(result.outputs[2, 1], [1.0, 1 - np.exp(-1)], rtol=10 * rtol)


def test_an_unknown_driver_is_named() -> None:
    with pytest.raises(InputError) as caught:
        compile_model(STORE, outputs=["blood"], drivers=["wal"])
    assert caught.value.code == "engine.unknown_state"
    assert caught.value.values["nearest"] == "wall"
