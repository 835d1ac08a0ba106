"""What holds of trials whatever the numbers: nobody's fate hangs on who else takes part."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from brainmag.cli import main
from brainmag.record import load_studies
from brainmag.tables import read_table
from brainmag.trials.attribute import find_effects
from brainmag.trials.design import Trial
from brainmag.trials.enrol import enrol_people
from brainmag.trials.library import list_trials, load_trial, read_template
from brainmag.trials.observe import observe_trials
from brainmag.trials.read import read_trial
from brainmag.trials.respond import Responses, find_responses
from brainmag.trials.run import Request, describe_trial, run_trial
from problems.trial_worlds import STUDY, make_trial, respond_with, write_trial

PUBLISHED = ("zhang-2022", "lopresti-2026", "liu-2016", "hausenblas-2024", "wroolie-2017")
PROPOSED = ("head-to-head", "older-factorial", "dose-finding")
FEW = {"worlds": 3, "people": 4}


def test_the_designs_are_there() -> None:
    assert set(list_trials()) == {*PUBLISHED, *PROPOSED}
    for name in PUBLISHED:
        assert load_trial(name).published == name
        # What is known of it is read from the record.
        assert load_trial(name).arms == load_studies()[name].arms


def test_the_template_is_a_design(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    path.write_text(read_template(), encoding="utf-8")
    assert describe_trial(read_trial(path, "new"))["size"] == 100


def test_every_field_stands_in_the_template_or_is_of_a_study() -> None:
    from brainmag.trials.read import TRIAL_FIELDS  # noqa: PLC0415

    words = read_template()
    left = {"study", "expectation", "expectation_spread", "kind", "only"}
    for table, keys in TRIAL_FIELDS.items():
        assert f"[[{table}]]" in words
        for key in set(keys) - left:
            assert f"{key} = " in words, key


def test_the_same_numbers_on_any_number_of_threads() -> None:
    trial = load_trial("liu-2016")
    one, two = (
        find_responses(trial, "carrier", seed=1, threads=threads, **FEW) for threads in (1, 2)
    )
    for field in fields(Responses):
        assert np.array_equal(getattr(one, field.name), getattr(two, field.name)), field.name


def test_a_trial_does_not_hang_on_how_many_there_are_nor_a_person_on_who_comes_later(
    tmp_path: Path,
) -> None:
    plan = 'dropout = 0.2\nadherence = 0.8\nadherence_spread = 0.1\nstratify = "age"'
    trial = make_trial(tmp_path, plan=plan, visits="4 weeks, 8 weeks")
    responses = respond_with(trial, np.array([0.1, 0.4]))

    def observe(trials: int, size: int) -> tuple[np.ndarray, np.ndarray]:
        worlds = np.arange(trials) % 2
        seen = observe_trials(trial, responses, worlds, size, seed=3, treated=True)
        return seen.outcome, seen.sequence

    many, few = observe(30, 40), observe(5, 25)
    for whole, part in zip(many, few, strict=True):
        assert np.array_equal(whole[:5, :25], part, equal_nan=True)


def test_none_foresees_next_to_nothing_and_carrier_something() -> None:
    trial = load_trial("head-to-head")
    found = {name: find_responses(trial, name, seed=1, **FEW).truth for name in ("none", "carrier")}
    # CSF, last visit, all doses: MgT less placebo.
    rise = {name: (one[:, :, 2, 1, 0, -1] - one[:, :, 0, 1, 0, -1]) for name, one in found.items()}
    assert np.abs(rise["none"]).max() < 2.0 < np.median(rise["carrier"])


def test_citrate_with_the_same_magnesium_is_mgt_without_a_carrier() -> None:
    truth = find_responses(load_trial("head-to-head"), "mineral", seed=1, **FEW).truth
    citrate, mgt, placebo = (truth[:, :, row, 1, 0, -1] for row in (1, 2, 0))
    assert (mgt - placebo) == pytest.approx(citrate - placebo, rel=0.05)


def test_people_are_those_who_qualify() -> None:
    people = enrol_people(load_trial("older-factorial"), 200, seed=1)
    assert people.age.min() >= 60.0
    assert people.age.max() <= 80.0
    again = enrol_people(load_trial("older-factorial"), 100, seed=1)
    assert np.array_equal(people.numbers[:100], again.numbers)


def test_a_request_is_the_same_twice_and_other_seeds_are_others() -> None:
    request = Request(load_trial("wroolie-2017"), (15,), ("none",), replicates=20, **FEW)
    one, two = run_trial(request), run_trial(request)
    assert one == two
    other = run_trial(replace(request, seed=2))
    assert one["results"] != other["results"]


def test_a_longer_run_holds_the_shorter_one() -> None:
    request = Request(load_trial("wroolie-2017"), (15,), ("none", "carrier"), replicates=10, **FEW)
    short = run_trial(request)["replicate_effects"]
    long = run_trial(replace(request, replicates=20))["replicate_effects"]
    for one, other in zip(short, long, strict=True):
        assert other["estimate"][:10] == one["estimate"]


@pytest.mark.parametrize(
    ("observable", "weeks", "told"),
    [("csf_threonate", 1, False), ("cognition", 1, True), ("cognition", 60, True)],
)
def test_what_a_washout_leaves_is_told(
    tmp_path: Path, observable: str, weeks: int, *, told: bool
) -> None:
    study = STUDY.replace('observable = "cognition"', f'observable = "{observable}"')
    path = write_trial(
        tmp_path,
        plan=f'washout = "{weeks} weeks"',
        fields="spread = 1.0\nreliability = 0.5",
        design="crossover",
        study=study,
    )
    request = Request(read_trial(path, "mine"), (20,), ("carrier",), replicates=10, **FEW)
    warnings = {one["code"]: one for one in run_trial(request)["warnings"]}
    assert ("carry_over" in warnings) == told
    if told:
        assert 3.0 < warnings["carry_over"]["left"] < (70.0 if weeks == 1 else 10.0)


def test_every_ingredient_and_assessment_is_well_formed() -> None:
    observables = {row["name"] for row in read_table("observables.tsv")}
    for row in read_table("assessments.tsv"):
        assert row["observable"] in observables
        assert 0.0 < float(row["reliability"]) < 1.0
        assert float(row["spread"]) > 0.0
        assert row["kind"] in ("score", "report", "assay")
    for row in read_table("ingredients.tsv"):
        assert row["observable"] in observables
        assert float(row["half_time"]) > 0.0


def test_parts_of_another_explanation_are_computed_again(tmp_path: Path) -> None:
    request = Request(load_trial("wroolie-2017"), (15,), ("none", "carrier"), replicates=10, **FEW)
    whole = run_trial(request, home=tmp_path)
    parts = {path.name.rsplit("-", 1)[0]: path for path in (tmp_path / "parts").iterdir()}
    carrier, none = parts["responses-carrier"].read_bytes(), parts["none-15"].read_bytes()
    for name, path in parts.items():
        if name == "responses-none":
            path.write_bytes(carrier)
        elif name == "responses-carrier":
            path.write_bytes(none)
        else:
            path.unlink()
    assert run_trial(request, home=tmp_path) == whole


def test_fewer_sizes_go_on_from_the_parts_of_more(tmp_path: Path) -> None:
    more = Request(load_trial("wroolie-2017"), (12, 15), ("none",), replicates=10, **FEW)
    run_trial(more, home=tmp_path)
    fewer = replace(more, sizes=(12,))
    assert run_trial(fewer, home=tmp_path) == run_trial(fewer)


def test_trials_of_nothing_live_in_all_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bool, int]] = []
    observe = observe_trials

    def spy(trial: Trial, people: Responses, groups: np.ndarray, size: int, **how: int) -> object:
        asked.append((bool(how["treated"]), len(set(groups.tolist()))))
        return observe(trial, people, groups, size, **how)

    monkeypatch.setattr("brainmag.trials.run.observe_trials", spy)
    run_trial(Request(load_trial("liu-2016"), (40,), ("none",), replicates=9, **FEW))
    assert (False, 3) in asked
    assert (False, 1) not in asked


def test_every_endpoint_is_told_in_its_own_middle_world() -> None:
    some = {"worlds": 3, "people": 15}
    request = Request(load_trial("head-to-head"), (60,), ("carrier",), replicates=10, **some)
    responses = find_responses(request.trial, "carrier", seed=1, **some)
    effects = np.median(find_effects(request.trial, responses), axis=0)
    for row in run_trial(request)["results"]:
        k = [one.endpoint.id for one in request.trial.assessments].index(row["endpoint"])
        c = [one.id for one in request.trial.contrasts].index(row["contrast"])
        assert row["assumed"] == pytest.approx(effects[k, c])


def test_people_who_differ_more_than_asked_are_told(tmp_path: Path) -> None:
    path = write_trial(tmp_path, fields="spread = 0.002\nreliability = 0.5")
    request = Request(read_trial(path, "mine"), (20,), ("none",), replicates=10, **FEW)
    assert "wider_people" in [one["code"] for one in run_trial(request)["warnings"]]


def test_the_command_tells_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trial", "wroolie-2017", "--replicates", "10", "--hypothesis", "none", "--json"]
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert {row["hypothesis"] for row in document["results"]} == {"none"}
    row = document["results"][0]
    assert {"endpoint", "analysis", "n", "power", "power_low", "power_high"} <= set(row)
    assert row["power_low"] <= row["power"] <= row["power_high"]
