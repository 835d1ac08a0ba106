"""The app as it is served: in a thread of the test, with limits and folders of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from brainmag.app.server import build_app
from brainmag.app.settings import Settings

PATIENCE = 120.0


@contextmanager
def serve(settings: Settings) -> Iterator[httpx.Client]:
    """Give a client of a server that is ready; the server ends with it."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    config = uvicorn.Config(
        build_app(settings), log_level="critical", access_log=False, server_header=False, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    address = "http:" + f"//127.0.0.1:{bound.getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            while not client.get("/api/health").json()["ready"]:
                time.sleep(0.05)
            yield client
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


def list_children(parent: int, word: str) -> list[int]:
    """Return the processes that a process has started and whose command holds a word."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().decode().split("\0")
            above = (place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
        except (OSError, UnicodeDecodeError):
            continue
        if int(above) == parent and word in words:
            found.append(int(place.name))
    return sorted(found)


def wait_for(client: httpx.Client, job: str) -> dict[str, object]:
    """Return a job once it has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        told = client.get(f"/api/jobs/{job}").json()
        if told["state"] not in ("queued", "running"):
            return told
        time.sleep(0.1)
    raise AssertionError(told)
