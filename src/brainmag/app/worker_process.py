"""A worker process: ``python -m brainmag.app.worker_process ...`` answers what its server asks.

It works in an empty folder of its own, and ends with its server, however that ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from brainmag.app.exchange import Ask, Done, Failed, Progressed, Ready, Stop, Task
from brainmag.app.failures import name_fault
from brainmag.errors import BrainmagError, ComputationError


class Ear:
    """Hears the server in a thread of its own, also while something is computed.

    When nobody waits for that any more it is interrupted as by Ctrl-C, which the solver answers
    within milliseconds.

    Parameters
    ----------
    channel : Connection
    """

    def __init__(self, channel: Connection[object, object]) -> None:
        self._channel = channel
        self._stopped = 0
        self.asked: SimpleQueue[Ask] = SimpleQueue()
        self.computing: Ask | None = None
        signal.signal(signal.SIGINT, lambda _number, _frame: self.check())
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                heard = self._channel.recv()
            except (EOFError, OSError):
                # The server is gone; what it asked is of no use to anybody.
                shutil.rmtree(Path.cwd(), ignore_errors=True)
                os._exit(0)
            if isinstance(heard, Stop):
                self._stopped = heard.number
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            elif isinstance(heard, Ask):
                self.asked.put(heard)

    def check(self) -> None:
        """Interrupt a computation that nobody waits for.

        Raises
        ------
        KeyboardInterrupt
            Where there is one.
        """
        if self.computing is not None and self._stopped >= self.computing.number:
            raise KeyboardInterrupt


def work(channel: Connection[object, object], *, warm: bool) -> None:
    """Answer what is asked over a channel, for as long as its other end is open."""
    ear = Ear(channel)
    # Heavy: the ear is open by then.
    from brainmag.app.tasks import TASKS, warm_up  # noqa: PLC0415

    if warm:
        warm_up()
    channel.send(Ready())
    while True:
        channel.send(_answer(ear.asked.get(), ear, TASKS, channel))


def _answer(
    ask: Ask, ear: Ear, tasks: Mapping[str, Task], channel: Connection[object, object]
) -> Done | Failed:
    def advance(done: int, total: int) -> None:
        ear.check()
        if ask.tells:
            channel.send(Progressed(ask.number, done, total))

    error: BrainmagError
    try:
        try:
            ear.computing = ask
            ear.check()
            answer = tasks[ask.task](ask.asked, advance)
            # What was interrupted may have come to an end of a kind.
            ear.check()
        finally:
            ear.computing = None
    except KeyboardInterrupt:
        error = ComputationError("app.stopped")
    except BrainmagError as told:
        error = told
    except MemoryError:
        error = ComputationError("cli.out_of_memory")
    except Exception as fault:  # noqa: BLE001  (the next one asks for something else)
        traceback.print_exc()
        error = name_fault(fault)
    else:
        return Done(ask.number, answer)
    return Failed(ask.number, error)


def main() -> None:
    """Work for the server at the other end of an open handle."""
    nice, state, handle = sys.argv[1:]
    os.nice(int(nice))
    work(Connection(int(handle)), warm=state == "warm")


if __name__ == "__main__":
    main()
