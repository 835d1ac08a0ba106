"""The command: every way a run can end passes through `main`, and none of them is a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

from brainmag import __version__, locales
from brainmag.cli.output import tell_error
from brainmag.errors import BrainmagError, ComputationError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return what the process ends with.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the command's name; by default what the process was started with.

    Returns
    -------
    int
        0 done; 2 bad input, nothing written; 3 a computation failed or was interrupted.

    Examples
    --------
    >>> main(["simulate", "--for", "a while"])
    2
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A terminal without Unicode gets the nearest it can show, not a failure.
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    try:
        # Imported here, so that an interrupt from now on finds somebody who answers it.
        from brainmag.cli.app import run_command  # noqa: PLC0415

        status = run_command(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _report(ComputationError("cli.interrupted"), given)
    except BrainmagError as error:
        return _report(error, given)
    except BrokenPipeError:
        # Who read our output has left; the interpreter must not try to flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ComputationError.exit_status
    except Exception as error:  # noqa: BLE001  (the last resort: no traceback reaches a person)
        return _report(_describe_unexpected(error), given)
    return status


def _report(error: BrainmagError, given: Sequence[str]) -> int:
    tell_error(error, _find_language(given))
    return error.exit_status


def _find_language(given: Sequence[str]) -> str:
    """Return the language asked for, also where the rest of the line cannot be read."""
    for position, word in enumerate(given):
        if word == "--lang":
            return "".join(given[position + 1 : position + 2])
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return locales.DEFAULT_LANGUAGE


def _describe_unexpected(error: Exception) -> ComputationError:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"  # noqa: PTH119
    reason = type(error).__name__
    return ComputationError("cli.unexpected", reason=reason, place=place, version=__version__)
