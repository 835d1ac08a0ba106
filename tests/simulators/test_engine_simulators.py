"""Oracle: libRoadRunner, COPASI, CVODE and SciPy's DOP853 at tight tolerances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import antimony
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from brainmag.engine import CompiledModel, solve
from problems.engine import (
    DOSED_CHAIN,
    HIRES,
    NO_EVENTS,
    ROBERTSON,
    compile_all,
    dose_chain,
    read_defaults,
    run,
)
from problems.initial_value import DETEST, POLLU, STIFF_DETEST, Problem
from problems.initial_value import ROBERTSON as ROBERTSON_LONG

Reals = NDArray[np.float64]

# Equations of the shapes a physiological model has, with all that text may hold.
MIXED = """
function hill(x, k, n)
  x^n/(k^n + x^n)
end
model mixed
  day := 0.5*(1 + cos(2*pi*(time - 8)/24))
  gate := piecewise(uptake*hill(a, half, steep), a > 0.01, 0)
  a' = inflow*day - gate - 0.3*a
  b' = gate - max(b - 0.2, 0)*0.4 - 0.05*b
  c' = tanh(b) - log10(10 + c)*c*0.3
  d' = sqrt(abs(a*b)) - min(d, 2)*0.5
  e' = exp(-d)*sin(c)^2 - 1e-3*e
  a = 0.1; b = 0.3; c = 0.1; d = 1; e = 0
  uptake = 1.5; half = 0.4; steep = 2.3; inflow = 0.6
end
"""


def to_sbml(text: str) -> str:
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0
    sbml = antimony.getSBMLString(antimony.getMainModuleName())
    assert isinstance(sbml, str)
    return sbml


@pytest.mark.parametrize(
    ("text", "stop"),
    [(MIXED, 100.0), (HIRES, 321.8122), (ROBERTSON, 1e4), (POLLU.write_antimony(), POLLU.stop)],
    ids=["mixed", "hires", "robertson", "pollu"],
)
def test_roadrunner(text: str, stop: float) -> None:
    roadrunner = pytest.importorskip(
        "roadrunner", reason="the judge libRoadRunner is not installed"
    )
    times = np.linspace(0.0, stop, 51)
    judge = roadrunner.RoadRunner(to_sbml(text))
    judge.integrator.relative_tolerance = 1e-10
    judge.integrator.absolute_tolerance = 1e-16
    judge.integrator.maximum_num_steps = 10**6
    model = compile_all(text)
    expected = judge.simulate(0.0, stop, 51, ["time", *model.outputs])
    result = run(model, times, rtol=1e-9, atol=1e-15)
    scale = np.abs(expected[:, 1:]).max(axis=0)
    np.testing.assert_allclose(result.outputs[0] / scale, expected[:, 1:] / scale, atol=2e-7)


@pytest.mark.parametrize(
    ("text", "stop"),
    [(MIXED, 100.0), (POLLU.write_antimony(), POLLU.stop)],
    ids=["mixed", "pollu"],
)
def test_copasi(text: str, stop: float) -> None:
    copasi = pytest.importorskip("COPASI", reason="the judge COPASI is not installed")
    manager = copasi.CRootContainer.addDatamodel()
    assert manager.importSBMLFromString(to_sbml(text))
    task = manager.getTask("Time-Course")
    task.setMethodType(copasi.CTaskEnum.Method_deterministic)
    problem = task.getProblem()
    problem.setDuration(stop)
    problem.setStepNumber(50)
    method = task.getMethod()
    method.getParameter("Relative Tolerance").setDblValue(1e-10)
    method.getParameter("Absolute Tolerance").setDblValue(1e-14)
    assert task.initialize(copasi.CCopasiTask.OUTPUT_UI)
    assert task.process(True)  # noqa: FBT003 - COPASI takes it by position
    series = task.getTimeSeries()
    titles = [series.getTitle(i) for i in range(series.getNumVariables())]
    model = compile_all(text)
    result = run(model, np.linspace(0.0, stop, 51), rtol=1e-9, atol=1e-14)
    for position, name in enumerate(model.outputs):
        (column,) = [i for i, title in enumerate(titles) if title in (name, f"Values[{name}]")]
        expected = [series.getConcentrationData(k, column) for k in range(51)]
        np.testing.assert_allclose(result.outputs[0, :, position], expected, rtol=1e-6, atol=1e-9)


def make_rates(model: CompiledModel) -> Callable[[float, Reals], Reals]:
    """Return the rates of the dosed chain as a plain Python function, from the text itself."""
    body = [line.strip().replace("^", "**") for line in DOSED_CHAIN.splitlines()]
    fixed = [f"{name} = {model.defaults[name]!r}" for name in model.parameters]
    rules = [line.split("' = ", 1)[1] for line in body if "' = " in line]
    code = ["def rates(time, y):", *fixed, ", ".join(model.states) + " = y"]
    code.append("return np.array([" + ", ".join(rules) + "])")
    scope: dict[str, Any] = {"np": np, "exp": np.exp, "ln": np.log, "cos": np.cos}
    exec("\n    ".join(code), scope)  # noqa: S102 - the text of the test's own model
    return scope["rates"]


def test_dosed_chain_against_dop853() -> None:
    model = compile_all(DOSED_CHAIN)
    rates = make_rates(model)
    values = read_defaults(model)
    days = 4
    state = model.initial_states(values)[0]
    expected: list[Reals] = []
    for k in range(2 * days):
        state[[0, 1]] += (3.0, 6.0)
        inside = 12.0 * k + np.array([0.5, 3.0, 7.77, 12.0])
        answer = solve_ivp(
            rates, (12.0 * k, inside[-1]), state, "DOP853", inside, rtol=1e-11, atol=1e-13
        )
        expected.extend(answer.y.T)
        state = answer.y[:, -1].copy()
    times = np.concatenate([12.0 * k + np.array([0.5, 3.0, 7.77, 12.0]) for k in range(2 * days)])
    result = solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=0.0,
        stop=24.0 * days,
        events=dose_chain(model, days),
        output_times=times,
        rtol=1e-6,
        atol=1e-9,
    )
    np.testing.assert_allclose(result.outputs[0], expected, rtol=1e-5, atol=1e-8)


def test_hires_against_cvode() -> None:
    cvode = pytest.importorskip("sksundae.cvode", reason="the judge CVODE is not installed")

    def rates(_: float, y: Reals, slope: Reals) -> None:
        a, b, c, d, e, f, g, h = y
        slope[:] = [
            -1.71 * a + 0.43 * b + 8.32 * c + 0.0007,
            1.71 * a - 8.75 * b,
            -10.03 * c + 0.43 * d + 0.035 * e,
            8.32 * b + 1.71 * c - 1.12 * d,
            -1.745 * e + 0.43 * f + 0.43 * g,
            -280 * f * h + 0.69 * d + 1.71 * e - 0.43 * f + 0.69 * g,
            280 * f * h - 1.81 * g,
            -280 * f * h + 1.81 * g,
        ]

    times = np.linspace(0.0, 321.8122, 40)
    model = compile_all(HIRES)
    judge = cvode.CVODE(rates, rtol=1e-10, atol=1e-15, max_num_steps=10**6)
    begin = model.initial_states(read_defaults(model))[0]
    result = solve(
        model,
        initial=[begin],
        parameters=read_defaults(model),
        start=0.0,
        stop=times[-1],
        events=NO_EVENTS,
        output_times=times,
        rtol=1e-8,
        atol=1e-12,
    )
    np.testing.assert_allclose(result.outputs[0], judge.solve(times, begin).y, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(POLLU, id="POLLU"),
        pytest.param(ROBERTSON_LONG, id="ROBER"),
        *(pytest.param(STIFF_DETEST[name], id=name) for name in STIFF_DETEST if name[0] in "CDE"),
    ],
)
def test_stiff_problems_against_cvode(problem: Problem) -> None:
    cvode = pytest.importorskip("sksundae.cvode", reason="the judge CVODE is not installed")
    rates = problem.make_rates()

    def fill_rates(time: float, y: Reals, slope: Reals) -> None:
        slope[:] = rates(time, y)

    # From the first moments, where the fast reactions settle, to the end.
    times = np.concatenate([[0.0], problem.stop * np.geomspace(1e-6, 1.0, 13)])
    judge = cvode.CVODE(fill_rates, rtol=1e-11, atol=1e-26, max_num_steps=10**6)
    expected = judge.solve(times, np.array(problem.initial)).y
    assert_close(problem, times, expected)


@pytest.mark.parametrize("name", ["A5", "B1", "B3", "B4", "E2", "E3"])
def test_detest_against_dop853(name: str) -> None:
    problem = DETEST[name]
    times = np.linspace(0.0, problem.stop, 9)
    span = (0.0, problem.stop)
    expected = solve_ivp(
        problem.make_rates(), span, problem.initial, "DOP853", times, rtol=1e-13, atol=1e-16
    )
    assert_close(problem, times, expected.y.T)


def assert_close(problem: Problem, times: Reals, expected: Reals) -> None:
    result = run(compile_all(problem.write_antimony()), times, rtol=1e-10, atol=1e-22)
    size = np.abs(expected) + 1e-3 * np.abs(expected).max(axis=0)
    assert np.max(np.abs(result.outputs[0] - expected) / size) < 1e-7
