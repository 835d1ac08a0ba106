"""What a claim comes to.

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

from brainmag.evidence.claims import STANCES, Claim
from brainmag.evidence.grade import LEVELS, Certainty
from brainmag.evidence.reweigh import Reweighed
from brainmag.inference.compare import read_comparison

SUPPORTS, _, CONTRADICTS = STANCES
# What counts as a change: a small effect in a trial, and what an assay would tell from none.
LEAST = {"z": 0.2, "%": 5.0}
MODERATE = LEVELS.index("moderate")
LEAST_WEIGHT = 0.5


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
