"""The journal of jobs: an SQLite file, so that a server that was killed knows what it was at."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brainmag.errors import ComputationError

FILE = "journal.sqlite"
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)
# How long one process waits for another that writes, s.
PATIENCE = 20.0
_TABLE = """
create table if not exists jobs (
    id text primary key,
    kind text not null,
    asked text not null,
    address text not null,
    state text not null,
    done integer not null default 0,
    total integer not null default 0,
    created real not null,
    started real,
    ended real,
    bytes integer not null default 0,
    error text
) strict
"""
_LIST = """
select id, kind, '{}' as asked, address, state, done, total, created, started, ended,
    bytes + length(asked) as bytes, error
from jobs order by created, id
"""


@dataclass(frozen=True)
class Entry:
    """One job.

    Attributes
    ----------
    id : str
    kind : str
        The task that it is.
    asked : mapping
        What the task is told.
    address : str
        Where it came from.
    state : str
    done, total : int
        Steps.
    created, started, ended : float
        Seconds since 1970; started is when the last process began with it.
    bytes : int
        Size of the result; in a list, of what was asked, too.
    error : mapping or None
        By language, why there is none.
    """

    id: str
    kind: str
    asked: Mapping[str, Any]
    address: str
    state: str
    done: int
    total: int
    created: float
    started: float | None
    ended: float | None
    bytes: int
    error: Mapping[str, Any] | None


class Journal:
    """All jobs that are kept, each change on the disk before anybody is told of it.

    Parameters
    ----------
    home : Path
        Folder of the file.

    Raises
    ------
    ComputationError
        ``app.journal_unusable``, here and wherever it is read or written.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        with self._open() as file:
            file.execute("pragma journal_mode = wal")
            file.execute(_TABLE)

    def add(self, job: str, kind: str, asked: Mapping[str, Any], address: str, now: float) -> None:
        """Write a job that waits for its turn."""
        row = (job, kind, json.dumps(asked), address, QUEUED, now)
        columns = "id, kind, asked, address, state, created"
        with self._open() as file:
            file.execute(f"insert into jobs ({columns}) values (?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def find(self, job: str) -> Entry | None:
        """Return a job, or None where there is none of that name."""
        with self._open() as file:
            row = file.execute("select * from jobs where id = ?", (job,)).fetchone()
        return None if row is None else _read(row)

    def list_all(self) -> list[Entry]:
        """Return all jobs, the oldest first; what they are asked stays where it is: it is large."""
        with self._open() as file:
            return [_read(row) for row in file.execute(_LIST)]

    def change(self, job: str, *, was: tuple[str, ...] = (QUEUED, RUNNING), **values: Any) -> bool:
        """Change columns of a job; return whether it was in one of some states before."""
        told = {
            name: json.dumps(value) if name == "error" else value for name, value in values.items()
        }
        columns = ", ".join(f"{name} = ?" for name in told)
        marks = ", ".join("?" for _ in was)
        query = f"update jobs set {columns} where id = ? and state in ({marks})"  # noqa: S608
        with self._open() as file:
            return file.execute(query, (*told.values(), job, *was)).rowcount == 1

    def forget(self, job: str) -> None:
        """Take a job out."""
        with self._open() as file:
            file.execute("delete from jobs where id = ?", (job,))

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=PATIENCE)) as file, file:
                file.row_factory = sqlite3.Row
                yield file
        except sqlite3.Error as error:
            raise ComputationError("app.journal_unusable", reason=str(error)) from error


def _read(row: sqlite3.Row) -> Entry:
    values = dict(row)
    values["asked"] = json.loads(values["asked"])
    values["error"] = None if values["error"] is None else json.loads(values["error"])
    return Entry(**values)
