"""The command: every way a run can end passes through `main`, and none of them is a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from brainmag.cli.interrupts import listen_for_interrupts
from brainmag.cli.streams import open_closed_streams


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
    # Figures are written, never shown; the name of a backend that is none would fail the drawing.
    os.environ.pop("MPLBACKEND", None)
    with listen_for_interrupts(to_the_end=arguments is None):
        open_closed_streams()
        try:
            return _run(given)
        except KeyboardInterrupt as error:
            # The one there can be came while another failure was being told.
            return _report(error, given)


def _run(given: list[str]) -> int:
    try:
        # Imported here, so that an interrupt from the first moment on finds who answers it.
        from brainmag.cli.app import run_command  # noqa: PLC0415

        status = run_command(given)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001  (no traceback reaches a person)
        return _report(error, given)
    return status


def _report(error: BaseException, given: list[str]) -> int:
    from brainmag.cli.failure import report_failure  # noqa: PLC0415

    return report_failure(error, given)
