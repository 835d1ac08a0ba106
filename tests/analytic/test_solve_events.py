"""Oracle: closed forms of small models, one for each thing SBML says about events."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.engine.once.single import solve_once
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_everything
from problems.sbml import (
    compartment,
    course,
    document,
    event,
    gather,
    parameter,
    rate,
    run,
    species,
)

LATE = "initialValue='false' persistent='true'"
FLEETING = "initialValue='true' persistent='false'"


def follow(
    *events: str,
    rules: tuple[str, ...] = (),
    names: str = "x",
    points: int = 11,
    stop: float = 10.0,
) -> list[list[float]]:
    """Return what becomes of parameters that are 0 at first."""
    text = document(
        gather("Parameters", *(parameter(name, 0, constant=False) for name in names)),
        gather("Rules", *rules) if rules else "",
        gather("Events", *events),
    )
    record = run(text, stop, points)
    return [course(record, name).tolist() for name in names]


def test_a_condition_on_the_time_is_met_exactly() -> None:
    changes = {"x": "x + 1"}
    assert follow(event("time >= 5", changes)) == [[0.0] * 5 + [1.0] * 6]
    assert follow(event("time > 5", changes)) == [[0.0] * 6 + [1.0] * 5]
    assert follow(event("time == 5", changes)) == [[0.0] * 5 + [1.0] * 6]


def test_a_condition_on_a_state_is_met_to_rounding() -> None:
    text = "model m; x = 1; x' = -x; hit = 0; at (x < 0.25): hit = time; end"
    np.testing.assert_allclose(course(run(text), "hit")[-1], np.log(4.0), rtol=1e-8)


def test_a_condition_that_is_true_at_the_start() -> None:
    changes = {"x": "1"}
    assert follow(event("time < 5", changes))[0][0] == 0.0
    assert follow(event("time < 5", changes, settings=LATE))[0] == [1.0] * 11


def test_a_delay_and_when_values_are_taken() -> None:
    rules = (rate("t", "1"),)
    early, late = (
        event("time >= 2", {"x": "t"}, delay="1.5", from_trigger=choice) for choice in (True, False)
    )
    assert follow(early, rules=rules, names="xt")[0][3:5] == [0.0, pytest.approx(2.0)]
    assert follow(late, rules=rules, names="xt")[0][3:5] == [0.0, pytest.approx(3.5)]


def test_what_is_not_persistent_may_be_called_off() -> None:
    span = "and(time >= 2, time < 4)"
    fleeting, lasting = (
        event(span, {"x": "1"}, delay="3", settings=choice)
        for choice in (FLEETING, "initialValue='true' persistent='true'")
    )
    assert follow(fleeting)[0] == [0.0] * 11
    assert follow(lasting)[0] == [0.0] * 5 + [1.0] * 6


def test_a_condition_met_again_before_the_delay_is_over() -> None:
    again = event(
        "sin(3.14159265358979*(time - 0.5)) > 0", {"x": "x + 1"}, delay="3.25", from_trigger=False
    )
    # Begins at 0.5, 2.5, 4.5 and so on; done at 3.75, 5.75, 7.75, 9.75.
    assert follow(again)[0] == [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4]


def test_the_highest_priority_comes_first_and_is_asked_anew() -> None:
    events = (
        event("time >= 1", {"x": "10*x + 1"}, priority="1", from_trigger=False),
        event("time >= 1", {"x": "10*x + 2", "y": "5"}, priority="2", from_trigger=False),
        event("time >= 1", {"x": "10*x + 3"}, priority="y", from_trigger=False),
    )
    # The third has priority 0 until the second sets y.
    assert follow(*events, names="xy")[0][-1] == 231.0


def test_events_at_one_instant_take_their_values_before_any_is_done() -> None:
    events = (
        event("time >= 1", {"x": "y + 1"}),
        event("time >= 1", {"y": "x + 2"}),
    )
    assert [column[-1] for column in follow(*events, names="xy")] == [1.0, 2.0]


def test_equal_priorities_take_turns() -> None:
    turns = [
        event(
            "time - t >= 0.01", {"t": "time", name: f"{name} + 1"}, priority="1", settings=FLEETING
        )
        for name in "xy"
    ]
    x, y, _ = follow(*turns, names="xyt", stop=10.0)
    assert x[-1] + y[-1] == pytest.approx(1000, abs=1)
    # Three standard deviations of a thousand throws.
    assert abs(x[-1] - y[-1]) < 3 * np.sqrt(1000)
    assert follow(*turns, names="xyt")[0] == x


def test_one_event_sets_off_another_at_the_same_instant() -> None:
    events = (
        event("time >= 4", {"x": "1"}),
        event("x > 0.5", {"y": "1", "x": "0"}),
        event("y > 0.5", {"z": "time"}),
    )
    assert [column[4] for column in follow(*events, names="xyz")] == [0.0, 1.0, 4.0]


def test_a_compartment_that_is_resized_keeps_what_is_in_it() -> None:
    text = document(
        gather("Compartments", compartment("C", 4.0, constant=False)),
        gather(
            "Species",
            species("A", "C", "initialConcentration='3'"),
            species("B", "C", "initialConcentration='3'"),
            species("F", "C", "initialConcentration='3' constant='true'"),
        ),
        gather("Rules", rate("B", "0")),
        gather("Events", event("time >= 5", {"C": "2"})),
    )
    record = run(text)
    for name in "ABF":
        assert course(record, name).tolist() == pytest.approx([3.0] * 5 + [6.0] * 6)


def test_a_concentration_and_its_compartment_set_at_once() -> None:
    text = document(
        gather("Compartments", compartment("C", 4.0, constant=False)),
        gather("Species", species("A", "C", "initialConcentration='3'")),
        gather("Events", event("time >= 5", {"C": "2", "A": "1"})),
    )
    # The amount becomes 1 times 4; in the new size that is 2.
    record = run(text)
    assert course(record, "A")[-1] == pytest.approx(2.0)


def test_a_bouncing_ball() -> None:
    text = """
    model ball
      height = 1; speed = 0; bounces = 0
      height' = speed; speed' = -9.81
      at (height < 0): speed = -0.5*speed, bounces = bounces + 1
    end
    """
    record = run(text, stop=1.2, points=13)
    first = np.sqrt(2 / 9.81)
    speed = 0.5 * 9.81 * first
    flights = [first, first + 2 * speed / 9.81, first + 3 * speed / 9.81]
    expected = [sum(time > hit for hit in flights) for time in record.times.tolist()]
    assert course(record, "bounces").tolist() == expected
    np.testing.assert_allclose(
        course(record, "height")[5],
        speed * (0.5 - first) - 9.81 / 2 * (0.5 - first) ** 2,
        rtol=1e-7,
    )


def test_a_pulse_between_two_looks_is_seen() -> None:
    text = "model m; c = 0; at (sin(5*time) > 0.98): c = c + 1; end"
    # sin(5 t) peaks at (pi/2 + 2 pi n)/5 = 0.31 + 1.26 n: eight times up to 10.
    assert course(run(text), "c")[-1] == 8.0


def test_a_rate_that_slides_along_a_jump_among_many_events_is_told() -> None:
    # The state cannot leave 0.3: the rates have no solution there, whatever else happens.
    events = [event(f"time > {0.3 + k * 1e-7!r}", {"n": "n + 1"}) for k in range(1, 21)]
    text = document(
        gather("Parameters", *(parameter(name, 0, constant=False) for name in ("x", "n"))),
        gather("Rules", rate("x", "piecewise(1, x < 0.3, -1)")),
        gather("Events", *events),
    )
    record = run(text, 1.0, 11)
    assert record.failure is not None
    assert record.failure.code == "engine.stuck"
    assert 0.3 <= record.reached < 0.3 + 1e-5


BALL = """
model ball
  h = 1; v = 0; n = 0; h' = v; v' = -9.81
  bounce: at h <= 0: {reset}v = -{kept}*v, n = n + 1
end
"""


def find_bounces(kept: float, count: int) -> list[float]:
    """When a ball that keeps a share of its speed hits the ground."""
    fall = np.sqrt(2.0 / 9.81)
    return [fall * (1.0 + 2.0 * sum(kept ** (k + 1) for k in range(n))) for n in range(count)]


@pytest.mark.parametrize("reset", ["h = 0, ", ""], ids=["set to the ground", "as it is"])
@pytest.mark.parametrize("kept", [0.5, 0.8])
def test_no_bounce_is_missed_however_short(kept: float, reset: str) -> None:
    """Whatever the length of the run: the flights of a ball shrink and every one is seen."""
    bounces = find_bounces(kept, 9)
    system = read_everything(read_text(BALL.format(kept=kept, reset=reset)))
    for until in (bounces[-1] + 1e-3 * kept, 3.0 * bounces[-1]):
        record = solve_once(system, 0.0, until, 10_001)
        found = record.values[:, record.names.index("n")]
        for number, time in enumerate(bounces[:-1], start=1):
            after = np.flatnonzero(record.times > time + 1e-9)
            if len(after):
                assert found[after[0]] >= number
        flying = record.times < bounces[-1]
        assert record.values[flying, record.names.index("h")].min() > -1e-6


@pytest.mark.parametrize(
    ("growth", "code"),
    [
        ("x*x", "engine.step_too_small"),
        ("1e30*x*x", "engine.step_too_small"),
        ("exp(exp(x))", "engine.step_too_small"),
        ("1e308*x*x", "engine.not_finite"),
    ],
)
def test_what_grows_without_bound_ends_and_is_named(growth: str, code: str) -> None:
    system = read_everything(read_text(f"model m; x = 1; x' = {growth}; end"))
    record = solve_once(system, 0.0, 2.0, 3)
    assert record.failure is not None
    assert record.failure.code == code


@pytest.mark.parametrize("phase", ["time", "x"])
def test_a_condition_that_is_met_again_and_again_is_met_every_time(phase: str) -> None:
    text = f"model m; x = 0; x' = 1; n = 0; at (sin({phase}) > 0.5): n = n + 1; end"
    assert course(run(text, 200 * np.pi), "n")[-1] == 100.0


def test_a_rate_that_switches_again_and_again() -> None:
    text = "model m; x = 0; x' = piecewise(1, sin(time) > 0, 0); end"
    assert course(run(text, 200 * np.pi), "x")[-1] == pytest.approx(100 * np.pi, rel=1e-8)
