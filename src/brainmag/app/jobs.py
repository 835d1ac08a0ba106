"""Jobs: what takes minutes runs in a process of its own, and survives the server.

A job's finished parts and its result lie in a folder of its own. What ran when a server was killed
waits for its turn again at the next start, and goes on from the parts: to the same bytes.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainmag.app.failures import describe_failure, name_fault
from brainmag.app.journal import (
    CANCELLED,
    DONE,
    ENDED,
    FAILED,
    QUEUED,
    RUNNING,
    Entry,
    Journal,
)
from brainmag.app.settings import Settings
from brainmag.app.turns import Turns
from brainmag.app.worker import Worker
from brainmag.errors import BrainmagError, ComputationError, InputError
from brainmag.files import lock_folder, write_whole
from brainmag.locales import list_languages
from brainmag.trials.keep import PARTS

RESULT = "result.json"
NAME = re.compile(r"[A-Za-z0-9_-]{22}")
# How much a job gives way to what somebody waits for.
NICE = 10
# A process that is lost more often, such as for want of memory, will be so again.
MOST_ATTEMPTS = 2
DAY = 86_400.0
# After a failure of the disk, s.
PAUSE = 5.0


class Jobs:
    """The jobs of a data folder, run one at a time.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    InputError
        ``app.data_in_use``, ``app.data_unwritable``.
    ComputationError
        ``app.journal_unusable``, as from all that is asked of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.data / "jobs"
        try:
            # What somebody tried on themselves is nobody else's business.
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._held = lock_folder(settings.data)
        except BlockingIOError:
            raise InputError("app.data_in_use", given=str(settings.data)) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError(
                "app.data_unwritable", given=str(settings.data), reason=reason
            ) from error
        self._changed = threading.Condition()
        self._turns = Turns[str]()
        self._closed = False
        self._running: tuple[str, Worker] | None = None
        try:
            self._journal = Journal(settings.data)
            self._line_up()
        except BaseException:
            os.close(self._held)
            raise
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def add(self, kind: str, asked: Mapping[str, Any], *, address: str) -> Entry:
        """Let a job wait for its turn.

        Parameters
        ----------
        kind : str
            A name of `brainmag.app.tasks.TASKS`.
        asked : mapping
        address : str
            Where it comes from: all have their turns.

        Raises
        ------
        InputError
            ``app.too_many_jobs``.
        """
        with self._changed:
            open_jobs = [one for one in self._journal.list_all() if one.state not in ENDED]
            own = sum(one.address == address for one in open_jobs)
            if len(open_jobs) >= self._settings.most_jobs or own >= self._settings.most_jobs_of_one:
                raise InputError("app.too_many_jobs")
            name = secrets.token_urlsafe(16)
            self._journal.add(name, kind, asked, address, time.time())
            self._turns.put(address, name)
            self._changed.notify()
        return self.find(name)

    def find(self, name: str) -> Entry:
        """Return a job.

        Raises
        ------
        InputError
            ``app.unknown_job``.
        """
        found = self._journal.find(name) if NAME.fullmatch(name) else None
        if found is None:
            raise InputError("app.unknown_job", given=name)
        return found

    def find_result(self, name: str) -> Path:
        """Return the file with a job's result.

        Raises
        ------
        InputError
            ``app.unknown_job``; ``app.not_finished``, ``app.no_result``.
        """
        entry = self.find(name)
        if entry.state in (QUEUED, RUNNING):
            raise InputError("app.not_finished", given=name)
        path = self._home / entry.id / RESULT
        if entry.state != DONE or not path.is_file():
            raise InputError("app.no_result", given=name, state=entry.state)
        return path

    def cancel(self, name: str) -> Entry:
        """End a job that waits or runs; forget one that has ended, with its result.

        Raises
        ------
        InputError
            ``app.unknown_job``.
        """
        with self._changed:
            entry = self.find(name)
            if entry.state in ENDED:
                self._drop(entry)
                return entry
            self._turns.drop(name)
            self._journal.change(name, state=CANCELLED, ended=time.time())
            if self._running is not None and self._running[0] == name:
                self._running[1].kill()
            else:
                shutil.rmtree(self._home / name, ignore_errors=True)
        return self.find(name)

    def close(self) -> None:
        """End the process at work; its job goes on at the next start."""
        with self._changed:
            self._closed = True
            if self._running is not None:
                self._running[1].kill()
            self._changed.notify()
        self._thread.join()
        os.close(self._held)

    def _line_up(self) -> None:
        """Let every job that has not ended wait for its turn, as the journal has them."""
        with self._changed:
            self._turns = Turns[str]()
            for entry in self._journal.list_all():
                if entry.state in (QUEUED, RUNNING):
                    self._journal.change(entry.id, state=QUEUED)
                    self._turns.put(entry.address, entry.id)

    def _serve(self) -> None:
        is_whole = True
        while not self._closed:
            try:
                if not is_whole:
                    self._line_up()
                self._tidy()
                self._serve_next()
            except Exception:  # noqa: BLE001  (a disk that is full may have room again)
                traceback.print_exc()
                is_whole = False
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, PAUSE)
            else:
                is_whole = True

    def _serve_next(self) -> None:
        """Run the job whose turn it is; where there is none, wait for one."""
        with self._changed:
            if self._closed:
                return
            name = self._turns.take()
            if name is None:
                # Old results are looked for once a day, also where nothing is asked.
                self._changed.wait(DAY)
                return
            entry = self.find(name)
            worker = Worker(nice=NICE, warm=False)
            self._running = name, worker
        try:
            self._run(entry, worker)
        finally:
            with self._changed:
                self._running = None
            worker.close()
        if not self._is_wanted(name):
            shutil.rmtree(self._home / name, ignore_errors=True)

    def _is_wanted(self, name: str) -> bool:
        """Return whether nobody has called a job off; who did may have had it forgotten, too."""
        entry = self._journal.find(name)
        return entry is not None and entry.state != CANCELLED

    def _run(self, entry: Entry, worker: Worker) -> None:
        home = self._home / entry.id

        def tell(done: int, total: int) -> None:
            self._journal.change(entry.id, done=done, total=total)

        try:
            self._journal.change(entry.id, state=RUNNING, started=time.time())
            home.mkdir(parents=True, exist_ok=True)
            answer = self._ask(entry, worker, home, tell)
            if answer is None:
                return
            write_whole(home, {RESULT: lambda path: path.write_bytes(answer)})
            self._journal.change(entry.id, state=DONE, ended=time.time(), bytes=len(answer))
        except BrainmagError as error:
            if error.code == "app.journal_unusable":
                # Its state could not be written either: it goes on when there is room again.
                raise
            self._fail(entry, error)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._fail(entry, ComputationError("app.result_not_written", reason=reason))
        except Exception as error:  # noqa: BLE001  (the next job is another)
            traceback.print_exc()
            self._fail(entry, name_fault(error))
        shutil.rmtree(home / PARTS, ignore_errors=True)

    def _ask(self, entry: Entry, worker: Worker, home: Path, tell: Any) -> bytes | None:
        """Return the answer, or None where the server ends or nobody wants it any more."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                asked = {**entry.asked, "home": str(home)}
                return worker.ask(entry.kind, asked, on_progress=tell)
            except ComputationError as error:
                lost = error.code == "app.worker_lost"
                if lost and (self._closed or not self._is_wanted(entry.id)):
                    return None
                if not lost or attempt == MOST_ATTEMPTS:
                    raise
        return None

    def _fail(self, entry: Entry, error: BrainmagError) -> None:
        told = {lang: describe_failure(error, lang)["error"] for lang in list_languages()}
        self._journal.change(entry.id, state=FAILED, ended=time.time(), error=told)

    def _tidy(self) -> None:
        """Drop what is old, and the oldest where there is too much."""
        ended = [one for one in self._journal.list_all() if one.state in ENDED]
        held = sum(one.bytes for one in ended)
        oldest = time.time() - self._settings.kept_days * DAY
        for entry in sorted(ended, key=lambda one: one.ended or 0.0):
            if (entry.ended or 0.0) < oldest or held > self._settings.kept_bytes:
                held -= entry.bytes
                self._drop(entry)

    def _drop(self, entry: Entry) -> None:
        self._journal.forget(entry.id)
        shutil.rmtree(self._home / entry.id, ignore_errors=True)
