"""A run on disk: a folder that appears whole, and that only an earlier run's files give way to."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag import __version__
from brainmag.errors import ComputationError, InputError
from brainmag.files import STAGING, format_json, stage, write_whole

if TYPE_CHECKING:
    from brainmag.simulate import Run

MANIFEST = "manifest.json"
# In the order in which they take their place; with the manifest a run is complete.
FILES = ("result.json", "trajectories.nc", "figure.svg", "figure.png", MANIFEST)


def check_directory(directory: Path) -> None:
    """Make sure that a run can be written to a folder, before it is computed.

    Raises
    ------
    InputError
        ``storage.unwritable``, or ``storage.folder_in_use`` when the folder holds anything but
        the files of an earlier run.
    """
    try:
        other = _find_other_content(directory)
        _try_to_write(directory)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("storage.unwritable", given=str(directory), reason=reason) from error
    if other:
        raise InputError("storage.folder_in_use", given=str(directory), other=other)


def check_file(path: Path) -> None:
    """Make sure that a file can be written.

    Raises
    ------
    InputError
        ``storage.unwritable_file``.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.is_symlink() or (path.exists() and not path.is_file()):
            # A rename would put a file in the place of a device, a pipe or a link.
            raise InputError("storage.not_a_plain_file", given=str(path))
        _try_to_write(path.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("storage.unwritable_file", given=str(path), reason=reason) from error


@contextmanager
def name_failure(target: Path) -> Generator[None]:
    """Turn what the system says when nothing can be written into an error a person can read.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ComputationError("storage.write_failed", given=str(target), reason=reason) from error


def write_file(path: Path, content: str) -> None:
    """Write a text file that appears whole or not at all.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    with name_failure(path):
        write_whole(
            path.parent, {path.name: lambda staged: staged.write_text(content, encoding="utf-8")}
        )


def write_run(
    directory: Path, runs: Mapping[str, Run], document: Mapping[str, Any], *, lang: str = "en"
) -> None:
    """Write result, trajectories, figure and manifest of one or several explanations.

    All files are made in a hidden folder beside their place and moved there when the last is
    made; the manifest, with the hash of every file, comes last.

    Parameters
    ----------
    directory : Path
        Made when it is not there; an earlier run's files in it are replaced.
    runs : mapping of str to Run
        By explanation.
    document : mapping
        What the command shows as JSON.
    lang : str
        Language of the figure.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    # Slow to import, and needed only here.
    from brainmag.netcdf import write_trajectories  # noqa: PLC0415
    from brainmag.report.figure import draw_chain  # noqa: PLC0415
    from brainmag.report.heading import describe_subject, introduce_intake  # noqa: PLC0415

    home = directory if directory.is_dir() else directory.parent
    with name_failure(directory), stage(home) as staged:
        (staged / "result.json").write_text(format_json(document), encoding="utf-8")
        one = next(iter(_list_documents(document).values()))
        scenario = "\n".join([describe_subject(one, lang), *introduce_intake(one, lang)])
        write_trajectories(staged / "trajectories.nc", runs, scenario, lang=lang)
        draw_chain({"": document}, staged / "figure", lang=lang)
        manifest = _describe_folder(staged, document)
        (staged / MANIFEST).write_text(format_json(manifest), encoding="utf-8")
        if home != directory:
            staged.rename(directory)
            return
        for name in FILES:
            (staged / name).replace(directory / name)


def _find_other_content(directory: Path) -> str:
    """Return the first thing in a folder that no earlier run left there, or the empty string."""
    try:
        directory.lstat()
    except FileNotFoundError:
        return ""
    # Of a file this raises, as it should: the name is taken by something else.
    names = sorted(item.name for item in directory.iterdir() if not item.name.startswith(STAGING))
    others = [name for name in names if name not in FILES]
    if not others and not _is_manifest(directory / MANIFEST):
        others = names
    return others[0] if others else ""


def _is_manifest(path: Path) -> bool:
    try:
        content: object = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and "brainmag" in content


def _try_to_write(place: Path) -> None:
    """Raise OSError when nothing can be made in a folder or, before it is there, in its parent."""
    while not place.exists():
        place = place.parent
    probe = place / f"{STAGING}{secrets.token_hex(8)}"
    probe.mkdir()
    probe.rmdir()


def _describe_folder(staged: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a folder: what made it, and the hash of every file in it."""
    documents = _list_documents(document)
    return {
        "brainmag": __version__,
        "partial": bool(
            document.get("partial") or any(one["partial"] for one in documents.values())
        ),
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(staged.iterdir())
        },
        "runs": {name: one["manifest"] for name, one in documents.items()},
    }


def _list_documents(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the documents in one, by explanation."""
    return document.get("by_hypothesis") or {document["hypothesis"]: document}
