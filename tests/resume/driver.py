"""Runs a command in child processes that are killed, and resumes what they leave.

Started as a script with words of JSON on standard input, it answers with JSON: it imports all that
is slow once and forks for each run, so that a kill costs no second start.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

# What changes a folder; each is told before it happens.
CHANGES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}
PEOPLE_PER_CHUNK = 8
SLOW_IMPORTS = (
    "brainmag.cli.execute",
    "brainmag.netcdf",
    "brainmag.report.figure",
    "brainmag.report.series",
    "brainmag.report.table",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "pyarrow.parquet",
)


@dataclass(frozen=True)
class Trial:
    """A run that is killed, and where.

    Attributes
    ----------
    words : list of str
        The command without its folder.
    change : int
        Killed before this change of the folder, counted from 1; 0 for none.
    delay : float
        Seconds from there to the kill; it comes after the end of a run that is faster.
    again : int
        The run that resumes it is killed too, before this change; 0 for not.
    """

    words: list[str]
    change: int = 0
    delay: float = 0.0
    again: int = 0


def ask(trials: Sequence[Trial], folder: Path) -> list[dict[str, Any]]:
    """Return what became of trials: how the killed run and the resumed one ended, what differs."""
    asked = {"folder": str(folder), "trials": [asdict(trial) for trial in trials]}
    ended = subprocess.run(  # noqa: S603
        [sys.executable, __file__],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    answered: list[dict[str, Any]] = json.loads(ended.stdout.splitlines()[-1])
    return answered


def hash_all(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def act_before_change(home: Path, number: int, act: Callable[[], None]) -> None:
    """Do something before the change of a folder with some number."""
    counted = itertools.count(1)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in CHANGES or not isinstance(arguments[0], str | os.PathLike):
            return
        if event == "open" and not (isinstance(arguments[1], str) and "w" in arguments[1]):
            return
        if Path(os.fspath(arguments[0])).is_relative_to(home) and next(counted) == number:
            act()

    sys.addaudithook(watch)


def run_child(words: Sequence[str], home: Path, trial: Trial) -> int:
    """Run the command in a child, which may be killed, and return how it ended."""
    child = os.fork()
    if child == 0:
        from brainmag.cli import main, progress  # noqa: PLC0415

        progress.tell = lambda _message: None
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115

        def kill() -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        def kill_later() -> None:
            threading.Timer(trial.delay, kill).start()

        act_before_change(home, trial.change, kill_later if trial.delay else kill)
        status = main(words)
        time.sleep(2 * trial.delay)
        os._exit(status)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended)


def try_all(folder: Path, trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return what became of each trial; the whole run it is compared with is made once."""
    for name in SLOW_IMPORTS:
        import_module(name)
    from brainmag.commands import job  # noqa: PLC0415

    job.PEOPLE_PER_CHUNK = PEOPLE_PER_CHUNK
    whole: dict[tuple[str, ...], dict[str, str]] = {}
    results: list[dict[str, Any]] = []
    for number, trial in enumerate(trials):
        key = tuple(trial.words)
        if key not in whole:
            home = folder / f"whole-{len(whole)}" / "run"
            status = run_child([*key, "--out", str(home)], home, Trial([]))
            assert status == 0, status
            whole[key] = hash_all(home)
        expected = whole[key]
        home = folder / f"trial-{number}" / "run"
        killed = run_child([*key, "--out", str(home)], home, trial)
        places = ("manifest.json", "unfinished/request.json", "unfinished/manifest.json")
        begun = any((home / place).is_file() for place in places)
        resume = ["resume", str(home)]
        if begun and trial.again:
            run_child(resume, home, Trial([], change=trial.again))
        resumed = run_child(resume, home, Trial([])) if begun else None
        found = hash_all(home) if home.is_dir() else {}
        names = sorted({*found, *expected})
        results.append(
            {
                "killed": killed,
                "begun": begun,
                "resumed": resumed,
                "differing": [name for name in names if found.get(name) != expected.get(name)],
            }
        )
        shutil.rmtree(home.parent, ignore_errors=True)
    return results


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    done = try_all(Path(given["folder"]), [Trial(**trial) for trial in given["trials"]])
    sys.stdout.write(json.dumps(done) + "\n")
