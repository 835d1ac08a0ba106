"""A server of the app and a browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlunsplit

import pytest
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_BROWSER = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"
)
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
PATIENCE_MS = 90_000
START_SECONDS = 120
# Where pictures of the pages go: kept by who runs the tests in a pipeline.
PICTURES = Path(os.environ.get("BRAINMAG_SCREENSHOTS", "screenshots"))


@dataclass
class Server:
    """A server in a process of its own, which can be killed and started again."""

    data: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return urlunsplit(("http", f"127.0.0.1:{self.port}", "", "", ""))

    def start(self) -> None:
        words = [sys.executable, "-m", "brainmag", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(  # noqa: S603
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "BRAINMAG_DATA": str(self.data)},
        )
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        found = re.search(r":(\d+)/", told)
        assert found is not None, told
        self.port = int(found[1])
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with urllib.request.urlopen(f"{self.address}/api/health") as answer:  # noqa: S310
                if b"true" in answer.read():
                    return
            time.sleep(0.2)
        pytest.fail("the server did not get ready")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._close()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self._close()

    def _close(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def serve(data: Path) -> Generator[Server]:
    server = Server(data)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def open_browser() -> Generator[Any]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, and what it complained of or asked of others while it was open."""

    page: Any
    server: Server
    complaints: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.server.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being computed for the page."""
        # Busy is set when something is asked, a moment after it was touched.
        self.page.wait_for_timeout(250)
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)

    def keep_picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"))


@contextmanager
def watch(
    browser: Any, server: Server, *, width: int = 1280, height: int = 900
) -> Generator[Watched]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    watched = Watched(page, server)
    page.on(
        "console",
        lambda told: watched.complaints.append(told.text) if told.type == "error" else None,
    )
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))

    def look(request: Any) -> None:
        if not request.url.startswith((server.address, "data:", "blob:")):
            watched.abroad.append(request.url)

    page.on("request", look)
    try:
        yield watched
    finally:
        context.close()
