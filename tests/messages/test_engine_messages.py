"""How the errors of the engine read: what was given, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from brainmag.engine import (
    Events,
    compile_model,
    draw_uniform,
    find_periodic_state,
    solve,
)
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_everything
from brainmag.errors import InputError
from problems.engine import NO_EVENTS
from problems.sbml import document, gather, parameter, rate, rule

TEXT = "model small; x' = -k*x; x = 1; y := 2*x; k = 1; end"


def say(action: Callable[[], Any]) -> tuple[str, str]:
    """Return code and message of the error an action raises."""
    with pytest.raises(InputError) as caught:
        action()
    assert caught.value.exit_status == 2
    return caught.value.code, str(caught.value)


def say_text(text: str, outputs: tuple[str, ...] = ("x",)) -> tuple[str, str]:
    return say(lambda: compile_model(text, outputs=outputs))


def say_rules(*rules: str) -> tuple[str, str]:
    """Return what is said of a document with some variables and these rules."""
    variables = (parameter(name, 0, constant=False) for name in "abcx")
    text = document(gather("Parameters", *variables), gather("Rules", *rules))
    return say(lambda: read_everything(read_text(text)))


def say_run(**changes: Any) -> tuple[str, str]:
    model = compile_model(TEXT, outputs=["x"])
    given: dict[str, Any] = {
        "initial": [[1.0]],
        "parameters": [[1.0]],
        "start": 0.0,
        "stop": 1.0,
        "events": NO_EVENTS,
        "output_times": [1.0],
    }
    return say(lambda: solve(model, **(given | changes)))


def say_event(*change: Any) -> tuple[str, str]:
    model = compile_model(TEXT, outputs=["x"])
    return say(lambda: Events.build(model, [change]))  # type: ignore[list-item]


def test_a_text_with_a_fault() -> None:
    code, message = say_text("model m\n x' = -k*\nend")
    assert code == "engine.text_unreadable"
    assert "line 2" in message
    assert ".." not in message


def test_events_are_not_for_many() -> None:
    code, message = say_text("model m; x' = 1; x = 0; at (x > 2): x = 0; end")
    assert code == "engine.events_for_many"
    assert "brainmag solve" in message


def test_a_function_for_one_number_at_a_time() -> None:
    code, message = say_text("model m; x' = factorial(x); x = 0; end")
    assert code == "engine.scalar_only"
    assert "'factorial'" in message


def test_a_function_the_engine_lacks() -> None:
    code, message = say_rules(rate("x", "besselj(x)"))
    assert code == "engine.unsupported_function"
    assert "'besselj(x)'" in message
    assert "hyperbolic" in message


def test_rules_in_a_circle() -> None:
    code, message = say_text("model m; x' = a; x = 0; a := b + 1; b := 2*a; end")
    assert code == "engine.text_unreadable"
    assert "a" in message
    # Antimony finds such a circle itself; in SBML the engine does.
    rules = [rule("a", "b + 1"), rule("b", "c"), rule("c", "2*a")]
    code, message = say_rules(rate("x", "a"), *rules)
    assert code == "engine.circular_rules"
    assert "a -> b -> c -> a" in message
    code, message = say_rules(rate("x", "missing"), *rules)
    assert code == "engine.unknown_name"
    assert "'missing'" in message


def test_no_states() -> None:
    code, message = say_text("model still; k = 1; x := 2*k; end")
    assert code == "engine.no_states"
    assert "'still'" in message


def test_an_unknown_output() -> None:
    code, message = say_text(TEXT, ("yy",))
    assert code == "engine.unknown_output"
    assert "'yy'" in message
    assert "Did you mean 'y'?" in message
    assert "x, y" in message
    assert "Did you mean" not in say_text(TEXT, ("zzz",))[1]


def test_events() -> None:
    code, message = say_event(0.0, "xx", "add", 1.0)
    assert code == "engine.unknown_state"
    assert "Did you mean 'x'?" in message
    code, message = say_event(0.0, "x", "multiply", 1.0)
    assert code == "engine.unknown_action"
    assert "add or set" in message
    code, message = say_event(0.0, "x", "add", float("nan"))
    assert code == "engine.bad_event_number"
    assert "nan" in message


def test_shapes() -> None:
    code, message = say_run(initial=[[1.0, 2.0]])
    assert code == "engine.wrong_shape"
    assert "'initial'" in message
    assert "(1, 2)" in message
    assert "(1, 1)" in message
    assert say_run(initial=[[1.0], [1.0]])[0] == "engine.wrong_shape"
    assert say_run(parameters=[1.0])[0] == "engine.wrong_shape"
    assert say_run(atol=[1e-9, 1e-9])[0] == "engine.wrong_shape"
    model = compile_model(TEXT, outputs=["x"])
    code, message = say(
        lambda: find_periodic_state(
            model, guess=[[1.0]], parameters=[[1.0]], events=NO_EVENTS, free=[True, True]
        )
    )
    assert code == "engine.wrong_shape"
    assert "'free'" in message


def test_times() -> None:
    code, message = say_run(stop=-1.0)
    assert code == "engine.bad_span"
    assert "-1.0" in message
    assert say_run(stop=float("inf"))[0] == "engine.bad_span"
    code, message = say_run(output_times=[0.5, 2.0])
    assert code == "engine.outside_run"
    assert "output time 2.0" in message
    assert "from 0.0 to 1.0" in message
    assert say_run(stops=[-0.5])[0] == "engine.outside_run"
    assert say_run(output_times=[float("nan")])[0] == "engine.outside_run"
    assert say_run(output_times=[1.0, 0.5])[0] == "engine.not_sorted"
    model = compile_model(TEXT, outputs=["x"])
    late = Events.build(model, [(3.0, "x", "add", 1.0)])
    code, message = say_run(events=late)
    assert code == "engine.outside_run"
    assert "event time 3.0" in message


@pytest.mark.parametrize("bad", [0.0, -1e-6, float("nan"), float("inf")])
def test_tolerances(bad: float) -> None:
    assert say_run(rtol=bad)[0] == "engine.bad_tolerance"
    code, message = say_run(atol=bad)
    assert code == "engine.bad_tolerance"
    assert "greater than 0" in message


def test_draws() -> None:
    code, message = say(lambda: draw_uniform(-1, [0], ["a"]))
    assert code == "engine.bad_seed"
    assert "-1" in message
    code, message = say(lambda: draw_uniform(1, np.array([3, -2]), ["a"]))
    assert code == "engine.bad_subject_number"
    assert "-2" in message
