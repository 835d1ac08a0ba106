"""Oracle: how errors read. What a sensitivity analysis cannot use is said before it runs."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.cli import main
from brainmag.errors import ComputationError
from brainmag.inference.design import find_indices, make_design
from brainmag.locales import load_catalogue

DAY = ("--for", "1 day")
DISH = ("--who", "culture", *DAY)
COMMANDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    # name: (what follows `brainmag sensitivity`, code, what the message must hold beside it)
    "unknown observable": (
        ("csf_mgg", *DAY),
        "inference.unknown_observable",
        "Did you mean 'csf_mg'?",
    ),
    "nothing near": (("qqqqqq", *DAY), "inference.unknown_observable", "Observables: stool"),
    "no observable": (DAY, "cli.observable_missing", "brainmag sensitivity csf_mg"),
    "not in a dish": (("csf_mg", *DISH), "inference.observable_not_there", "culture"),
    "not in these cells": (
        ("ltp", *DISH, "--cells", "ht22"),
        "inference.observable_not_there",
        "neuron_mg",
    ),
    "not in a rat": (("crp", "--who", "rat", *DAY), "inference.observable_not_there", "rat"),
    "method": (("ltp", *DAY, "--method", "moris"), "cli.unknown_choice", "'morris'"),
    "hypothesis": (("ltp", *DAY, "--hypothesis", "all"), "cli.unknown_choice", "carrier"),
    "few": (("ltp", *DAY, "--samples", "3"), "cli.number_out_of_range", "from 4 to 1000"),
    "many": (("ltp", *DAY, "--samples", "1001"), "cli.number_out_of_range", "from 4 to 1000"),
    "few points": (
        ("ltp", *DAY, "--method", "sobol", "--samples", "8"),
        "cli.number_out_of_range",
        "from 16 to 4096",
    ),
    "uneven points": (
        ("ltp", *DAY, "--method", "sobol", "--samples", "100"),
        "inference.not_a_power_of_two",
        "64 or 128",
    ),
    "samples no number": (("ltp", *DAY, "--samples", "x"), "cli.not_a_whole_number", "'x'"),
    "unknown parameter": (
        ("ltp", *DISH, "--parameters", "nr2b_time,nr2b_homeostasi"),
        "inference.unknown_parameter",
        "Did you mean 'nr2b_homeostasis'?",
    ),
    "parameter held": (
        ("ltp", *DISH, "--parameters", "tolerance"),
        "inference.unknown_parameter",
        "has a spread in this run",
    ),
    "no parameter": (("ltp", *DAY, "--parameters", ","), "cli.parameters_missing", "','"),
    "no length": (("ltp",), "cli.length_missing", "--for"),
    "folder": (("ltp", *DAY, "--out", "."), "cli.no_file_name", "'.'"),
    "folder that is there": (("ltp", *DAY, "--out", "src"), "cli.no_file_name", "'src'"),
    "name with a slash": (("ltp", *DAY, "--out", "new/"), "cli.no_file_name", "'new/'"),
}
# What shows only in the run.
RUNS = {"too_many_failed", "too_few_left", "nothing_moves"}
TEXTS = {"method", "table", "notes", "figure"}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_used_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words, code, said = COMMANDS[name]
    assert main(["sensitivity", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"[{code}]" in shown.err
    assert said in shown.err


def test_what_does_not_move_is_said() -> None:
    design = make_design("morris", ["a", "b"], samples=4, seed=1)
    with pytest.raises(ComputationError, match=r"Every run gave the same, 2\.5: nothing") as caught:
        find_indices(design, np.full(len(design.places), 2.5))
    assert caught.value.code == "inference.nothing_moves"


def test_too_few_whole_samples_are_said() -> None:
    design = make_design("morris", ["a", "b"], samples=4, seed=1)
    values = design.places[:, 0].copy()
    values[0] = np.nan
    with pytest.raises(ComputationError, match="Only 3 of 4 samples are whole") as caught:
        find_indices(design, values)
    assert caught.value.code == "inference.too_few_left"


def test_every_code_of_the_catalogue_has_a_test() -> None:
    tested = {code.removeprefix("inference.") for _, code, _ in COMMANDS.values()}
    tested = {code for code in tested if "." not in code}
    assert set(load_catalogue("en", "inference")) == {*tested, *RUNS, *TEXTS, "petab"}
