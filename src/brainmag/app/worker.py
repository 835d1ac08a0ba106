"""A worker process as its server sees it: started, asked, stopped, started anew when it dies."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection

from brainmag.app.exchange import Ask, Asked, Done, Failed, Progress, Progressed, Ready, Stop
from brainmag.errors import ComputationError

# How long a worker may take to hear that nobody waits, s.
GRACE = 2.0
# How long its first compilation may take, s.
LONGEST_START = 600.0
_NUMBERS = count(1)


class Worker:
    """One worker process; it is asked one thing at a time.

    Parameters
    ----------
    nice : int
        How much it gives way to others.
    warm : bool
        Whether it loads, before it is asked, what a run of the model needs.
    """

    def __init__(self, *, nice: int = 0, warm: bool = True) -> None:
        self._options = (str(nice), "warm" if warm else "cold")
        self._number = 0
        self._lock = threading.Lock()
        self._closed = False
        self.is_ready = False
        self._start()

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self._process.pid

    def _start(self) -> None:
        self.is_ready = False
        self._folder = tempfile.mkdtemp(prefix="brainmag-worker-")
        ours, theirs = socket.socketpair()
        with ours, theirs:
            words = (*self._options, str(theirs.fileno()))
            program = ["-P", "-m", "brainmag.app.worker_process", *words]
            # A session of its own: Ctrl-C in the terminal is the server's business.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *program],
                cwd=self._folder,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._channel: Connection[object, object] = Connection(ours.detach())

    def ask(
        self,
        task: str,
        asked: Asked,
        *,
        seconds: float | None = None,
        on_progress: Progress | None = None,
    ) -> bytes:
        """Return the answer to a request.

        Parameters
        ----------
        task : str
            A name of `brainmag.app.tasks.TASKS`.
        asked : mapping
        seconds : float, optional
            What it may take once the worker is ready.
        on_progress : callable, optional
            Called with steps done and in all.

        Raises
        ------
        BrainmagError
            What the task says; ``app.worker_lost`` when the process dies, ``app.too_slow``.
        """
        if self._process.poll() is not None:
            # It died while nobody waited for it, or could not be started then.
            self._restart()
        try:
            self.wait()
            with self._lock:
                self._number = next(_NUMBERS)
                ask = Ask(self._number, task, asked, on_progress is not None)
                self._channel.send(ask)
            return self._hear(seconds, on_progress)
        except (EOFError, OSError):
            self._restart()
            raise ComputationError("app.worker_lost") from None

    def wait(self) -> None:
        """Wait until what is asked is answered at once.

        Raises
        ------
        EOFError
            When the process dies.
        """
        while not self.is_ready:
            if not self._channel.poll(LONGEST_START):
                raise EOFError
            self.is_ready = isinstance(self._channel.recv(), Ready)

    def _hear(self, seconds: float | None, on_progress: Progress | None) -> bytes:
        deadline = None if seconds is None else time.monotonic() + seconds
        late = False
        while True:
            if not self._channel.poll(None if deadline is None else deadline - time.monotonic()):
                if late:
                    self._restart()
                    raise ComputationError("app.too_slow", limit=seconds)
                late, deadline = True, time.monotonic() + GRACE
                self.stop()
                continue
            heard = self._channel.recv()
            if isinstance(heard, Progressed) and on_progress is not None:
                on_progress(heard.done, heard.total)
            elif isinstance(heard, Done):
                return heard.answer
            elif isinstance(heard, Failed):
                if late:
                    raise ComputationError("app.too_slow", limit=seconds)
                raise heard.error

    def stop(self) -> None:
        """Say that nobody waits for what the worker is at."""
        try:
            with self._lock:
                self._channel.send(Stop(self._number))
        except OSError:
            # It has died, and who asked it will find out.
            return

    def _restart(self) -> None:
        """Start the process anew; where there is no room for it, the next request tries again."""
        self._end()
        with self._lock, suppress(OSError):
            if not self._closed:
                self._start()

    def kill(self) -> None:
        """End the process for good; who waits for it is told that it is lost."""
        self._closed = True
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process, and leave nothing behind."""
        self.kill()
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._channel.close()
        shutil.rmtree(self._folder, ignore_errors=True)
