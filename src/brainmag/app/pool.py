"""Who waits for what somebody asked: worker processes serve requests in fair turns.

Of one view, such as a page with a slider, the newest request alone counts.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field

from brainmag.app.exchange import Asked
from brainmag.app.settings import Settings
from brainmag.app.turns import Turns
from brainmag.app.worker import Worker
from brainmag.errors import BrainmagError, ComputationError, InputError


@dataclass(eq=False)
class Errand:
    """A request that waits or runs.

    Attributes
    ----------
    task : str
    asked : mapping
    address : str
        Where it came from.
    view : str or None
        What shows the answer there: the newest request of each alone counts.
    answer : Future of bytes
    """

    task: str
    asked: Asked
    address: str
    view: str | None
    answer: Future[bytes] = field(default_factory=Future[bytes])


class Pool:
    """Worker processes, and what waits for them.

    Parameters
    ----------
    settings : Settings
    workers : int
        How many processes there are.
    nice, warm
        As for `brainmag.app.worker.Worker`.
    """

    def __init__(self, settings: Settings, workers: int, *, nice: int, warm: bool) -> None:
        self._settings = settings
        self._turns = Turns[Errand]()
        self._changed = threading.Condition()
        self._closed = False
        self._running: dict[Worker, Errand] = {}
        self.workers = [Worker(nice=nice, warm=warm) for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), daemon=True)
            for worker in self.workers
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, errand: Errand) -> None:
        """Let a request wait for its turn.

        Raises
        ------
        ComputationError
            ``app.busy``, ``app.stopped``.
        """
        with self._changed:
            if self._closed:
                raise ComputationError("app.stopped")
            if errand.view is not None:
                self._supersede(errand)
            waiting = self._turns.list_waiting()
            own = sum(one.address == errand.address for one in waiting)
            if (
                len(waiting) >= self._settings.most_waiting
                or own >= self._settings.most_waiting_of_one
            ):
                raise ComputationError("app.busy")
            self._turns.put(f"{errand.address} {errand.view}", errand)
            self._changed.notify()

    def withdraw(self, errand: Errand, error: BrainmagError) -> None:
        """Answer a request that nobody needs any more, and let a worker that is at it stop."""
        with self._changed:
            self._withdraw(errand, error)

    def _withdraw(self, errand: Errand, error: BrainmagError) -> None:
        self._turns.drop(errand)
        _fail(errand, error)
        for worker, running in self._running.items():
            if running is errand:
                worker.stop()

    def _supersede(self, newest: Errand) -> None:
        """Answer what else is asked for a view: nobody looks at that any more."""
        for errand in (*self._turns.list_waiting(), *self._running.values()):
            if (errand.address, errand.view) == (newest.address, newest.view):
                self._withdraw(errand, InputError("app.superseded"))

    def _serve(self, worker: Worker) -> None:
        while True:
            with suppress(EOFError, OSError):
                # One that dies at its start is told of when somebody asks.
                worker.wait()
            with self._changed:
                while (errand := self._turns.take()) is None and not self._closed:
                    self._changed.wait()
                if errand is None:
                    return
                self._running[worker] = errand
            self._answer(worker, errand)
            with self._changed:
                del self._running[worker]

    def _answer(self, worker: Worker, errand: Errand) -> None:
        if errand.answer.done():
            return
        try:
            answer = worker.ask(errand.task, errand.asked, seconds=self._settings.seconds)
        except BrainmagError as error:
            _fail(errand, error)
        else:
            with suppress(InvalidStateError):
                errand.answer.set_result(answer)

    @property
    def is_ready(self) -> bool:
        """Whether some worker has all it needs."""
        return any(worker.is_ready for worker in self.workers)

    def dismiss(self) -> None:
        """Tell who waits, and who asks from now on, that the server ends."""
        with self._changed:
            self._closed = True
            for errand in (*self._turns.list_waiting(), *self._running.values()):
                self._withdraw(errand, ComputationError("app.stopped"))
            self._changed.notify_all()

    def close(self) -> None:
        """End the workers; what waits is told so."""
        self.dismiss()
        for worker in self.workers:
            worker.kill()
        for thread in self._threads:
            thread.join()
        for worker in self.workers:
            worker.close()


def _fail(errand: Errand, error: BrainmagError) -> None:
    # Who asked may be gone, or have been answered already.
    with suppress(InvalidStateError):
        errand.answer.set_exception(error)
