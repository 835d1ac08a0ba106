"""Oracle: frozen findings. What two articles with traps, and sentences one by one, must give.

Each expected finding has its reason beside it: a person has read the sentence and the ledger.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from brainmag.evidence.audit import audit_article
from brainmag.evidence.claims import load_claims

FOLDER = Path(__file__).parent / "articles"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
SENTENCES = tomllib.loads((FOLDER / "sentences.toml").read_text(encoding="utf-8"))
CASES = [
    (lang, status, claim, sentence)
    for lang, table in SENTENCES.items()
    for status in ("made", "denied", "asked")
    for claim, sentence in table[status]
]


def audit_file(name: str) -> dict[str, Any]:
    return audit_article((FOLDER / name).read_bytes(), name, lang="en")


@pytest.mark.parametrize("name", EXPECTED)
def test_an_article_gives_what_a_reader_finds(name: str) -> None:
    document = audit_file(name)
    found = [
        {
            "line": one["line"],
            "claim": one["claim"],
            "status": one["status"],
            "references": one["references"],
            "flags": [f"{flag['reference']} {flag['flag']}" for flag in one["flags"]],
        }
        for one in document["findings"]
    ]
    wanted = EXPECTED[name]["finding"]
    assert found == [{key: value for key, value in one.items() if key != "why"} for one in wanted]
    assert all(one["why"] for one in wanted)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_article_cites_what_a_reader_sees(name: str) -> None:
    found = {
        one["id"]: {
            "lines": [place["line"] for place in one["places"]],
            "known": one["known"],
            "retracted": one["retracted"],
            "subject": one["subject"],
            "mixed": one["mixed"],
            "industry": {None: "unchecked", True: "yes", False: "no"}[one["industry"]],
        }
        for one in audit_file(name)["references"]
    }
    assert found == EXPECTED[name]["references"]


@pytest.mark.parametrize("name", EXPECTED)
def test_an_article_is_read_in_its_language(name: str) -> None:
    assert audit_file(name)["article"]["language"] == EXPECTED[name]["language"]


@pytest.mark.parametrize(("lang", "status", "claim", "sentence"), CASES)
def test_a_sentence_is_known_by_its_words(
    lang: str, status: str, claim: str, sentence: str
) -> None:
    # What stands around it says the language, and claims nothing.
    frame = {"en": "The tale of the day is this.", "nl": "Het verhaal van de dag is dit."}[lang]
    found = audit_article(f"{frame}\n\n{sentence}".encode(), "-", lang=lang)["findings"]
    assert (claim, status) in [(one["claim"], one["status"]) for one in found]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [(lang, one) for lang, table in SENTENCES.items() for one in table["none"]],
)
def test_a_sentence_without_a_claim_has_none(lang: str, sentence: str) -> None:
    frame = {"en": "The tale of the day is this.", "nl": "Het verhaal van de dag is dit."}[lang]
    found = audit_article(f"{frame}\n\n{sentence}".encode(), "-", lang=lang)["findings"]
    assert [(one["claim"], one["words"]) for one in found] == []


@pytest.mark.parametrize("lang", SENTENCES)
def test_every_claim_is_made_and_denied_by_a_sentence(lang: str) -> None:
    for status in ("made", "denied"):
        assert {claim for claim, _ in SENTENCES[lang][status]} == set(load_claims())
