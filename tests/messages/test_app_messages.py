"""Oracle: how errors read. Every code of the app, in every language, with what it is about."""

from __future__ import annotations

import errno
import re
import socket
from pathlib import Path

import pytest

from brainmag.app import desk
from brainmag.app.failures import describe_failure, find_status, name_fault
from brainmag.app.settings import DATA_VARIABLE
from brainmag.cli import main
from brainmag.errors import BrainmagError, ComputationError, InputError
from invariants.source_tree import walk_calls

# Every code of the room, the status it answers with, and what it is about.
CATALOGUE: dict[str, tuple[int, dict[str, object]]] = {
    "app.body_too_large": (413, {"limit": 6.0}),
    "app.body_too_slow": (422, {"limit": 30.0}),
    "app.busy": (503, {}),
    "app.cannot_listen": (422, {"given": "1.2.3.4", "reason": "no such address"}),
    "app.data_in_use": (422, {"given": "data"}),
    "app.data_unwritable": (422, {"given": "data", "reason": "read-only"}),
    "app.given_twice": (422, {"given": "protocol", "other": "protocol_text"}),
    "app.job_without_design": (422, {"given": "abc"}),
    "app.job_without_report": (422, {"given": "abc"}),
    "app.journal_unusable": (500, {"reason": "disk is full"}),
    "app.method_not_allowed": (405, {"given": "GET", "path": "/api/simulate"}),
    "app.missing_field": (422, {"given": "text", "option": "text"}),
    "app.no_design": (422, {}),
    "app.no_result": (410, {"given": "abc", "state": "failed"}),
    "app.no_such_address": (404, {"given": "/api/none"}),
    "app.not_an_object": (422, {}),
    "app.not_finished": (409, {"given": "abc"}),
    "app.not_json": (400, {"reason": "Expecting value"}),
    "app.not_json_type": (415, {"given": "text/plain"}),
    "app.not_shipped": (
        422,
        {"given": "x", "option": "protocol", "nearest": "", "allowed": "stdp, burst"},
    ),
    "app.other_host": (400, {"given": "evil"}),
    "app.other_origin": (403, {"given": "evil"}),
    "app.port_in_use": (422, {"given": 8765}),
    "app.result_not_written": (500, {"reason": "no space"}),
    "app.stopped": (503, {}),
    "app.superseded": (409, {}),
    "app.too_many_designs": (422, {"given": 3, "limit": 2}),
    "app.too_many_draws": (422, {"given": 3, "limit": 2, "option": "--uncertainty"}),
    "app.too_many_figure_draws": (422, {"given": 6, "figures": 3, "draws": 2, "limit": 5}),
    "app.too_many_jobs": (429, {}),
    "app.too_many_people": (422, {"given": 3, "limit": 2, "option": "--population"}),
    "app.too_many_replicates": (422, {"given": 3, "limit": 2, "option": "--replicates"}),
    "app.too_many_sizes": (422, {"given": 3, "limit": 2, "option": "--n"}),
    "app.too_slow": (503, {"limit": 60.0}),
    "app.unexpected": (500, {"reason": "TypeError", "place": "file.py:1"}),
    "app.unknown_field": (422, {"given": "x", "nearest": "", "allowed": "for, age"}),
    "app.unknown_job": (404, {"given": "abc"}),
    "app.unusable_value": (
        422,
        {"given": True, "option": "age", "cause": InputError("app.wanted_text")},
    ),
    "app.unusable_view": (422, {"given": "a b"}),
    "app.wanted_list": (422, {}),
    "app.wanted_number": (422, {}),
    "app.wanted_other": (422, {}),
    "app.wanted_shorter": (422, {}),
    "app.wanted_smaller": (422, {}),
    "app.wanted_text": (422, {}),
    "app.wanted_truth": (422, {}),
    "app.worker_lost": (503, {}),
}


def make(code: str) -> BrainmagError:
    """Return an error of the catalogue."""
    status, values = CATALOGUE[code]
    kind = InputError if status < 500 else ComputationError
    return kind(code, **values)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_reads_in_every_language(code: str) -> None:
    error = make(code)
    assert find_status(error) == CATALOGUE[code][0]
    told = {lang: describe_failure(error, lang)["error"]["message"] for lang in ("en", "nl")}
    assert told["en"] != told["nl"]
    for message in told.values():
        assert re.fullmatch(r"\S.*[.\]]\s.*[.]", message), message
        assert "{" not in message.replace("{}", "")


def test_the_catalogue_holds_every_code_of_the_app() -> None:
    written = {
        str(getattr(call.args[0], "value", ""))
        for _, call in walk_calls("InputError", "ComputationError")
    }
    made = {code for code in CATALOGUE if code.startswith("app.wanted_")}
    assert {code for code in written if code.startswith("app.")} == set(CATALOGUE) - made


def test_a_busy_port_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert not list(tmp_path.iterdir())
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    told = capsys.readouterr()
    assert "[app.port_in_use]" in told.err
    assert str(port) in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--port", "70000"], "cli.number_out_of_range"),
        (["--port", "http"], "cli.not_a_whole_number"),
        (["--host", "192.0.2.1", "--port", "0"], "app.cannot_listen"),
        (["--host", "no such name", "--port", "0"], "app.cannot_listen"),
    ],
)
def test_an_address_that_is_none_is_told(
    words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *words]) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_a_fault_at_the_start_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    monkeypatch.setattr(desk, "Pool", fail)
    assert main(["serve", "--port", "0"]) == 3
    told = capsys.readouterr()
    assert "[cli.unexpected]" in told.err
    assert told.out == ""


def test_a_disk_that_is_full_is_no_fault_of_the_program() -> None:
    error = name_fault(OSError(errno.ENOSPC, "no space", "/srv/private/jobs"))
    assert error.code == "app.result_not_written"
    assert "/srv" not in str(describe_failure(error, "en"))
    assert name_fault(OSError(errno.ENOENT, "none")).code == "app.unexpected"
