"""What is kept of a run, and whether it can be: the files of its folder, and single files."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from brainmag import __version__
from brainmag.document import is_partial, list_documents
from brainmag.errors import ComputationError, InputError
from brainmag.files import STAGING, format_json, write_whole
from brainmag.run_content import (
    MANIFEST,
    REQUEST,
    UNFINISHED,
    find_other_content,
    read_manifest,
    read_request,
)
from brainmag.run_folder import RunFolder, hold_folder

if TYPE_CHECKING:
    from brainmag.simulate import Run

DRAFT_REQUEST, DRAFT_MANIFEST = f"{UNFINISHED}/{REQUEST}", f"{UNFINISHED}/{MANIFEST}"
# Errors after which there is something to go on from.
KEPT_FOR_RESUME = ("storage.run_not_written", "storage.folder_taken")


def check_directory(directory: Path) -> None:
    """Make sure that a run can be written to a folder, before it is computed.

    Raises
    ------
    InputError
        ``storage.unwritable``, or ``storage.folder_in_use`` when the folder holds anything but
        the files of an earlier run.
    """
    with _name_unwritable(directory):
        other = find_other_content(directory)
        _try_to_write(directory)
    if other:
        raise InputError("storage.folder_in_use", given=str(directory), other=other)


def check_kept_directory(directory: Path, *, option: str = "--out") -> None:
    """Make sure that files can be written to a folder, whatever else is in it.

    Parameters
    ----------
    directory : Path
    option : str
        What named it.

    Raises
    ------
    InputError
        ``storage.unwritable``.
    """
    with _name_unwritable(directory, option):
        if os.path.lexists(directory) and not directory.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if directory.is_dir():
            # What lies there is looked at before anything is written beside it.
            next(directory.iterdir(), None)
        _try_to_write(directory)


@contextmanager
def _name_unwritable(directory: Path, option: str = "--out") -> Generator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            "storage.unwritable", given=str(directory), reason=reason, option=option
        ) from error


def check_file(path: Path, *, option: str = "--out") -> None:
    """Make sure that a file can be written.

    Parameters
    ----------
    path : Path
    option : str
        What named it.

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
            raise InputError("storage.not_a_plain_file", given=str(path), option=option)
        _try_to_write(path.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            "storage.unwritable_file", given=str(path), reason=reason, option=option
        ) from error


@contextmanager
def name_failure(target: Path, *, is_run: bool = False, option: str = "--out") -> Generator[None]:
    """Turn what the system says when nothing can be written into an error a person can read.

    Parameters
    ----------
    target : Path
    is_run : bool
        Whether it is a run's folder, whose request is there already.
    option : str
        What named it.

    Raises
    ------
    ComputationError
        ``storage.write_failed``, or ``storage.run_not_written`` of a run.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        code = "storage.run_not_written" if is_run else "storage.write_failed"
        place = shlex.quote(str(target))
        raise ComputationError(
            code, given=str(target), place=place, reason=reason, option=option
        ) from error


@contextmanager
def open_new_folder(home: Path) -> Generator[RunFolder]:
    """Give the folder of a run that begins; what an earlier run has left in it stays for now.

    When the run is cut off by an error or Ctrl-C, the folder keeps what somebody can go on from:
    the people of a population, or the request of a run that could not be written. A run that is
    killed leaves its request.

    Raises
    ------
    InputError
        ``storage.unwritable``, ``storage.folder_in_use``, ``storage.folder_busy``, or
        ``storage.unfinished_run`` when it holds people of a run that was cut off.
    """
    check_directory(home)
    with hold_folder(home) as folder:
        if folder.is_sealed and not _settle(folder):
            reopen_run(folder)
        if folder.has_chunks:
            place = shlex.quote(str(home))
            raise InputError("storage.unfinished_run", given=str(home), place=place)
        try:
            yield folder
        except BaseException as error:
            code = error.code if isinstance(error, ComputationError) else ""
            if not (folder.has_chunks or folder.is_sealed or code in KEPT_FOR_RESUME):
                folder.discard()
            raise


@contextmanager
def open_earlier_folder(home: Path) -> Generator[RunFolder]:
    """Give the folder of an earlier run; what of it is made and whole is in its place.

    Raises
    ------
    InputError
        ``storage.no_run``, ``storage.unreadable``, ``storage.folder_busy``.
    """
    with ExitStack() as stack:
        try:
            begun = any((home / place).is_file() for place in (DRAFT_REQUEST, DRAFT_MANIFEST))
            # A run whose manifest is torn or lost is made anew from its request.
            if not (begun or read_manifest(home) or read_request(home / REQUEST)):
                raise InputError("storage.no_run", given=str(home))
            folder = stack.enter_context(hold_folder(home))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError("storage.unreadable", given=str(home), reason=reason) from error
        folder.is_complete = _settle(folder) and not folder.is_partial
        yield folder


@contextmanager
def open_temporary_folder() -> Generator[RunFolder]:
    """Give a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="brainmag-") as place:
        yield RunFolder(Path(place), is_temporary=True)


def begin_run(folder: RunFolder, request: Mapping[str, Any]) -> None:
    """Write what is asked for into a run's folder.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    with name_failure(folder.home):
        folder.begin(request)


def reopen_run(folder: RunFolder) -> None:
    """Take a run apart whose files are not whole, or in which somebody is missing.

    Raises
    ------
    InputError
        ``storage.damaged_request``; then all stays as it is.
    ComputationError
        ``storage.run_not_written``.
    """
    if folder.is_sealed or not folder.is_begun:
        with name_failure(folder.home, is_run=True):
            folder.reopen()


def _settle(folder: RunFolder) -> bool:
    """Bring what was sealed into its place; return whether the run is made, whole and in place."""
    with name_failure(folder.home, is_run=True):
        if (folder.is_begun and not folder.is_sealed) or not folder.verify():
            return False
        if folder.is_sealed:
            folder.publish()
        else:
            folder.clear()
    return True


def write_file(path: Path, content: str, *, option: str = "--out") -> None:
    """Write a text file that appears whole or not at all.

    Parameters
    ----------
    path : Path
    content : str
    option : str
        What named the file.

    Raises
    ------
    ComputationError
        ``storage.write_failed``.
    """
    with name_failure(path, option=option):
        write_whole(
            path.parent, {path.name: lambda staged: staged.write_text(content, encoding="utf-8")}
        )


def write_results(
    folder: RunFolder, runs: Mapping[str, Run], document: Mapping[str, Any], *, lang: str = "en"
) -> None:
    """Complete the folder of a run with result, trajectories, figure and manifest.

    Parameters
    ----------
    folder : RunFolder
        Where the run was asked for; an earlier run's files in it are replaced.
    runs : mapping of str to Run
        By explanation.
    document : mapping
        What the command shows as JSON.
    lang : str
        Language of the figure.

    Raises
    ------
    ComputationError
        ``storage.run_not_written``, ``storage.folder_taken``.
    """
    # Slow to import, and needed only here.
    from brainmag.netcdf import write_trajectories  # noqa: PLC0415
    from brainmag.report.heading import describe_subject, introduce_intake  # noqa: PLC0415

    one = next(iter(list_documents(document).values()))
    scenario = "\n".join([describe_subject(one, lang), *introduce_intake(one, lang)])
    with name_failure(folder.home, is_run=True):
        write_trajectories(folder.draft / "trajectories.nc", runs, scenario, lang=lang)
        _complete(folder, document, lang)


def write_population(folder: RunFolder, document: Mapping[str, Any], *, lang: str = "en") -> None:
    """Complete the folder of a population, whose chunks are there, with result and figures.

    Raises
    ------
    ComputationError
        As for `write_results`.
    """
    from brainmag.report.series import draw_series  # noqa: PLC0415

    with name_failure(folder.home, is_run=True):
        draw_series({"": document}, folder.draft / "bands", lang=lang)
        _complete(folder, document, lang)


def _complete(folder: RunFolder, document: Mapping[str, Any], lang: str) -> None:
    """Write what every run has and put all of it in its place."""
    from brainmag.report.figure import draw_chain  # noqa: PLC0415

    (folder.draft / "result.json").write_text(format_json(document), encoding="utf-8")
    draw_chain({"": document}, folder.draft / "figure", lang=lang)
    folder.seal(
        {
            "brainmag": __version__,
            "partial": is_partial(document),
            "runs": {name: one["manifest"] for name, one in list_documents(document).items()},
        }
    )
    folder.publish()


def _try_to_write(place: Path) -> None:
    """Raise OSError when nothing can be made in a folder or, before it is there, in its parent."""
    while not os.path.lexists(place):
        place = place.parent
    probe = place / f"{STAGING}{secrets.token_hex(8)}"
    probe.mkdir()
    probe.rmdir()
