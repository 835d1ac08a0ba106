"""Faults of the ledger: one small rule for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from brainmag.evidence.answers import read_answers
from brainmag.evidence.claims import (
    ABOUT,
    AGREES,
    DENIES,
    DOMAINS,
    EXPECTS,
    NEEDS,
    SILENT,
    STANCES,
    Claim,
)
from brainmag.locales import load_catalogue
from brainmag.sources import Grade, load_sources

LANGUAGES = ("en", "nl")
SUPPORTS = STANCES[0]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, which rule says so, and a value that its text names."""

    place: str
    rule: str
    lang: str = ""


def find_faults(claims: Iterable[Claim]) -> list[Fault]:
    """Return every fault of some claims, by rule.

    Examples
    --------
    >>> from brainmag.evidence.claims import load_claims
    >>> find_faults(load_claims().values())
    []
    """
    return [fault for claim in claims for rule in RULES for fault in rule(claim)]


def find_unknown_sources(claim: Claim) -> Iterator[Fault]:
    """Yield sources that nobody knows."""
    for one in claim.sources:
        if one.key not in load_sources():
            yield Fault(f"{claim.id} {one.key}", "unknown_source")


def find_unknown_questions(claim: Claim) -> Iterator[Fault]:
    """Yield a number that the model was not asked."""
    asked = {(one["observable"], one["setting"]) for one in read_answers()["answers"]}
    if (claim.asked.observable, claim.asked.setting) not in asked:
        yield Fault(f"{claim.id} {claim.asked.observable}", "unknown_question")


def find_missing_texts(claim: Claim) -> Iterator[Fault]:
    """Yield sentences that a language lacks."""
    keys = [("claim", claim.id)]
    keys += [("says", claim.id, one.key) for one in claim.sources]
    keys += [("why", claim.id, domain) for domain in claim.judgements]
    for lang in LANGUAGES:
        for key in keys:
            if not _has_text(load_catalogue(lang, "claims"), key):
                yield Fault(" ".join(key[-2:]), "missing_text", lang)


def _has_text(entry: object, path: tuple[str, ...]) -> bool:
    for part in path:
        entry = entry.get(part) if isinstance(entry, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return isinstance(entry, str) and bool(entry.strip())


def find_missing_grades(claim: Claim) -> Iterator[Fault]:
    """Yield sources without a grade, and domains without a judgement or with impossible points."""
    for one in claim.sources:
        source = load_sources().get(one.key)
        if source is not None and source.grade not in get_args(Grade):
            yield Fault(f"{claim.id} {one.key}", "missing_source_grade")
    for domain, (least, most) in DOMAINS.items():
        if domain not in claim.judgements:
            yield Fault(f"{claim.id} {domain}", "missing_judgement")
        elif claim.judgements[domain] not in range(least, most + 1):
            yield Fault(f"{claim.id} {domain}", "points_out_of_range")


def find_retracted_support(claim: Claim) -> Iterator[Fault]:
    """Yield retracted sources that count as support."""
    for one in claim.sources:
        source = load_sources().get(one.key)
        if source is not None and source.retracted and one.stance == SUPPORTS:
            yield Fault(f"{claim.id} {one.key}", "retracted_support")


def find_twisted_words(claim: Claim) -> Iterator[Fault]:
    """Yield sources that count as support against, or without, their own words."""
    for one in claim.sources:
        if one.stance == SUPPORTS and one.words != AGREES:
            yield Fault(f"{claim.id} {one.key}", "against_own_words")


def find_missing_stances(claim: Claim) -> Iterator[Fault]:
    """Yield sources of which nobody says what they are to the claim."""
    for one in claim.sources:
        if one.stance not in STANCES:
            yield Fault(f"{claim.id} {one.key}", "missing_stance")


def find_unknown_words(claim: Claim) -> Iterator[Fault]:
    """Yield words that the ledger does not know, and fields that nothing reads.

    A certainty or a verdict that somebody typed is such a field: both are computed.
    """
    given = [
        ("about", claim.about, ABOUT),
        ("needs", claim.needs, NEEDS),
        ("expects", claim.asked.expects, EXPECTS),
        *((one.key, one.words, (AGREES, SILENT, DENIES)) for one in claim.sources),
        *((domain, domain, DOMAINS) for domain in claim.judgements),
    ]
    for field, word, known in given:
        if word not in known:
            yield Fault(f"{claim.id} {field}", "unknown_word")
    for name in claim.unread:
        yield Fault(f"{claim.id} {name}", "unknown_field")


def find_repeated_sources(claim: Claim) -> Iterator[Fault]:
    """Yield sources that a claim names more than once."""
    keys = [one.key for one in claim.sources]
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield Fault(f"{claim.id} {key}", "repeated_source")


def find_claims_without_source(claim: Claim) -> Iterator[Fault]:
    """Yield a claim that names no source."""
    if not claim.sources:
        yield Fault(claim.id, "no_source")


RULES: tuple[Callable[[Claim], Iterator[Fault]], ...] = (
    find_unknown_sources,
    find_unknown_questions,
    find_missing_texts,
    find_missing_grades,
    find_retracted_support,
    find_twisted_words,
    find_missing_stances,
    find_unknown_words,
    find_repeated_sources,
    find_claims_without_source,
)
