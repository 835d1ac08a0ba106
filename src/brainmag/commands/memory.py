"""How much memory a run of draws takes, and whether there is as much."""

from __future__ import annotations

import os
from pathlib import Path

from brainmag.errors import InputError
from brainmag.scenario import Scenario
from brainmag.trajectories import (
    list_last_day,
    list_observables,
    list_outputs,
    list_series_times,
)

# What a run may take of the memory there is: others, and the rest of this process, need some too.
SHARE = 0.7
BYTES_PER_NUMBER = 8
GIGABYTE = 1e9
# Where a container is told how much it may use.
CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def check_memory(scenario: Scenario, draws: int, *, explanations: int) -> None:
    """Refuse a run whose trajectories do not fit in memory, before it is computed.

    Raises
    ------
    InputError
        ``cli.too_many_draws``.
    """
    room = SHARE * find_memory()
    each = measure_subject(scenario, explanations)
    if (1 + draws) * each > room:
        raise InputError(
            "cli.too_many_draws",
            given=draws,
            needed=(1 + draws) * each / GIGABYTE,
            limit=room / GIGABYTE,
            most=max(0, int(room / each) - 1),
        )


def measure_subject(scenario: Scenario, explanations: int) -> float:
    """Return the bytes that one subject takes: kept series, and outputs while they are made.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> scenario = Scenario(build_subject(), Intake("meals", 300.0), hours=2016.0)
    >>> 0.3e6 < measure_subject(scenario, 1) < 1e6
    True
    """
    series = len(list_series_times(scenario.hours, daily=False))
    told = series + len(list_last_day(scenario.hours))
    subject = scenario.subject
    observables = len(list_observables(subject.who, subject.cells))
    outputs = len(list_outputs(subject.who))
    # Series are kept in double precision and written, from memory too, in single.
    kept = told * observables * explanations * 2
    return BYTES_PER_NUMBER * (kept + told * outputs)


def find_memory() -> float:
    """Return how many bytes of memory this process may use."""
    limits = [float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")]
    for path in CONTAINER_LIMITS:
        try:
            limits.append(float(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    return min(limits)
