"""How cost and memory grow with subjects and threads."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cases
import with_brainmag

# The tolerance at which P1 and P3 are within the bound.
RTOL = 3e-5
COURSE = ("--product", "mgt", "--dose", "1 g", "--times-a-day", "2", "--for", "12 weeks")


def measure_flatness(sizes: Iterable[int]) -> list[dict[str, float]]:
    """Return processor time per subject of P1 with daily output, at several population sizes."""
    rows: list[dict[str, float]] = []
    for subjects in sizes:
        case = cases.make_indirect_response(subjects, every=cases.DAY)
        run = with_brainmag.prepare(case)
        run(RTOL, min(subjects, 100))
        least = float("inf")
        for _ in range(3 if subjects <= 100_000 else 1):  # noqa: PLR2004 - a million once
            begin = time.process_time()
            run(RTOL, subjects)
            least = min(least, time.process_time() - begin)
        rows.append({"subjects": subjects, "seconds": least / subjects})
    return rows


def measure_threads(subjects: int) -> dict[str, Any]:
    """Return wall time of P3 on one thread and on two, and the load while measuring."""
    case = cases.make_dosed_chain(subjects)
    seconds: dict[str, float] = {}
    for threads in (1, 2):
        run = with_brainmag.prepare(case, threads=threads)
        run(RTOL, 16)
        walls: list[float] = []
        for _ in range(3):
            begin = time.perf_counter()
            run(RTOL, subjects)
            walls.append(time.perf_counter() - begin)
        seconds[str(threads)] = min(walls)
    return {"subjects": subjects, "seconds": seconds, "load": os.getloadavg()[0]}


# A process counts the memory of the one that started it as its own, so a small one stands between.
WATCH = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure_memory(population: int) -> dict[str, float] | None:
    """Return peak memory and time of a population streamed to disk; None where it did not run."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "brainmag", "simulate", *COURSE]
        command += ["--population", str(population), "--out", str(Path(folder) / "run")]
        begin = time.perf_counter()
        watched = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", WATCH, *command], capture_output=True, text=True, check=True
        )
        seconds = time.perf_counter() - begin
    status, peak = map(int, watched.stdout.split())
    if status != 0:
        sys.stderr.write(watched.stderr)
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return {"subjects": population, "bytes": peak * unit, "seconds": seconds}
