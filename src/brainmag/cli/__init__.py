"""The command: every way a run can end passes through `main`, and none of them is a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence


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
    try:
        # Imported here, so that an interrupt from the first moment on finds who answers it.
        from brainmag.cli.app import run_command  # noqa: PLC0415

        status = run_command(given)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (no traceback reaches a person)
        from brainmag.cli.failure import report_failure  # noqa: PLC0415

        return report_failure(error, given)
    return status
