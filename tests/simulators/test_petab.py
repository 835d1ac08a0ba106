"""Oracle: libpetab's checks and libSBML's, and libRoadRunner, which does what the tables say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import libsbml
import numpy as np
import pytest

from brainmag.inference.petab import ROLES, name_problem, write_petab
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import Figure, list_figures, predict
from brainmag.record.predict import predict_figures
from brainmag.tables import parse_table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

TIGHT = 1e-9
# Of a figure's own error.
AGREEMENT = 0.002


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("petab") / "problem"
    written = write_petab(home)
    assert sorted(written) == sorted(home.iterdir())
    return home


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
    document: Any = libsbml.readSBMLFromFile(str(folder / f"{model}.xml"))
    document.checkConsistency()
    found = [document.getError(k).getMessage() for k in range(document.getNumErrors())]
    assert found == []


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
)


def compare(
    home: Path, names: set[str], hypothesis: str, patch: pytest.MonkeyPatch
) -> list[tuple[str, float, float, float]]:
    """Return figures with what PEtab's tables and what the product make of them, and errors."""
    # The typical member alone, as in the tables.
    patch.setattr(predict, "spread_people", lambda *_, **__: None)
    found: list[tuple[str, float, float, float]] = []
    for role in ROLES:
        simulation = Simulation(home, hypothesis, role)
        rows = [one for one in read_rows(home / f"measurements_{role}.tsv")]
        chosen = [one for one in rows if one["datasetId"] in names]
        figures = [list_comparable(numbers=True)[one["datasetId"]] for one in chosen]
        bias = simulation.parameters["industry_bias"]
        ours = predict_figures(figures, hypothesis, {})[0] if figures else np.empty(0)
        for row, figure, own in zip(chosen, figures, ours, strict=True):
            expected = float(own) + bias * figure.bias_step
            found.append((figure.id, simulation.measure(row), expected, figure.error))
    return found


def test_the_tables_say_what_the_product_computes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = compare(folder, set(SHORT), "carrier", monkeypatch)
    assert {name for name, *_ in pairs} == set(SHORT)
    for name, theirs, ours, error in pairs:
        assert theirs == pytest.approx(ours, abs=AGREEMENT * error), name


@pytest.mark.accept
@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_all_tables_say_what_the_product_computes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, hypothesis: str
) -> None:
    every = set(list_comparable(numbers=True))
    for name, theirs, ours, error in compare(folder, every, hypothesis, monkeypatch):
        assert theirs == pytest.approx(ours, abs=AGREEMENT * error), name
