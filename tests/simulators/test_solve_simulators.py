"""Oracle: libRoadRunner, and the two drivers of the same equations against each other."""

from __future__ import annotations

from typing import Any

import antimony
import numpy as np
import pytest

from brainmag.engine import compile_model
from brainmag.engine import solve as solve_many
from problems.engine import HIRES, NO_EVENTS, ROBERTSON
from problems.sbml import (
    compartment,
    course,
    document,
    gather,
    parameter,
    rate,
    reaction,
    run,
    species,
    start,
    takes,
)

ENZYME = """
function speed(s, v, k)
  v*s/(k + s)
end
model enzyme
  compartment cell = 2, outside = 10
  species S in outside = 3, T in cell = 0, P in cell = 0, $W in cell = 5
  J1: S -> T; transport*(S - T)
  J2: 2T -> P; cell*speed(T, fastest, half)*piecewise(1, T > 0.05, T/0.05)
  J3: P + W -> ; 0.1*P*sqrt(W)
  transport = 0.7; fastest = 1.3; half = 0.4
  total := S*outside + T*cell + 2*P*cell
end
"""
DOSED = """
model dosed
  gut = 0; gut' = -0.9*gut
  blood = 0; blood' = 0.9*gut - 0.2*blood
  doses = 0
  at (sin(time) > 0.5): gut = gut + 10, doses = doses + 1
  at 1.5 after (blood > 6), priority=2: blood = blood/2
end
"""


def run_roadrunner(text: str, names: list[str], stop: float, points: int) -> Any:
    roadrunner = pytest.importorskip(
        "roadrunner", reason="the judge libRoadRunner is not installed"
    )
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0
    judge = roadrunner.RoadRunner(antimony.getSBMLString(antimony.getMainModuleName()))
    judge.integrator.relative_tolerance = 1e-10
    judge.integrator.absolute_tolerance = 1e-13
    judge.integrator.maximum_time_step = 0.01 * stop
    return np.array(judge.simulate(0, stop, points, names))


@pytest.mark.parametrize(
    ("text", "names", "stop"),
    [
        (ENZYME, ["[S]", "[T]", "[P]", "J1", "J2", "total"], 20.0),
        (DOSED, ["gut", "blood", "doses"], 30.0),
    ],
)
def test_roadrunner(text: str, names: list[str], stop: float) -> None:
    judged = run_roadrunner(text, names, stop, 61)
    record = run(text, stop, 61)
    given = np.stack([course(record, name.strip("[]")) for name in names], axis=1)
    np.testing.assert_allclose(given, judged, rtol=1e-5, atol=1e-7)


GROWING = document(
    gather("Compartments", compartment("C", 4.0, constant=False), compartment("D", 2.0)),
    gather(
        "Species",
        species("A", "C", "initialConcentration='3'"),
        species("B", "D", "initialAmount='1'", in_amount=True),
        species("E", "C", "initialConcentration='1'"),
    ),
    gather("Parameters", parameter("k", 0.3), parameter("p"), parameter("x", constant=False)),
    gather("InitialAssignments", start("p", "A + k"), start("x", "p*C")),
    gather("Rules", rate("C", "0.2*C/(1 + time)"), rate("x", "-k*x + atan(x)"), rate("E", "-E*k")),
    gather(
        "Reactions",
        reaction(
            "J", "k*A*C*p", takes("A"), takes("B", "id='n' stoichiometry='2' constant='true'")
        ),
    ),
)


@pytest.mark.parametrize(
    ("text", "stop"), [(ENZYME, 20.0), (GROWING, 10.0), (HIRES, 321.8), (ROBERTSON, 100.0)]
)
def test_a_model_run_once_and_for_many(text: str, stop: float) -> None:
    times = np.linspace(0.0, stop, 41)
    once = run(text, stop, 41)
    known = compile_model(text, outputs=[]).states
    names = [name for name in known if name not in ("A", "E")] + ["A", "E"] * ("A" in known)
    many = compile_model(text, outputs=names)
    parameters = np.array([[many.defaults[name] for name in many.parameters]])
    solution = solve_many(
        many,
        initial=many.initial_states(parameters),
        parameters=parameters,
        start=0.0,
        stop=stop,
        events=NO_EVENTS,
        output_times=times,
        rtol=1e-9,
        atol=1e-14,
    )
    given = np.stack([course(once, name) for name in names], axis=1)
    np.testing.assert_allclose(solution.outputs[0], given, rtol=1e-6, atol=1e-9)
