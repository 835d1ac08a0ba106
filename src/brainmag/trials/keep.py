"""Parts of a long computation, kept under the hash of all they depend on."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from brainmag.files import format_json, write_whole

PARTS = "parts"
# Under which each part says what it is; a name alone can be given to another.
KEY = "key"
NAME = re.compile(r"(responses-)?[a-z]+(-[0-9]+)?-[0-9a-f]{16}\.npz|\.brainmag-[0-9a-f]+")

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Keeper:
    """Where parts are kept, if anywhere.

    Attributes
    ----------
    home : Path or None
        A folder; None to keep nothing.
    basis : mapping
        What every part depends on.
    """

    home: Path | None
    basis: Mapping[str, Any]

    def take(
        self, name: str, details: Mapping[str, Any], compute: Callable[[], Arrays]
    ) -> dict[str, NDArray[Any]]:
        """Return a part that is there already, or compute it and keep it.

        What is damaged, or of something else, is computed again.
        """
        if self.home is None:
            return dict(compute())
        text = json.dumps([self.basis, name, details], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        path = self.home / PARTS / f"{name}-{key}.npz"
        found = _read(path, key)
        if found is None:
            found = dict(compute())
            made = {**found, KEY: np.frombuffer(key.encode(), dtype=np.uint8)}
            write_whole(path.parent, {path.name: lambda place: _write(place, made)})
        return found


def find_foreign_part(home: Path) -> str:
    """Return what in a folder's parts is none; the empty string where there is nothing else."""
    parts = home / PARTS
    if parts.is_symlink() or (parts.exists() and not parts.is_dir()):
        return PARTS
    names = sorted(one.name for one in parts.iterdir()) if parts.is_dir() else []
    return next((f"{PARTS}/{name}" for name in names if not NAME.fullmatch(name)), "")


def drop_parts(home: Path) -> None:
    """Take the parts away when what they were for is done; anything else stays."""
    parts = home / PARTS
    if parts.is_dir() and not find_foreign_part(home):
        shutil.rmtree(parts)


def _write(path: Path, arrays: Arrays) -> None:
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _read(path: Path, key: str) -> dict[str, NDArray[Any]] | None:
    """Return what a file holds; None unless it is whole and what its name says."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
        return found if found.pop(KEY).tobytes() == key.encode() else None
    except (OSError, ValueError, EOFError, BadZipFile, KeyError, NotImplementedError):
        return None


def pack_document(document: Any) -> Arrays:
    """Return a document as an array that can be kept."""
    return {"document": np.frombuffer(format_json({"it": document}).encode(), dtype=np.uint8)}


def unpack_document(arrays: Arrays) -> Any:
    """Return a document that was packed.

    Examples
    --------
    >>> unpack_document(pack_document([1.5, None]))
    [1.5, None]
    """
    return json.loads(arrays["document"].tobytes())["it"]
