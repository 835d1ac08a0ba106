"""Standard output and standard error that are closed, full, or that nobody reads any more."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

_STREAMS = ("stdin", "stdout", "stderr")


def open_closed_streams() -> None:
    """Give each standard stream that came closed the null device.

    Otherwise the next file that is opened would take its number, and what is meant for a person
    would end up in it.
    """
    for number, name in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken: this one.
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, stream)


def flush(stream: TextIO) -> OSError | None:
    """Write out what a stream holds; return why it cannot, and let it hold nothing from then on."""
    try:
        stream.flush()
    except OSError as error:
        with suppress(OSError):
            # The interpreter flushes once more at its end, and must find nothing to complain of.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        with suppress(OSError):
            stream.flush()
        return error
    return None
