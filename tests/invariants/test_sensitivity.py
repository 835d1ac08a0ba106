"""Oracle: an analysis is the same whatever computes it, and varies what has a spread alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainmag.cli.app import run_command
from brainmag.inference import sensitivity
from brainmag.inference.design import make_design
from brainmag.inference.sensitivity import (
    Sensitivity,
    Target,
    list_varied,
    measure_sensitivity,
)
from brainmag.intake import Intake
from brainmag.people import build_subject
from brainmag.people.parameters import read_parameters
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import load_model, simulate

SCENARIO = Scenario(
    build_subject(who="culture"), Intake("none", 0.0), hours=96.0, medium=Medium(magnesium=1.2)
)
NAMES = ("neuron_reference", "influx_half_saturation", "nr2b_homeostasis")
WORDS = (
    *("sensitivity", "ltp", "--who", "culture", "--mg", "1.2 mmol/L", "--for", "4 days"),
    *("--samples", "4", "--change"),
)


def measure(*, seed: int = 1, threads: int | None = None) -> Sensitivity:
    return measure_sensitivity(
        Target(SCENARIO, "ltp", is_change=True),
        NAMES,
        method="sobol",
        samples=16,
        seed=seed,
        threads=threads,
    )


def test_threads_and_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measure()
    np.testing.assert_array_equal(measure(threads=1).values, whole.values)
    monkeypatch.setattr(sensitivity, "BATCH", 13)
    told: list[tuple[int, int]] = []
    cut = measure_sensitivity(
        whole.target,
        NAMES,
        method="sobol",
        samples=16,
        seed=1,
        threads=2,
        on_progress=lambda done, total: told.append((done, total)),
    )
    np.testing.assert_array_equal(cut.values, whole.values)
    for name, values in whole.indices.items():
        np.testing.assert_array_equal(cut.indices[name], values)
    assert max(told) == (80, 80)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("method", "samples"), [("morris", 4), ("sobol", 16)])
def test_the_same_seed_gives_the_same_places(method: str, samples: int, seed: int) -> None:
    first, again, other = (
        make_design(method, NAMES, samples=samples, seed=one).places
        for one in (seed, seed, seed + 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(measure(seed=seed).values, measure(seed=seed).values)


def test_a_run_at_a_place_is_the_run_with_those_values() -> None:
    nominal = simulate(SCENARIO, draws=0)
    held = simulate(SCENARIO, places={})
    assert held.draws == 1
    np.testing.assert_array_equal(held.final_states, nominal.final_states[[0, 0]])


@pytest.mark.parametrize("hypothesis", ["none", "mineral", "carrier"])
def test_what_an_explanation_holds_is_not_varied(hypothesis: str) -> None:
    model = load_model("human")
    scenario = Scenario(build_subject(egfr=85.0), Intake("meals", 300.0), 24.0, hypothesis)
    varied = set(list_varied(scenario, model))
    table = read_parameters()
    left_out = {name for name in model.parameters if table[name].distribution} - varied
    # A filtration that was given no longer falls with age.
    held = {
        "none": {"barrier_gain", "neuron_gain"},
        "mineral": {"barrier_gain", "neuron_gain", "tolerance"},
        "carrier": {"tolerance"},
    }
    assert left_out == held[hypothesis] | {"gfr_decline"}
    assert all(table[name].distribution for name in varied)


def read(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run_command([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_document_ranks_all_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    found = read(WORDS, capsys)
    entries = found["parameters"]
    assert len(entries) == found["varied"] == len(list_varied(SCENARIO, load_model("culture")))
    assert found["runs"] == 4 * (len(entries) + 1)
    assert (found["failed"], found["narrowed"], found["is_change"]) == (0, None, True)
    sizes = [entry["mu_star"] for entry in entries]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(entry["share"] for entry in entries) == pytest.approx(1.0)
    table = read_parameters()
    assert all(entry["grade"] == table[entry["parameter"]].grade for entry in entries)


def test_sobol_takes_the_largest_of_morris_or_those_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = (*WORDS[:-3], "--change", "--method", "sobol", "--samples", "16")
    ranked = read((*WORDS[:-3], "--change"), capsys)["parameters"]
    found = read(words, capsys)
    largest = {entry["parameter"] for entry in ranked[:10]}
    assert {entry["parameter"] for entry in found["parameters"]} == largest
    share = sum(entry["share"] for entry in ranked[:10])
    assert found["narrowed"]["share"] == pytest.approx(share)
    named = read((*words, "--parameters", f"{NAMES[0]}, {NAMES[1]},{NAMES[0]}"), capsys)
    assert {entry["parameter"] for entry in named["parameters"]} == set(NAMES[:2])
    assert named["narrowed"] is None
    assert named["runs"] == 16 * 4


@pytest.mark.parametrize("method", [(), ("--method", "sobol", "--samples", "16")])
def test_it_is_kept_with_its_figure(
    method: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (*WORDS, *method, "--parameters", ",".join(NAMES), "--out", str(tmp_path / "ltp"))
    assert run_command(words) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"ltp.json", "ltp.svg", "ltp.png"}
    assert json.loads(before["ltp.json"]) == read(words, capsys)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
