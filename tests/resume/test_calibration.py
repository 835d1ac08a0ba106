"""Oracle: a calibration that is killed or damaged goes on to the same bits, or says why not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from brainmag.columns import read_columns, write_columns
from brainmag.errors import ComputationError
from brainmag.files import STAGING
from brainmag.inference.calibrate import Calibration, set_problem
from brainmag.inference.calibration_folder import PROBLEM, claim_folders
from brainmag.inference.walk import Steps
from brainmag.record import list_figures
from resume.toy_calibration import main as calibrate_toy

TOY = Path(__file__).with_name("toy_calibration.py")


def start(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(TOY), str(folder), str(seconds)]
    return subprocess.Popen(words)  # noqa: S603 - our own script


def count_moves(folder: Path) -> int:
    return len(list(folder.glob("*.runs")))


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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    calibrate_toy(folder, 0.0)
    return folder


def flip(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize("name", ["start.runs", "stage-01-0.runs"])
@pytest.mark.parametrize("damage", ["text", "empty", "torn", "first", "middle", "last", "another"])
def test_runs_that_are_not_what_was_written_are_named(
    whole: Path, tmp_path: Path, name: str, damage: str
) -> None:
    copytree(whole, tmp_path, dirs_exist_ok=True)
    path, content = tmp_path / name, (whole / name).read_bytes()
    damaged = {
        "text": b"dear",
        "empty": b"",
        "torn": content[:-1],
        "first": flip(content, 0),
        "middle": flip(content, len(content) // 2),
        "last": flip(content, len(content) - 1),
        "another": (whole / "stage-02-0.runs").read_bytes(),
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(ComputationError, match="Move it away") as caught:
        calibrate_toy(tmp_path, 0.0)
    assert caught.value.code == "record.damaged_file"
    assert str(path) in str(caught.value)
    # As the remedy says.
    path.unlink()
    calibrate_toy(tmp_path, 0.0)
    assert (tmp_path / "pool.bin").read_bytes() == (whole / "pool.bin").read_bytes()


def test_runs_under_another_key_are_not_taken(tmp_path: Path) -> None:
    problem = set_problem("carrier", list_figures()[:3])

    def evaluate(key: str) -> None:
        calibration = Calibration(problem, tmp_path, np.zeros_like, key=key)
        calibration._evaluate("start", lambda: Steps(np.zeros((2, 3)), np.zeros(2)))

    with suppress(ValueError):
        evaluate("one")
    with pytest.raises(ComputationError, match=r"start\.runs"):
        evaluate("two")


def test_a_model_that_cannot_be_computed_anywhere_is_told(tmp_path: Path) -> None:
    problem = set_problem("carrier", list_figures()[:3])
    size = len(problem.figures)
    calibration = Calibration(problem, tmp_path, lambda x: np.full((len(x), size), np.nan))
    with pytest.raises(ComputationError) as caught:
        calibration.run()
    assert caught.value.code == "record.no_run_finished"


def test_what_a_kill_left_half_written_bars_no_folder(tmp_path: Path) -> None:
    left = tmp_path / "mineral" / f"{STAGING}0123"
    left.mkdir(parents=True)
    (left / PROBLEM).write_text('{"se', encoding="utf-8")
    with claim_folders(tmp_path, [set_problem("mineral", list_figures())]):
        assert [path.name for path in left.parent.iterdir()] == [PROBLEM]


def test_no_flipped_bit_of_a_table_is_read(tmp_path: Path) -> None:
    path, rng = tmp_path / "table.parquet", np.random.default_rng(1)
    columns = {"first": rng.normal(size=200), "second": rng.normal(size=200)}
    write_columns(path, columns)
    content = path.read_bytes()
    seen = 0
    for place in range(0, len(content), 7):
        path.write_bytes(flip(content, place))
        try:
            found = read_columns(path)
        except (OSError, ValueError):
            seen += 1
            continue
        assert list(found) == list(columns)
        assert all(np.array_equal(found[name], columns[name]) for name in columns)
    assert seen > len(content) // 14
