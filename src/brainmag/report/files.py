"""Files that appear whole, together, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path


def write_whole(writers: Mapping[Path, Callable[[Path], object]]) -> None:
    """Write files beside their place and move them there when the last one is made.

    Parameters
    ----------
    writers : mapping of Path to callable
        What writes each file, given the path to write to.

    Raises
    ------
    OSError
        When a folder cannot be written; then none of the files is there, nor a part of one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "table.txt"
    ...     write_whole({path: lambda staged: staged.write_text("whole")})
    ...     path.read_text()
    'whole'
    """
    mark = secrets.token_hex(8)
    staged = {path: path.with_name(f".{path.name}.{mark}") for path in writers}
    try:
        for path, write in writers.items():
            write(staged[path])
        for path, temporary in staged.items():
            temporary.replace(path)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


__all__ = ["write_whole"]
