"""What a command does when its output is closed, full, or read by nobody any more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SHORT = "simulate --for 1day --uncertainty 0"
COMMANDS = ["--help", "products", SHORT, "export --for 1day"]


def run_shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which `brainmag` is the command."""
    command = f'brainmag() {{ "{sys.executable}" -m brainmag "$@"; }}\n{line}'
    return subprocess.run(  # noqa: S603 - the test's own lines
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("command", "closed"),
    [(SHORT, ">&-"), (SHORT, "2>&-"), *((command, "<&- >&- 2>&-") for command in COMMANDS)],
)
def test_closed_streams_are_no_obstacle(command: str, closed: str) -> None:
    ended = run_shell(f"brainmag {command} {closed}")
    assert ended.returncode == 0
    assert ended.stderr.replace("Compiling the model once; about 20 s.\n", "") == ""
    assert (ended.stdout == "") is (">&-" in closed.replace("2>&-", ""))


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_an_error_that_cannot_be_told_keeps_its_status(closed: str) -> None:
    assert run_shell(f"brainmag simulate --age 130 --for 1day {closed}").returncode == 2


def test_a_file_does_not_take_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert run_shell(f"brainmag {SHORT} --out {folder} <&- >&- 2>&-").returncode == 0
    whole = tmp_path / "whole"
    assert run_shell(f"brainmag {SHORT} --out {whole}").returncode == 0
    for name in ("result.json", "figure.svg"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_finds_no_room_is_told(command: str) -> None:
    ended = run_shell(f"brainmag {command} >/dev/full")
    assert ended.returncode == 3
    assert "Error [cli.output_lost]: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_left_gets_no_traceback(command: str) -> None:
    ended = run_shell(f"brainmag {command} | true; exit ${{PIPESTATUS[0]}}")
    # A few lines may have gone through before the reader left.
    assert ended.returncode in (0, 3)
    assert ended.stderr.replace("Compiling the model once; about 20 s.\n", "") == ""
