"""What a person is told when a command ends early, and what the process then ends with."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from brainmag import __version__
from brainmag.cli.interrupts import answer_interrupts
from brainmag.cli.language import find_language
from brainmag.cli.output import tell_error
from brainmag.cli.streams import flush
from brainmag.errors import BrainmagError, ComputationError


def report_failure(error: BaseException, given: Sequence[str]) -> int:
    """Tell on standard error why a command ended early and return the exit status.

    Parameters
    ----------
    error : BaseException
        What ended it.
    given : sequence of str
        The words of the command line.
    """
    interrupted = answer_interrupts()
    lost = flush(sys.stdout)
    has_reader = not isinstance(lost or error, BrokenPipeError)
    if isinstance(error, SystemExit) or not (has_reader or isinstance(error, BrainmagError)):
        # Who read our output has left and misses nothing; rich would end the process for that.
        return ComputationError.exit_status
    if lost is not None and isinstance(error, OSError):
        reason = lost.strerror or type(lost).__name__
        error = ComputationError("cli.output_lost", reason=reason)
    if interrupted and not isinstance(error, BrainmagError | OSError):
        # Libraries make other errors of an interrupt that hits them while they are imported.
        error = KeyboardInterrupt()
    told = _translate(error)
    tell_error(told, find_language(given))
    return told.exit_status


def _translate(error: BaseException) -> BrainmagError:
    if isinstance(error, BrainmagError):
        return error
    if isinstance(error, KeyboardInterrupt):
        # CPython remembers an interrupt that passed through exec() as unhandled, and would end
        # `python -m` by a signal instead of our status; another exec() makes it forget.
        exec("")  # noqa: S102
        return ComputationError("cli.interrupted")
    if isinstance(error, MemoryError):
        return ComputationError("cli.out_of_memory")
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    reason = type(error).__name__
    return ComputationError("cli.unexpected", reason=reason, place=place, version=__version__)
