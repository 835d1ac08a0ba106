"""Oracle: libRoadRunner and COPASI, which run what is exported, schedule included."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.engine import Events, Status, solve
from brainmag.intake import (
    Course,
    DietSpan,
    Intake,
    IntakeRequest,
    find_product,
    measure_dose,
    parse_dose,
    plan_intake,
)
from brainmag.people import build_subject
from brainmag.report.export import export_model
from brainmag.report.flat_model import flatten_model
from brainmag.scenario import Medium, Scenario, list_run_events
from brainmag.simulate import ABSOLUTE_TOLERANCE, list_observables, load_model, prepare, simulate
from invariants.test_units import list_issues

Array = NDArray[np.float64]

# On the series of a run, and off the events, where before and after would have to be told apart.
TIMES = np.array([3.0, 9.5, 10.0, 24.0, 41.5, 60.0, 72.0, 100.0, 133.5, 150.5, 168.0])
TIGHT = 1e-9
AGREEMENT = 1e-5
# Differences of equal numbers are rounding, in any unit of the model.
ROUNDING = 1e-12


def build_person() -> Scenario:
    """Return the main case: a 65-year-old on two doses a day."""
    subject = build_subject(age=65, weight=70, egfr=85)
    request = IntakeRequest(product="mgt", dose="1 g", times_a_day=2)
    intake = plan_intake(request, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    return Scenario(subject, intake, 168.0, "carrier")


def build_rat() -> Scenario:
    """Return a rat with the product in its water."""
    subject = build_subject(who="rat")
    request = IntakeRequest(product="mgt", dose="604 mg/kg", in_water=True)
    weight, diet = subject.weight, subject.diet_mg
    intake = plan_intake(request, feeding="constant", diet_mg=diet, weight_kg=weight)
    return Scenario(subject, intake, 168.0, "carrier")


def build_dish() -> Scenario:
    """Return cells whose medium is changed at the start."""
    return Scenario(
        build_subject(who="culture"), Intake("none", 0.0), 168.0, "none", Medium(1.2, 0.1)
    )


def build_patient() -> Scenario:
    """Return a patient under a drug, with all that a schedule can hold.

    Two products fall on one supper, one of them ends after three days, another dissolves slowly;
    infusions and a change of diet.
    """
    conditions = ("oxaliplatin", "stressed", "low-mg-diet")
    subject = build_subject(age=50, weight=80, sex="m", conditions=conditions)
    courses = (
        _take("mgt", "1 g", (18.5,), until=72.0),
        _take("citrate", "150 mg Mg", (7.5, 18.5)),
        _take("hydroxide", "400 mg", (8.0,), every=5.0),
        _take("sulfate-iv", "2 g", (50.0,), every=72.0, infuse=1 / 3),
    )
    spans = (DietSpan(500.0, 96.0, 120.0),)
    return Scenario(subject, Intake("meals", 300.0, spans, courses), 168.0, "mineral")


def _take(name: str, dose: str, first: tuple[float, ...], **more: Any) -> Course:
    product = find_product(name)
    portion = measure_dose(parse_dose(dose), product, 80.0)
    return Course(product, portion, first, **{"every": 24.0, **more})


SCENARIOS = {
    "person": build_person(),
    "rat": build_rat(),
    "dish": build_dish(),
    "patient": build_patient(),
}


@cache
def export_sbml(case: str) -> str:
    """Return the SBML of a case."""
    return export_model(SCENARIOS[case], "sbml")


def list_instant_observables(case: str) -> tuple[str, ...]:
    """Return the observables that are a value, not a day's total."""
    subject = SCENARIOS[case].subject
    names = list_observables(subject.who, subject.cells)
    return tuple(name for name in names if name in load_model(subject.who).outputs)


def name_quantities(case: str) -> tuple[str, ...]:
    """Return all states and observables."""
    return (*load_model(SCENARIOS[case].subject.who).states, *list_instant_observables(case))


def run_tightly(case: str) -> Array:
    """Return the quantities of a case at `TIMES`, by our own engine at a tight tolerance."""
    scenario = SCENARIOS[case]
    ready = prepare(scenario, draws=0, seed=0)
    model, values = ready.model, ready.parameters.during
    start = np.array([list(flatten_model(scenario).states.values())])
    rows: list[list[float]] = []
    for time in TIMES:
        events = [event for event in list_run_events(scenario) if event[0] < time]
        solution = solve(
            model,
            initial=start,
            parameters=values,
            start=0.0,
            stop=float(time),
            events=Events.build(model, events),
            output_times=np.array([time]),
            rtol=TIGHT,
            atol=TIGHT * 1e-2 * np.maximum(np.abs(start[0]), 1e-3),
        )
        assert solution.status[0] == Status.FINISHED
        reached = dict(zip(model.outputs, solution.outputs[0, 0], strict=True))
        reached |= dict(zip(model.states, solution.final_states[0], strict=True))
        rows.append([reached[name] for name in name_quantities(case)])
    return np.array(rows)


def run_roadrunner(sbml: str, names: tuple[str, ...]) -> Array:
    """Return quantities at `TIMES`, by libRoadRunner's CVODE."""
    roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed")
    runner = roadrunner.RoadRunner(sbml)
    settings = {"relative_tolerance": 1e-10, "absolute_tolerance": 1e-13}
    for key, value in {**settings, "maximum_num_steps": 10**7}.items():
        runner.integrator.setValue(key, value)
    runner.timeCourseSelections = ["time", *names]
    result = np.array(runner.simulate(times=[0.0, *TIMES]))
    np.testing.assert_allclose(result[1:, 0], TIMES)
    return result[1:, 1:]


def run_copasi(sbml: str, names: tuple[str, ...]) -> Array:
    """Return quantities at `TIMES`, by COPASI's LSODA."""
    copasi = pytest.importorskip("COPASI", reason="COPASI is not installed")
    data = copasi.CRootContainer.addDatamodel()
    try:
        assert data.importSBMLFromString(sbml), copasi.CCopasiMessage.getAllMessageText()
        task = data.getTask("Time-Course")
        task.setMethodType(copasi.CTaskEnum.Method_deterministic)
        method, problem = task.getMethod(), task.getProblem()
        method.getParameter("Relative Tolerance").setDblValue(1e-10)
        method.getParameter("Absolute Tolerance").setDblValue(1e-13)
        method.getParameter("Max Internal Steps").setIntValue(10**7)
        problem.setDuration(float(TIMES[-1]))
        problem.setUseValues(True)
        problem.setValues(" ".join(repr(float(time)) for time in [0.0, *TIMES]))
        problem.setTimeSeriesRequested(True)
        assert task.process(True), copasi.CCopasiMessage.getAllMessageText()  # noqa: FBT003
        series = task.getTimeSeries()
        titles = [series.getTitle(index) for index in range(series.getNumVariables())]
        columns = [titles.index(f"Values[{name}]") for name in names]
        rows = [
            [series.getConcentrationData(step, column) for column in (0, *columns)]
            for step in range(series.getRecordedSteps())
        ]
    finally:
        copasi.CRootContainer.removeDatamodel(data)
    result = np.array(rows)
    np.testing.assert_allclose(result[1:, 0], TIMES)
    return result[1:, 1:]


JUDGES = {"libRoadRunner": run_roadrunner, "COPASI": run_copasi}


@cache
def ask_judge(judge: str, case: str) -> Array:
    """Return the quantities of a case at `TIMES`, by one of the judges."""
    return JUDGES[judge](export_sbml(case), name_quantities(case))


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("case", SCENARIOS)
def test_every_state_and_observable_agrees(case: str, judge: str) -> None:
    theirs = ask_judge(judge, case)
    np.testing.assert_allclose(run_tightly(case), theirs, rtol=AGREEMENT, atol=ROUNDING)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("case", SCENARIOS)
def test_a_run_as_people_get_it_agrees(case: str, judge: str) -> None:
    run = simulate(SCENARIOS[case], draws=0)
    observables = list_instant_observables(case)
    series, names = run.trajectories.series[0], run.trajectories.names
    rows = np.searchsorted(run.trajectories.times, TIMES)
    np.testing.assert_array_equal(run.trajectories.times[rows], TIMES)
    ours = series[np.ix_(rows, [names.index(name) for name in observables])]
    theirs = ask_judge(judge, case)[:, len(run.model.states) :]
    np.testing.assert_allclose(ours, theirs, rtol=AGREEMENT, atol=ABSOLUTE_TOLERANCE)


@pytest.mark.parametrize("case", SCENARIOS)
def test_exported_sbml_is_consistent(case: str) -> None:
    assert list_issues(export_sbml(case)) == []


def test_antimony_and_sbml_hold_the_same_values() -> None:
    text = export_model(SCENARIOS["person"], "antimony")
    flat = flatten_model(SCENARIOS["person"])
    for name, value in flat.states.items():
        assert f"\n{name} = {value!r} {flat.units[name]};\n" in text
