"""Oracle: what the command promises: documents, files, and the same numbers again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from brainmag.cli.app import run_command
from brainmag.synapse import run
from brainmag.synapse.block import Scheme
from brainmag.synapse.model import Bath
from brainmag.synapse.preparation import find_preparation
from brainmag.synapse.protocol import list_protocols, pair_spikes, read_protocol
from brainmag.synapse.run import SynapseScenario


def read(words: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run_command(["synapse", *words.split(), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("name", list_protocols())
def test_every_protocol_that_comes_along_runs(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read(f"{name} --uncertainty 3", capsys)
    assert set(found["ltp_percent"]) == {"median", "low", "high"}
    assert found["failed"] == 0
    assert all(0.0 <= share <= 1.0 for share in found["release_per_pulse"])


def test_a_curve_of_intervals_is_told_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    found = read("--curve dt --set cultures --pairs 60 --rate 1 --at=-5,0,5,10,20", capsys)
    assert [point["x"] for point in found["curve"]] == [-5.0, 0.0, 5.0, 10.0, 20.0]
    assert all(set(point) == {"x", "ltp_ratio"} for point in found["curve"])
    kept = {name: found[name] for name in ("set", "pairs", "rate", "formula")}
    assert kept == {"set": "cultures", "pairs": 60, "rate": 1.0, "formula": "analytic"}


@pytest.mark.parametrize("block", ["jahr-stevens", "cortical", "kampa"])
def test_block_falls_with_voltage_and_grows_with_magnesium(
    block: str, capsys: pytest.CaptureFixture[str]
) -> None:
    low = read(f"--curve voltage --mg 0.8 --block {block} --at=-70,-40,0", capsys)["curve"]
    high = read(f"--curve voltage --mg 1.6 --block {block} --at=-70,-40,0", capsys)["curve"]
    assert all(set(point) == {"x", "open_fraction"} for point in low)
    shares = [point["open_fraction"] for point in low]
    assert shares == sorted(shares)
    for less, more in zip(low, high, strict=True):
        assert more["open_fraction"] < less["open_fraction"]


def test_several_levels_of_magnesium_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    points = read("--curve voltage --at=-70,0", capsys)["curve"]
    assert {point["magnesium"] for point in points} == {0.6, 0.8, 1.0, 1.2}


def test_ltp_falls_along_a_curve_of_magnesium(capsys: pytest.CaptureFixture[str]) -> None:
    points = read("tetanus --curve mg --at 0.6,1.0,1.6 --uncertainty 40", capsys)["curve"]
    medians = [point["ltp_percent"]["median"] for point in points]
    assert medians == sorted(medians, reverse=True)


def test_nr2b_that_is_given_is_held(capsys: pytest.CaptureFixture[str]) -> None:
    words = "theta-burst --mg 0.8 --mg-chronic 0.92 --nr2b 1.3 --calcium 2.0 --uncertainty 5"
    found = read(words, capsys)
    assert found["nr2b"] == 1.3
    assert found["terminals"] > 1.0
    free = read(words.replace("--nr2b 1.3 ", ""), capsys)
    assert free["nr2b"] not in (1.0, 1.3)


HELD = """
[[glutamate]]
from = 50
until = 1050
micromolar = 100

[[clamp]]
from = 20
until = 1500
millivolt = 40
"""


@pytest.mark.parametrize("name", ["tetanus", "stdp", "voltage-step", "held"])
@pytest.mark.parametrize("scheme", ["jahr-stevens", "kampa"])
def test_the_peak_is_that_of_the_drawn_course(name: str, scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "held.toml"
    path.write_text(HELD, encoding="utf-8")
    protocol = read_protocol(str(path) if name == "held" else name)
    if name == "stdp":
        protocol = pair_spikes(10.0, pairs=2, rate=1.0)
    slice_ = find_preparation("hippocampal-slice")
    scenario = SynapseScenario(protocol, slice_, Bath(1.2, 2.0), scheme=scheme)
    course = run.trace_protocol(scenario)
    peak = run.run_protocol(scenario, draws=0).peak_calcium[0]
    assert peak == pytest.approx(float(course.calcium.max()), rel=0.03)
    # Nothing pulls a cell below its resting voltage, or above what a spike adds to a reversal.
    assert course.voltage.min() > -71.0
    assert course.voltage.max() < 101.0


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("burst --uncertainty 0", "nominal"),
        ("burst --uncertainty 2", "draws"),
        ("burst --uncertainty 2 --block kampa", "kampa"),
        ("burst --uncertainty 2 --nr2b 5", "far"),
        ("burst --uncertainty 2 --mg-chronic 3", "far"),
    ],
)
def test_a_reader_is_told_what_to_know(
    words: str, note: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert note in read(words, capsys)["notes"]


def test_a_result_is_written_with_its_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["synapse", "burst", "--uncertainty", "5", "--out", str(tmp_path / "burst"), "--json"]
    assert run_command(words) == 0
    shown = capsys.readouterr().out
    assert (tmp_path / "burst.json").read_text(encoding="utf-8") == shown
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"burst.json", "burst.svg", "burst.png"}
    assert run_command(words) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_draws_do_not_depend_on_how_many_are_run_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = read("theta-burst --uncertainty 20", capsys)
    monkeypatch.setattr(run, "BLOCK", 3)
    assert read("theta-burst --uncertainty 20", capsys) == whole
