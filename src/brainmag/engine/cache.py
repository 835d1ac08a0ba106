"""Files that hold what was compiled before."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CACHE_VARIABLE = "BRAINMAG_CACHE"

# Length of the hash at the head of a cache file.
_DIGEST = hashlib.sha256().digest_size


def find_cache_folder() -> Path:
    """Return where compiled models are kept: $BRAINMAG_CACHE, or the platform's cache folder.

    Raises
    ------
    FileNotFoundError
        Where none is named and nobody knows the home of who runs this, as in some containers.
    """
    given = os.environ.get(_CACHE_VARIABLE)
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or _find_home()) / "brainmag"
    if sys.platform == "darwin":
        return _find_home() / "Library" / "Caches" / "brainmag"
    standard = os.environ.get("XDG_CACHE_HOME")
    return (Path(standard) if standard else _find_home() / ".cache") / "brainmag"


def _find_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise FileNotFoundError(str(error)) from error


def hash_content(parts: Iterable[str]) -> str:
    """Return a key that changes with any of the parts, or with where one ends.

    Examples
    --------
    >>> hash_content(["ab", "c"]) == hash_content(["a", "bc"])
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()[:32]


@dataclass(frozen=True)
class Bundle:
    """Machine code and the facts that belong to it."""

    facts: dict[str, Any]
    object_file: bytes


def read_bundle(name: str) -> Bundle | None:
    """Return what a cache file holds, or None where it is missing or damaged.

    A file begins with the hash of its name and of what follows, so a torn, altered or exchanged one
    is not used.
    """
    try:
        data = (find_cache_folder() / name).read_bytes()
    except OSError:
        return None
    digest, content = data[:_DIGEST], data[_DIGEST:]
    if _digest(name, content) != digest:
        return None
    facts, _, object_file = content.partition(b"\n")
    return Bundle(json.loads(facts), object_file)


def write_bundle(name: str, bundle: Bundle) -> None:
    """Write a cache file in one piece; a folder that cannot be written is left alone.

    The file appears under its name only when complete, so several processes may write it at once.
    """
    content = json.dumps(bundle.facts).encode() + b"\n" + bundle.object_file
    temporary: Path | None = None
    try:
        folder = find_cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}-", delete=False) as file:
            temporary = Path(file.name)
            file.write(_digest(name, content) + content)
        temporary.replace(folder / name)
        # What a killed process has left; one that is still writing does without: the file is there.
        for left in folder.glob(f".{name}-*"):
            left.unlink(missing_ok=True)
    except OSError:
        # Without a cache everything still works, only slower at the next start.
        pass
    finally:
        # What did not come to its place goes, whatever kept it from there.
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _digest(name: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + content).digest()
