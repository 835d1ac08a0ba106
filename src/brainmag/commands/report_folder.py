"""Read the folder of a run, a trial or a calibration for a report; nothing in it is changed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from brainmag import __version__
from brainmag.errors import InputError
from brainmag.inference.calibration_folder import PROBLEM
from brainmag.making import hash_tables, list_differences
from brainmag.people.parameters import HYPOTHESES
from brainmag.run_content import (
    MANIFEST,
    REQUEST,
    UNFINISHED,
    find_strange_file,
    hash_file,
    read_manifest,
)
from brainmag.trials.keep import PARTS

RESULT = "result.json"
# What of a manifest a report tells by today's tables, and so must be the same.
SAME = ("brainmag", "tables")
EFFORT = ("walkers", "moves", "last_moves")


def read_folder(home: Path) -> dict[str, Any]:
    """Return what a folder holds: ``kind``, ``name``, ``result``, and of a calibration more.

    Raises
    ------
    InputError
        ``storage.no_run``, ``storage.unreadable`` or ``storage.strange_file``; ``page.unfinished``,
        ``page.damaged`` or ``page.other_version`` when a report of it would not be true.
    """
    try:
        found = _read(home)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("storage.unreadable", given=str(home), reason=reason) from error
    return {**found, "name": home.resolve().name}


def _read(home: Path) -> dict[str, Any]:
    names = {one.name for one in home.iterdir()} if home.is_dir() else set[str]()
    if names & {MANIFEST, UNFINISHED, REQUEST}:
        return _read_run(home)
    if any((home / name / PROBLEM).exists() for name in HYPOTHESES):
        return _read_calibration(home)
    if RESULT in names:
        return _read_trial(home)
    if PARTS in names:
        raise InputError("page.unfinished_trial", given=str(home))
    raise InputError("storage.no_run", given=str(home))


def _read_run(home: Path) -> dict[str, Any]:
    if strange := find_strange_file(home):
        raise InputError("storage.strange_file", given=str(home), other=strange)
    place = shlex.quote(str(home))
    if (home / UNFINISHED / REQUEST).exists():
        raise InputError("page.unfinished", given=str(home), place=place)
    manifest = read_manifest(home)
    files: Mapping[str, str] = manifest.get("files", {})
    if not files or any(hash_file(home / name) != told for name, told in files.items()):
        raise InputError("page.damaged_run", given=str(home), place=place)
    for one in manifest["runs"].values():
        _check_version(home, one)
    return {"kind": "run", "result": _read_json(home / RESULT)}


def _read_trial(home: Path) -> dict[str, Any]:
    result = _read_json(home / RESULT)
    trials = result.get("trials", [result])
    for one in trials:
        if not {"trial", "results", "brainmag"} <= set(one):
            raise InputError("storage.no_run", given=str(home))
        _check_version(home, {"brainmag": one["brainmag"]})
    return {"kind": "trial", "result": result}


def _read_calibration(home: Path) -> dict[str, Any]:
    begun = [name for name in HYPOTHESES if (home / name / PROBLEM).exists()]
    if missing := [name for name in begun if not (home / f"{name}.json").exists()]:
        names = ", ".join(missing)
        raise InputError("page.unfinished_calibration", given=str(home), missing=names)
    problems = {name: _read_json(home / name / PROBLEM) for name in begun}
    for one in problems.values():
        _check_version(home, one)
    first = next(iter(problems.values()))
    result = {
        "hypotheses": {name: _read_json(home / f"{name}.json") for name in begun},
        "seed": first["seed"],
        "effort": {key: first[key] for key in EFFORT},
    }
    asked = ("hypothesis", "seed", *EFFORT)
    manifest = {key: value for key, value in first.items() if key not in asked}
    return {"kind": "calibration", "result": result, "manifest": manifest}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError("page.damaged", given=str(path)) from error
    if not isinstance(content, dict):
        raise InputError("page.damaged", given=str(path))
    return cast(dict[str, Any], content)


def _check_version(home: Path, made: Mapping[str, Any]) -> None:
    """Refuse what was made of other numbers than those that a report would tell."""
    now = {"brainmag": __version__, "tables": hash_tables()}
    asked = [name for name in SAME if name in made]
    changed = list_differences(
        {name: made[name] for name in asked}, {name: now[name] for name in asked}
    )
    if changed:
        raise InputError("page.other_version", given=str(home), changed=changed)
