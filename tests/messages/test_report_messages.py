"""Oracle: how errors read. What cannot be reported on is said, and nothing half is left."""

from __future__ import annotations

import builtins
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brainmag import files
from brainmag.cli import main
from brainmag.report import pdf
from problems.reports import keep_calibration, keep_run, keep_trial, read_run


def fail_at_once(home: Path) -> None:
    shutil.rmtree(home)


def leave_unfinished(home: Path) -> None:
    (home / "unfinished").mkdir()
    shutil.copyfile(home / "request.json", home / "unfinished" / "request.json")


def damage(home: Path) -> None:
    with (home / "result.json").open("a", encoding="utf-8") as file:
        file.write(" ")


def lose_manifest(home: Path) -> None:
    (home / "manifest.json").unlink()


def age(home: Path) -> None:
    shutil.rmtree(home)
    document = read_run()
    for one in document["by_hypothesis"].values():
        one["manifest"]["brainmag"] = "0.0.1"
    keep_run(home, document)


def link(home: Path) -> None:
    (home / "figure.svg").symlink_to(home / "result.json")


def empty(home: Path) -> None:
    shutil.rmtree(home)
    home.mkdir()


def begin_trial(home: Path) -> None:
    empty(home)
    (home / "parts").mkdir()


def write_words(home: Path) -> None:
    empty(home)
    (home / "result.json").write_text("words", encoding="utf-8")


def write_list(home: Path) -> None:
    empty(home)
    (home / "result.json").write_text("[]", encoding="utf-8")


def write_hollow_trial(home: Path) -> None:
    shutil.rmtree(home)
    keep_trial(home, {"trial": {}, "results": [], "brainmag": read_version()})


def write_old_trial(home: Path) -> None:
    shutil.rmtree(home)
    keep_trial(home, {"trial": {}, "results": [], "brainmag": "0.0.1"})


def write_other(home: Path) -> None:
    shutil.rmtree(home)
    keep_trial(home, {"scenarios": {}})


def write_hollow_run(home: Path) -> None:
    shutil.rmtree(home)
    document = read_run()
    del document["by_hypothesis"]["none"]["intake"]
    keep_run(home, document)


def write_odd_run(home: Path) -> None:
    shutil.rmtree(home)
    document = read_run()
    document["by_hypothesis"]["none"]["subject"] = None
    keep_run(home, document)


def lose_calibration(home: Path) -> None:
    shutil.rmtree(home)
    keep_calibration(home)
    (home / "carrier.json").unlink()


def read_version() -> str:
    return str(read_run()["by_hypothesis"]["none"]["manifest"]["brainmag"])


FOLDERS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "nowhere": (fail_at_once, "storage.no_run", "Give the folder that a run named with --out"),
    "empty": (empty, "storage.no_run", "There is no run"),
    "other": (write_other, "storage.no_run", "There is no run"),
    "unfinished": (leave_unfinished, "page.unfinished", "'brainmag resume run' completes it"),
    "damaged": (damage, "page.damaged_run", "not what the run wrote"),
    "no manifest": (lose_manifest, "page.damaged_run", "'brainmag resume run' makes them anew"),
    "older": (age, "page.other_version", "brainmag 0.0.1 -> "),
    "link": (link, "storage.strange_file", "'figure.svg' is a link"),
    "begun trial": (begin_trial, "page.unfinished_trial", "there are parts and no result"),
    "old trial": (write_old_trial, "page.other_version", "Run it again with this version"),
    "words": (write_words, "page.damaged", "it cannot be read"),
    "list": (write_list, "page.damaged", "it cannot be read"),
    "hollow trial": (write_hollow_trial, "page.damaged", "something in it is missing"),
    "hollow run": (write_hollow_run, "page.damaged", "something in it is missing"),
    "odd run": (write_odd_run, "page.damaged", "Give the command that made it again"),
    "calibration": (lose_calibration, "page.unfinished_calibration", "carrier is missing"),
}
CALLS = {
    "nothing": (["report"], "page.nothing_asked", "Nothing says what to report"),
    "both": (["report", "run", "--claims"], "cli.does_not_go_with", "run says nothing beside"),
    "two": (["report", "run", "run"], "cli.unexpected_argument", "'run'"),
    "no name": (["report", "--claims", "--out", "to/"], "cli.no_file_name", "'to/'"),
    "a folder": (["report", "--claims", "--out", "run"], "cli.no_file_name", "'run'"),
    "no place": (
        ["report", "--claims", "--out", "run/result.json/x"],
        "storage.unwritable_file",
        "cannot be written",
    ),
    "a device": (
        ["report", "--claims", "--out", "device"],
        "storage.not_a_plain_file",
        "a device, a pipe or a link",
    ),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a run in an otherwise empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return keep_run(tmp_path / "run", read_run())


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_no_whole_run_is_refused(
    name: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, code, said = FOLDERS[name]
    spoil(run)
    before = sorted(run.parent.rglob("*"))
    assert main(["report", "run"]) == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert said in told
    assert sorted(run.parent.rglob("*")) == before


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_used_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "device.pdf").symlink_to("/dev/null")
    words, code, said = CALLS[name]
    before = sorted(tmp_path.rglob("*"))
    assert main(words) == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert said in told
    assert sorted(tmp_path.rglob("*")) == before


def test_a_report_goes_into_no_run_unasked(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "chunks").mkdir()
    for place in (run, run / "chunks"):
        monkeypatch.chdir(place)
        assert main(["report", str(run)]) == 2
        assert "[page.inside_run]" in capsys.readouterr().err


def test_a_folder_that_cannot_be_read_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listing = Path.iterdir

    def refuse(place: Path) -> Any:
        if place == run:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listing(place)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert main(["report", str(run)]) == 2
    assert "[storage.unreadable]" in capsys.readouterr().err


def test_without_pango_the_page_is_written_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    importing = builtins.__import__

    def refuse(name: str, *words: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return importing(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.chdir(tmp_path)
    assert main(["report", "--claims"]) == 3
    told = capsys.readouterr().err
    assert "[page.no_pango]" in told
    assert "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in told
    assert [one.name for one in tmp_path.iterdir()] == ["claims.html"]


@pytest.mark.parametrize("failing", [".pdf", ".html"])
def test_a_full_disk_leaves_nothing_half(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failing: str,
) -> None:
    def run_full(source: Path, target: Path) -> None:
        if target.suffix == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        target.write_bytes(source.read_bytes())

    (tmp_path / "claims.html").write_text("earlier", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "print_page", lambda _: b"%PDF-")
    monkeypatch.setattr(files.shutil, "copyfile", run_full)
    assert main(["report", "--claims", "--json"]) == 3
    shown = capsys.readouterr()
    assert "[storage.write_failed]" in shown.err
    assert len(json.loads(shown.out)["claims"]) == 15
    assert [one.name for one in tmp_path.iterdir()] == ["claims.html"]
    assert (tmp_path / "claims.html").read_text(encoding="utf-8") == "earlier"


def test_an_interrupt_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "print_page", stop)
    assert main(["report", "--claims"]) == 3
    assert "[cli.interrupted]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
