"""What a command does when somebody asks it to end, once or impatiently, and at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

LONG = ("simulate", "--for", "1 week", "--uncertainty", "1000", "--json")
SHORT = ("simulate", "--for", "1 day", "--uncertainty", "2", "--json")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

# Each runs the command after making something happen in the midst of it.
AT_PROGRESS = """
import os, signal, sys, threading, time
from brainmag.cli import main, progress
once = progress.Reporter.show_progress
def repeat():
    for _ in range(6):
        os.kill(os.getpid(), {number})
        time.sleep(0.01)
def show(*values):
    if not started:
        started.append(threading.Thread(target=repeat))
        started[0].start()
        time.sleep(0.03)
    once(*values)
started = []
progress.Reporter.show_progress = show
sys.exit(main())
"""
IN_A_CALLBACK = """
import signal, sys, time
from brainmag.cli import main
from brainmag.cli import execute
class Finalised:
    def __del__(self):
        signal.raise_signal({number})
def load(*values, **options):
    Finalised()
    time.sleep(50)
execute.load_model = load
sys.exit(main())
"""
IN_A_CAREFUL_LIBRARY = """
import signal, sys, time
from brainmag.cli import main
from brainmag.cli import execute
def load(*values, **options):
    try:
        signal.raise_signal({number})
    except BaseException:
        pass
    time.sleep(50)
execute.load_model = load
sys.exit(main())
"""
IN_AN_IMPORT = """
import signal, sys
from brainmag.cli import main
from brainmag.cli import execute
def load(*values, **options):
    try:
        signal.raise_signal({number})
    except KeyboardInterrupt:
        raise ImportError("a library could not be loaded")
execute.load_model = load
sys.exit(main())
"""
WHILE_DRAWING_WAITS_FOR_EVER = """
import signal, sys, threading
from brainmag.cli import execute, main, simulate
simulate.LONGEST_LOAD = 0.5
simulate.import_module = lambda name: threading.Event().wait()
def load(*values, **options):
    signal.raise_signal({number})
execute.load_model = load
sys.exit(main())
"""
WHILE_A_FAILURE_IS_TOLD = """
import signal, sys
from brainmag.cli import failure, main
tell = failure.tell_error
def interrupted(*values):
    signal.raise_signal({number})
    tell(*values)
failure.tell_error = interrupted
sys.exit(main())
"""
WHILE_A_FOLDER_IS_TRIED = """
import pathlib, signal, sys
from brainmag.cli import main
remove = pathlib.Path.rmdir
def interrupted(path):
    signal.raise_signal({number})
    remove(path)
pathlib.Path.rmdir = interrupted
sys.exit(main())
"""
WHILE_FILES_ARE_WRITTEN = """
import pathlib, signal, sys
from brainmag.cli import main
write = pathlib.Path.write_text
def interrupted(path, *values, **options):
    write(path, *values, **options)
    signal.raise_signal({number})
pathlib.Path.write_text = interrupted
sys.exit(main())
"""


def run_script(
    script: str, words: Sequence[str], number: int = signal.SIGINT
) -> subprocess.CompletedProcess[str]:
    code = script.format(number=int(number))
    return subprocess.run(  # noqa: S603 - the interpreter running this test
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        # Less than the longest wait in the scripts.
        timeout=40,
    )


def assert_told_in_one_line(errors: str, code: str) -> None:
    (told,) = [
        line for line in errors.splitlines() if not line.startswith(("Compiling", "Written"))
    ]
    assert told.startswith(f"Error [{code}]: ")


@pytest.mark.parametrize("number", SIGNALS)
def test_six_requests_in_a_run_are_one(number: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    ended = run_script(AT_PROGRESS, [*LONG, "--out", str(folder)], number)
    assert ended.returncode == 3, ended.stderr
    assert_told_in_one_line(ended.stderr, "cli.partial_interrupted")
    document = json.loads(ended.stdout)
    assert document["partial"] is True
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == document
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_requests_while_the_model_is_compiled(number: int, tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - the interpreter running this test
        [sys.executable, "-m", "brainmag", *SHORT, "--out", str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "BRAINMAG_CACHE": str(tmp_path / "cache")},
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Compiling")
        time.sleep(0.4)
        for _ in range(5):
            process.send_signal(number)
            time.sleep(0.01)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, ""), errors
    assert_told_in_one_line(errors, "cli.interrupted")
    # A model that was compiled before the request got through may be kept, whole.
    cache = tmp_path / "cache"
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if cache not in path.parents or path.name.startswith(".")]


@pytest.mark.parametrize("script", [IN_A_CALLBACK, IN_A_CAREFUL_LIBRARY, IN_AN_IMPORT])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_is_heard_even_where_python_or_a_library_drops_it(
    script: str, number: int
) -> None:
    ended = run_script(script, SHORT, number)
    assert (ended.returncode, ended.stdout) == (3, ""), ended.stderr
    assert_told_in_one_line(ended.stderr, "cli.interrupted")


def test_an_import_that_never_ends_does_not_hold_the_process(tmp_path: Path) -> None:
    words = [*SHORT, "--out", str(tmp_path / "run")]
    ended = run_script(WHILE_DRAWING_WAITS_FOR_EVER, words)
    assert (ended.returncode, ended.stdout) == (3, ""), ended.stderr
    assert_told_in_one_line(ended.stderr, "cli.interrupted")


def test_a_request_while_a_failure_is_told_changes_nothing() -> None:
    ended = run_script(WHILE_A_FAILURE_IS_TOLD, ["simulate", "--age", "130", "--for", "1 day"])
    assert ended.returncode == 2
    assert_told_in_one_line(ended.stderr, "people.age_range")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_request_while_a_folder_is_tried_leaves_nothing_in_it(
    number: int, tmp_path: Path
) -> None:
    words = [*SHORT, "--out", str(tmp_path / "run")]
    ended = run_script(WHILE_A_FOLDER_IS_TRIED, words, number)
    assert (ended.returncode, ended.stdout) == (3, ""), ended.stderr
    assert_told_in_one_line(ended.stderr, "cli.interrupted")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_while_files_are_written_leaves_them_whole(number: int, tmp_path: Path) -> None:
    path = tmp_path / "model.ant"
    words = ["export", "--for", "1 day", "--format", "antimony", "--out", str(path)]
    ended = run_script(WHILE_FILES_ARE_WRITTEN, words, number)
    assert ended.returncode == 0, ended.stderr
    assert path.read_text(encoding="utf-8").endswith("end\n")
    assert [one.name for one in tmp_path.iterdir()] == ["model.ant"]


def test_what_the_process_was_started_to_ignore_stays_ignored() -> None:
    script = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)" + AT_PROGRESS
    ended = run_script(script, [*SHORT], signal.SIGHUP)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["partial"] is False
