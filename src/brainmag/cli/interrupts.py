"""Ctrl-C, and the ways a system asks a process to end: answered once, whatever they hit.

A request raises KeyboardInterrupt. Where a model is compiled that may hit a library or a callback
that drops it, so there it is raised again until somebody answers. In a run it is not: the second
one could cost what is finished.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

# Ctrl-C; a request to end, as a batch system sends it; a terminal that is closed.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = [signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__]
# How long a request waits for its answer before it is repeated, s.
_PATIENCE = 0.5


class _Ear:
    """What this process has heard: signals are the process's own, so there is one."""

    heard = False
    answered = False
    held = 0
    repeating = False
    last = -_PATIENCE


def _hear(number: int, _frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt for the first request, and for later ones where that was lost."""
    now = time.monotonic()
    again = _Ear.repeating and now - _Ear.last >= _PATIENCE
    first, _Ear.heard = not _Ear.heard, True
    if _Ear.held or _Ear.answered or not (first or again):
        return
    _Ear.last = now
    later = threading.Timer(_PATIENCE, _knock, [number])
    later.daemon = True
    later.start()
    raise KeyboardInterrupt


def _knock(number: int) -> None:
    if not _Ear.answered and signal.getsignal(number) is _hear:
        # A true signal, since only that ends a wait of the main thread.
        signal.pthread_kill(threading.main_thread().ident or 0, number)


@contextmanager
def listen_for_interrupts(*, to_the_end: bool) -> Generator[None]:
    """Answer every request to end like Ctrl-C, and the first of them alone.

    A request that the process was started to ignore, as by ``nohup``, stays ignored.

    Parameters
    ----------
    to_the_end : bool
        Whether nothing comes after: then later requests have nothing left to end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _Ear.heard = _Ear.answered = False
    _Ear.last = -_PATIENCE
    hook = sys.unraisablehook
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    before = {one: handler for one, handler in before.items() if handler != signal.SIG_IGN}

    def pass_on(event: sys.UnraisableHookArgs) -> None:
        # An interrupt that hit a callback is dropped there, and need not be told: it comes again.
        if not issubclass(event.exc_type, KeyboardInterrupt):
            hook(event)

    sys.unraisablehook = pass_on
    for one in before:
        signal.signal(one, _hear)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_IGN if to_the_end else handler)
        sys.unraisablehook = hook


@contextmanager
def hold_interrupts() -> Generator[None]:
    """Let requests to end wait for the moment it takes to write something whole."""
    _Ear.held += 1
    try:
        yield
    finally:
        _Ear.held -= 1


@contextmanager
def repeat_interrupts() -> Generator[None]:
    """Raise a request again until it is answered: within this nothing is finished to be lost."""
    _Ear.repeating = True
    try:
        yield
    finally:
        _Ear.repeating = False


def check_interrupts() -> None:
    """Answer a request that came while it was held, or that a library has dropped.

    Raises
    ------
    KeyboardInterrupt
        When there is one.
    """
    if _Ear.heard and not (_Ear.held or _Ear.answered):
        raise KeyboardInterrupt


def answer_interrupts() -> bool:
    """Take note that the command ends, or has been told to; return whether it was asked to end."""
    _Ear.answered = True
    return _Ear.heard
