"""A run's folder: asked for, under way, sealed or complete, and never taken for more than it is.

What is not complete stands in ``unfinished/``: the request, the chunks of a population, and at the
end the results. When the last of them is there a manifest with every file's hash seals it; then the
files of an earlier run make room and the new ones take their place, the manifest last. Each step
may be cut off at any moment: whoever opens the folder next goes on from what can be proved.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from brainmag.errors import ComputationError, InputError
from brainmag.files import STAGING, format_json, lock_folder, write_whole
from brainmag.run_content import (
    CHUNKS,
    FILES,
    MANIFEST,
    REPLACED,
    REQUEST,
    UNFINISHED,
    find_other_content,
    find_strange_file,
    hash_file,
    hash_request,
    list_files,
    read_manifest,
    read_request,
)

_DIGITS = 32


class RunFolder:
    """The folder of one run, held by one process at a time.

    Parameters
    ----------
    home : Path
        The folder itself.
    is_temporary : bool
        Whether it is gone when the process ends.

    Attributes
    ----------
    is_complete : bool
        Whether it was found to hold a run in which nothing and nobody is missing.
    """

    def __init__(self, home: Path, *, is_temporary: bool = False) -> None:
        self.home = home
        self.is_temporary = is_temporary
        self.draft = home / UNFINISHED
        self.is_complete = False

    @property
    def is_begun(self) -> bool:
        """Whether a run was asked for here and is not complete."""
        return (self.draft / REQUEST).is_file()

    @property
    def is_partial(self) -> bool:
        """Whether it holds a result in which somebody is missing."""
        return bool(read_manifest(self.home).get("partial"))

    @property
    def is_sealed(self) -> bool:
        """Whether all files are made, and some may not yet be in their place."""
        return (self.draft / MANIFEST).is_file()

    @property
    def has_chunks(self) -> bool:
        """Whether some of an unfinished population is there."""
        return any((self.draft / CHUNKS).glob("*/*.parquet"))

    def begin(self, request: Mapping[str, Any]) -> None:
        """Write what is asked for; an earlier run stays whole beside it."""
        self.clear()
        document = {"sha256": hash_request(request), "request": request}
        write_whole(self.draft, {REQUEST: lambda path: _write(path, format_json(document))})

    def read_request(self) -> dict[str, Any]:
        """Return what was asked for, of a complete run too.

        Raises
        ------
        InputError
            ``storage.damaged_request`` when it is not what was written.
        """
        request = read_request(self._find(REQUEST))
        if not request:
            raise InputError("storage.damaged_request", given=str(self.home))
        return request

    def keep_chunk(self, group: str, first: int, content: bytes) -> Path:
        """Write one chunk; its name tells the hash of its content and of what it belongs to."""
        folder = self.draft / CHUNKS / group
        name = _name_chunk(self._hash_request(), group, first, content)
        write_whole(folder, {name: lambda path: path.write_bytes(content)})
        return folder / name

    def find_chunks(self, wanted: Mapping[str, Iterable[int]]) -> dict[str, dict[int, Path]]:
        """Return those chunks that are whole and belong to this run; take away all else.

        Parameters
        ----------
        wanted : mapping of str to iterable of int
            The first person of every chunk that the run has, by group.
        """
        key = self._hash_request()
        found: dict[str, dict[int, Path]] = {}
        for group, numbers in wanted.items():
            firsts, found[group] = set(numbers), {}
            for path in _list_folder(self.draft / CHUNKS / group):
                first = _read_first(path.name)
                if first in firsts and path.name == _name_chunk(key, group, first, _read(path)):
                    found[group][first] = path
                else:
                    _remove(path)
        for path in _list_folder(self.draft / CHUNKS):
            if not found.get(path.name):
                _remove(path)
        return found

    def _hash_request(self) -> str:
        return hash_request(self.read_request())

    def seal(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest: the facts given, and the hash of every file."""
        hashes = {name: hash_file(self.draft / name) for name in list_files(self.draft)}
        content = format_json({**facts, "files": hashes})
        write_whole(self.draft, {MANIFEST: lambda path: _write(path, content)})

    def publish(self) -> None:
        """Put the files of a sealed run in their place; those of an earlier run make room.

        Raises
        ------
        ComputationError
            ``storage.folder_taken`` when something else has come into the folder meanwhile.
        """
        if other := find_other_content(self.home):
            place = shlex.quote(str(self.home))
            given = str(self.home)
            raise ComputationError("storage.folder_taken", given=given, place=place, other=other)
        if read_manifest(self.home):
            # The manifest goes last: as long as there is anything of the earlier run, it tells so.
            replaced = self.draft / REPLACED
            replaced.mkdir(exist_ok=True)
            for name in FILES:
                if (self.home / name).exists():
                    _move(self.home / name, replaced / name)
        for name in FILES:
            if (self.draft / name).exists():
                _move(self.draft / name, self.home / name)
        self.clear()

    def reopen(self) -> None:
        """Take a sealed or complete run apart again, down to its request and chunks.

        Raises
        ------
        InputError
            ``storage.damaged_request`` when there is nothing to make it from; then all stays.
        """
        self.read_request()
        self.draft.mkdir(exist_ok=True)
        for name in self._list_own():
            if not (self.draft / name).exists() and (self.home / name).exists():
                _move(self.home / name, self.draft / name)
        (self.draft / MANIFEST).unlink(missing_ok=True)

    def _list_own(self) -> tuple[str, ...]:
        """Return what of a run that is taken apart may stand in the folder itself."""
        if read_manifest(self.home):
            # A complete run stays an earlier run until the new one makes it give way; beside a
            # sealed one, all that is there is an earlier run's.
            return () if self.is_sealed else (CHUNKS, REQUEST)
        # Nothing vouches for the files any more; a torn manifest would seem to be somebody else's.
        _remove(self.home / MANIFEST)
        return FILES[:-1]

    def verify(self) -> bool:
        """Return whether every file of a sealed or complete run is what was written."""
        is_sealed = self.is_sealed
        files: Mapping[str, str] = read_manifest(self.draft if is_sealed else self.home).get(
            "files", {}
        )
        # Of a complete run, what is in the draft was on its way to be made again.
        places = {name: self._find(name) if is_sealed else self.home / name for name in files}
        return bool(files) and all(hash_file(places[name]) == files[name] for name in files)

    def clear(self) -> None:
        """Take away what is left of an unfinished run; what is not a run's own stays."""
        if not self.draft.is_dir():
            return
        for name in (*FILES, REPLACED):
            _remove(self.draft / name)
        for path in self.draft.glob(f"{STAGING}*"):
            _remove(path)
        with suppress(OSError):
            self.draft.rmdir()

    def discard(self) -> None:
        """Take away what is unfinished, and the folder itself when it holds nothing else."""
        with suppress(OSError):
            self.clear()
            self.home.rmdir()

    def _find(self, name: str) -> Path:
        """Return where a file of this run is: it may have taken its place already."""
        draft = self.draft / name
        return draft if draft.exists() else self.home / name


@contextmanager
def hold_folder(home: Path) -> Generator[RunFolder]:
    """Give a run's folder, made if it is not there, and keep other processes out of it.

    Raises
    ------
    InputError
        ``storage.folder_busy`` when another process holds it, ``storage.strange_file`` when there
        is a link, a pipe or a device among its files.
    OSError
        When it cannot be made or read.
    """
    try:
        handle = lock_folder(home)
    except BlockingIOError:
        raise InputError("storage.folder_busy", given=str(home)) from None
    try:
        if strange := find_strange_file(home):
            raise InputError("storage.strange_file", given=str(home), other=strange)
        yield RunFolder(home)
    finally:
        os.close(handle)


def _name_chunk(key: str, group: str, first: int, content: bytes) -> str:
    digest = hashlib.sha256(f"{key} {group} {first} ".encode())
    digest.update(content)
    return f"{first:09d}-{digest.hexdigest()[:_DIGITS]}.parquet"


def _read_first(name: str) -> int:
    """Return the first person of a chunk, by its name; 0 where that is not one."""
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _read(path: Path) -> bytes:
    """Return what a file holds; nothing where it is none or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _list_folder(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _remove(path: Path) -> None:
    """Take away a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def _move(source: Path, target: Path) -> None:
    """Move a file or a folder over what an interrupted move may have left."""
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
