"""Oracle: a trial that is killed, or whose parts are damaged, goes on to the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOY = Path(__file__).with_name("toy_trial.py")


def start(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(TOY), str(folder), str(seconds)]
    return subprocess.Popen(words)  # noqa: S603 - our own script


def list_parts(folder: Path) -> list[Path]:
    return sorted((folder / "parts").glob("*.npz"))


def run_whole(folder: Path) -> bytes:
    folder.mkdir()
    assert start(folder, 0.0).wait() == 0
    return (folder / "document.json").read_bytes()


def test_a_killed_trial_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole = run_whole(tmp_path / "whole")
    cut = tmp_path / "cut"
    cut.mkdir()
    for _ in range(2):
        wanted = len(list_parts(cut)) + 1
        process = start(cut, 0.3)
        while process.poll() is None and len(list_parts(cut)) < wanted:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < len(list_parts(cut)) < len(list_parts(tmp_path / "whole"))
    assert start(cut, 0.0).wait() == 0
    assert (cut / "document.json").read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"not an archive", None])
def test_a_damaged_part_is_computed_again(tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "whole"
    whole = run_whole(folder)
    (folder / "document.json").unlink()
    for part in list_parts(folder):
        data = part.read_bytes()
        # In the middle of an array: its check does not fit any more.
        place = len(data) // 3
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        part.write_bytes(flipped if content is None else content)
    assert start(folder, 0.0).wait() == 0
    assert (folder / "document.json").read_bytes() == whole
