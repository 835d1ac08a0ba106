"""Files that appear whole, together, or not at all; folders held; JSON as all here write it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Begins the name of every hidden folder in which files are made.
STAGING = ".brainmag-"


@contextmanager
def stage(home: Path) -> Generator[Path]:
    """Give a hidden folder within a folder to write in, and take away what is left of it.

    Parameters
    ----------
    home : Path
        Made when it is not there.

    Raises
    ------
    OSError
        When nothing can be made there.
    """
    staged = home / f"{STAGING}{secrets.token_hex(8)}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        staged.mkdir()
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def write_whole(folder: Path, writers: Mapping[str, Callable[[Path], object]]) -> None:
    """Make files in a hidden folder and move them to their place when the last one is made.

    They are on the disk itself before they appear under their names, lest a power cut tear them.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    writers : mapping of str to callable
        What writes each file, by name, given the path to write to.

    Raises
    ------
    OSError
        When the folder cannot be written, or one of the names is a folder's; then none of the files
        is there, nor a part of one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder), {"table.txt": lambda staged: staged.write_text("whole")})
    ...     (Path(folder) / "table.txt").read_text()
    'whole'
    """
    with stage(folder) as staged:
        for name, write in writers.items():
            write(staged / name)
            _flush(staged / name)
        for name in writers:
            _check_place(folder / name)
        for name in writers:
            (staged / name).replace(folder / name)
        # Some file systems flush no folders.
        with suppress(OSError):
            _flush(folder)


def lock_folder(home: Path) -> int:
    """Return a handle of a folder that keeps other processes out of it while it is open.

    Parameters
    ----------
    home : Path
        Made when it is not there.

    Raises
    ------
    BlockingIOError
        When another process holds it.
    OSError
        When it cannot be made or read.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:
        # Some file systems know no locks; then nothing keeps two runs apart but their users.
        return handle
    if home.exists() and home.stat().st_ino == os.fstat(handle).st_ino:
        return handle
    # Who held it before has taken it away meanwhile: what is locked is not what bears the name.
    os.close(handle)
    return lock_folder(home)


def _check_place(path: Path) -> None:
    """Raise OSError where a file cannot take its place, before the first one takes its own."""
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def make_whole(home: Path) -> Generator[Path]:
    """Give a folder to make files in, and move all of them to their place when they are made.

    Parameters
    ----------
    home : Path
        Made when it is not there.

    Raises
    ------
    OSError
        As for `write_whole`.
    """
    with TemporaryDirectory() as place:
        yield Path(place)
        files = sorted(Path(place).iterdir())
        write_whole(home, {one.name: partial(shutil.copyfile, one) for one in files})


def format_json(document: Mapping[str, Any]) -> str:
    r"""Return a document as strict JSON: what is no number is a fault, not a word.

    Examples
    --------
    >>> format_json({"low": 1.5})
    '{\n  "low": 1.5\n}\n'
    """
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
