"""Oracle: what twenty people at once may expect of the server. Run by `make accept` alone."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import httpx
import pytest

from browser.chromium import serve

USERS = 20
MINUTES = 10.0
# How long somebody looks at what has come before the next move, s.
LOOKS = (4.0, 12.0)
# A move is a drag: so many positions, so far apart; the last one is what is waited for.
POSITIONS, APART = 4, 0.06
LATEST_95, MOST_GROWTH = 1.5, 1.1


class User(threading.Thread):
    """Somebody who moves a slider of Explore, looks, and moves it again."""

    def __init__(self, address: str, number: int, until: float) -> None:
        super().__init__()
        self.address, self.number, self.until = address, number, until
        self.waits: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        draw = random.Random(self.number)  # noqa: S311  (no secret)
        with httpx.Client(base_url=self.address, timeout=60.0) as client:
            assert client.get("/en/explore").status_code == 200
            while time.monotonic() < self.until:
                time.sleep(draw.uniform(*LOOKS))
                self.drag(client, draw)

    def drag(self, client: httpx.Client, draw: random.Random) -> None:
        doses = [round(draw.uniform(0.2, 3.0), 1) for _ in range(POSITIONS)]
        early = [
            threading.Thread(target=self.ask, args=(client, dose), kwargs={"is_last": False})
            for dose in doses[:-1]
        ]
        for one in early:
            one.start()
            time.sleep(APART)
        self.ask(client, doses[-1], is_last=True)
        for one in early:
            one.join()

    def ask(self, client: httpx.Client, dose: float, *, is_last: bool) -> None:
        asked = {
            "who": "human",
            "age": 20 + self.number,
            "product": "mgt",
            "dose": f"{dose} g",
            "times_a_day": 2,
            "for": "12 weeks",
            "hypothesis": "carrier",
            "uncertainty": 200,
            "series": ["csf_mg"],
        }
        begun = time.monotonic()
        answer = client.post(
            "/api/simulate", json=asked, headers={"X-Brainmag-View": f"user-{self.number}"}
        )
        if answer.status_code not in ((200,) if is_last else (200, 409)):
            self.failures.append(f"{answer.status_code} {answer.text[:200]}")
        elif is_last:
            self.waits.append(time.monotonic() - begun)


def measure_memory(process: int) -> float:
    """Return what a process and those it started hold, MB."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,rss="],  # noqa: S607
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {process}
    while more := {own for own, above, _ in rows if above in family} - family:
        family |= more
    return sum(size for own, _, size in rows if own in family) / 1024


@pytest.mark.accept
def test_twenty_people_explore_at_once(
    tmp_path: Path, record_property: Callable[[str, Any], None]
) -> None:
    with serve(tmp_path) as server:
        assert server.process is not None
        until = time.monotonic() + 60.0 * MINUTES
        users = [User(server.address, number, until) for number in range(USERS)]
        for user in users:
            user.start()
        held: list[float] = []
        while any(user.is_alive() for user in users):
            time.sleep(10.0)
            held.append(measure_memory(server.process.pid))
        for user in users:
            user.join()
    waits = [wait for user in users for wait in user.waits]
    failures = [one for user in users for one in user.failures]
    slowest = quantiles(waits, n=20)[-1]
    # The first minute fills what the workers remember.
    before, after = mean(held[6:12]), mean(held[-6:])
    rows = (
        ("20 people on Explore, 10 minutes: moves answered", "all", f"{len(waits)}"),
        ("errors", "none", f"{len(failures)}"),
        ("95th percentile of a move", f"<= {LATEST_95} s", f"{slowest:.2f} s"),
        ("median of a move", "", f"{quantiles(waits, n=2)[0]:.2f} s"),
        ("memory, minute 2 to the last one", "flat", f"{before:.0f} to {after:.0f} MB"),
    )
    for row in rows:
        record_property("figure", row)
    assert failures == []
    assert slowest <= LATEST_95
    assert after <= MOST_GROWTH * before
