"""Oracle: a population computed by Dask workers is, byte by byte, the one computed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from brainmag.cli import main
from brainmag.commands import job
from resume.driver import hash_all

PEOPLE = ["simulate", "--population", "64", "--product", "mgt", "--dose", "1 g", "--for", "2 days"]
# Real worker processes; what is done to them is told by the first word.
CLUSTER = """
import logging, os, signal, sys

def run(act, words):
    from brainmag.cli import main
    from brainmag.commands import people
    from brainmag.commands import job
    from brainmag.population import cluster
    job.PEOPLE_PER_CHUNK = 8
    computed = []

    there = None

    def compute(client, jobs, **options):
        for number, result in enumerate(cluster.compute_on_cluster(client, jobs, **options)):
            computed.append(result)
            if number == 0 and act == "kill":
                workers = client.run(os.getpid)
                os.kill(next(iter(workers.values())), signal.SIGKILL)
            if number == 2 and act == "interrupt":
                # As a terminal does it: every process gets the signal.
                os.killpg(0, signal.SIGINT)
            if number == 0 and act == "end":
                there.close()
            yield result

    people.compute_on_cluster = compute
    if act not in ("address", "idle", "end"):
        return main([*words, "--cluster", "local"])
    import distributed
    with distributed.LocalCluster(
        n_workers=0 if act == "idle" else 2,
        threads_per_worker=2,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as there:
        if act == "idle":
            from brainmag.cli import progress
            show = progress.Reporter.show_idle
            progress.Reporter.show_idle = lambda reporter: [show(reporter), there.scale(2)]
        return main([*words, "--cluster", there.scheduler_address])

if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(job, "PEOPLE_PER_CHUNK", 8)
    assert main([*PEOPLE, "--out", str(tmp_path / "here")]) == 0
    return hash_all(tmp_path / "here")


def run_cluster(folder: Path, act: str, home: Path) -> subprocess.CompletedProcess[str]:
    # Workers start as copies of the script, so it has to be a file.
    script = folder / "cluster_script.py"
    script.write_text(CLUSTER, encoding="utf-8")
    words = [sys.executable, str(script), act, *PEOPLE, "--out", str(home)]
    return subprocess.run(  # noqa: S603
        words, capture_output=True, text=True, check=False, start_new_session=True
    )


@pytest.mark.parametrize("act", ["nothing", "address", "kill", "idle"])
def test_workers_give_the_same_bytes_even_when_one_is_killed(
    act: str, here: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "there"
    ended = run_cluster(tmp_path, act, home)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("has no worker yet") == (act == "idle")
    assert hash_all(home) == here


def test_a_scheduler_that_ends_is_told_and_costs_nothing_finished(
    here: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "there"
    ended = run_cluster(tmp_path, "end", home)
    assert ended.returncode == 3, ended.stderr
    assert "[population.scheduler_lost]" in ended.stderr
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == here


def test_ctrl_c_keeps_what_workers_have_finished(here: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "there"
    ended = run_cluster(tmp_path, "interrupt", home)
    assert ended.returncode == 3, ended.stderr
    assert "[cli.population_interrupted]" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(home.rglob("*.parquet"))
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == here


@pytest.mark.parametrize("missing", ["dask", "distributed"])
def test_without_dask_it_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, f"{missing}.config", None)
    assert main([*PEOPLE, "--cluster", "local"]) == 2
    told = capsys.readouterr().err
    assert "[population.cluster_missing]" in told
    assert "pip install '.[cluster]'" in told


@pytest.mark.parametrize("address", ["nonsense", "tcp://nowhere.invalid:8786"])
def test_a_scheduler_that_is_not_there_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("brainmag.population.cluster.PATIENCE", 2)
    assert main([*PEOPLE, "--cluster", address]) == 2
    assert "[population.cluster_unreachable]" in capsys.readouterr().err


def test_a_worker_with_another_model_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    written = job.write_request

    def write_another(*given: Any) -> dict[str, Any]:
        request = json.loads(json.dumps(written(*given)))
        request["made_of"]["processor"] = "another"
        return request

    monkeypatch.setattr(job, "write_request", write_another)
    assert main([*PEOPLE, "--out", str(tmp_path / "run")]) == 3
    told = capsys.readouterr().err
    assert "[population.other_machine]" in told
    assert "processor another -> " in told
    assert list(tmp_path.iterdir()) == []
