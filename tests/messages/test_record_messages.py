"""Oracle: how errors read. What is wrong with a study, or with what is asked of the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.cli import main
from brainmag.errors import ComputationError, InputError
from brainmag.inference.calibrate import set_problem
from brainmag.inference.calibration_folder import PROBLEM, calibrate_in
from brainmag.locales import load_catalogue
from brainmag.record import list_figures
from brainmag.record.study import read_study

COMMANDS = {
    "study": (("reproduce", "liu-2015"), "record.unknown_study", "Did you mean 'liu-2016'?"),
    "nothing near": (("reproduce", "zzzz"), "record.unknown_study", "Studies: abumaria-2011"),
    "draws": (("reproduce", "--draws", "0"), "cli.number_out_of_range", "from 1 to 500"),
    "draws of next": (("compare", "--next", "--draws", "1"), "cli.number_out_of_range", "2"),
    "text": (("reproduce", "--draws", "many"), "cli.not_a_whole_number", "'many'"),
    "hypothesis": (("calibrate", "--hypothesis", "minerals"), "cli.unknown_choice", "'mineral'"),
    "no folder": (("calibrate",), "record.calibration_without_folder", "--out DIR"),
    "draws of what is weighed": (("compare", "--draws", "9"), "cli.does_not_go_with", "--next"),
    "no page": (("reproduce", "--report", "x.txt"), "cli.report_not_a_page", ".html"),
    "report": (("reproduce", "--report", "/proc/x/y.html"), "storage.unwritable_file", "/proc"),
    "folder": (("reproduce", "--out", "/proc/x"), "storage.unwritable", "/proc"),
    "calibration": (("calibrate", "--out", "/proc/x"), "storage.unwritable", "/proc"),
}
STUDY = '[[study]]\nsource = "liu-2016"\nwho = "human"\ndesign = "parallel"\n'
ARM = '[[arm]]\nid = "a"\nn = 9\n'
END = (
    '[[endpoint]]\nid = "e"\nobservable = "csf_mg"\nmeasure = "percent"\nlevel = "brain"\n'
    'unit = "%"\n'
)
VISIT = '[[visit]]\nendpoint = "e"\narm = "{arm}"\ntime = "{time}"\n'
# A study's file beside its head and population, the code, and what is said.
FILES = {
    "unknown_arm": (ARM + END + VISIT.format(arm="b", time="1 week"), "Arms: a"),
    "unknown_endpoint": (
        ARM + END.replace('"e"', '"f"') + VISIT.format(arm="a", time="1 week"),
        "'e'",
    ),
    "unknown_word": (ARM + END.replace("percent", "percents"), "Did you mean 'percent'?"),
    "unknown_observable": (ARM + END.replace("csf_mg", "csf_magnesium"), "Observables: "),
    "bad_spread": (ARM + END + "spread = -1", "zero or more"),
    "named_twice": (ARM + ARM + END, "named 'a'"),
    "nobody": (ARM.replace("9", "0") + END, "0 members"),
}
# What a subject is refused for, and the field that holds it.
SUBJECTS = {
    "age = 50": ("age = 500", "'age'"),
    "n = 9": ('n = 9\nconditions = "sadness"', "'conditions'"),
    'id = "a"': ('id = "a"\negfr = -5', "'egfr'"),
}
OTHERS = {"no_table", "not_one_table", "foreign_folder", "other_problem", "calibration_interrupted"}
TEXTS = {
    *("table", "outcomes", "roles", "verdicts", "hindrances", "calibration", "compare", "next"),
    *("levels", "figure", "page"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_asked_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words, code, part = COMMANDS[name]
    assert main(list(words)) == InputError.exit_status
    out, err = capsys.readouterr()
    assert out == ""
    assert f"[{code}]" in err
    assert part in err


def write_study(folder: Path, content: str) -> Path:
    path = folder / "study.toml"
    path.write_text(f"{STUDY}[[population]]\nage = 50\n{content}", encoding="utf-8")
    return path


@pytest.mark.parametrize("code", FILES)
def test_what_is_wrong_with_a_study_is_said_with_its_place(tmp_path: Path, code: str) -> None:
    content, part = FILES[code]
    with pytest.raises(InputError) as caught:
        read_study(write_study(tmp_path, content), "mine")
    message = str(caught.value)
    assert "study.toml" in message
    assert part in message
    assert caught.value.values["cause"].code == f"record.{code}"


@pytest.mark.parametrize("before", SUBJECTS)
def test_a_subject_is_refused_with_the_field_that_is_wrong(tmp_path: Path, before: str) -> None:
    after, field = SUBJECTS[before]
    path = write_study(tmp_path, ARM + END)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(InputError, match=f"field {field}"):
        read_study(path, "mine")


@pytest.mark.parametrize("table", ["arm", "endpoint"])
def test_a_study_has_arms_and_endpoints(tmp_path: Path, table: str) -> None:
    path = write_study(tmp_path, END if table == "arm" else ARM)
    with pytest.raises(InputError, match=rf"no table \[\[{table}\]\]"):
        read_study(path, "mine")


def test_a_study_has_one_population(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    with pytest.raises(InputError, match=r"0 tables \[\[population\]\]"):
        read_study(path, "mine")


@pytest.mark.parametrize(
    ("before", "after"),
    [('source = "liu-2016"', 'source = "liu-2061"'), ("n = 9", 'n = "nine"'), ("n = 9", "m = 9")],
)
def test_a_study_is_refused_with_its_line(tmp_path: Path, before: str, after: str) -> None:
    path = write_study(tmp_path, ARM + END)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(InputError, match=r"line \d+"):
        read_study(path, "mine")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    problem = set_problem("mineral", list_figures())
    (tmp_path / "mineral").mkdir()
    foreign = tmp_path / "mineral" / "letters.txt"
    foreign.write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="no calibration"):
        calibrate_in(tmp_path, problem)
    assert foreign.read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize("content", ['{"seed": 2}', "[]", "{", "\x00"])
def test_a_calibration_of_something_else_is_not_gone_on_with(tmp_path: Path, content: str) -> None:
    problem = set_problem("mineral", list_figures())
    (tmp_path / "mineral").mkdir()
    (tmp_path / "mineral" / PROBLEM).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        calibrate_in(tmp_path, problem)
    assert caught.value.code in {"record.other_problem", "record.foreign_folder"}


def test_every_text_of_the_record_is_looked_at() -> None:
    known = {code.split(".")[1] for _, code, _ in COMMANDS.values() if code.startswith("record.")}
    assert set(load_catalogue("en", "record")) == known | set(FILES) | OTHERS | TEXTS
    assert ComputationError("record.calibration_interrupted", given="x").exit_status != 0
