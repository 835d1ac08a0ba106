"""Oracle: the rules of the ledger: what it must hold, what is computed, and what must not count."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from brainmag.cli import main
from brainmag.evidence.answers import hash_making, name_answer, read_answers, read_draws
from brainmag.evidence.chain import trace_claim
from brainmag.evidence.claims import DOMAINS, STANCES, Citation, Claim, load_claims, read_claims
from brainmag.evidence.grade import LEVELS, find_kind, grade_claim, list_supporters
from brainmag.evidence.ledger import build_ledger, find_industry
from brainmag.evidence.lint import RULES, find_faults
from brainmag.locales import load_catalogue
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import list_figures
from brainmag.report.claims_table import draw_reweighed, list_rows
from brainmag.sources import load_sources
from brainmag.summary import summarise
from invariants.source_tree import ROOT

CLAIMS = load_claims()
FIRST = CLAIMS["C6"]


def flatten(entry: object, key: str = "") -> dict[str, str]:
    """Every text below an entry, by its dotted key."""
    if isinstance(entry, dict):
        inner = [flatten(value, f"{key}.{name}") for name, value in entry.items()]
        return {name: text for part in inner for name, text in part.items()}
    return {key: str(entry)}


def list_placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def change_source(claim: Claim, **changes: object) -> Claim:
    """A claim of which the first source is another."""
    return replace(claim, sources=(replace(claim.sources[0], **changes), *claim.sources[1:]))


def change_ledger(here: str, there: str) -> Claim:
    """Claim C6 as it reads with a passage of its table changed."""
    text = files("brainmag.evidence").joinpath("claims.toml").read_text(encoding="utf-8")
    head, own = text.split("[C6]")
    assert here in own
    return read_claims(f"{head}[C6]{own.replace(here, there, 1)}")["C6"]


def test_every_claim_is_there() -> None:
    assert list(CLAIMS) == [f"C{number}" for number in range(1, 16)]


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_names_each_source_once(claim: Claim) -> None:
    keys = [one.key for one in claim.sources]
    assert len(keys) == len(set(keys))


def test_both_languages_say_the_same_things() -> None:
    english, dutch = (flatten(load_catalogue(lang, "claims")) for lang in ("en", "nl"))
    assert english.keys() == dutch.keys()
    for key, text in english.items():
        assert list_placeholders(text) == list_placeholders(dutch[key]), key
    # What is the same in both was forgotten, but for names and terms of art.
    same = {key for key in english if english[key] == dutch[key]}
    assert not {key for key in same if key.startswith((".says", ".why", ".claim"))}


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_texts_are_of_what_the_ledger_holds_and_one_sentence_each(lang: str) -> None:
    texts = load_catalogue(lang, "claims")
    assert {name: set(said) for name, said in texts["says"].items()} == {
        name: {one.key for one in claim.sources} for name, claim in CLAIMS.items()
    }
    for key, text in flatten(texts["says"]).items():
        assert text.endswith("."), key
        assert not re.search(r"[.!?] [A-Z]", text), key


def test_no_sentence_is_taken_over_from_the_list_of_sources() -> None:
    own = set(flatten(load_catalogue("en", "claims")["says"]).values())
    assert own.isdisjoint({source.says for source in load_sources().values()})


def test_the_shipped_ledger_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert find_faults(CLAIMS.values()) == []
    assert main(["claims", "--lint"]) == 0
    assert "15" in capsys.readouterr().out


BROKEN: dict[str, Callable[[], Claim]] = {
    "unknown_source": lambda: change_source(FIRST, key="nobody-1900"),
    "unknown_question": lambda: replace(FIRST, asked=replace(FIRST.asked, setting="never")),
    "missing_text": lambda: change_source(FIRST, key="liu-2016"),
    "missing_judgement": lambda: replace(FIRST, judgements={"imprecision": 0}),
    "points_out_of_range": lambda: replace(FIRST, judgements={**FIRST.judgements, "upgrading": -1}),
    "retracted_support": lambda: change_source(CLAIMS["C9"], key="li-2013", stance="supports"),
    "against_own_words": lambda: change_source(FIRST, stance="supports"),
    "missing_stance": lambda: change_source(FIRST, stance=""),
    "unknown_word": lambda: change_source(FIRST, words="denise"),
    "unknown_field": lambda: change_ledger('level = "brain"', 'certainty = "high"'),
    "repeated_source": lambda: replace(FIRST, sources=(*FIRST.sources, FIRST.sources[0])),
    "no_source": lambda: replace(FIRST, sources=()),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_finds_its_fault(rule: str) -> None:
    found = {fault.rule for fault in find_faults([BROKEN[rule]()])}
    assert rule in found
    assert f"claims.lint.{rule}".rpartition(".")[2] in load_catalogue("en", "claims")["lint"]


def test_a_source_without_a_grade_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    ungraded = {key: replace(one, grade="") for key, one in load_sources().items()}  # type: ignore[arg-type]
    monkeypatch.setattr("brainmag.evidence.lint.load_sources", lambda: ungraded)
    assert "missing_source_grade" in {fault.rule for fault in find_faults([FIRST])}


def test_faults_end_the_command_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "brainmag.evidence.claims.choose_claims", lambda _: [BROKEN["retracted_support"]()]
    )
    assert main(["claims", "--lint", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert {"place": "C9 li-2013", "rule": "retracted_support", "lang": ""} in document["faults"]
    assert main(["claims", "--lint", "--lang", "nl"]) == 2
    assert "teruggetrokken" in capsys.readouterr().out


def test_there_is_a_rule_for_every_fault_that_has_a_text() -> None:
    words = {"clean", "title", "place", "fault"}
    assert set(load_catalogue("en", "claims")["lint"]) - words == set(BROKEN) | {
        "missing_source_grade"
    }
    assert len(RULES) == 10


@pytest.mark.parametrize(
    ("here", "there", "rule"),
    [
        ('about = "people"', 'about = "peple"', "unknown_word"),
        ('needs = "carrier"', 'needs = "carier"', "unknown_word"),
        ('expects = "up"', 'expects = "upp"', "unknown_word"),
        ("risk_of_bias = -1", "risk_of_bais = 2", "unknown_word"),
        ("risk_of_bias = -1", "risk_of_bias = -0.5", "points_out_of_range"),
        ("risk_of_bias = -1", 'risk_of_bias = "low"', "points_out_of_range"),
        ('level = "brain"', 'verdict = "supported"', "unknown_field"),
        ('key = "shen-2019", stance', 'key = "shen-2019", stnace', "unknown_field"),
        ('key = "shen-2019", stance', 'key = "shen-2019", stnace', "missing_stance"),
        ('asked = { observable = "csf_mg", ', "asked = { ", "unknown_question"),
    ],
)
def test_a_slip_of_the_pen_is_a_fault(here: str, there: str, rule: str) -> None:
    assert rule in {fault.rule for fault in find_faults([change_ledger(here, there)])}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_certainty_follows_from_the_judgements(claim: Claim) -> None:
    best = replace(claim, judgements=dict.fromkeys(DOMAINS, 0))
    worst = replace(best, judgements={**best.judgements, "imprecision": -2, "indirectness": -2})
    found = grade_claim(best)
    if found.kind == "experiments" and claim.about == "people":
        assert found.own == LEVELS[0]
        return
    assert found.own == found.start
    assert grade_claim(worst).own == LEVELS[0]
    if found.start == "high":
        one_less = replace(best, judgements={**best.judgements, "imprecision": -1})
        assert grade_claim(one_less).own == "moderate"


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_was_seen_in_animals_alone_is_very_low_for_people(claim: Claim) -> None:
    favoured = replace(claim, judgements={**dict.fromkeys(DOMAINS, 0), "upgrading": 2})
    kinds = {find_kind(one, load_sources()[one.key]) for one in list_supporters(claim)}
    if not kinds & {"trials", "observations"} or claim.about != "people":
        assert grade_claim(favoured).people == LEVELS[0]


@pytest.mark.parametrize("name", ["C5", "C7"])
def test_the_page_denies_no_source_that_saw_people(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # C5 is about cells, and one source that supports it speaks of the human brain.
    assert main(["claims", name]) == 0
    assert "was seen in people" not in capsys.readouterr().out


def test_what_measures_nothing_cannot_begin_high() -> None:
    kinds = {
        find_kind(Citation(key), source)
        for key, source in load_sources().items()
        if source.kind in {"model", "method", "convention", "derivation", "assumption"}
    }
    assert kinds == {"opinion"}


def test_only_a_maker_makes_a_source_of_industry() -> None:
    assert [find_industry(key) for key in ("assumed", "derived", "bai-2012")] == [False] * 3


def test_a_source_supports_no_more_than_it_saw() -> None:
    stances = {
        (name, one.key): one.stance for name, claim in CLAIMS.items() for one in claim.sources
    }
    # Plain magnesium, long before MgT; and synapses that became smaller, as the record has it.
    assert stances["C7", "landfield-1984"] == stances["C14", "zhou-2024"] == "limits"
    (head,) = [one for one in list_figures() if one.id == "zhou-2024/spine-heads-aged"]
    assert head.outcome == "decreased"
    for lang, word in (("en", "smaller"), ("nl", "kleinere")):
        assert word in load_catalogue(lang, "claims")["says"]["C14"]["zhou-2024"]


def test_a_retracted_source_never_counts() -> None:
    entry = Citation("li-2013", "supports")
    alone = replace(CLAIMS["C9"], sources=(entry,))
    assert list_supporters(alone) == []
    (told,) = build_ledger(
        [replace(CLAIMS["C9"], sources=(entry, *CLAIMS["C9"].sources[:1]))], lang="en"
    )["claims"]
    assert told["sources"][0]["retracted"] is True
    assert grade_claim(alone).kind == "opinion"


def test_what_the_check_of_the_references_found_is_told() -> None:
    by_key = {(name, one.key): one for name, claim in CLAIMS.items() for one in claim.sources}
    cited = {key for key, one in by_key.items() if one.cited}
    assert cited == {
        ("C6", "wikipedia-mgt"),
        ("C7", "slutsky-2010"),
        ("C8", "sun-2016"),
        ("C9", "xiong-2022"),
        ("C10", "zhang-2022"),
        ("C11", "lopresti-2026"),
        ("C12", "nbk507257"),
        ("C13", "nbk507257"),
    }
    assert by_key["C6", "wikipedia-mgt"].words == "denies"
    assert by_key["C12", "nbk507257"].words == by_key["C13", "nbk507257"].words == "silent"
    assert by_key["C10", "zhang-2022"].mixed
    assert by_key["C9", "li-2013"].stance != "supports"


def test_the_answers_are_those_of_this_model_and_record() -> None:
    # Where this fails, tools/answer_claims.py must be run.
    assert read_answers()["made_of"] == hash_making()


def test_the_draws_are_those_behind_the_answers() -> None:
    for answer in read_answers()["answers"]:
        column = name_answer(answer["observable"], answer["setting"])
        for name in HYPOTHESES:
            row = read_draws(name)[column].astype(float)
            told = summarise(row[~np.isnan(row)])
            for key, value in answer["predicted"][name].items():
                assert told[key] == pytest.approx(value, rel=1e-4, abs=1e-6)


def test_the_document_holds_what_it_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "C6", "--evidence", "--lang", "nl", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["claims"]
    assert {"id", "claim", "verdict", "certainty", "weight", "sources"} <= set(one)
    assert {"judgements", "prediction", "evidence"} <= set(one)
    for source in one["sources"]:
        assert {"key", "stance", "read", "says", "grade", "retracted", "industry"} <= set(source)
    assert one["claim"] == load_catalogue("nl", "claims")["claim"]["C6"]
    assert {row["source"] for row in one["evidence"]["parameters"]} >= {"slutsky-2010"}
    assert set(one["prediction"]["predicted"]) == set(HYPOTHESES)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_claim_can_be_shown(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--evidence", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    for name in CLAIMS:
        assert f"{name}. " in shown
    assert main(["claims", "--lang", lang]) == 0
    table = capsys.readouterr().out
    assert re.search(r"[0-9],[0-9]" if lang == "nl" else r"[0-9]\.[0-9]", table)


def test_only_what_needs_no_mgt_is_supported() -> None:
    found = {one["id"]: one for one in build_ledger(list(CLAIMS.values()), lang="en")["claims"]}
    assert {name for name, one in found.items() if one["verdict"] == "supported"} == {"C5"}
    assert all(
        one["certainty"] == "very-low" for name, one in found.items() if one["needs"] == "carrier"
    )
    assert {one.stance for one in CLAIMS["C15"].sources} == {STANCES[1]}
    assert found["C15"]["verdict"] == "not-testable"


def test_the_page_tells_the_verdicts_of_the_ledger() -> None:
    # Where this fails, tools/answer_claims.py must be run.
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    for row in list_rows(build_ledger(list(CLAIMS.values()), lang="en"), "en"):
        assert f"| {' | '.join(row)} |" in page


@pytest.mark.parametrize(("is_thin", "said"), [(True, "new calibration"), (False, "no new")])
def test_too_few_draws_are_told(is_thin: bool, said: str) -> None:  # noqa: FBT001
    shares = dict.fromkeys(HYPOTHESES, 1.0 / 3.0)
    document = {
        "changes": {"liu-2016": "none"},
        "untouched": ["wikipedia-mgt"],
        "weights_before": shares,
        "weights": shares,
        "effective": {"pool": shares, "draws": shares},
        "needs_calibration": is_thin,
        "few": 50.0,
    }
    table, *remarks = draw_reweighed(document, "en")
    assert not isinstance(table, str)
    assert table.row_count == len(HYPOTHESES)
    assert said in " ".join(str(one) for one in remarks)
    assert "wikipedia-mgt" in " ".join(str(one) for one in remarks)


def test_the_chain_ends_in_rows_of_the_table() -> None:
    for claim in CLAIMS.values():
        keys = {one.key for one in claim.sources}
        assert {row["source"] for row in trace_claim(claim)["parameters"]} <= keys


def test_the_ledger_is_whole_text() -> None:
    text = files("brainmag.evidence").joinpath("claims.toml").read_text(encoding="utf-8")
    assert "http" not in text
