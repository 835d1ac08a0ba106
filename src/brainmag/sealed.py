"""Arrays kept behind a hash: what is damaged, or of something else, is not taken for them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.files import write_whole

Arrays = Mapping[str, NDArray[Any]]


def write_sealed(path: Path, arrays: Arrays, key: str) -> None:
    """Keep arrays behind a hash of them, of the file's name and of what they are of.

    Parameters
    ----------
    path : Path
        Its folder is made when it is not there.
    arrays : mapping of str to ndarray
    key : str
        All that they depend on.

    Raises
    ------
    OSError
        When the folder cannot be written; then nothing is there.
    """
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    sealed = _hash(key, path.name, content) + content
    write_whole(path.parent, {path.name: lambda staged: staged.write_bytes(sealed)})


def read_sealed(path: Path, key: str) -> dict[str, NDArray[Any]] | None:
    """Return arrays that were kept under this name and key; None unless all of it is theirs.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "one.npz")
    ...     write_sealed(path, {"x": np.ones(2)}, "mine")
    ...     read_sealed(path, "mine")["x"].tolist(), read_sealed(path, "another's")
    ([1.0, 1.0], None)
    """
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    size = hashlib.sha256().digest_size
    if sealed[:size] != _hash(key, path.name, sealed[size:]):
        return None
    with np.load(io.BytesIO(sealed[size:]), allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def _hash(key: str, name: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{key}\n{name}\n".encode() + content).digest()
