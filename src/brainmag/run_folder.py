"""A run's folder: asked for, under way, sealed or complete, and never taken for more than it is.

What is not complete stands in ``unfinished/``: the request, the chunks of a population, and at the
end the results. When the last of them is there a manifest with every file's hash seals it; then the
files of an earlier run make room and the new ones take their place, the manifest last. Each step
may be cut off at any moment: whoever opens the folder next goes on from what can be proved.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from brainmag.errors import ComputationError, InputError
from brainmag.files import STAGING, format_json, write_whole

UNFINISHED = "unfinished"
# Within it, an earlier run's files that have made room.
REPLACED = "replaced"
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
_DIGITS = 32


class RunFolder:
    """The folder of one run, held by one process at a time.

    Parameters
    ----------
    home : Path
        The folder itself.
    is_temporary : bool
        Whether it is gone when the process ends.
    """

    def __init__(self, home: Path, *, is_temporary: bool = False) -> None:
        self.home = home
        self.is_temporary = is_temporary
        self.draft = home / UNFINISHED

    @property
    def is_begun(self) -> bool:
        """Whether a run was asked for here and is not complete."""
        return (self.draft / REQUEST).is_file()

    @property
    def is_partial(self) -> bool:
        """Whether it holds a result in which somebody is missing."""
        return bool(_read_manifest(self.home).get("partial"))

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
        content = json.dumps(request, sort_keys=True)
        document = {"sha256": hash_text(content), "request": request}
        write_whole(self.draft, {REQUEST: lambda path: _write(path, format_json(document))})

    def read_request(self) -> dict[str, Any]:
        """Return what was asked for.

        Raises
        ------
        InputError
            ``storage.damaged_request`` when it is not what was written.
        """
        try:
            document = json.loads(self.find_request().read_bytes())
            request: dict[str, Any] = document["request"]
            whole = document["sha256"] == hash_text(json.dumps(request, sort_keys=True))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            whole, request = False, {}
        if not whole:
            raise InputError("storage.damaged_request", given=str(self.home))
        return request

    def keep_chunk(self, group: str, first: int, content: bytes) -> Path:
        """Write one chunk; its name tells the hash of its content and of what it belongs to."""
        folder = self.draft / CHUNKS / group
        name = _name_chunk(self._hash_request(), group, first, content)
        write_whole(folder, {name: lambda path: path.write_bytes(content)})
        return folder / name

    def find_chunks(self, group: str, firsts: Iterable[int]) -> dict[int, Path]:
        """Return those chunks that are whole and belong to this run; take away all else."""
        folder, key = self.draft / CHUNKS / group, self._hash_request()
        wanted = set(firsts)
        found: dict[int, Path] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            number = path.name.partition("-")[0]
            first = int(number) if number.isascii() and number.isdigit() else 0
            if path.is_dir():
                shutil.rmtree(path)
            elif first in wanted and path.name == _name_chunk(key, group, first, path.read_bytes()):
                found[first] = path
            else:
                path.unlink()
        return found

    def _hash_request(self) -> str:
        return hash_text(json.dumps(self.read_request(), sort_keys=True))

    def seal(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest: the facts given, and the hash of every file."""
        for path in self.draft.glob(f"{STAGING}*"):
            shutil.rmtree(path)
        hashes = {name: hash_file(self.draft / name) for name in _list_files(self.draft)}
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
            raise ComputationError("storage.folder_taken", given=str(self.home), other=other)
        if _read_manifest(self.home):
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

    def find_request(self) -> Path:
        """Return the file of what was asked for: of what is unfinished, or of a complete run."""
        draft = self.draft / REQUEST
        return draft if draft.exists() else self.home / REQUEST

    def reopen(self) -> None:
        """Take a sealed or complete run apart again, down to its request and chunks."""
        self.draft.mkdir(exist_ok=True)
        # Of a sealed run all that has taken its place comes back, since its seal is broken now; a
        # complete one stays an earlier run until the new one makes it give way.
        for name in FILES[:-1] if self.is_sealed else (CHUNKS, REQUEST):
            if not (self.draft / name).exists() and (self.home / name).exists():
                _move(self.home / name, self.draft / name)
        (self.draft / MANIFEST).unlink(missing_ok=True)

    def verify(self) -> bool:
        """Return whether every file of a sealed or complete run is what was written."""
        manifest = _read_manifest(self.draft) or _read_manifest(self.home)
        files: Mapping[str, str] = manifest.get("files", {})
        return bool(files) and all(self._is_whole(name, files[name]) for name in files)

    def find_strangers(self) -> str:
        """Return the first thing beside what is unfinished that no run left there, if any."""
        names = sorted(item.name for item in self.draft.glob("*"))
        ours = (*FILES, REPLACED)
        strange = [name for name in names if name not in ours and not name.startswith(STAGING)]
        return f"{UNFINISHED}/{strange[0]}" if strange else ""

    def clear(self) -> None:
        """Take away what is left of an unfinished run whose files are all in their place."""
        shutil.rmtree(self.draft, ignore_errors=True)

    def discard(self) -> None:
        """Take away what is unfinished, and the folder itself when it holds nothing else."""
        self.clear()
        with suppress(OSError):
            self.home.rmdir()

    def _is_whole(self, name: str, expected: str) -> bool:
        draft, home = self.draft / name, self.home / name
        return hash_file(draft if draft.is_file() else home) == expected


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
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("storage.folder_busy", given=str(home)) from None
        except OSError:
            # Some file systems know no locks; then nothing keeps two runs apart but their users.
            pass
        if strange := find_strange_file(home):
            raise InputError("storage.strange_file", given=str(home), other=strange)
        yield RunFolder(home)
    finally:
        os.close(handle)


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
    earlier, sealed = _read_manifest(home), _read_manifest(home / UNFINISHED)
    draft = [item.name for item in (home / UNFINISHED).glob("*")]
    is_ours = (
        bool(earlier or sealed)
        or REQUEST in draft
        or all(name.startswith(STAGING) for name in draft)
    )
    others = [name for name in names if name not in (*FILES, UNFINISHED)]
    others += [UNFINISHED] * (not is_ours) + [MANIFEST] * (MANIFEST in names and not earlier)
    known: Mapping[str, str] = earlier.get("files", {})
    fresh: Mapping[str, str] = sealed.get("files", {})
    others += [
        name
        for name in _list_files(home, skip=UNFINISHED)
        if name not in known and fresh.get(name, "") != hash_file(home / name)
    ]
    return others[0] if others else ""


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


def _name_chunk(key: str, group: str, first: int, content: bytes) -> str:
    digest = hashlib.sha256(f"{key} {group} {first} ".encode())
    digest.update(content)
    return f"{first:09d}-{digest.hexdigest()[:_DIGITS]}.parquet"


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder; nothing where there is none of ours."""
    try:
        content: object = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict) or "brainmag" not in content:
        return {}
    manifest = cast(dict[str, Any], content)
    return manifest if isinstance(manifest.get("files"), dict) else {**manifest, "files": {}}


def _list_files(folder: Path, *, skip: str = REPLACED) -> list[str]:
    """Return the files below a folder but the manifest, as names from there."""
    found: list[str] = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in (skip, MANIFEST):
            found.append(str(name))
    return sorted(name for name in found if not name.startswith(STAGING))


def _move(source: Path, target: Path) -> None:
    """Move a file or a folder over what an interrupted move may have left."""
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
