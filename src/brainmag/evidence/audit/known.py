"""What is known of a reference: its entry among the sources, and what the ledger says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from brainmag.evidence.audit.references import BOOK, DOI, PMC, PMID, WIKI, Identifier
from brainmag.evidence.claims import Citation, load_claims
from brainmag.evidence.ledger import SAYS, find_industry
from brainmag.locales import text
from brainmag.record import load_studies
from brainmag.sources import Source, cite, load_sources

PEOPLE, ANIMALS, CELLS, NOBODY = "people", "animals", "cells", "nobody"
# Kinds of study that were done on cells or slices of tissue, of whatever animal.
_CELLS = {"cell study", "biophysical study", "tissue study"}
_CULTURES = ("culture", "cell", "HT22", "oocyte", "recombinant", "in vitro")


@dataclass(frozen=True)
class Stance:
    """What a source is to a claim, and what it says there itself."""

    claim: str
    citation: Citation
    says: str


@cache
def index_sources() -> Mapping[Identifier, str]:
    """Return the key of every source by each of its identifiers.

    Examples
    --------
    >>> index_sources()[Identifier("pmid", "23658180")]
    'li-2013'
    """
    found: dict[Identifier, str] = {}
    for key, source in load_sources().items():
        for kind, value in ((DOI, source.doi.lower()), (PMID, source.pmid), (PMC, source.pmcid)):
            if value:
                found[Identifier(kind, value)] = key
        if key.startswith(BOOK):
            found[Identifier(BOOK, key.upper())] = key
        if source.kind == "encyclopaedia":
            found[Identifier(WIKI, source.title.lower())] = key
    return found


def find_subject(source: Source) -> str:
    """Return on whom a study was done: people, animals, cells, or nobody.

    Examples
    --------
    >>> from brainmag.sources import find_source
    >>> [find_subject(find_source(key)) for key in ("zhang-2022", "li-2013", "sun-2016")]
    ['people', 'animals', 'cells']
    """
    if source.species == "none":
        return NOBODY
    if source.kind in _CELLS or any(part in source.species for part in _CULTURES):
        return CELLS
    return PEOPLE if source.species.startswith("human") else ANIMALS


def list_stances(key: str, lang: str) -> list[Stance]:
    """Return what a source is to each claim of the ledger that names it.

    Examples
    --------
    >>> [(one.claim, one.citation.stance) for one in list_stances("li-2013", "en")]
    [('C9', 'limits')]
    """
    return [
        Stance(claim.id, one, text(f"{SAYS}.{claim.id}.{key}", lang=lang))
        for claim in load_claims().values()
        for one in claim.sources
        if one.key == key
    ]


def is_mixed(key: str) -> bool:
    """Return whether what a source tested held other active ingredients beside magnesium.

    Examples
    --------
    >>> is_mixed("zhang-2022"), is_mixed("liu-2016")
    (True, False)
    """
    if any(
        one.mixed for claim in load_claims().values() for one in claim.sources if one.key == key
    ):
        return True
    return any(
        course.product.ingredients
        for study in load_studies().values()
        if study.source == key
        for arm in study.arms
        for course in arm.intake.courses
    )


def describe_source(key: str, lang: str) -> dict[str, Any]:
    """Return what an audit tells of a source."""
    source = load_sources()[key]
    return {
        "source": key,
        "citation": cite(key, lang=lang),
        "retracted": source.retracted,
        "retraction_note": source.retraction_note,
        "study": source.kind,
        "subject": find_subject(source),
        "species": source.species,
        "mixed": is_mixed(key),
        "industry": find_industry(key),
        "funding": source.funding,
        "ties": source.ties,
        "read": source.read,
        "grade": source.grade,
        # In English in every language, as all of sources/ is; the ledger's sentences are not.
        "says": source.says,
        "claims": [
            {
                "id": one.claim,
                "stance": one.citation.stance,
                "words": one.citation.words,
                "says": one.says,
            }
            for one in list_stances(key, lang)
        ],
    }
