"""Oracle: a person is the same person, to the last bit, in whatever company and on any threads."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainmag.cli import main
from brainmag.commands import job, memory
from brainmag.engine import Status
from brainmag.intake import IntakeRequest, plan_intake
from brainmag.making import describe_making
from brainmag.people import Population, build_parameters, build_subject, draw_people
from brainmag.people.parameters import read_parameters
from brainmag.population import Crowd, Plan, compute_chunk, list_chunks
from brainmag.scenario import Scenario
from brainmag.simulate import load_model, simulate

FIELDS = ("age", "sex", "height", "weight", "creatinine", "egfr", "diet_mg", "status")
SIZE = 27
REQUEST = IntakeRequest(product="mgt", dose="1 g", times_a_day=2)
WORDS = ["simulate", "--population", "20", "--for", "1 day", "--json"]


def plan(people_per_chunk: int, hypothesis: str = "carrier") -> Plan:
    subject = build_subject()
    intake = plan_intake(REQUEST, feeding="meals", diet_mg=subject.diet_mg, weight_kg=70.0)
    scenario = Scenario(subject, intake, 36.0, hypothesis)
    return Plan(
        scenario,
        Population(SIZE, 1),
        describe_making(load_model("human").key, "cpu"),
        people_per_chunk,
    )


def compute_all(chosen: Plan, folder: Path, **options: Any) -> Crowd:
    files: list[Path] = []
    for number, chunk in enumerate(list_chunks(chosen)):
        files.append(folder / f"{chosen.people_per_chunk}-{number}.parquet")
        files[-1].write_bytes(compute_chunk(chosen, chunk, **options))
    return Crowd(chosen, files)


def read_all(crowd: Crowd) -> dict[str, bytes]:
    """Return every figure of a crowd, bit by bit."""
    parts = {
        f"{part} {name}": crowd.read(part, name).tobytes()
        for part in ("baseline", "end", "end_day")
        for name in crowd.names
    }
    bands = {name: np.array(list(crowd.read_bands(name).values())) for name in crowd.names}
    growth = crowd.read("growth", "magnesium_stores")
    return {**parts, **{n: b.tobytes() for n, b in bands.items()}, "stores": growth.tobytes()}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return read_all(compute_all(plan(SIZE), tmp_path_factory.mktemp("one")))


@pytest.mark.parametrize("people_per_chunk", [1, 8, 10])
def test_no_figure_depends_on_the_chunks(
    people_per_chunk: int, reference: dict[str, bytes], tmp_path: Path
) -> None:
    assert read_all(compute_all(plan(people_per_chunk), tmp_path)) == reference


@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_no_figure_depends_on_the_number_of_threads(
    threads: str, reference: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
    assert read_all(compute_all(plan(SIZE), tmp_path)) == reference


@given(st.integers(0, 2**53), st.lists(st.integers(1, 10**9), min_size=1, max_size=20, unique=True))
def test_a_person_depends_on_seed_and_number_alone(seed: int, numbers: list[int]) -> None:
    together = draw_people(Population(10**9, seed), np.array(numbers))
    alone = draw_people(Population(numbers[0], seed), np.array(numbers[:1]))
    for field in FIELDS:
        assert getattr(together, field)[0] == getattr(alone, field)[0]


@given(st.integers(0, 2**53))
def test_a_person_is_within_what_the_model_covers(seed: int) -> None:
    people = draw_people(Population(200, seed), np.arange(1, 201))
    assert np.all((people.age >= 18) & (people.age <= 95))
    assert np.all((people.weight >= 30) & (people.weight <= 300))
    assert np.all((people.egfr >= 5) & (people.egfr <= 200))
    assert np.all(people.creatinine > 0)
    assert np.all((people.diet_mg >= 10) & (people.diet_mg <= 3000))


@pytest.mark.parametrize(
    ("field", "value"),
    [("age", 65.0), ("weight", 70.0), ("egfr", 45.0), ("creatinine", 1.2), ("diet_mg", 200.0)],
)
def test_what_is_given_holds_for_all_and_leaves_the_rest(field: str, value: float) -> None:
    free = draw_people(Population(50, 1), np.arange(1, 51))
    fixed = draw_people(Population(50, 1, **{field: value}), np.arange(1, 51))
    assert np.all(getattr(fixed, field) == value)
    follows = {"age": {"egfr", "creatinine", "diet_mg"}, "egfr": {"creatinine"}}
    follows["creatinine"] = {"egfr"}
    for other in set(FIELDS) - {field} - follows.get(field, set()):
        assert np.array_equal(getattr(free, other), getattr(fixed, other)), other
    assert len(set(fixed.height)) == 50


def test_each_row_of_parameters_is_that_of_its_person() -> None:
    people = draw_people(Population(8, 1), np.arange(1, 9))
    names = list(read_parameters())
    values = build_parameters(build_subject(), names, "none", draws=0, seed=0, people=people)
    column = {name: values.before[:, place] for place, name in enumerate(names)}
    assert column["age_start"][1:].tolist() == people.age.tolist()
    assert column["gfr_start"][1:].tolist() == people.filtration.tolist()
    assert column["diet_share"].tolist() == [1.0, *(people.diet_mg / 300.0)]
    twin = build_subject(age=people.age[3], sex=str(people.sex[3]), weight=people.weight[3])
    own = build_parameters(twin, names, "none", draws=4, seed=1).before[4]
    scaled = ("central_volume", "fast_clearance", "enterocyte_capacity", "bone_rate")
    for name in scaled:
        assert column[name][4] == pytest.approx(own[names.index(name)], rel=1e-12)


def test_a_person_is_run_as_a_subject_of_the_same_traits_is() -> None:
    """Everything but the share of the meals is a subject's own; so with one diet they agree."""
    people = draw_people(Population(3, 1, diet_mg=300.0), np.arange(1, 4))
    subject = build_subject()
    intake = plan_intake(REQUEST, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    run = simulate(Scenario(subject, intake, 48.0), people=people)
    alone = simulate(Scenario(subject, intake, 48.0), draws=0)
    for name in run.names:
        assert run.read("end", name)[0] == pytest.approx(alone.read("end", name)[0], rel=1e-9)
    assert np.all(run.status == Status.FINISHED)


def test_magnesium_balances_for_every_person(tmp_path: Path) -> None:
    crowd = compute_all(plan(SIZE), tmp_path)
    entered = crowd.read("given", "magnesium") + crowd.read("growth", "fed_ledger")
    left = sum(
        crowd.read("growth", f"{way}_ledger") for way in ("urine", "faecal", "sweat")
    ) + crowd.read("growth", "magnesium_stores")
    np.testing.assert_allclose(left, entered, rtol=1e-9)
    shares = (entered - entered.min()) / crowd.read("person", "diet_mg")
    assert np.ptp(shares) > 0


def test_bands_are_the_quantiles_over_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = compute_all(plan(10), tmp_path)
    tables = [pq.read_table(path) for path in crowd.files]
    rows = [row for table in tables for row in table.column("series_plasma_mg").to_pylist()]
    expected = np.percentile(np.array(rows), [5, 25, 50, 75, 95], axis=0)
    for width in (1, 5 * SIZE, 10**9):
        # However little is held at once.
        monkeypatch.setattr("brainmag.population.crowd.LARGEST_SLAB", width)
        found = np.array(list(crowd.read_bands("plasma_mg").values()))
        np.testing.assert_allclose(found, expected, rtol=1e-7)
    assert crowd.read_times()[-1] == 36.0


def test_a_chunk_is_a_table_that_others_can_read() -> None:
    table = pq.read_table(io.BytesIO(compute_chunk(plan(SIZE), range(1, 4))))
    assert table.column("number").to_pylist() == [1, 2, 3]
    assert table.schema.field("end_plasma_mg").metadata == {b"unit": b"mmol/L"}
    assert len(json.loads(table.schema.metadata[b"times_h"])) == len(
        table.column("series_csf_mg")[0].as_py()
    )


def test_the_document_has_the_keys_of_a_run_and_tells_who_the_people_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*WORDS, "--sex", "f", "--egfr", "25", "--product", "mgt", "--dose", "1 g"]) == 0
    people = json.loads(capsys.readouterr().out)
    assert main(["simulate", *WORDS[3:], "--product", "mgt", "--dose", "1 g"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert set(people) == {*one, "population", "bands"}
    assert set(people["end"]["plasma_mg"]) == set(one["end"]["plasma_mg"])
    assert people["draws"] == {"asked": 20, "finished": 20}
    told = people["population"]
    assert told["fixed"] == {"sex": "f", "egfr": 25.0}
    assert told["female_share"] == 1.0
    assert told["attributes"]["egfr"]["low"] == 25.0
    assert told["attributes"]["age"]["low"] < told["attributes"]["age"]["high"]
    assert people["balance"]["relative_error"] < 1e-9
    (warning,) = [item for item in people["warnings"] if item["code"] == "kidney_caution_people"]
    assert warning["text"].startswith("20 of the people")
    bands = people["bands"]["plasma_mg"]
    assert bands["low"] < bands["lower_quartile"] < bands["median"] < bands["high"]
    assert len(bands["median"]) == len(people["bands"]["time_h"]) == 25


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--uncertainty", "5"], "cli.population_and_uncertainty", "--uncertainty"),
        (["--who", "rat"], "people.population_of_people", "rat"),
        (["--population", "0"], "cli.number_out_of_range", "from 1 to"),
        (["--product", "mgt", "--dose", "10 mg/kg"], "cli.dose_by_weight", "--weight"),
        (["--for", "20 years"], "cli.run_outlives", "95"),
    ],
)
def test_what_does_not_go_with_a_population_is_refused(
    words: list[str], code: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS, *words]) == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert said in told


@pytest.mark.parametrize(
    "words",
    [
        ["--product", "mgt", "--dose", "10 mg/kg", "--weight", "70"],
        ["--for", "20 years", "--age", "40"],
        ["--who", "human", "--condition", "low-mg-diet"],
    ],
)
def test_what_goes_with_a_population(words: list[str]) -> None:
    options = job.SimulateOptions(population="5", length="1 day")
    given = dict(zip((word[2:].replace("-", "_") for word in words[::2]), words[1::2], strict=True))
    given = {"length" if key == "for" else key: value for key, value in given.items()}
    chosen: Any = {key: [value] if key == "condition" else value for key, value in given.items()}
    planned = job.plan_job(replace(options, **chosen))
    assert planned.population is not None


def test_a_cluster_without_a_population_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--for", "1 day", "--cluster", "local"]) == 2
    assert "[cli.cluster_without_population]" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5", "100000"])
def test_a_number_of_threads_that_is_none_is_refused(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", given)
    assert main(["simulate", "--for", "1 day", "--uncertainty", "0"]) == 2
    assert "[engine.bad_thread_count]" in capsys.readouterr().err


def test_draws_that_do_not_fit_in_memory_are_refused_before_they_are_computed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "find_memory", lambda: 1e9)
    words = ["simulate", "--for", "12 weeks", "--uncertainty"]
    assert main([*words, "5000"]) == 2
    told = capsys.readouterr().err
    assert "[cli.too_many_draws]" in told
    assert "--population" in told
    most = int(told.split("--uncertainty ")[1].split()[0])
    assert 500 < most < 3000
    options = job.SimulateOptions(length="12 weeks", uncertainty=str(most))
    assert job.plan_job(options).draws == most


def test_memory_is_found() -> None:
    assert 1e8 < memory.find_memory() < 1e14


def test_every_column_has_a_unit_and_its_kind_is_told(tmp_path: Path) -> None:
    path = compute_all(plan(SIZE), tmp_path).files[0]
    schema = pq.read_schema(path)
    assert [field.name for field in schema if not (field.metadata or {}).get(b"unit")] == []
    page = (Path(__file__).parents[2] / "docs" / "people.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+?)_?`", page, flags=re.MULTILINE)
    assert [name for name in schema.names if not name.startswith(tuple(told))] == []
    assert schema.field("growth_urine_ledger").metadata == {b"unit": b"mmol"}


def test_series_are_refused_where_bands_tell_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "--series"]) == 2
    assert "[cli.population_and_series]" in capsys.readouterr().err
