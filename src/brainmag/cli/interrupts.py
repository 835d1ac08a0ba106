"""Ctrl-C, and the ways a system asks a process to end: answered once, whatever they hit."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

# Ctrl-C; a request to end, as a batch system sends it; a terminal that is closed.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = [signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__]


# Until a request is repeated, s.
_PAUSE = 0.05


class _Ear:
    """What this process has heard: signals are the process's own, so there is one."""

    heard = False
    raised = False
    held = 0


def _hear(_number: int, _frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt for the first request; those that follow it change nothing."""
    _Ear.heard = True
    if not (_Ear.raised or _Ear.held):
        _Ear.raised = True
        raise KeyboardInterrupt


def _knock_again() -> None:
    """Repeat a request that hit a callback, where Python can only drop it."""

    def knock() -> None:
        for one in _SIGNALS:
            if signal.getsignal(one) is _hear:
                # A true signal, since only that ends a wait of the main thread.
                signal.pthread_kill(threading.main_thread().ident or 0, one)
                return

    _Ear.raised = False
    later = threading.Timer(_PAUSE, knock)
    later.daemon = True
    later.start()


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
    _Ear.heard = _Ear.raised = False
    hook = sys.unraisablehook
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    before = {one: handler for one, handler in before.items() if handler != signal.SIG_IGN}

    def pass_on(event: sys.UnraisableHookArgs) -> None:
        if issubclass(event.exc_type, KeyboardInterrupt):
            _knock_again()
        else:
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


def was_interrupted() -> bool:
    """Return whether somebody has asked the command to end."""
    return _Ear.heard


def check_interrupts() -> None:
    """Answer a request that came while it was held, or that a library has swallowed.

    Raises
    ------
    KeyboardInterrupt
        When there is one.
    """
    if _Ear.heard and not _Ear.held:
        _Ear.raised = True
        raise KeyboardInterrupt
