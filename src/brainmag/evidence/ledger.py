"""The ledger: of every claim its sources, how sure it is, what the model answers, and a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from brainmag.evidence.answers import name_answer, read_answers, read_draws
from brainmag.evidence.claims import Citation, Claim
from brainmag.evidence.grade import grade_claim
from brainmag.evidence.reweigh import FEW, LEFT_OUT, Reweighed, summarise_weighted
from brainmag.evidence.verdict import find_verdict, judge_answer, weigh_claim
from brainmag.inference.compare import read_comparison
from brainmag.locales import text
from brainmag.record import load_studies
from brainmag.sources import load_sources

# Where the sentences stand; what follows are names in claims.toml.
CLAIM, SAYS, WHY = "claims.claim", "claims.says", "claims.why"
# What is written of a source's ties where nothing speaks of a maker.
UNTIED, UNCHECKED = ("none", "none seen"), ("not checked",)


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
