"""Oracle: what is torn, altered, foreign or half-written is never taken for a result."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from brainmag import making
from brainmag.cli import main
from brainmag.commands import job, people
from brainmag.population import compute_chunk
from brainmag.run_folder import RunFolder
from resume.driver import hash_all

PEOPLE = ["simulate", "--population", "24", "--product", "mgt", "--dose", "1 g", "--for", "1 day"]
DRAWS = ["simulate", "--uncertainty", "8", "--product", "mgt", "--dose", "1 g", "--for", "1 day"]
# Runs the command where no file may grow beyond some size, as on a disk that is full.
CRAMPED = """
import resource, signal, sys
from brainmag.cli import main
from brainmag.commands import job
job.PEOPLE_PER_CHUNK = 8
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.exit(main(sys.argv[2:]))
"""
# Runs the command and sends a real Ctrl-C as soon as two chunks are kept.
INTERRUPTED = """
import signal, sys
from brainmag.cli import main, progress
from brainmag.commands import job
job.PEOPLE_PER_CHUNK = 8
def stop(reporter, done, total):
    if reporter.count_people()[0] >= 16:
        signal.raise_signal(signal.SIGINT)
progress.Reporter.show_people = stop
sys.exit(main(sys.argv[1:]))
"""


def stop_at_the_last(plan: Any, numbers: range, **options: Any) -> bytes:
    if numbers.stop == 25:
        raise KeyboardInterrupt
    return compute_chunk(plan, numbers, **options)


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A whole run, and one that was interrupted at the last of its three chunks."""
    place = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "PEOPLE_PER_CHUNK", 8)
        assert main([*PEOPLE, "--out", str(place / "whole")]) == 0
        with patch.context() as inner:
            inner.setattr(people, "compute_chunk", stop_at_the_last)
            assert main([*PEOPLE, "--out", str(place / "cut")]) == 3
        yield place


@pytest.fixture
def whole(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "whole", tmp_path / "whole")


@pytest.fixture
def cut(models: Path, tmp_path: Path) -> Path:
    return shutil.copytree(models / "cut", tmp_path / "cut")


def run_script(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )


def list_chunks(home: Path) -> list[Path]:
    return sorted(home.rglob("*.parquet"))


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def count_computed(monkeypatch: pytest.MonkeyPatch) -> list[range]:
    """Return a list that grows by the people of each chunk that is computed."""
    computed: list[range] = []

    def note(plan: Any, numbers: range, **options: Any) -> bytes:
        computed.append(numbers)
        return compute_chunk(plan, numbers, **options)

    monkeypatch.setattr(people, "compute_chunk", note)
    return computed


def test_only_what_is_missing_is_computed(
    whole: Path, cut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = count_computed(monkeypatch)
    assert main(["resume", str(cut)]) == 0
    assert computed == [range(17, 25)]
    assert hash_all(cut) == hash_all(whole)


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip_in_the_middle(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def delete(path: Path) -> None:
    path.unlink()


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def forget_its_files(path: Path) -> None:
    path.write_text('{"brainmag": "0", "files": [1]}', encoding="utf-8")


@pytest.mark.parametrize("damage", [tear, empty, flip_in_the_middle, become_a_folder])
def test_a_damaged_chunk_is_computed_again(
    damage: Callable[[Path], None], whole: Path, cut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(list_chunks(cut)[1])
    computed = count_computed(monkeypatch)
    assert main(["resume", str(cut)]) == 0
    assert computed == [range(9, 17), range(17, 25)]
    assert hash_all(cut) == hash_all(whole)


def test_people_of_another_run_are_not_taken(whole: Path, cut: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert main([*PEOPLE, "--seed", "2", "--out", str(other)]) == 0
    shutil.rmtree(cut / "unfinished" / "chunks")
    shutil.copytree(other / "chunks", cut / "unfinished" / "chunks")
    assert main(["resume", str(cut)]) == 0
    assert hash_all(cut) == hash_all(whole)


def link(place: Path, elsewhere: Path) -> None:
    shutil.move(place, elsewhere / place.name)
    place.symlink_to(elsewhere / place.name)


def replace_by_pipe(place: Path, elsewhere: Path) -> None:
    shutil.move(place, elsewhere / place.name)
    os.mkfifo(place)


@pytest.mark.parametrize("change", [link, replace_by_pipe])
@pytest.mark.parametrize("level", ["unfinished", "chunks", "group", "chunk"])
def test_what_is_behind_a_link_is_neither_trusted_nor_taken_away(
    level: str,
    change: Callable[[Path, Path], None],
    cut: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chunk = list_chunks(cut)[0]
    places = {"unfinished": chunk.parents[2], "chunks": chunk.parents[1], "group": chunk.parent}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    change(places.get(level, chunk), elsewhere)
    others = [path.parent for path in elsewhere.rglob("*.parquet")]
    for folder in {elsewhere, *others}:
        (folder / "letter.txt").write_text("not ours")
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    assert main(["resume", str(cut)]) == 2
    message = capsys.readouterr().err
    # Where the request itself is behind a pipe there is no run at all.
    assert "is a link, a pipe or a device" in message or "There is no run" in message
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before


def test_a_whole_run_stays_as_it_is(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = hash_all(whole)
    assert main(["resume", str(whole)]) == 0
    assert "is complete" in capsys.readouterr().err
    assert hash_all(whole) == before


@pytest.mark.parametrize("name", ["result.json", "figure.png", "*.parquet", "bands.svg"])
def test_a_file_of_a_whole_run_that_is_altered_is_made_again(name: str, whole: Path) -> None:
    before = hash_all(whole)
    path = next(iter(whole.rglob(name)))
    flip(path, path.stat().st_size // 2)
    assert main(["resume", str(whole)]) == 0
    assert hash_all(whole) == before


@pytest.mark.parametrize("damage", [tear, empty, delete, become_a_folder, forget_its_files])
def test_a_run_whose_manifest_is_damaged_is_made_whole(
    damage: Callable[[Path], None], whole: Path
) -> None:
    before = hash_all(whole)
    damage(whole / "manifest.json")
    assert main(["resume", str(whole)]) == 0
    assert hash_all(whole) == before


@pytest.mark.parametrize("damage", [tear, delete, become_a_folder])
def test_a_run_whose_request_is_lost_is_not_taken_for_complete_nor_apart(
    damage: Callable[[Path], None], whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(whole / "request.json")
    before = hash_all(whole)
    assert main(["resume", str(whole)]) == 2
    assert "[storage.damaged_request]" in capsys.readouterr().err
    assert hash_all(whole) == before


@pytest.mark.parametrize("name", ["figure.png", "manifest.json"])
def test_a_damaged_run_of_another_version_stays_as_it_is(
    name: str, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tear(whole / name)
    before = hash_all(whole)
    monkeypatch.setattr(making, "version", lambda _name: "0")
    assert main(["resume", str(whole)]) == 2
    assert hash_all(whole) == before


def test_a_torn_run_takes_nothing_from_the_earlier_one_it_would_replace(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "run"
    assert main([*DRAWS, "--out", str(home)]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "publish", be_killed)
        assert main([*PEOPLE, "--out", str(home)]) == 3
    tear(home / "unfinished" / "result.json")
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == hash_all(whole)


def be_killed(_folder: RunFolder) -> None:
    raise MemoryError


def test_people_moved_on_the_way_to_be_completed_are_kept(cut: Path, whole: Path) -> None:
    # As if killed while a partial run was taken apart: its people have moved, its request not yet.
    manifest = json.loads((whole / "manifest.json").read_bytes())
    (whole / "manifest.json").write_text(json.dumps({**manifest, "partial": True}))
    shutil.rmtree(cut / "unfinished")
    (whole / "unfinished").mkdir()
    shutil.move(whole / "chunks", whole / "unfinished" / "chunks")
    with pytest.MonkeyPatch.context() as patch:
        computed = count_computed(patch)
        assert main(["resume", str(whole)]) == 0
    assert computed == []


def test_what_is_not_a_runs_own_stays_and_is_not_sealed(
    whole: Path, cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = cut / "unfinished" / "notes.txt"
    notes.write_text("mine", encoding="utf-8")
    group = cut / "unfinished" / "chunks" / "²-another"
    group.mkdir()
    (group / "²-one.parquet").write_bytes(b"")
    (group.parent / "mineral" / "²-one.parquet").write_bytes(b"")
    assert main(["resume", str(cut)]) == 3
    assert "unfinished/notes.txt" in capsys.readouterr().err
    assert notes.read_text(encoding="utf-8") == "mine"
    notes.rename(cut.parent / "notes.txt")
    assert main(["resume", str(cut)]) == 0
    assert hash_all(cut) == hash_all(whole)


def test_a_folder_whose_name_is_no_text(whole: Path, cut: Path, tmp_path: Path) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff ~"))
    shutil.copytree(cut, home)
    assert main([*PEOPLE, "--out", str(home)]) == 2
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == hash_all(whole)


def test_a_file_of_a_run_of_draws_that_is_lost_is_made_again(tmp_path: Path) -> None:
    home = tmp_path / "run"
    assert main([*DRAWS, "--out", str(home)]) == 0
    before = hash_all(home)
    (home / "trajectories.nc").unlink()
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == before


def test_an_altered_request_is_refused(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = cut / "unfinished" / "request.json"
    request.write_text(request.read_text(encoding="utf-8").replace('"24"', '"25"'))
    assert main(["resume", str(cut)]) == 2
    assert "[storage.damaged_request]" in capsys.readouterr().err
    assert len(list_chunks(cut)) == 2


def test_a_run_begun_by_another_version_is_refused(
    cut: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = making.version
    monkeypatch.setattr(making, "version", lambda name: "0" if name == "pyarrow" else told(name))
    assert main(["resume", str(cut)]) == 2
    said = capsys.readouterr().err
    assert "[cli.made_otherwise]" in said
    assert re.search(r"pyarrow \S+ -> 0", said)
    assert "numpy" not in said


def test_the_command_that_goes_on_can_be_copied(
    cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = cut.rename(cut.parent / "a b")
    assert main([*PEOPLE, "--out", str(home)]) == 2
    assert f"brainmag resume '{home}'" in capsys.readouterr().err


def test_a_new_run_does_not_replace_people_of_an_unfinished_one(
    cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hash_all(cut)
    assert main([*PEOPLE, "--out", str(cut)]) == 2
    assert "[storage.unfinished_run]" in capsys.readouterr().err
    assert hash_all(cut) == before


def test_two_runs_do_not_share_a_folder(
    whole: Path, cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for home, words in ((whole, [*PEOPLE, "--out", str(whole)]), (cut, ["resume", str(cut)])):
        before = hash_all(home)
        handle = os.open(home, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert main(words) == 2
        os.close(handle)
        assert "[storage.folder_busy]" in capsys.readouterr().err
        assert hash_all(home) == before


@pytest.mark.parametrize("name", ["notes.txt", "result.json", "manifest.json", "mine/notes.txt"])
def test_what_comes_into_the_folder_during_a_run_is_not_replaced(
    name: str,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "run"

    def put_something_there(plan: Any, numbers: range, **options: Any) -> bytes:
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("mine", encoding="utf-8")
        return compute_chunk(plan, numbers, **options)

    with monkeypatch.context() as patch:
        patch.setattr(people, "compute_chunk", put_something_there)
        assert main([*PEOPLE, "--out", str(home)]) == 3
    assert "[storage.folder_taken]" in capsys.readouterr().err
    assert (home / name).read_text(encoding="utf-8") == "mine"
    (home / name).unlink()
    if "/" in name:
        (home / name).parent.rmdir()
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == hash_all(whole)


@pytest.mark.parametrize("limit", [6_000, 60_000, 100_000])
def test_a_full_disk_costs_no_person(limit: int, whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "run"
    ended = run_script(CRAMPED, str(limit), *PEOPLE, "--out", str(home))
    assert ended.returncode == 3, ended.stderr
    assert "[storage.run_not_written]" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == hash_all(whole)


def test_a_full_disk_in_the_trajectories_is_told_and_made_good(tmp_path: Path) -> None:
    home, whole = tmp_path / "run", tmp_path / "whole"
    ended = run_script(CRAMPED, "40000", *DRAWS, "--out", str(home))
    assert ended.returncode == 3, ended.stderr
    assert "[storage.run_not_written]" in ended.stderr
    assert "Plasma magnesium" in ended.stdout
    assert main(["resume", str(home)]) == 0
    assert main([*DRAWS, "--out", str(whole)]) == 0
    assert hash_all(home) == hash_all(whole)


def test_ctrl_c_keeps_finished_people_and_says_how_to_go_on(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "run"
    ended = run_script(INTERRUPTED, *PEOPLE, "--out", str(home))
    assert ended.returncode == 3, ended.stderr
    assert "[cli.population_interrupted]" in ended.stderr
    assert re.search(r"16 of 24 people .*'brainmag resume ", ended.stderr)
    assert ended.stdout == ""
    assert len(list_chunks(home)) == 2
    assert main(["resume", str(home)]) == 0
    assert hash_all(home) == hash_all(whole)


def test_ctrl_c_without_a_folder_says_that_nothing_is_kept() -> None:
    ended = run_script(INTERRUPTED, *PEOPLE)
    assert ended.returncode == 3, ended.stderr
    assert "[cli.population_lost]" in ended.stderr
    assert signal.Signals.SIGINT.name not in ended.stderr


@pytest.mark.parametrize("words", [["resume"], ["resume", "nowhere"], ["resume", "."]])
def test_nothing_to_resume(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert re.search(r"\[(cli.run_missing|storage.no_run)\]", capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


# Runs the command and sends a real Ctrl-C when the first draws are finished.
INTERRUPTED_DRAWS = """
import signal, sys
from brainmag.cli import main, progress
from brainmag.commands import job
job.PEOPLE_PER_CHUNK = 8
def stop(reporter, done, total):
    if done:
        signal.raise_signal(signal.SIGINT)
progress.Reporter.show_progress = stop
sys.exit(main(sys.argv[1:]))
"""


def test_draws_that_were_interrupted_are_completed(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    # So long that the first draws are finished well before the last.
    many = [*DRAWS[:2], "200", *DRAWS[3:-1], "26 weeks"]
    assert main([*many, "--out", str(whole)]) == 0
    ended = subprocess.run(  # noqa: S603 - the interpreter running this test
        [sys.executable, "-c", INTERRUPTED_DRAWS, *many, "--out", str(cut)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NUMBA_NUM_THREADS": "1"},
    )
    assert ended.returncode == 3, ended.stderr
    assert hash_all(cut) != hash_all(whole)
    assert main(["resume", str(cut)]) == 0
    assert hash_all(cut) == hash_all(whole)
    assert main(["resume", str(cut)]) == 0


def list_all(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def forget_the_request(run: Path) -> None:
    (run / "request.json").unlink()


def change_the_request(run: Path) -> None:
    path = run / "request.json"
    path.write_text(path.read_text(encoding="utf-8").replace("1 day", "2 days"), encoding="utf-8")


def nest_the_request(run: Path) -> None:
    (run / "request.json").write_text("[" * 100_000, encoding="utf-8")


@pytest.mark.parametrize("damage", [forget_the_request, change_the_request, nest_the_request])
def test_without_what_was_asked_for_nothing_moves(
    damage: Callable[[Path], None], whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(whole)
    before = list_all(whole)
    for _ in range(2):
        assert main(["resume", str(whole)]) == 2
        assert "[storage.damaged_request]" in capsys.readouterr().err
        assert list_all(whole) == before


def test_what_a_person_put_beside_a_run_is_not_taken_away(whole: Path) -> None:
    mine = whole / "unfinished" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    assert main(["resume", str(whole)]) in (0, 2)
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("files", ["null", "[1]", "{}"])
def test_a_manifest_that_vouches_for_nothing_is_no_obstacle(
    files: str, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (whole / "manifest.json").write_text(f'{{"brainmag": 1, "files": {files}}}', encoding="utf-8")
    assert main(["resume", str(whole)]) in (0, 2, 3)
    assert "cli.unexpected" not in capsys.readouterr().err
    assert (whole / "result.json").is_file()


@pytest.mark.parametrize("name", ["000000001-folder", "\u00b2-x.parquet"])
def test_what_is_no_chunk_is_no_obstacle(name: str, models: Path, tmp_path: Path) -> None:
    cut = shutil.copytree(models / "cut", tmp_path / "cut")
    group = next((cut / "unfinished" / "chunks").iterdir())
    if name.endswith("folder"):
        (group / name).mkdir()
    else:
        (group / name).write_bytes(b"x")
    assert main(["resume", str(cut)]) == 0
    assert hash_all(cut) == hash_all(models / "whole")
