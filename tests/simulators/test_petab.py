"""Oracle: libpetab's checks and libSBML's, and libRoadRunner, which does what the tables say."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainmag.errors import InputError
from brainmag.inference.free import list_free
from brainmag.inference.petab import ROLES, name_problem, write_petab
from brainmag.inference.petab_parameters import build_standard_subject
from brainmag.people import place_parameters
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import Figure, list_figures, predict
from brainmag.record.predict import predict_figures
from brainmag.simulate import load_model
from brainmag.tables import parse_table
from invariants.test_units import list_issues

TIGHT = 1e-9
HYPOTHESIS = "carrier"
# Of a figure's own error: the usual days before a study leave a little to settle.
AGREEMENT = 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("petab") / "problem"
    written = write_petab(home)
    assert sorted(written) == sorted(home.iterdir())
    return home


def test_an_export_takes_the_place_of_an_earlier_one_that_nobody_changed(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_petab(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    readme = folder / "README.md"
    readme.write_bytes(before["README.md"] + b"dear")
    with pytest.raises(InputError, match=r"README\.md"):
        write_petab(folder)
    readme.write_bytes(before["README.md"])


def read_rows(path: Path) -> tuple[dict[str, str], ...]:
    return parse_table(path.read_text(encoding="utf-8"), path.name)


def list_comparable(*, numbers: bool) -> dict[str, Figure]:
    figures = [one for one in list_figures() if not one.hindrance]
    return {one.id: one for one in figures if one.is_number == numbers}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_petab_finds_nothing(folder: Path, hypothesis: str, role: str) -> None:
    lint: Any = pytest.importorskip("petab.v2.lint")
    issues = lint.lint_problem(str(folder / name_problem(hypothesis, role)))
    assert list(issues) == []


@pytest.mark.parametrize("model", ["chain", "dish"])
def test_libsbml_finds_nothing(folder: Path, model: str) -> None:
    assert list_issues((folder / f"{model}.xml").read_text(encoding="utf-8")) == []


def test_every_number_is_measured_or_its_absence_explained(folder: Path) -> None:
    comparable = list_comparable(numbers=True)
    measured: dict[str, dict[str, str]] = {}
    for role in ROLES:
        for row in read_rows(folder / f"measurements_{role}.tsv"):
            assert comparable[row["datasetId"]].role == role
            measured[row["datasetId"]] = row
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"- `{name}`: " in readme for name in comparable.keys() - measured.keys())
    for name, row in measured.items():
        assert float(row["measurement"]) == comparable[name].value
        assert float(row["noiseParameters"].split(";")[0]) == comparable[name].error


def test_every_direction_stands_beside_the_problem(folder: Path) -> None:
    comparable = list_comparable(numbers=False)
    rows = {row["datasetId"]: row for row in read_rows(folder / "directions.tsv")}
    assert rows.keys() == comparable.keys()
    assert all(row["outcome"] == comparable[name].outcome for name, row in rows.items())
    named = {row["experimentId"] for row in read_rows(folder / "experiments_directions.tsv")}
    assert {row["experimentId"] for row in rows.values()} == named


@pytest.mark.parametrize("model", ["chain", "dish"])
def test_petab_finds_nothing_against_the_directions_either(folder: Path, model: str) -> None:
    v2: Any = pytest.importorskip("petab.v2")
    models: Any = pytest.importorskip("petab.v2.models.sbml_model")
    pandas: Any = pytest.importorskip("pandas")
    lint: Any = pytest.importorskip("petab.v2.lint")

    def read(name: str) -> Any:
        return pandas.read_csv(folder / f"{name}.tsv", sep="\t")

    # As if the directions were numbers.
    told = read("directions").assign(measurement=0.0)
    told = told[told["modelId"] == model]
    experiments = read("experiments_directions")
    experiments = experiments[experiments["experimentId"].isin(told["experimentId"])]
    conditions = read("conditions_directions")
    conditions = conditions[conditions["conditionId"].isin(experiments["conditionId"])]
    parameters = read("parameters_carrier")
    problem = v2.Problem(
        models=[models.SbmlModel.from_file(folder / f"{model}.xml", model)],
        condition_tables=[v2.ConditionTable.from_df(conditions)],
        experiment_tables=[v2.ExperimentTable.from_df(experiments)],
        observable_tables=[v2.ObservableTable.from_df(read(f"observables_{model}"))],
        measurement_tables=[v2.MeasurementTable.from_df(told)],
        parameter_tables=[v2.ParameterTable.from_df(parameters)],
    )
    # A dish has no use for what only a body has.
    allowed = lint.get_valid_parameters_for_parameter_table(problem)
    kept = parameters[parameters["parameterId"].isin(allowed)]
    problem.parameter_tables = [v2.ParameterTable.from_df(kept)]
    assert list(problem.validate()) == []


class Simulation:
    """Follows one experiment of a problem in libRoadRunner, as PEtab's specification has it."""

    def __init__(self, home: Path, hypothesis: str, part: str) -> None:
        roadrunner: Any = pytest.importorskip("roadrunner")
        math: Any = pytest.importorskip("petab.v1.math")
        self.parse: Any = math.sympify_petab
        self.parameters = {
            row["parameterId"]: float(row["nominalValue"])
            for row in read_rows(home / f"parameters_{hypothesis}.tsv")
        }
        self.observables = {
            row["observableId"]: row for row in read_rows(home / "observables_chain.tsv")
        }
        self.changes: dict[str, list[tuple[str, Any]]] = {}
        for row in read_rows(home / f"conditions_{part}.tsv"):
            change = (row["targetId"], self.parse(row["targetValue"]))
            self.changes.setdefault(row["conditionId"], []).append(change)
        self.periods: dict[str, dict[float, list[str]]] = {}
        for row in read_rows(home / f"experiments_{part}.tsv"):
            periods = self.periods.setdefault(row["experimentId"], {})
            periods.setdefault(float(row["time"]), []).append(row["conditionId"])
        self.runner = roadrunner.RoadRunner(str(home / "chain.xml"))
        # With the time among them it takes any end before 0 for one that was not reached.
        self.runner.timeCourseSelections = ["plasma_mg"]
        self.runner.integrator.relative_tolerance = TIGHT
        self.runner.integrator.absolute_tolerance = TIGHT
        self.runner.integrator.maximum_num_steps = 100_000

    def measure(self, row: dict[str, str]) -> float:
        """Return what an observable is at the time of a measurement."""
        self.runner.resetAll()
        for name in self.parameters.keys() & set(self.runner.model.getGlobalParameterIds()):
            self.runner[name] = self.parameters[name]
        stop = float(row["time"])
        periods = sorted(self.periods[row["experimentId"]].items())
        ends = [*(time for time, _ in periods[1:]), stop]
        for (start, conditions), end in zip(periods, ends, strict=True):
            changes = [one for name in conditions for one in self.changes[name]]
            values = [(name, self.evaluate(formula, {})) for name, formula in changes]
            for name, value in values:
                self.runner[name] = value
            if end > start:
                self.runner.simulate(start, end, 2)
        observable = self.observables[row["observableId"]]
        given = zip(
            observable["observablePlaceholders"].split(";"),
            map(float, row["observableParameters"].split(";")),
            strict=True,
        )
        return self.evaluate(self.parse(observable["observableFormula"]), dict(given))

    def evaluate(self, formula: Any, given: dict[str, float]) -> float:
        names = {str(symbol): symbol for symbol in formula.free_symbols}
        known = {**self.parameters, **given}
        values = {
            symbol: known[name] if name in known else self.runner[name]
            for name, symbol in names.items()
        }
        return float(formula.subs(values))


# A level, people of two ages, doses and urine, food withheld, a drug in rats, an injected mouse.
SHORT = (
    "bertinato-2017/serum",
    "muscle-age-2001/muscle-25-to-75",
    "brewer-2001/ionised-rise",
    "coudray-2005/ten-salts",
    "kappeler-2017/citrate-minus-oxide",
    "morris-1987/urine-24-h",
    "fine-1991/meal-and-80-mEq",
    "wang-2011/urine",
    "xu-2017/csf-vincristine",
    "mouse-csf-2009/serum-after",
)


def move_parameters() -> dict[str, float]:
    """Return places in the priors, to either side in turn."""
    return {name: (0.25, 0.75)[k % 2] for k, name in enumerate(list_free(HYPOTHESIS).names)}


def set_parameters(parameters: dict[str, float], places: dict[str, float]) -> None:
    """Give a table of parameters what stands at some places of the priors."""
    subject = build_standard_subject()
    names = load_model(subject.who).parameters
    uniform = {name: np.array([place]) for name, place in places.items()}
    values = place_parameters(subject, names, HYPOTHESIS, uniform).before[0]
    for name in places:
        called = name if name in parameters else f"{name}_general"
        parameters[called] = float(values[names.index(name)])


def compare(
    home: Path, wanted: Collection[str], places: dict[str, float], patch: pytest.MonkeyPatch
) -> dict[str, float]:
    """Return how far the tables are from the product, in a figure's errors."""
    patch.setattr(predict, "spread_people", stand_alone)
    far: dict[str, float] = {}
    for role in ROLES:
        simulation = Simulation(home, HYPOTHESIS, role)
        set_parameters(simulation.parameters, places)
        rows = [
            row
            for row in read_rows(home / f"measurements_{role}.tsv")
            if row["datasetId"] in wanted
        ]
        figures = [list_comparable(numbers=True)[row["datasetId"]] for row in rows]
        uniform = {name: np.array([place]) for name, place in places.items()}
        ours = predict_figures(figures, HYPOTHESIS, uniform)[0]
        for row, figure, own in zip(rows, figures, ours, strict=True):
            expected = float(own) + simulation.parameters["industry_bias"] * figure.bias_step
            far[figure.id] = abs(simulation.measure(row) - expected) / figure.error
    return far


def stand_alone(*_: object, **__: object) -> None:
    """Take the typical member alone for a group of people, as the tables do."""


def test_the_tables_say_what_the_product_computes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = compare(folder, SHORT, {}, monkeypatch)
    assert far.keys() == set(SHORT)
    assert max(far.values()) < AGREEMENT


def test_the_tables_say_so_of_other_parameters_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = compare(folder, SHORT, move_parameters(), monkeypatch)
    assert max(far.values()) < AGREEMENT


@pytest.mark.accept
@pytest.mark.parametrize("places", [{}, move_parameters()], ids=["nominal", "elsewhere"])
def test_all_tables_say_what_the_product_computes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, places: dict[str, float]
) -> None:
    far = compare(folder, list_comparable(numbers=True), places, monkeypatch)
    assert max(far.values()) < AGREEMENT
