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

import numpy as np
from numpy.typing import NDArray

from brainmag.files import format_json
from brainmag.sealed import Arrays, read_sealed, write_sealed

PARTS = "parts"
NAME = re.compile(r"(responses-)?[a-z]+(-[0-9]+)?-[0-9a-f]{16}\.npz|\.brainmag-[0-9a-f]+")


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
        found = read_sealed(path, text)
        if found is None:
            found = dict(compute())
            write_sealed(path, found, text)
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
