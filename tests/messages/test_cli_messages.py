"""Every kind of bad input: exit 2, a message with its code, nothing on stdout, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.cli import main

DAY = ("--for", "1 day")
DOSE = ("--product", "mgt", "--dose", "1 g", *DAY)
DISH = ("--who", "culture", *DAY)

SIMULATE: dict[str, tuple[tuple[str, ...], str, str]] = {
    # name: (what follows `brainmag simulate`, code, what the message must hold beside it)
    "unknown product": (
        ("--product", "citrat", "--dose", "1 g", *DAY),
        "intake.unknown_product",
        "Did you mean 'citrate'?",
    ),
    "unknown species": (("--who", "humn", *DAY), "people.unknown_preparation", "'human'"),
    "unknown condition": (
        ("--condition", "stresed", *DAY),
        "people.unknown_condition",
        "Did you mean 'stressed'?",
    ),
    "condition of another species": (
        ("--condition", "stressed", "--condition", "app-ps1", *DAY),
        "people.condition_does_not_apply",
        "app-ps1",
    ),
    "unknown hypothesis": (("--hypothesis", "carier", *DAY), "cli.unknown_choice", "'carrier'"),
    "unknown language": (("--lang", "xx", *DAY), "cli.unknown_choice", "It takes en"),
    "unknown sex": (("--sex", "x", *DAY), "people.unknown_sex", "f, m"),
    "unknown cells": (("--cells", "ht2", *DISH), "people.unknown_cells", "'ht22'"),
    "negative dose": (
        ("--product", "mgt", "--dose", "-1 g", *DAY),
        "intake.not_positive",
        "'-1 g'",
    ),
    "absurd dose": (
        ("--product", "mgt", "--dose", "1 kg", *DAY),
        "intake.oral_dose_too_large",
        "at most",
    ),
    "absurd dose a day": (
        ("--product", "oxide", "--dose", "8 g Mg", "--times-a-day", "24", *DAY),
        "intake.oral_day_too_large",
        "at most",
    ),
    "dose with a wrong unit": (
        ("--product", "mgt", "--dose", "1 mgg", *DAY),
        "intake.unknown_unit",
        "'mg'",
    ),
    "dose without a unit": (
        ("--product", "mgt", "--dose", "1", *DAY),
        "intake.missing_unit",
        "Units:",
    ),
    "length with a wrong unit": (("--for", "2 moonths"), "intake.unknown_unit", "'month'"),
    "age below": (("--age", "5", *DAY), "people.age_range", "from 18 to 110"),
    "age above": (("--age", "130", *DAY), "people.age_range", "from 18 to 110"),
    "age nan": (("--age", "nan", *DAY), "people.age_range", "nan"),
    "age no age": (("--age", "many moons", *DAY), "cli.not_an_age", "'24 months'"),
    "age with a comma": (("--age", "65,5", *DAY), "cli.not_an_age", "'65,5'"),
    "age with a wrong unit": (("--age", "24 moons", *DAY), "intake.unknown_unit", "'month'"),
    "egfr zero": (("--egfr", "0", *DAY), "people.egfr_range", "from 5 to 200"),
    "egfr nan": (("--egfr", "nan", *DAY), "people.egfr_range", "nan"),
    "creatinine without a unit": (("--creatinine", "0.9", *DAY), "cli.not_a_creatinine", "mg/dL"),
    "creatinine in a wrong unit": (
        ("--creatinine", "9 mg", *DAY),
        "cli.not_a_creatinine",
        "umol/L",
    ),
    "creatinine nan": (("--creatinine", "nan mg/dL", *DAY), "people.creatinine_range", "nan"),
    "weight nan": (("--weight", "nan", *DAY), "people.weight_range", "from 30 to 300 kg"),
    "weight inf": (("--weight", "inf", *DAY), "people.weight_range", "from 30 to 300 kg"),
    "weight no number": (("--weight", "abc", *DAY), "cli.not_a_number", "--weight 70"),
    "weight of another species": (
        ("--who", "rat", "--weight", "70", *DAY),
        "people.weight_range",
        "rat",
    ),
    "diet absurd": (("--diet-mg", "99999", *DAY), "intake.diet_too_large", "99999"),
    "diet zero": (("--diet-mg", "0", *DAY), "intake.diet_too_small", "at least"),
    "doses a day no number": (
        (*DOSE, "--times-a-day", "twice"),
        "cli.not_a_whole_number",
        "--times-a-day 2",
    ),
    "doses a day broken": ((*DOSE, "--times-a-day", "1.5"), "cli.not_a_whole_number", "'1.5'"),
    "doses a day too many": ((*DOSE, "--times-a-day", "25"), "intake.times_a_day", "1 to 24"),
    "draws below zero": (("--uncertainty", "-1", *DAY), "cli.number_out_of_range", "0 to 100000"),
    "draws absurd": (("--uncertainty", "1000000", *DAY), "cli.number_out_of_range", "100000"),
    "draws endless": (("--uncertainty", "9" * 5000, *DAY), "cli.not_a_whole_number", "digits"),
    "seed no number": (("--seed", "x", *DAY), "cli.not_a_whole_number", "--seed 1"),
    "no length": ((), "cli.length_missing", "--for '12 weeks'"),
    "no length of a course": (DOSE[:4], "cli.length_missing", "--once"),
    "length absurd": (("--for", "300 years"), "cli.length_too_long", "100 years"),
    "length beyond a life": (
        ("--age", "100", "--for", "30 years"),
        "cli.run_outlives",
        "--no-ageing",
    ),
    "end before the first dose": (
        (*DOSE[:4], "--for", "2 h"),
        "intake.no_dose_in_run",
        "longer --for",
    ),
    "product without dose": (
        ("--product", "mgt", *DAY),
        "intake.product_without_dose",
        "--dose",
    ),
    "dose without product": (("--dose", "1 g", *DAY), "intake.dose_without_product", "--product"),
    "once and twice": (
        (*DOSE, "--once", "--times-a-day", "2"),
        "intake.options_clash",
        "--times-a-day 2",
    ),
    "infused by mouth": ((*DOSE, "--infuse", "20 min"), "intake.infusion_of_oral", "sulfate-iv"),
    "water of a person": ((*DOSE, "--in-water"), "intake.water_of_person", "--who rat"),
    "meals of an animal": (
        ("--who", "rat", *DOSE, "--meals", "with"),
        "intake.meals_of_animal",
        "--meals with",
    ),
    "egfr of a rat": (("--who", "rat", "--egfr", "85", *DAY), "people.egfr_needs_person", "rat"),
    "egfr twice": (
        ("--egfr", "85", "--creatinine", "80 umol/L", *DAY),
        "people.egfr_and_creatinine",
        "one of them",
    ),
    "culture with a dose": (
        ("--who", "culture", *DOSE),
        "intake.dish_takes_no_dose",
        "--mg '1.2 mmol/L'",
    ),
    "culture with a body": (
        (*DISH, "--weight", "70", "--no-ageing"),
        "people.dish_has_no_body",
        "--weight 70, --no-ageing",
    ),
    "medium of a body": (("--mg", "1.2 mmol/L", *DAY), "cli.medium_needs_dish", "--who culture"),
    "medium in a wrong unit": ((*DISH, "--mg", "1.2 mg"), "intake.unknown_unit", "mmol/L"),
    "medium negative": ((*DISH, "--threonate", "-1 mM"), "intake.negative", "'-1 mM'"),
    "medium absurd": ((*DISH, "--mg", "1.2 mol/L"), "cli.medium_too_concentrated", "100 mmol/L"),
    "cells of a body": (("--cells", "ht22", *DAY), "people.cells_need_dish", "--who culture"),
    "unknown option": (("--wieght", "70"), "cli.unknown_option", "Did you mean --weight?"),
    "option without value": ((*DAY, "--weight"), "cli.option_without_value", "--weight KG"),
    "option for a value": (("--dose", "--for"), "cli.option_without_value", "--dose TEXT"),
    "empty value": (("--for", ""), "cli.option_without_value", "--for TEXT"),
    "flag with a value": ((*DAY, "--once=yes"), "cli.flag_with_value", "--once"),
    "value without quotes": (("--dose", "1", "g"), "cli.unexpected_argument", "'g'"),
}

REGIMENS: dict[str, tuple[str, str]] = {
    # name: (the file, what the message must hold)
    "syntax": ("[[dose]]\nproduct = mgt\n", "line 2"),
    "unknown field": (
        '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\nevry = "2 days"\n',
        "line 5, field 'evry'",
    ),
    "unknown product": (
        '[[dose]]\nproduct = "citrat"\namount = "1 g"\nat = "08:00"\n',
        "line 2, field 'product'",
    ),
    "wrong unit": (
        '[[diet]]\nmg = 300\n[[dose]]\nproduct = "mgt"\namount = "1 gg"\nat = "08:00"\n',
        "line 5, field 'amount'",
    ),
    "wrong type": ('[[diet]]\nmg = "300"\n', "line 2, field 'mg'"),
    "missing field": ('[[dose]]\nproduct = "mgt"\nat = "08:00"\n', "field 'amount'"),
    "empty": ("# nothing\n", "holds no table"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command is run in."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def refuse(words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run words that must be refused, from an empty folder; return the message."""
    before = set(folder.parent.rglob("*"))
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert told.err.count("\n") == 1
    assert set(folder.parent.rglob("*")) == before
    return told.err


@pytest.mark.parametrize("name", SIMULATE)
def test_bad_options_of_simulate_are_refused(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, code, said = SIMULATE[name]
    message = refuse(["simulate", *words, "--out", "run"], folder, capsys)
    assert message.startswith(f"Error [{code}]: ")
    assert said in message


@pytest.mark.parametrize("name", REGIMENS)
def test_broken_regimen_files_are_refused_with_line_and_field(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, said = REGIMENS[name]
    path = folder.parent / "regimen.toml"
    path.write_text(content, encoding="utf-8")
    message = refuse(["simulate", "--regimen", str(path), *DAY, "--out", "run"], folder, capsys)
    assert message.startswith("Error [tables.")
    assert said in message


def test_regimen_goes_with_no_other_course(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refuse(["simulate", "--regimen", "a.toml", *DOSE], folder, capsys)
    assert "[intake.options_clash]: --regimen a.toml and --product mgt" in message


def test_missing_regimen_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refuse(["simulate", "--regimen", "missing.toml", *DAY], folder, capsys)
    assert "[tables.unreadable]" in message


def test_out_that_is_a_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "taken").write_text("mine", encoding="utf-8")
    for out in ("taken", "taken/below"):
        message = refuse(["simulate", *DAY, "--out", out], folder, capsys)
        assert message.startswith("Error [storage.unwritable]: ")
        assert out in message


def test_out_that_holds_something_else_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    message = refuse(["simulate", *DAY, "--out", "."], folder, capsys)
    assert message.startswith("Error [storage.folder_in_use]: ")
    assert "notes.txt" in message


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["simulat"], "cli.unknown_command", "'simulate'"),
        (["--verbos"], "cli.unknown_option", "--help"),
        (["products", "--jsn"], "cli.unknown_option", "--json"),
        (["products", "mgt"], "cli.unexpected_argument", "'mgt'"),
        (["export", "--format", "smbl", *DAY], "export.unknown_format", "'sbml'"),
        (["export", "--hypothesis", "all", *DAY], "cli.unknown_choice", "carrier"),
        (["export", "--out", ".", *DAY], "storage.unwritable_file", "."),
        (["export", "--weight", "nan", *DAY], "people.weight_range", "nan"),
    ],
)
def test_other_bad_words_are_refused(
    words: list[str], code: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refuse(words, folder, capsys)
    assert message.startswith(f"Error [{code}]: ")
    assert said in message
