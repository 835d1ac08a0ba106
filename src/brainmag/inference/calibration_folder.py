"""Where a calibration is kept: under way, and when it is done."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from brainmag.engine.devices import CPU
from brainmag.errors import InputError
from brainmag.files import STAGING, format_json, lock_folder, write_whole
from brainmag.inference.calibrate import RUNS, Problem, calibrate
from brainmag.inference.calibration_report import describe_calibration
from brainmag.inference.posterior import write_pool, write_posterior
from brainmag.making import describe_making, list_differences
from brainmag.simulate import load_model

PROBLEM = "problem.json"


@contextmanager
def claim_folders(home: Path, problems: Iterable[Problem]) -> Generator[None]:
    """Keep other processes out of the folders of some calibrations, new ones or those begun.

    Parameters
    ----------
    home : Path
        As for `calibrate_in`.
    problems : iterable of Problem

    Raises
    ------
    InputError
        ``storage.folder_busy``; ``record.other_problem``, ``record.foreign_folder`` or
        ``record.foreign_file`` when what lies there belongs to another problem or to none;
        ``record.damaged_file``; ``storage.unwritable``. Then nothing was written.
    """
    asked = {home / one.hypothesis: format_json(describe_problem(one)) for one in problems}
    with ExitStack() as stack:
        for folder in asked:
            stack.enter_context(_hold(folder))
        fresh = [folder for folder, content in asked.items() if _is_fresh(folder, content)]
        for folder in fresh:
            _write(folder / PROBLEM, asked[folder])
        yield


def calibrate_in(
    home: Path,
    problem: Problem,
    *,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Calibrate one explanation in a folder of its own, or go on where it was cut off.

    Parameters
    ----------
    home : Path
        Holds a folder, a posterior (``NAME.parquet``) and a pool (``NAME.pool.parquet``) for each
        explanation, and is claimed for them by `claim_folders`.
    problem : Problem
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with draws done and draws in all.

    Returns
    -------
    dict
        As `describe_calibration` has it.

    Raises
    ------
    ComputationError
        As for `brainmag.inference.calibrate.calibrate`.
    """
    pool = calibrate(
        problem,
        home / problem.hypothesis,
        key=format_json(describe_problem(problem)),
        threads=threads,
        on_progress=on_progress,
    )
    document, posterior = describe_calibration(pool, problem.figures, problem.evidence)
    kept, runs, told = (home / name for name in _name_files(problem.hypothesis))
    write_pool(runs, pool)
    write_posterior(kept, posterior)
    _write(told, format_json(document))
    return document


def describe_problem(problem: Problem) -> dict[str, Any]:
    """Return all that a calibration's numbers depend on; the record is part of the code's hash."""
    keys = [load_model(who).key for who in ("human", "culture")]
    return {
        **describe_making(hashlib.sha256("".join(keys).encode()).hexdigest(), CPU),
        "hypothesis": problem.hypothesis,
        "seed": problem.seed,
        **asdict(problem.effort),
    }


def _name_files(hypothesis: str) -> tuple[str, str, str]:
    """Return the names of what a calibration leaves: posterior, pool and what is told of them."""
    return f"{hypothesis}.parquet", f"{hypothesis}.pool.parquet", f"{hypothesis}.json"


@contextmanager
def _hold(folder: Path) -> Generator[None]:
    try:
        handle = lock_folder(folder)
    except BlockingIOError:
        raise InputError("storage.folder_busy", given=str(folder)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        given = str(folder)
        raise InputError(
            "storage.unwritable", given=given, reason=reason, option="--out"
        ) from error
    try:
        # What a process that was killed left half-written; nobody else is at work here.
        for path in folder.glob(f"{STAGING}*"):
            shutil.rmtree(path, ignore_errors=True)
        yield
    finally:
        # Made for nothing when the calibration was refused.
        with suppress(OSError):
            folder.rmdir()
        os.close(handle)


def _is_fresh(folder: Path, asked: str) -> bool:
    """Return whether nothing says yet what is calibrated here; refuse what is not of this."""
    names = {path.name for path in folder.iterdir()}
    is_begun = PROBLEM in names or any(map(RUNS.fullmatch, names))
    if names and not is_begun:
        raise InputError("record.foreign_folder", given=str(folder))
    for name in _name_files(folder.name):
        path = folder.parent / name
        is_plain = path.is_file() and not path.is_symlink()
        if os.path.lexists(path) and not (is_begun and is_plain):
            raise InputError("record.foreign_file", given=str(path))
    if PROBLEM not in names:
        return True
    if changed := _list_changes(folder / PROBLEM, json.loads(asked)):
        raise InputError("record.other_problem", given=str(folder), changed=changed)
    return False


def _list_changes(path: Path, asked: dict[str, Any]) -> str:
    try:
        return list_differences({**json.loads(path.read_bytes())}, asked)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError("record.damaged_file", given=str(path)) from error


def _write(path: Path, content: str) -> None:
    write_whole(
        path.parent, {path.name: lambda staged: staged.write_text(content, encoding="utf-8")}
    )
