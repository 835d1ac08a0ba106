"""What lies in a run's folder: whose it is, and whether it is what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from brainmag.files import STAGING

UNFINISHED, REPLACED = "unfinished", "replaced"
REQUEST, MANIFEST, CHUNKS = "request.json", "manifest.json", "chunks"
# In the order in which they take their place: what a run is resumed from, and its seal, last.
FILES = (
    CHUNKS,
    "result.json",
    "trajectories.nc",
    "figure.svg",
    "figure.png",
    "bands.svg",
    "bands.png",
    REQUEST,
    MANIFEST,
)


def find_strange_file(home: Path) -> str:
    """Return the first link, pipe or device among the files of a run, or the empty string.

    A run writes plain files and folders only. What is behind a link is not its own: it must
    neither be trusted nor taken away.
    """
    waiting = sorted((home / name for name in (*FILES, UNFINISHED)), reverse=True)
    while waiting:
        path = waiting.pop()
        if path.is_symlink() or (path.exists() and not (path.is_file() or path.is_dir())):
            return str(path.relative_to(home))
        if path.is_dir():
            waiting += sorted(path.iterdir(), reverse=True)
    return ""


def find_other_content(home: Path) -> str:
    """Return the first thing in a folder that no run left there, or the empty string.

    A manifest vouches for what a run has left: that in the folder for an earlier run's files, by
    name, and that of a sealed run for those of its files that have taken their place already.
    """
    try:
        home.lstat()
    except FileNotFoundError:
        return ""
    # Of a file this raises, as it should: the name is taken by something else.
    names = sorted(item.name for item in home.iterdir() if not item.name.startswith(STAGING))
    earlier, sealed = read_manifest(home), read_manifest(home / UNFINISHED)
    others = [name for name in names if name not in (*FILES, UNFINISHED)]
    others += _find_other_drafts(home / UNFINISHED, is_ours=bool(earlier or sealed))
    others += [MANIFEST] * (MANIFEST in names and not earlier)
    if others:
        return others[0]
    known: dict[str, str] = earlier.get("files", {})
    fresh: dict[str, str] = sealed.get("files", {})
    strangers = (
        name
        for name in list_files(home)
        if name not in known and fresh.get(name, "") != hash_file(home / name)
    )
    return next(strangers, "")


def _find_other_drafts(draft: Path, *, is_ours: bool) -> list[str]:
    """Return what no run left in an unfinished one; the place itself, where no run made it."""
    if not draft.is_dir():
        return [UNFINISHED] * draft.exists()
    names = sorted(item.name for item in draft.iterdir() if not item.name.startswith(STAGING))
    if not (is_ours or REQUEST in names or set(names) <= {REPLACED}):
        return [UNFINISHED]
    return [f"{UNFINISHED}/{name}" for name in names if name not in (*FILES, REPLACED)]


def list_files(folder: Path) -> list[str]:
    """Return those of a run's files that are in a folder, but the manifest, as names from there."""
    places = [folder / name for name in FILES if name != MANIFEST]
    found = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in found)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder; nothing where there is none, or none of ours."""
    content = _read_json(folder / MANIFEST)
    files = content.get("files")
    if "brainmag" not in content or not isinstance(files, dict):
        return {}
    hashes = cast(dict[str, object], files)
    return content if all(isinstance(one, str) for one in hashes.values()) else {}


def read_request(path: Path) -> dict[str, Any]:
    """Return what a file says was asked for; nothing where it is not what was written."""
    document = _read_json(path)
    request = document.get("request")
    if not isinstance(request, dict):
        return {}
    asked = cast(dict[str, Any], request)
    return asked if document.get("sha256") == hash_request(asked) else {}


def hash_request(request: Mapping[str, Any]) -> str:
    """Return the hash of what was asked for."""
    return hash_text(json.dumps(request, sort_keys=True))


def hash_text(content: str) -> str:
    """Return the hash of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Return the hash of a file; of one that is not there, the empty string."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], content) if isinstance(content, dict) else {}
