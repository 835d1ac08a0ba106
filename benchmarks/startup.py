"""How long whole processes take: until something happens, and what a person waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from scaling import COURSE


def _time_process(*arguments: str, cache: str | None = None) -> tuple[float, float]:
    """Return seconds of wall time and of processor time."""
    environment = dict(os.environ)
    if cache is not None:
        environment["BRAINMAG_CACHE"] = cache
    before, begin = os.times(), time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment
    )
    wall, after = time.perf_counter() - begin, os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def measure_startup() -> dict[str, tuple[float, float]]:
    """Return wall and processor time: a first compilation, and warm commands."""
    load = "from brainmag.simulate import load_model; load_model('human')"
    one = ("-m", "brainmag", "simulate", *COURSE, "--uncertainty", "0")
    with tempfile.TemporaryDirectory() as folder:
        cold = _time_process("-c", load, cache=folder)
    burst = ("-m", "brainmag", "synapse", "theta-burst", "--uncertainty", "10000")
    record = ("-m", "brainmag", "reproduce", "--json")
    for command in (one, burst, record):
        _time_process(*command)  # fills the cache
    return {
        "cold compile": cold,
        "python alone": min(_time_process("-c", "pass") for _ in range(5)),
        "warm import": min(_time_process("-c", "import brainmag") for _ in range(5)),
        "warm simulate": min(_time_process(*one) for _ in range(5)),
        "theta burst, 10,000 draws": min(_time_process(*burst) for _ in range(3)),
        "the whole record": _time_process(*record),
    }
