"""Oracle: how errors read. What is wrong with a trial is said before it is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from brainmag.cli import main
from brainmag.errors import ComputationError, InputError
from brainmag.locales import load_catalogue
from brainmag.trials import respond
from brainmag.trials.analysis import (
    build_repeated_design,
    find_boundaries,
    fit_ancova,
    fit_crossover,
    fit_repeated,
    fit_responders,
    reject_endpoints,
)
from brainmag.trials.check import check_size
from brainmag.trials.design import Trial
from brainmag.trials.enrol import enrol_people
from brainmag.trials.observe import observe_trials
from brainmag.trials.read import read_trial
from brainmag.trials.respond import Responses
from brainmag.trials.run import Request, run_trial
from problems.trial_worlds import respond_with, write_trial

FEW = np.zeros((1, 3))
ARM = np.array([0, 1, 0])
NOTHING = np.empty((3, 1))


def fit_few_repeated() -> object:
    fixed, contrasts = build_repeated_design(ARM, FEW[0], 2)
    return fit_repeated(np.zeros((1, 3, 2)), fixed, contrasts)


def fit_few_crossover() -> object:
    return fit_crossover(np.zeros((1, 2, 2)), np.array([[0, 1], [1, 0]]), np.array([0, 1]))


CALLS: dict[str, tuple[Callable[[], object], str, str]] = {
    "ancova": (lambda: fit_ancova(FEW, NOTHING, ARM), "too_few_people", "at least 4 people"),
    "responders": (
        lambda: fit_responders(FEW, 1.0, NOTHING, ARM),
        "too_few_people",
        "3 people cannot tell 3 parameters",
    ),
    "repeated": (fit_few_repeated, "too_few_people", "at least 5 people"),
    "crossover": (fit_few_crossover, "too_few_people", "at least 3 people"),
    "boundary": (
        lambda: find_boundaries("obrien", [0.5, 1.0]),
        "unknown_boundary",
        "Did you mean 'obrien-fleming'?",
    ),
    "no such boundary": (
        lambda: find_boundaries("zzz", [0.5, 1.0]),
        "unknown_boundary",
        "Boundaries: obrien-fleming, pocock",
    ),
    "looks": (lambda: find_boundaries("pocock", [0.5, 0.4, 1.0]), "looks_not_rising", "0.5, 0.4"),
    "last look": (lambda: find_boundaries("pocock", [0.5]), "looks_not_rising", "the last one 1"),
    "no look": (lambda: find_boundaries("pocock", []), "looks_not_rising", "the last one 1"),
    "endpoints": (
        lambda: reject_endpoints(FEW, "hochber"),
        "unknown_multiplicity",
        "Did you mean 'hochberg'?",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_used_is_refused(name: str) -> None:
    call, code, said = CALLS[name]
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == f"trials.{code}"
    assert said in str(caught.value)


def change(before: str, after: str) -> Callable[[str], str]:
    """Return what changes a design's text."""

    def apply(text: str) -> str:
        assert before in text
        return text.replace(before, after)

    return apply


def add(more: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{more}\n"


HEAD = 'visits = "12 weeks"'
# What is done to a design, the code, the field at fault, and what is said.
DESIGNS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "described twice": (change(HEAD, f'{HEAD}\nstudy = "liu-2016"'), "described_twice", "liu-2016"),
    "animals": (
        lambda text: text.replace('"human"', '"rat"').replace("age = 60", ""),
        "not_of_people",
        "'rat'",
    ),
    "no trial": (change('"parallel"', '"single"'), "not_a_trial", "before-after"),
    "one arm": (
        lambda text: text.replace('[[arm]]\nid = "placebo"\nn = 50', "", 1),
        "one_arm",
        "Add an arm",
    ),
    "arms differ": (
        change('id = "mgt"\nn = 50', 'id = "mgt"\nn = 50\nage = 70'),
        "arms_differ",
        "lot",
    ),
    "no visit": (change('"12 weeks"', '" , "'), "no_visits", "line 2"),
    "visits": (change('"12 weeks"', '"12 weeks, 6 weeks"'), "visits_not_in_order", "earliest"),
    "half a size": (change(HEAD, f"{HEAD}\nreestimate_at = 0.5"), "reestimate_in_part", "both"),
    "looks of periods": (
        lambda text: (
            change('"parallel"', '"crossover"')(text)
            .replace(HEAD, f"{HEAD}\nlooks = [0.5, 1]")
            .replace('analyses = "ancova"', "")
        ),
        "not_in_crossover",
        "parallel",
    ),
    "rescue": (change(HEAD, f"{HEAD}\nrescue = 1"), "rescue_is_worse", "-1"),
    "rescue unseen": (change(HEAD, f"{HEAD}\nrescue = -1"), "rescue_unseen", "two visits"),
    "share": (change(HEAD, f"{HEAD}\nadherence = 15"), "not_a_share", "from 0 to 1"),
    "nan": (change(HEAD, f"{HEAD}\ndropout = nan"), "not_between", "nan"),
    "all leave": (change(HEAD, f"{HEAD}\ndropout = 1"), "not_between", "between"),
    "infinite": (change(HEAD, f"{HEAD}\ndropout_seen = inf"), "not_between", "inf"),
    "certain": (change('"ancova"', '"ancova"\nreliability = 1'), "not_between", "1"),
    "spread of shares": (
        change(HEAD, f"{HEAD}\nadherence = 0.9\nadherence_spread = 0.4"),
        "adherence_spread",
        "mean of 0.9",
    ),
    "spread of all": (change(HEAD, f"{HEAD}\nadherence_spread = 0.1"), "adherence_spread", "alike"),
    "several arms": (
        lambda text: change('"parallel"', '"before-after"')(text).replace(
            'analyses = "ancova"', ""
        ),
        "several_arms",
        "one arm",
    ),
    "many visits": (
        change('"12 weeks"', '"' + ", ".join(f"{k} weeks" for k in range(1, 20)) + '"'),
        "many_visits",
        "12 at most",
    ),
    "long": (change('"12 weeks"', '"20 years"'), "too_long", "10 years"),
    "long washout": (change(HEAD, f'{HEAD}\nwashout = "20 years"'), "too_long", "10 years"),
    "nan look": (change(HEAD, f"{HEAD}\nlooks = [nan, 1.0]"), "looks", "rise to 1"),
    "close looks": (change(HEAD, f"{HEAD}\nlooks = [0.99, 1.0]"), "looks", "twentieth"),
    "sex": (add('[[inclusion]]\nwhat = "sex"\nonly = "f"\nlowest = 3'), "no_limits", "only"),
    "alpha": (change(HEAD, f"{HEAD}\nalpha = 0.7"), "not_between", "0.5"),
    "looks": (change(HEAD, f"{HEAD}\nlooks = [0.5, 0.8]"), "looks", "rise to 1"),
    "measure": (change('"difference"', '"half_life"'), "measure", "percent"),
    "no assessment": (
        change('observable = "cognition"', 'observable = "ltp"'),
        "no_assessment",
        "spread and reliability",
    ),
    "no response": (change('"ancova"', '"responder"'), "no_response", "response"),
    "other design": (change('"ancova"', '"crossover"'), "analysis_of_another_design", "mmrm"),
    "no limits": (add('[[inclusion]]\nwhat = "age"'), "no_limits", "lowest"),
    "limits": (
        add('[[inclusion]]\nwhat = "age"\nlowest = 70\nhighest = 60'),
        "limits_reversed",
        "between 70",
    ),
    "contrast of periods": (
        lambda text: (
            change('"parallel"', '"crossover"')(text).replace('analyses = "ancova"', "")
            + '[[arm]]\nid = "c"\nn = 5\n'
            + '[[contrast]]\nid = "x"\nplus = "mgt, c"\nminus = "placebo"\n'
        ),
        "contrast_in_crossover",
        "one arm on each side",
    ),
    "contrast": (
        add('[[contrast]]\nid = "x"\nplus = "mgt"\nminus = "mgt"'),
        "contrast_of_nothing",
        "both sides",
    ),
}


# What is named twice where once is meant.
TWICE = {
    "analyses": change('"ancova"', '"ancova, ancova"'),
    "stratify": change(HEAD, f'{HEAD}\nstratify = "age, age"'),
    "inclusion": add('[[inclusion]]\nwhat = "age"\nlowest = 5\n' * 2),
    "ingredient": add('[[ingredient]]\narm = "mgt"\nid = "vitamins"\n' * 2),
    "contrast": add('[[contrast]]\nid = "x"\nplus = "mgt"\nminus = "placebo"\n' * 2),
    "assessment": add('[[assessment]]\nendpoint = "cognition"\n'),
}


@pytest.mark.parametrize("name", TWICE)
def test_what_is_named_twice_is_refused(tmp_path: Path, name: str) -> None:
    path = write_trial(tmp_path)
    path.write_text(TWICE[name](path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_trial(path, "mine")
    assert caught.value.values["cause"].code == "record.named_twice"


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_that_cannot_be_run_is_refused(tmp_path: Path, name: str) -> None:
    alter, code, said = DESIGNS[name]
    path = write_trial(tmp_path)
    path.write_text(alter(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_trial(path, "mine")
    cause = caught.value.values.get("cause", caught.value)
    assert cause.code == f"trials.{code}"
    assert said in str(caught.value)


COMMANDS = {
    "unknown": (("trial", "liu-2061"), "trials.unknown_trial", "Did you mean 'liu-2016'?"),
    "far": (("trial", "zzz"), "trials.unknown_trial", "Designs: dose-finding"),
    "large": (("trial", "liu-2016", "--n", "16385"), "cli.number_out_of_range", "16384"),
    "same": (("trial", "--compare", "liu-2016", "liu-2016"), "trials.same_name", "liu-2016"),
    "small": (("trial", "liu-2016", "--n", "3"), "trials.too_small", "at least 7"),
    "alone": (("trial", "--compare", "liu-2016"), "trials.compare_one", "two designs"),
    "several": (("trial", "liu-2016", "zhang-2022"), "trials.several", "--compare"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_asked_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words, code, said = COMMANDS[name]
    assert main(list(words)) == InputError.exit_status
    out, err = capsys.readouterr()
    assert out == ""
    assert f"[{code}]" in err
    assert said in err


def test_a_template_takes_no_file_s_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    assert main(["trial", "new", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert main(["trial", "new", str(path)]) == InputError.exit_status
    assert "[trials.file_is_there]" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text
    assert main(["trial", "new"]) == 0
    assert capsys.readouterr().out == text


def test_a_folder_with_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    words = ["trial", "wroolie-2017", "--out", str(tmp_path)]
    assert main(words) == InputError.exit_status
    assert "letter.txt" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_nobody_who_qualifies_is_said(tmp_path: Path) -> None:
    more = '\n[[inclusion]]\nwhat = "age"\nlowest = 60\nhighest = 60.000001\n'
    trial = read_trial(write_trial(tmp_path, more=more), "mine")
    with pytest.raises(InputError, match="Too few people meet what is asked of age"):
        enrol_people(trial, 50, seed=1)


def test_nobody_whose_measurement_qualifies_is_said(tmp_path: Path) -> None:
    more = '\n[[inclusion]]\nwhat = "cognition"\nlowest = 40\n'
    trial = read_trial(write_trial(tmp_path, more=more), "mine")
    with pytest.raises(InputError, match="Too few people meet what is asked of cognition"):
        observe_trials(
            trial,
            respond_with(trial, FEW[0]),
            np.zeros(2, dtype=np.int64),
            20,
            seed=1,
            treated=True,
        )


def test_people_who_cannot_be_computed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = read_trial(write_trial(tmp_path), "mine")
    monkeypatch.setattr(respond, "read_term", lambda *_: np.full(12, np.nan))
    with pytest.raises(ComputationError) as caught:
        respond.find_responses(trial, "none", seed=1, worlds=3, people=4)
    assert caught.value.code == "trials.people_failed"
    assert "12 of 12" in str(caught.value)


@pytest.mark.parametrize(("parts", "code"), [(0, "interrupted_early"), (1, "interrupted")])
def test_an_interrupted_trial_says_what_is_left(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    parts: int,
    code: str,
) -> None:
    find = respond.find_responses
    left = iter(range(parts))

    def interrupt(trial: Trial, hypothesis: str, **options: int) -> Responses:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return find(trial, hypothesis, **{**options, "people": 3})

    monkeypatch.setattr("brainmag.trials.run.find_responses", interrupt)
    words = ["trial", "wroolie-2017", "--replicates", "10", "--out", str(tmp_path / "run")]
    assert main(words) == ComputationError.exit_status
    assert f"[trials.{code}]" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["parts/thesis.txt", "result.json", "power.png"])
def test_foreign_files_under_our_names_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"my": "data"}', encoding="utf-8")
    words = ["trial", "wroolie-2017", "--out", str(tmp_path)]
    assert main(words) == InputError.exit_status
    told = capsys.readouterr().err
    assert "[storage.folder_in_use]" in told
    assert name in told
    assert path.read_text(encoding="utf-8") == '{"my": "data"}'


def test_sizes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    plan = "reestimate_at = 0.5\nreestimate_for = 0.3\nlargest_n = {most}"
    small = read_trial(write_trial(tmp_path, plan=plan.format(most=40)), "mine")
    with pytest.raises(InputError, match="cannot be limited to 40"):
        check_size(small, 100)
    large = read_trial(write_trial(tmp_path, plan=plan.format(most=10**9)), "mine")
    with pytest.raises(InputError, match="16384 at most"):
        check_size(large, 100)


def test_a_trial_without_an_answer_says_so(tmp_path: Path) -> None:
    trial = read_trial(write_trial(tmp_path, plan="dropout = 0.9999"), "mine")
    request = Request(trial, (20,), ("none",), replicates=10, worlds=2, people=3)
    with pytest.raises(ComputationError) as caught:
        run_trial(request)
    assert caught.value.code == "trials.no_answer"


WORDS = {"table", "outcomes", "parts", "designs", "warnings", "remarks", "figure"}
TOLD = {
    *("file_is_there", "nobody_qualifies", "people_failed", "interrupted", "interrupted_early"),
    *("no_answer", "too_large", "largest_below"),
}


def test_every_code_of_the_catalogue_has_a_test() -> None:
    tested = {code for several in (CALLS, DESIGNS) for _, code, _ in several.values()}
    asked = [code.split(".") for _, code, _ in COMMANDS.values()]
    tested |= {name for room, name in asked if room == "trials"}
    assert set(load_catalogue("en", "trials")) == tested | TOLD | WORDS
