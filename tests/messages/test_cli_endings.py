"""How a run can end: done, interrupted or failed; what is kept, what is said, and where."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

from brainmag.cli import main
from brainmag.cli.progress import Reporter
from brainmag.commands import outcome
from brainmag.errors import ComputationError
from brainmag.simulate import Run, simulate
from brainmag.tables import read_table

SHORT = ("simulate", "--for", "1 day", "--uncertainty", "2")
# Runs the command and sends a real Ctrl-C as soon as the first subjects of the run are finished.
INTERRUPTED = """
import signal, sys
from brainmag.cli import main, progress
progress.Reporter.show_progress = lambda *_: signal.raise_signal(signal.SIGINT)
sys.exit(main(sys.argv[1:]))
"""


def load_strictly(text: str) -> dict[str, Any]:
    """Return one JSON document; NaN and infinities, which are no JSON, are refused."""

    def refuse(word: str) -> NoReturn:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def test_json_is_one_strict_document_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT, "--json", "--series", "--hypothesis", "all"]) == 0
    told = capsys.readouterr()
    documents = load_strictly(told.out)["by_hypothesis"]
    assert list(documents) == ["none", "mineral", "carrier"]
    assert set(documents["none"]["series"]) == {"time_h", *documents["none"]["end"]}
    # No bar where nobody looks; compiling may be told.
    assert told.err.replace("Compiling the model once; about 20 s.\n", "") == ""


def test_a_regimen_is_told_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "regimen.toml"
    path.write_text(
        '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\nwith_meal = true\n'
        'until = "2 days"\n[[diet]]\nmg = 150\nfrom = "1 day"\n',
        encoding="utf-8",
    )
    words = ["simulate", "--regimen", str(path), "--for", "4 days", "--uncertainty", "0"]
    assert main([*words, "--json"]) == 0
    intake = load_strictly(capsys.readouterr().out)["intake"]
    assert intake["diet_spans"] == [{"mg_per_day": 150.0, "start_hours": 24.0, "stop_hours": None}]
    (dose,) = intake["doses"]
    assert (dose["until_hours"], dose["with_meal"]) == (48.0, True)
    assert main(words) == 0
    heading = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    assert "each moved to the nearest meal, until 2 days after the start" in heading
    assert "Food: 150 mg magnesium a day from 24 h to the end" in heading
    assert "Food: 300 mg magnesium a day otherwise" in heading


def test_a_dish_shows_its_medium_and_no_promise_of_intervals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--mg", "1.2 mmol/L", "--for", "1 day", "--uncertainty", "0", "--hypothesis", "all"]
    assert main(["simulate", "--who", "culture", *words, "--out", str(tmp_path / "run")]) == 0
    table = capsys.readouterr().out
    assert "Medium: 1.20 mmol/L magnesium" in table
    assert "\nMEDIUM   [grades: " in table
    assert "5 to 95 %" not in table
    figure = (tmp_path / "run" / "figure.svg").read_text(encoding="utf-8")
    assert "Medium: 1.20 mmol/L magnesium" in figure


def test_defaults_are_those_promised(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "--product", "mgt", "--dose", "1 g", "--once", "--json"]
    assert main([*words, "--uncertainty", "0"]) == 0
    document = load_strictly(capsys.readouterr().out)
    subject, manifest = document["subject"], document["manifest"]
    assert (subject["who"], subject["age"], subject["sex"]) == ("human", 40.0, "f")
    assert (subject["diet_mg"], document["hypothesis"]) == (300.0, "mineral")
    assert (manifest["seed"], manifest["hours"]) == (1, 72.0)
    assert document["intake"]["doses"][0]["first_hours"] == [8.0]
    for entry in document["end"].values():
        assert entry["low"] == entry["median"] == entry["high"]


def test_warning_above_the_upper_limit_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--product", "citrate", "--dose", "300 mg Mg", "--once", "--json"]
    assert main(["simulate", *words, "--uncertainty", "0"]) == 0
    warnings = load_strictly(capsys.readouterr().out)["warnings"]
    assert [warning["code"] for warning in warnings] == ["above_upper_limit"]
    assert "250" in warnings[0]["text"]


def test_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT]) == 0
    table = capsys.readouterr().out
    assert "Plasma magnesium" in table
    assert "Intervals come from" in table


def test_ctrl_c_in_a_run_keeps_what_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    words = ["simulate", "--for", "1 week", "--uncertainty", "1000", "--json", "--out", str(folder)]
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", INTERRUPTED, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3, ended.stderr
    assert "Error [cli.partial_interrupted]: " in ended.stderr
    assert "Traceback" not in ended.stderr
    document = load_strictly(ended.stdout)
    assert document["partial"] is True
    assert 0 < document["draws"]["finished"] < 1000
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["partial"] is True
    assert load_strictly((folder / "result.json").read_text(encoding="utf-8")) == document
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_ctrl_c_between_explanations_keeps_those_finished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[str] = []

    def run_or_stop(scenario: Any, **options: Any) -> Run:
        begun.append(scenario.hypothesis)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return simulate(scenario, **options)

    monkeypatch.setattr(outcome, "simulate", run_or_stop)
    assert main([*SHORT, "--json", "--hypothesis", "all"]) == 3
    told = capsys.readouterr()
    document = load_strictly(told.out)
    assert document["partial"] is True
    assert list(document["by_hypothesis"]) == ["none"]
    assert document["by_hypothesis"]["none"]["partial"] is False
    assert "3 of 9 subjects were finished" in told.err
    assert begun == ["none", "mineral"]


def test_a_failed_explanation_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_or_fail(scenario: Any, **options: Any) -> Run:
        if scenario.hypothesis == "none":
            raise ComputationError("simulate.nothing_finished", reason="NOT_FINITE")
        return simulate(scenario, **options)

    monkeypatch.setattr(outcome, "simulate", run_or_fail)
    assert main([*SHORT, "--json", "--hypothesis", "all"]) == 3
    told = capsys.readouterr()
    assert list(load_strictly(told.out)["by_hypothesis"]) == ["mineral", "carrier"]
    assert "Error [cli.partial_failed]: " in told.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), "cli.interrupted"),
        (ComputationError("simulate.nothing_finished", reason="NOT_FINITE"), "nothing_finished"),
        (ZeroDivisionError(), "cli.unexpected"),
        (MemoryError(), "cli.out_of_memory"),
        # Not of standard output, which takes what it is given.
        (OSError(errno.EIO, "Input/output error"), "cli.unexpected"),
    ],
)
def test_a_run_without_anybody_finished_writes_nothing(
    error: BaseException,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(outcome, "simulate", fail)
    assert main([*SHORT, "--json", "--out", str(tmp_path / "run")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{code}]: " in told.err
    assert "Traceback" not in told.err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_words_are_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("brainmag.cli.app._check_values", interrupt)
    assert main([*SHORT]) == 3
    assert "Error [cli.interrupted]: " in capsys.readouterr().err


def test_module_and_exit_status_of_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "brainmag", "simulate", "--age", "130", "--for", "1 day"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Error [people.age_range]: ")


def test_reader_that_leaves_early_gets_no_traceback() -> None:
    words = ["simulate", "--for", "1 day", "--uncertainty", "0", "--json", "--series"]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "brainmag", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read().decode()
    assert process.returncode == 3
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_a_regimen_that_can_be_read_only_once_is_no_part_of_a_kept_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = ["simulate", "--regimen", str(pipe), "--for", "1 day"]
    for more in (["--out", str(tmp_path / "run")], ["--population", "5"]):
        assert main([*words, *more]) == 2
        assert "[cli.regimen_not_a_plain_file]" in capsys.readouterr().err


class Full(io.StringIO):
    def write(self, _: str) -> NoReturn:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fails", [True, False])
def test_what_failed_first_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    *,
    fails: bool,
) -> None:
    """Neither the file nor standard output takes what it is given; the file comes first."""

    def keep(*_: object, **__: object) -> None:
        if fails:
            raise ComputationError(
                "storage.write_failed", given="x", place="x", reason="full", option="--out"
            )

    monkeypatch.chdir(tmp_path)
    # Where it is used: a module that is first imported meanwhile would keep the other for good.
    monkeypatch.setattr("brainmag.report.canvas.write_whole", keep)
    monkeypatch.setattr(sys, "stdout", Full())
    words = ["synapse", "--curve", "voltage", "--at=-10,0", "--out", "x"]
    assert main(words) == 3
    code = "storage.write_failed" if fails else "cli.output_lost"
    assert f"Error [{code}]: " in capsys.readouterr().err


def test_a_backend_that_is_none_is_no_obstacle(tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "brainmag", *SHORT, "--out", str(tmp_path / "run")],
        env={**os.environ, "MPLBACKEND": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run" / "figure.png").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_people_are_counted_where_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    reporter = Reporter("en")
    with reporter:
        reporter.start_people(3000, 1000)
        for done in (200, 600, 1000):
            reporter.show_people(done, 1001)
            time.sleep(0.01)
        reporter.finish_people(1000)
        assert reporter._bar is not None
        reporter._bar.refresh()
    shown = terminal.getvalue()
    assert "1000/3000" in shown
    assert "2000/3000" in shown
    assert re.search(r"[0-9.e+]+/s", shown)
    assert re.search(r"0:00:0\d", shown)
    assert reporter.count_people() == (2000, 3000)


def test_nothing_is_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter("en") as reporter:
        reporter.start_people(3000, 0)
        reporter.finish_people(1000)
    assert capsys.readouterr() == ("", "")


def test_help_names_every_condition(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--help"]) == 0
    shown = capsys.readouterr().out
    for row in read_table("conditions.tsv"):
        assert row["condition"] in shown
    assert "docs/regimen.md" in shown


def test_help_is_light() -> None:
    script = "import sys; from brainmag.cli import main; main(['--help']); print(*sys.modules)"
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    modules = set(ended.stdout.splitlines()[-1].split())
    assert "typer" in modules
    assert modules.isdisjoint({"numpy", "scipy", "numba", "antimony", "matplotlib", "xarray"})
