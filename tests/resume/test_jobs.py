"""Oracle: an uninterrupted run. A killed server's jobs end as the same bytes, and its children."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from brainmag.app.journal import FILE
from brainmag.app.tasks import dump
from brainmag.cli import main
from invariants.serving import PATIENCE, list_children, wait_for

PROGRAM = "brainmag.app.worker_process"
BODY = {"designs": ["wroolie-2017"], "replicates": 10, "n": "12,15", "hypothesis": "none"}
# Longer than anybody here waits.
LONG = {"for": "60 years", "age": 30, "uncertainty": 1000, "product": "mgt", "dose": "1 g"}
WORDS = "trial wroolie-2017 --replicates 10 --n 12,15 --hypothesis none --json"


@contextmanager
def start(data: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Give a server in a process of its own, and who asks it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "brainmag", "serve", "--port", "0"],
        env=os.environ | {"BRAINMAG_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            with httpx.Client(base_url=address, timeout=PATIENCE) as client:
                yield process, client
        finally:
            process.kill()


def wait_until_gone(processes: list[int]) -> None:
    """Return once some processes have ended, whoever is their parent now."""
    end = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{one}").exists() for one in processes):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_job_survives_its_server_and_its_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with start(tmp_path) as (process, client):
        others = list_children(process.pid, PROGRAM)
        job = client.post("/api/trials", json=BODY).json()["id"]
        while not (own := set(list_children(process.pid, PROGRAM)) - set(others)):
            time.sleep(0.02)
        # Where its process alone is lost it is begun once more.
        os.kill(own.pop(), signal.SIGKILL)
        while client.get(f"/api/jobs/{job}").json()["progress"] == 0.0:
            time.sleep(0.02)
        waiting = client.post("/api/trials", json=BODY | {"n": 12}).json()["id"]
        children = list_children(process.pid, PROGRAM)
        assert len(children) > 1
        process.kill()
        process.wait()
        wait_until_gone(children)
    with start(tmp_path) as (_, client):
        assert client.get(f"/api/jobs/{waiting}").json()["state"] == "queued"
        assert client.delete(f"/api/jobs/{waiting}").json()["state"] == "cancelled"
        assert wait_for(client, job)["state"] == "done"
        answer = client.get(f"/api/jobs/{job}/result").content
        refused = client.get(f"/api/jobs/{waiting}/result")
        assert refused.json()["error"]["code"] == "app.no_result"
    assert [one.name for one in (tmp_path / "jobs").iterdir()] == [job]
    assert [one.name for one in (tmp_path / "jobs" / job).iterdir()] == ["result.json"]
    assert main(WORDS.split()) == 0
    assert answer == dump(json.loads(capsys.readouterr().out))


def test_a_job_is_called_off_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    with start(tmp_path) as (process, client):
        jobs = [client.post("/api/trials", json=BODY).json()["id"] for _ in range(2)]
        while client.get(f"/api/jobs/{jobs[0]}").json()["state"] == "queued":
            time.sleep(0.02)
        assert client.delete(f"/api/jobs/{jobs[0]}").json()["state"] == "cancelled"
        while client.get(f"/api/jobs/{jobs[1]}").json()["state"] == "queued":
            time.sleep(0.02)
        assert not (tmp_path / "jobs" / jobs[0]).exists()
        children = list_children(process.pid, PROGRAM)
        with ThreadPoolExecutor(1) as executor:
            waiting = executor.submit(client.post, "/api/simulate", json=LONG)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            # Who waits is told so, and not left with a line that is cut.
            assert waiting.result().json()["error"]["code"] == "app.stopped"
        assert process.wait() == 0
        assert not [one for one in children if Path(f"/proc/{one}").exists()]
    assert (tmp_path / "jobs" / jobs[1]).is_dir()


DROPS = """
import os, signal, sys
from brainmag.app import server
from brainmag.cli import main
whole = server.build_app

def build(settings):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        pass
    return whole(settings)

server.build_app = build
sys.exit(main(["serve", *sys.argv[1:]]))
"""


def serve_in_vain(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Return how a server ends that is not to serve at all."""
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, *words, "--port", "0"],
        env=os.environ | {"BRAINMAG_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_ctrl_c_at_the_start_counts_even_where_a_library_drops_it(tmp_path: Path) -> None:
    ended = serve_in_vain(tmp_path, "-c", DROPS)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Traceback" not in ended.stderr


def test_a_server_whose_journal_is_damaged_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    ended = serve_in_vain(tmp_path, "-m", "brainmag", "serve")
    assert ended.returncode == 3
    assert "[app.journal_unusable]" in ended.stderr


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    with start(tmp_path):
        second = serve_in_vain(tmp_path, "-m", "brainmag", "serve")
    assert second.returncode == 2
    assert "[app.data_in_use]" in second.stderr
    assert second.stdout == ""
