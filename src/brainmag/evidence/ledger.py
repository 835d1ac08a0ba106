"""The ledger: of every claim its sources, how sure it is, what the model answers, and a verdict.

The verdict is computed, in this order:

- ``not-testable``: no source measures the claim, for or against;
- ``contested``: a source that is neither retracted nor left out contradicts it;
- ``supported``: for those it is about its certainty is at least moderate, the model gets there, and
  the explanation that it needs weighs at least a half in every look at the record;
- ``limited``: anything else.

The model gets there when nineteen in twenty draws, under the explanation that the claim needs, go
the way it says by at least `LEAST`; it falls short when nineteen in twenty do not; else it is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainmag.evidence.answers import name_answer, read_answers, read_draws
from brainmag.evidence.claims import STANCES, Citation, Claim
from brainmag.evidence.grade import LEVELS, Certainty, grade_claim
from brainmag.evidence.reweigh import FEW, LEFT_OUT, Reweighed, summarise_weighted
from brainmag.inference.compare import read_comparison
from brainmag.locales import text
from brainmag.record import load_studies
from brainmag.sources import load_sources

SUPPORTS, _, CONTRADICTS = STANCES
# Where the sentences stand; what follows are names in claims.toml.
CLAIM, SAYS, WHY = "claims.claim", "claims.says", "claims.why"
# What counts as a change: a small effect in a trial, and what an assay would tell from none.
LEAST = {"z": 0.2, "%": 5.0}
MODERATE = LEVELS.index("moderate")
LEAST_WEIGHT = 0.5
# What is written of a source's ties where nothing speaks of a maker.
UNTIED, UNCHECKED = ("none seen",), ("not checked",)


@dataclass(frozen=True)
class Verdict:
    """What a claim comes to.

    Attributes
    ----------
    name : str
        ``supported``, ``limited``, ``contested`` or ``not-testable``.
    because : str
        Key of the reason.
    """

    name: str
    because: str


def build_ledger(
    claims: Sequence[Claim],
    *,
    lang: str,
    answers: Mapping[str, Any] | None = None,
    reweighed: Reweighed | None = None,
) -> dict[str, Any]:
    """Return the ledger of some claims as a document.

    Parameters
    ----------
    claims : sequence of Claim
    lang : str
        Of the sentences in it.
    answers : mapping, optional
        As `brainmag.inference.answers.answer_claims` gives; those that come along by default.
    reweighed : Reweighed, optional
        Another look at the record.
    """
    found = read_answers() if answers is None else answers
    document: dict[str, Any] = {
        "claims": [_describe(claim, found, lang, reweighed) for claim in claims]
    }
    if reweighed is not None:
        document["reweighed"] = {
            "changes": reweighed.changes,
            "untouched": list(reweighed.untouched),
            "weights_before": read_comparison()["weights"],
            "weights": reweighed.weights,
            "effective": {"pool": reweighed.pool, "draws": reweighed.draws},
            "needs_calibration": reweighed.is_thin,
            "few": FEW,
        }
    return document


def _describe(
    claim: Claim, answers: Mapping[str, Any], lang: str, reweighed: Reweighed | None
) -> dict[str, Any]:
    left_out = set[str]() if reweighed is None else reweighed.left_out
    certainty = grade_claim(claim, left_out)
    weight = weigh_claim(claim, reweighed)
    own = [one for one in answers["answers"] if claim.id in one["claims"]]
    told = [_reweigh_answer(one, reweighed) for one in own]
    prediction = next(
        one
        for one in told
        if (one["observable"], one["setting"]) == (claim.asked.observable, claim.asked.setting)
    )
    needed = claim.explanations[0] if claim.needs != "any" else "mineral"
    answer = judge_answer(prediction["predicted"][needed], prediction["unit"], claim.asked.expects)
    verdict = find_verdict(
        [one.stance for one in list_counting(claim, left_out)], certainty, answer, weight["low"]
    )
    return {
        "id": claim.id,
        "level": claim.level,
        "claim": text(f"{CLAIM}.{claim.id}", lang=lang),
        "verdict": verdict.name,
        "because": verdict.because,
        "certainty": certainty.people,
        "graded": {
            "about": claim.about,
            "kind": certainty.kind,
            "start": certainty.start,
            "points": certainty.points,
            "own": certainty.own,
        },
        "needs": claim.needs,
        "weight": weight,
        "sources": [_describe_source(claim.id, one, lang, reweighed) for one in claim.sources],
        "judgements": [
            {
                "domain": domain,
                "points": points,
                "reason": text(f"{WHY}.{claim.id}.{domain}", lang=lang),
            }
            for domain, points in claim.judgements.items()
        ],
        "prediction": {**prediction, "under": needed, "answer": answer},
        "answers": told,
    }


def list_counting(claim: Claim, left_out: set[str]) -> list[Citation]:
    """Return the citations that count: of no retracted source, and not left out."""
    return [
        one
        for one in claim.sources
        if one.key not in left_out and not load_sources()[one.key].retracted
    ]


def find_verdict(
    stances: Sequence[str], certainty: Certainty, answer: str, weight: float
) -> Verdict:
    """Return what a claim comes to; the rule stands at the head of this module.

    Parameters
    ----------
    stances : sequence of str
        Of the sources that count.
    certainty : Certainty
    answer : str
        As `judge_answer` gives.
    weight : float
        Of the explanation that it needs, the least over all looks at the record.

    Examples
    --------
    >>> sure = Certainty("trials", "high", 0, "high", "high")
    >>> find_verdict(["supports"], sure, "there", 0.9).name
    'supported'
    >>> find_verdict(["supports", "contradicts"], sure, "there", 0.9).name
    'contested'
    """
    if CONTRADICTS in stances:
        return Verdict("contested", "sources-against")
    if SUPPORTS not in stances:
        return Verdict("not-testable", "nothing-measured")
    if LEVELS.index(certainty.own) < MODERATE:
        return Verdict("limited", "low-certainty")
    if answer != "there":
        return Verdict("limited", "model-short")
    if weight < LEAST_WEIGHT:
        return Verdict("limited", "light-explanation")
    return Verdict("supported", "all-hold")


def judge_answer(told: Mapping[str, float], unit: str, expects: str) -> str:
    """Return whether the model gets where a claim says: ``there``, ``open`` or ``short``.

    Parameters
    ----------
    told : mapping of str to float
        Median, low and high under the explanation that the claim needs.
    unit : str
        A key of `LEAST`.
    expects : str
        ``up`` or ``down``.

    Examples
    --------
    >>> judge_answer({"median": 9.0, "low": 6.0, "high": 12.0}, "%", "up")
    'there'
    >>> judge_answer({"median": 9.0, "low": 6.0, "high": 12.0}, "%", "down")
    'short'
    """
    sign = 1.0 if expects == "up" else -1.0
    least, most = sorted((sign * told["low"], sign * told["high"]))
    if least >= LEAST[unit]:
        return "there"
    return "short" if most < LEAST[unit] else "open"


def weigh_claim(claim: Claim, reweighed: Reweighed | None = None) -> dict[str, float]:
    """Return what the explanations that a claim needs weigh: as the record is, least and greatest.

    Examples
    --------
    >>> from brainmag.evidence.claims import load_claims
    >>> weigh_claim(load_claims()["C5"])
    {'value': 1.0, 'low': 1.0, 'high': 1.0}
    """
    if claim.needs == "any":
        return {"value": 1.0, "low": 1.0, "high": 1.0}
    comparison = read_comparison()
    looks = [
        sum(one["weights"][name] for name in claim.explanations) for one in comparison["cases"]
    ]
    now = comparison["weights"] if reweighed is None else reweighed.weights
    value = sum(now[name] for name in claim.explanations)
    return {"value": value, "low": min(*looks, value), "high": max(*looks, value)}


def _reweigh_answer(answer: Mapping[str, Any], reweighed: Reweighed | None) -> dict[str, Any]:
    told = {key: answer[key] for key in ("observable", "setting", "unit", "predicted")}
    if reweighed is None:
        return told
    column = name_answer(answer["observable"], answer["setting"])
    predicted: dict[str, dict[str, float]] = {}
    for name, share in reweighed.share.items():
        predicted[name] = summarise_weighted(read_draws(name)[column].astype(np.float64), share)
    return {**told, "predicted": predicted, "before": answer["predicted"]}


def _describe_source(
    claim: str, citation: Citation, lang: str, reweighed: Reweighed | None
) -> dict[str, Any]:
    source = load_sources()[citation.key]
    changed = None if reweighed is None else reweighed.changes.get(citation.key)
    return {
        "key": citation.key,
        "stance": citation.stance,
        "read": source.read,
        "says": text(f"{SAYS}.{claim}.{citation.key}", lang=lang),
        "grade": source.grade if changed in (None, LEFT_OUT) else changed,
        "retracted": source.retracted,
        "industry": find_industry(citation.key),
        "kind": source.kind,
        "cited": citation.cited,
        "words": citation.words,
        "mixed": citation.mixed,
        "left_out": changed == LEFT_OUT,
    }


def find_industry(key: str) -> bool | None:
    """Return whether a maker paid for a source or took part in it; None where nobody checked.

    Examples
    --------
    >>> find_industry("liu-2016"), find_industry("chauvin-2022"), find_industry("liao-2024")
    (True, False, None)
    """
    if any(one.industry for one in load_studies().values() if one.source == key):
        return True
    ties = load_sources()[key].ties
    if ties in UNCHECKED:
        return None
    return ties not in UNTIED
