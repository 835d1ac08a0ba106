"""Where a calibration is kept: under way, and when it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, cast

from brainmag.engine.devices import CPU
from brainmag.errors import InputError
from brainmag.files import format_json, write_whole
from brainmag.inference.calibrate import Problem, calibrate
from brainmag.inference.calibration_report import describe_calibration
from brainmag.inference.posterior import write_pool, write_posterior
from brainmag.making import describe_making, list_differences
from brainmag.simulate import load_model

PROBLEM = "problem.json"


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
        explanation.
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
    InputError
        ``record.other_problem`` when what lies there belongs to another problem.
    """
    folder = home / problem.hypothesis
    asked = describe_problem(problem)
    _claim(folder, asked)
    pool = calibrate(problem, folder, threads=threads, on_progress=on_progress)
    document, posterior = describe_calibration(pool, problem.figures, problem.evidence)
    write_pool(home / f"{problem.hypothesis}.pool.parquet", pool)
    write_posterior(home / f"{problem.hypothesis}.parquet", posterior)
    text = format_json(document)
    write_whole(home, {f"{problem.hypothesis}.json": lambda path: path.write_text(text)})
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


def _claim(folder: Path, asked: dict[str, Any]) -> None:
    """Write down what is calibrated here, or refuse when that is something else."""
    path = folder / PROBLEM
    if not path.exists():
        if folder.exists() and any(folder.iterdir()):
            raise InputError("record.foreign_folder", given=str(folder))
        write_whole(folder, {PROBLEM: partial(_write, text=format_json(asked))})
        return
    try:
        then: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("record.foreign_folder", given=str(folder)) from error
    if not isinstance(then, dict):
        raise InputError("record.foreign_folder", given=str(folder))
    if changed := list_differences(cast(dict[str, Any], then), json.loads(format_json(asked))):
        raise InputError("record.other_problem", given=str(folder), changed=changed)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
