"""How sure a claim is, by GRADE, in the open: a starting level, and a judgement in each domain.

The start follows from the best kind of study that supports a claim: trials in people begin high,
observations of people low; experiments on animals or cells begin high for animals or cells (as
randomised trials of their kind), opinion very low. Judgements are data with their reasons; what
comes out is a sum and never typed. What was seen in animals or cells alone cannot be more than
very low for people.

References
----------
G. H. Guyatt et al., GRADE: an emerging consensus on rating quality of evidence and strength of
recommendations, BMJ 336 (2008) 924, doi:10.1136/bmj.39489.470347.AD.

C. R. Hooijmans et al., Facilitating healthcare decisions by assessing the certainty in the evidence
from preclinical animal studies, PLoS ONE 13 (2018) e0187271, doi:10.1371/journal.pone.0187271.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brainmag.evidence.claims import Citation, Claim
from brainmag.sources import Source, load_sources

LEVELS = ("very-low", "low", "moderate", "high")
TRIALS, OBSERVATIONS, EXPERIMENTS, OPINION = "trials", "observations", "experiments", "opinion"
# Places in `LEVELS` at which each kind of study begins.
STARTS = {TRIALS: 3, OBSERVATIONS: 1, EXPERIMENTS: 3, OPINION: 0}
PEOPLE, SUPPORTS = "people", "supports"
# Kinds of source that measure nothing themselves.
OPINIONS = {
    *("review", "textbook", "encyclopaedia", "regulatory opinion", "product label"),
    *("model", "method", "constants", "convention", "derivation", "assumption"),
}


@dataclass(frozen=True)
class Certainty:
    """How sure a claim is.

    Attributes
    ----------
    kind : str
        The best kind of study that supports it.
    start : str
        Level at which that kind begins.
    points : int
        Sum of the judgements.
    own : str
        Level for those whom the claim is about.
    people : str
        Level for people.
    """

    kind: str
    start: str
    points: int
    own: str
    people: str


def find_kind(citation: Citation, source: Source) -> str:
    """Return what kind of study a source is, as GRADE sees it.

    Examples
    --------
    >>> from brainmag.sources import find_source
    >>> find_kind(Citation("liu-2016"), find_source("liu-2016"))
    'trials'
    >>> find_kind(Citation("slutsky-2010"), find_source("slutsky-2010"))
    'experiments'
    """
    if source.kind in OPINIONS:
        # A table of measured constants is no opinion, though it stands in a textbook.
        return EXPERIMENTS if source.species == "in vitro" else OPINION
    if not source.species.startswith("human") or source.kind == "cell study":
        return EXPERIMENTS
    if source.kind == "meta-analysis":
        return TRIALS if citation.trials else OBSERVATIONS
    return TRIALS if source.kind == "randomised trial" else OBSERVATIONS


def list_supporters(claim: Claim, left_out: Collection[str] = ()) -> list[Citation]:
    """Return the citations that count as support: neither left out nor of a retracted source."""
    return [
        one
        for one in claim.sources
        if one.stance == SUPPORTS
        and one.key not in left_out
        and not load_sources()[one.key].retracted
    ]


def grade_claim(claim: Claim, left_out: Collection[str] = ()) -> Certainty:
    """Return how sure a claim is.

    Parameters
    ----------
    claim : Claim
    left_out : collection of str
        Sources that do not count.

    Examples
    --------
    >>> from brainmag.evidence.claims import load_claims
    >>> found = grade_claim(load_claims()["C7"])
    >>> found.start, found.points, found.own, found.people
    ('high', -2, 'low', 'very-low')
    """
    kinds = {
        find_kind(one, load_sources()[one.key]) for one in list_supporters(claim, left_out)
    } or {OPINION}
    if claim.about == PEOPLE:
        # What was seen in people goes before what was seen elsewhere.
        order = (TRIALS, OBSERVATIONS, EXPERIMENTS, OPINION)
    else:
        order = (EXPERIMENTS, TRIALS, OBSERVATIONS, OPINION)
    kind = next(one for one in order if one in kinds)
    start, points = STARTS[kind], sum(claim.judgements.values())
    own = add_points(start, points)
    if claim.about == PEOPLE and not kinds & {TRIALS, OBSERVATIONS}:
        own = LEVELS[0]
    return Certainty(
        kind=kind,
        start=LEVELS[start],
        points=points,
        own=own,
        people=own if claim.about == PEOPLE else LEVELS[0],
    )


def add_points(start: int, points: int) -> str:
    """Return the level that a start and a sum of points lead to.

    Examples
    --------
    >>> add_points(3, -1), add_points(3, -9), add_points(1, 5)
    ('moderate', 'very-low', 'high')
    """
    return LEVELS[min(max(start + points, 0), len(LEVELS) - 1)]
