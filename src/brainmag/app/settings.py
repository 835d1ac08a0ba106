"""Every limit of the server, in one place."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from brainmag.errors import InputError

DATA_VARIABLE = "BRAINMAG_DATA"
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8765
# Names under which this machine alone is reached.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - asked for by whoever starts it


@dataclass(frozen=True)
class Settings:
    """What the server allows, and where it keeps its jobs.

    Attributes
    ----------
    data : Path
        Where the journal and the jobs' folders are.
    host : str
        Where it listens.
    port : int
        0 for any that is free.
    runners : int
        Processes that run the model for who waits: a slider is theirs.
    readers : int
        Processes that do all else that somebody waits for; jobs have one more.
    most_waiting, most_waiting_of_one : int
        Requests that may wait, in all and from one address.
    seconds : float
        What one request may take once it is its turn.
    body_bytes : int
        Largest body of a request.
    most_draws : int
        Draws behind an interval, of a run or a synapse.
    most_figure_draws : int
        Draws, times figures of the record, of a request that somebody waits for.
    most_replicates, most_sizes : int
        Trials of each kind, and sizes of a trial, that one job runs.
    most_people : int
        People of a population that one job runs.
    most_jobs, most_jobs_of_one : int
        Jobs that wait or run, in all and from one address.
    kept_days : float
        How long a job that has ended is kept.
    kept_bytes : int
        How much all kept jobs may take; the oldest go first.
    """

    data: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    runners: int = 1
    readers: int = 1
    most_waiting: int = 128
    most_waiting_of_one: int = 64
    seconds: float = 60.0
    body_bytes: int = 6_000_000
    most_draws: int = 1000
    most_figure_draws: int = 400
    most_replicates: int = 2000
    most_sizes: int = 8
    most_people: int = 10_000
    most_jobs: int = 64
    most_jobs_of_one: int = 8
    kept_days: float = 30.0
    kept_bytes: int = 2_000_000_000

    def is_named(self, name: str) -> bool:
        """Return whether the server may be asked under a name.

        Where it listens at all addresses any of them will do: a name that another site has pointed
        at this machine is no address.
        """
        own = f"[{self.host}]" if ":" in self.host else self.host
        if self.host not in EVERYWHERE:
            return name in (*LOOPBACK, own.lower())
        return name in (*LOOPBACK, socket.gethostname().lower()) or _is_address(name)

    @property
    def is_open(self) -> bool:
        """Whether others than this machine reach it."""
        return f"[{self.host}]" not in LOOPBACK and self.host not in LOOPBACK


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def find_data_folder() -> Path:
    """Return where jobs are kept: $BRAINMAG_DATA, or the platform's folder for data.

    Raises
    ------
    InputError
        ``app.data_unwritable`` where nobody knows the home of who runs this.

    Examples
    --------
    >>> find_data_folder().is_absolute()
    True
    """
    if given := os.environ.get(DATA_VARIABLE):
        return Path(given).absolute()
    try:
        home = Path.home()
    except RuntimeError as error:
        raise InputError("app.data_unwritable", given="~", reason=str(error)) from error
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "brainmag"
    standard = os.environ.get("XDG_DATA_HOME")
    return (Path(standard) if standard else home / ".local" / "share") / "brainmag"
