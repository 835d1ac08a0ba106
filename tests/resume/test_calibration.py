"""Oracle: a calibration that is killed goes on to the same bits."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOY = Path(__file__).with_name("toy_calibration.py")


def start(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(TOY), str(folder), str(seconds)]
    return subprocess.Popen(words)  # noqa: S603 - our own script


def count_moves(folder: Path) -> int:
    return len(list(folder.glob("*.npz")))


def kill_after(folder: Path, moves: int) -> None:
    """Kill a calibration as soon as it has kept one more move, or let it end."""
    wanted = count_moves(folder) + moves
    process = start(folder, 0.2)
    while process.poll() is None and count_moves(folder) < wanted:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("moves", [1, 2])
def test_a_killed_calibration_goes_on_to_the_same_bits(tmp_path: Path, moves: int) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.mkdir()
    cut.mkdir()
    assert start(whole, 0.0).wait() == 0
    for _ in range(2):
        kill_after(cut, moves)
    assert 0 < count_moves(cut) < count_moves(whole)
    assert start(cut, 0.0).wait() == 0
    assert (cut / "pool.bin").read_bytes() == (whole / "pool.bin").read_bytes()
