"""Oracle: turns. Who asks is answered, one who is lost is told so, and the newest view wins."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from brainmag.app import jobs
from brainmag.app.guard import Guard
from brainmag.app.journal import FILE, Journal
from brainmag.app.settings import Settings
from brainmag.errors import ComputationError
from invariants.serving import PATIENCE, list_children, serve, wait_for

PROGRAM = "brainmag.app.worker_process"
# Longer than anybody here waits, unless it is stopped.
LONG = {"for": "60 years", "age": 30, "uncertainty": 1000, "product": "mgt", "dose": "1 g"}
SHORT = {"for": "1 day", "uncertainty": 0}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as made:
        yield made


def ask(
    executor: ThreadPoolExecutor, client: httpx.Client, body: dict[str, Any], view: str = ""
) -> Future[httpx.Response]:
    """Ask in a thread, and give the server time to hear it."""
    headers = {"x-brainmag-view": view} if view else {}
    asked = executor.submit(client.post, "/api/simulate", json=body, headers=headers)
    time.sleep(0.3)
    return asked


def read_code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


def test_the_newest_of_a_view_counts_and_a_dead_worker_costs_one_answer(
    data: Path, executor: ThreadPoolExecutor
) -> None:
    with serve(Settings(data, seconds=3600.0)) as client:
        running, waiting = (ask(executor, client, LONG, "slider") for _ in range(2))
        other = ask(executor, client, SHORT, "other")
        newest = ask(executor, client, SHORT, "slider")
        for superseded in (running, waiting):
            assert superseded.result().status_code == 409
            assert read_code(superseded.result()) == "app.superseded"
        assert newest.result().json() == other.result().json()
        refused = client.post("/api/simulate", json=SHORT, headers={"x-brainmag-view": "a b"})
        assert read_code(refused) == "app.unusable_view"

        lost, after = ask(executor, client, LONG), ask(executor, client, SHORT)
        workers = list_children(os.getpid(), PROGRAM)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert (lost.result().status_code, read_code(lost.result())) == (503, "app.worker_lost")
        assert after.result().json() == newest.result().json()
        assert set(list_children(os.getpid(), PROGRAM)).isdisjoint(workers[:1])
    assert list_children(os.getpid(), PROGRAM) == []


def test_who_asks_too_much_or_too_long_is_told_so(data: Path, executor: ThreadPoolExecutor) -> None:
    with serve(Settings(data, seconds=1.5, most_waiting=2)) as client:
        slow = ask(executor, client, LONG)
        waiting = [ask(executor, client, SHORT) for _ in range(2)]
        busy = client.post("/api/simulate", json=SHORT)
        assert (busy.status_code, read_code(busy)) == (503, "app.busy")
        assert int(busy.headers["retry-after"]) > 0
        assert (slow.result().status_code, read_code(slow.result())) == (503, "app.too_slow")
        assert [one.result().status_code for one in waiting] == [200, 200]


def test_who_leaves_is_not_computed_for(data: Path, executor: ThreadPoolExecutor) -> None:
    with serve(Settings(data, seconds=3600.0)) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/api/simulate", json=LONG, timeout=0.5)
        assert ask(executor, client, SHORT).result().status_code == 200


def test_results_are_kept_while_there_is_room(data: Path) -> None:
    body = {"studies": ["verhas-2002"], "draws": 2}
    with serve(Settings(data, kept_bytes=1)) as client:
        job = client.post("/api/reproductions", json=body).json()["id"]
        while client.get(f"/api/jobs/{job}").status_code == 200:
            time.sleep(0.05)
        assert read_code(client.get(f"/api/jobs/{job}/result")) == "app.unknown_job"
    assert not list((data / "jobs").iterdir())
    with serve(Settings(data, most_jobs_of_one=0)) as client:
        refused = client.post("/api/reproductions", json=body)
        assert (refused.status_code, read_code(refused)) == (429, "app.too_many_jobs")


def test_a_job_that_fails_says_why(data: Path) -> None:
    # Nobody of these ages is let in, which shows once people are drawn.
    design = (
        '[[trial]]\nstudy = "wroolie-2017"\nvisits = "8 weeks"\n'
        '[[assessment]]\nendpoint = "mmse"\nprimary = true\n'
        '[[inclusion]]\nwhat = "age"\nlowest = 109\n'
    )
    with serve(Settings(data)) as client:
        asked = client.post("/api/trials", json={"design": design, "replicates": 10})
        told = wait_for(client, asked.json()["id"])
        assert told["state"] == "failed"
        error = told["error"]
        assert isinstance(error, dict)
        assert error["code"].startswith("trials.")
        dutch = client.get(f"/api/jobs/{told['id']}?lang=nl").json()["error"]
        assert dutch["message"] != error["message"]
        refused = client.get(f"/api/jobs/{told['id']}/result")
        assert (refused.status_code, read_code(refused)) == (410, "app.no_result")


def test_a_fault_of_the_program_is_told_without_its_traceback(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Guard.__call__

    async def fail(self: Guard, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/api/version":

            async def app(_scope: Any, _receive: Any, _send: Any) -> None:
                raise ZeroDivisionError

            self = Guard(app, self._settings)
        await whole(self, scope, receive, send)

    monkeypatch.setattr(Guard, "__call__", fail)
    with serve(Settings(data)) as client:
        answer = client.get("/api/version")
    assert (answer.status_code, read_code(answer)) == (500, "app.unexpected")
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_job_that_is_forgotten_while_it_ends_stops_no_others(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Called:
        """A worker whose job is called off and forgotten while it is at it."""

        def __init__(self, **_options: Any) -> None:
            self.is_killed = False

        def ask(self, _kind: str, asked: Any, **_options: Any) -> bytes:
            if asked["number"] == 1:
                return b"{}"
            for _ in range(2):
                held.cancel(Path(asked["home"]).name)
            assert self.is_killed
            raise ComputationError("app.worker_lost")

        def kill(self) -> None:
            self.is_killed = True

        close = kill

    monkeypatch.setattr(jobs, "Worker", Called)
    held = jobs.Jobs(Settings(data))
    _, second = (held.add("none", {"number": number}, address="") for number in range(2))
    end = time.monotonic() + PATIENCE
    while held.find(second.id).state != "done" and time.monotonic() < end:
        time.sleep(0.02)
    held.close()
    assert held.find(second.id).state == "done"
    assert [one.name for one in (data / "jobs").iterdir()] == [second.id]


def test_a_worker_that_cannot_start_again_is_tried_at_the_next_request(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_options: Any) -> str:
        raise OSError(errno.ENOSPC, "no space")

    with serve(Settings(data)) as client:
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "mkdtemp", fail)
            for process in list_children(os.getpid(), PROGRAM):
                os.kill(process, signal.SIGKILL)
            lost = [client.post("/api/simulate", json=SHORT, timeout=20.0) for _ in range(2)]
        assert [read_code(one) for one in lost] == ["app.worker_lost"] * 2
        assert client.post("/api/simulate", json=SHORT).status_code == 200


def test_a_job_whose_process_cannot_start_waits_until_it_can(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failed = jobs.Worker, [0]

    def start(**options: Any) -> jobs.Worker:
        failed[0] += 1
        if failed[0] <= 2:
            raise OSError(errno.ENOSPC, "no space")
        return whole(**options)

    monkeypatch.setattr(jobs, "Worker", start)
    monkeypatch.setattr(jobs, "PAUSE", 0.1)
    with serve(Settings(data)) as client:
        asked = client.post("/api/reproductions", json={"studies": ["verhas-2002"], "draws": 2})
        assert wait_for(client, asked.json()["id"])["state"] == "done"
    assert failed[0] == 3


def test_a_journal_that_cannot_be_used_is_told(data: Path) -> None:
    with serve(Settings(data)) as client:
        (data / FILE).write_bytes(b"no database" * 100)
        answer = client.get(f"/api/jobs/{'a' * 22}")
        assert (answer.status_code, read_code(answer)) == (500, "app.journal_unusable")
        assert str(data) not in answer.text
        (data / FILE).unlink()
    for name in ("-wal", "-shm"):
        (data / f"{FILE}{name}").unlink(missing_ok=True)


def test_what_jobs_are_asked_counts_as_kept_and_is_not_read_with_all(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "trial", {"design": "x" * 1000}, "", 0.0)
    (listed,) = journal.list_all()
    assert listed.asked == {}
    assert listed.bytes > 1000
