"""Oracle: how errors read. What is wrong with a study, or with what is asked of the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.cli import main
from brainmag.errors import ComputationError, InputError
from brainmag.inference.calibrate import set_problem
from brainmag.inference.calibration_folder import PROBLEM, claim_folders
from brainmag.locales import load_catalogue
from brainmag.record import list_figures, load_studies
from brainmag.record.measurements import read_figures
from brainmag.record.study import read_study

COMMANDS = {
    "study": (("reproduce", "liu-2015"), "record.unknown_study", "Did you mean 'liu-2016'?"),
    "nothing near": (("reproduce", "zzzz"), "record.unknown_study", "Studies: abumaria-2011"),
    "draws": (("reproduce", "--draws", "0"), "cli.number_out_of_range", "from 1 to 500"),
    "draws of next": (("compare", "--next", "--draws", "1"), "cli.number_out_of_range", "2"),
    "draws of none": (("compare", "--draws", "5"), "cli.goes_with", "--next"),
    "text": (("reproduce", "--draws", "many"), "cli.not_a_whole_number", "'many'"),
    "hypothesis": (("calibrate", "--hypothesis", "minerals"), "cli.unknown_choice", "'mineral'"),
    "no folder": (("calibrate",), "record.calibration_without_folder", "--out DIR"),
    "draws of what is weighed": (("compare", "--draws", "9"), "cli.goes_with", "--next"),
    "no page": (("reproduce", "--report", "x.txt"), "cli.report_not_a_page", ".html"),
    "report": (
        ("reproduce", "--report", "/proc/x/y.html"),
        "storage.unwritable_file",
        "another --report",
    ),
    "exchange": (("calibrate", "--petab", "/proc/x"), "storage.unwritable", "another --petab"),
    "folder": (("reproduce", "--out", "/proc/x"), "storage.unwritable", "/proc"),
    "calibration": (("calibrate", "--out", "/proc/x"), "storage.unwritable", "/proc"),
}
STUDY = '[[study]]\nsource = "liu-2016"\nwho = "human"\ndesign = "parallel"\n'
ARM = '[[arm]]\nid = "a"\nn = 9\n'
END = (
    '[[endpoint]]\nid = "e"\nobservable = "csf_mg"\nmeasure = "percent"\nlevel = "brain"\n'
    'unit = "%"\n'
)
WATER = '[[dose]]\narm = "a"\nproduct = "mgt"\namount = "10 mg"\nstart = "0 h"\nin_water = true\n'
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
    "medium_needs_dish": (ARM + "magnesium = 1\n" + END, "'human'"),
    "measure_does_not_fit": (ARM + END.replace("percent", "share"), "'csf_mg'"),
    "own_reference": (ARM + END + VISIT.format(arm="a", time="1 week") + 'reference = "a"', "'a'"),
    "no_dose": (
        ARM + END.replace("percent", "half_life") + VISIT.format(arm="a", time="1 day"),
        "takes none",
    ),
    "too_early": (
        ARM + END.replace("csf_mg", "urine_mg") + VISIT.format(arm="a", time="2 h"),
        "24 h or later",
    ),
    "too_late": (ARM + END + VISIT.format(arm="a", time="1e9 years"), "100 years"),
    "visited_twice": (ARM + END + 2 * VISIT.format(arm="a", time="1 week"), "'1 week'"),
    "named_twice": (ARM + ARM + END, "named 'a'"),
    "nobody": (ARM.replace("9", "0") + END, "0 members"),
}
# What a subject is refused for, and the field that holds it.
SUBJECTS = {
    "age = 50": ("age = 500", "'age'"),
    "n = 9": ('n = 9\nconditions = "sadness"', "'conditions'"),
    'id = "a"': ('id = "a"\negfr = -5', "'egfr'"),
}
# What is wrong with a study of others than people: who, population, the rest, code, what is said.
ANIMALS = {
    "negative medium": ("culture", "", ARM + "magnesium = -1\n" + END, "medium_range", "0 to 100"),
    "strong medium": ("culture", "", ARM + "threonate = 1e9\n" + END, "medium_range", "1000000000"),
    "dose of a dish": (
        *("culture", "", ARM + '[[diet]]\narm = "a"\nmg = 1\n' + END),
        *("dish_takes_nothing", "swallows nothing"),
    ),
    "two waters": ("rat", "", ARM + 2 * WATER + END, "two_waters", "'a'"),
}
BAD = ("inf", "nan", "1e400", "many")
# A figure of a study that comes along.
ROW = {
    "observableId": "csf",
    "simulationConditionId": "infusion",
    "time": "20",
    "measurement": "29",
    "noiseParameters": "5.4",
    "datasetId": "csf-rise",
    "reference": "none",
    "outcome": "value",
    "grade": "a",
    "locator": "",
    "basis": "",
    "hindrance": "",
}
NUMBERS = ("n = 9", "age = 50", "spread = 1", "weight = 70", "diet = 300", "egfr = 90")
OTHERS = {
    *("no_table", "not_one_table", "foreign_folder", "foreign_file", "other_problem"),
    *("calibration_interrupted", "damaged_file", "no_run_finished", "petab_folder_in_use"),
}
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


@pytest.mark.parametrize("name", ANIMALS)
def test_what_an_animal_or_a_dish_cannot_have_is_said(tmp_path: Path, name: str) -> None:
    who, population, content, code, part = ANIMALS[name]
    path = tmp_path / "study.toml"
    head = STUDY.replace("human", who)
    path.write_text(f"{head}[[population]]\n{population}\n{content}", encoding="utf-8")
    with pytest.raises(InputError, match=part) as caught:
        read_study(path, "mine")
    assert caught.value.values["cause"].code == f"record.{code}"


def test_a_dose_that_nobody_could_take_is_refused_where_it_stands(tmp_path: Path) -> None:
    dose = '[[dose]]\narm = "a"\nproduct = "mgt"\namount = "{}"\nat = "08:00"\n'
    with pytest.raises(InputError, match=r"line \d+, field 'amount'"):
        read_study(write_study(tmp_path, ARM + dose.format("1e300 g") + END), "mine")
    read_study(write_study(tmp_path, ARM + dose.format("1 g") + END), "mine")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_without_end_is_refused_where_it_stands(tmp_path: Path, number: str) -> None:
    arm = ARM.replace("n = 9", "n = 9\negfr = 90")
    population = "[[population]]\nage = 50\nweight = 70\ndiet = 300\n"
    text = f"{STUDY}{population}{arm}{END}spread = 1\n"
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    read_study(path, "mine")
    path.write_text(text.replace(number, f"{number}{'0' * 400}"), encoding="utf-8")
    with pytest.raises(InputError, match=f"field '{number.split(maxsplit=1)[0]}'"):
        read_study(path, "mine")


def test_a_path_that_is_none_is_told() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_study(Path("a\0b"), "mine")


def test_a_name_of_names_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(f"[[arm]]\nn{'.a' * 20_000} = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="nested beyond reading"):
        read_study(path, "mine")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((column, cell) for column in ("measurement", "noiseParameters", "time") for cell in BAD),
        ("reference", "none@nan"),
        ("datasetId", ""),
        ("grade", "d"),
        ("time", "-1"),
        ("noiseParameters", "-1"),
    ],
)
def test_a_row_that_is_none_is_named(column: str, cell: str) -> None:
    study, row = load_studies()["ajayi-2013"], ROW | {column: cell}
    with pytest.raises(ValueError, match="ajayi-2013/"):
        read_figures(study, (row,), {})


def test_a_figure_is_there_once() -> None:
    with pytest.raises(ValueError, match="ajayi-2013/csf-rise: there twice"):
        read_figures(load_studies()["ajayi-2013"], (ROW, ROW), {})


def claim(home: Path, seed: int = 1) -> None:
    with claim_folders(home, [set_problem("mineral", list_figures(), seed=seed)]):
        pass


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "mineral" / "letters.txt"
    foreign.parent.mkdir()
    foreign.write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="no calibration"):
        claim(tmp_path)
    assert [path.name for path in foreign.parent.iterdir()] == ["letters.txt"]
    assert foreign.read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize("name", ["carrier.json", "carrier.parquet", "carrier.pool.parquet"])
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("dear", encoding="utf-8")
    problems = [set_problem(one, list_figures()) for one in ("none", "carrier")]
    with pytest.raises(InputError, match="did not write it"), claim_folders(tmp_path, problems):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "content",
    ["[]", "{", "\x00", "[" * 100_000, '"text"'],
    ids=["list", "torn", "nul", "deep", "text"],
)
def test_a_problem_that_cannot_be_read_is_told_with_a_way_on(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "mineral"
    folder.mkdir()
    (folder / PROBLEM).write_text(content, encoding="utf-8")
    (folder / "start.runs").write_bytes(b"whole")
    with pytest.raises(InputError, match="Move it away") as caught:
        claim(tmp_path)
    assert caught.value.code == "record.damaged_file"
    (folder / PROBLEM).unlink()
    claim(tmp_path)


def test_a_calibration_of_something_else_is_not_gone_on_with(tmp_path: Path) -> None:
    claim(tmp_path)
    with pytest.raises(InputError, match="seed 1 -> 2"):
        claim(tmp_path, seed=2)


def test_two_calibrations_do_not_share_a_folder(tmp_path: Path) -> None:
    problem = set_problem("mineral", list_figures())
    with claim_folders(tmp_path, [problem]), pytest.raises(InputError) as caught:
        claim(tmp_path)
    assert caught.value.code == "storage.folder_busy"
    claim(tmp_path)


@pytest.mark.parametrize("place", ["out", "out/carrier"])
@pytest.mark.parametrize("kind", ["file", "dangling", "loop"])
def test_what_is_no_folder_is_refused_before_anything(
    tmp_path: Path, place: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    if kind == "file":
        path.write_text("dear", encoding="utf-8")
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "nowhere")
    exchange = tmp_path / "exchange"
    words = ["calibrate", "--out", str(tmp_path / "out"), "--petab", str(exchange)]
    assert main(words) == InputError.exit_status
    assert "[storage.unwritable]" in capsys.readouterr().err
    assert not exchange.exists()


@pytest.mark.parametrize("name", ["README.md", "chain.xml", "SHA256SUMS", "notes.txt"])
def test_an_export_replaces_nothing_but_an_earlier_one(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("dear", encoding="utf-8")
    assert main(["calibrate", "--petab", str(tmp_path)]) == InputError.exit_status
    assert "[record.petab_folder_in_use]" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize("folder", ["out.html", "out.html/drawings"])
def test_report_and_drawings_have_places_of_their_own(
    tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["reproduce", "fine-1991", "--out", folder, "--report", "out.html"]
    assert main(words) == InputError.exit_status
    assert "[cli.one_place]" in capsys.readouterr().err


def test_every_text_of_the_record_is_looked_at() -> None:
    known = {code.split(".")[1] for _, code, _ in COMMANDS.values() if code.startswith("record.")}
    assert set(load_catalogue("en", "record")) == (
        known | set(FILES) | {code for *_, code, _ in ANIMALS.values()} | OTHERS | TEXTS
    )
    assert ComputationError("record.calibration_interrupted", given="x").exit_status != 0
