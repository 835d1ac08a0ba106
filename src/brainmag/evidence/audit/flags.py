"""What must be said where a claim and the references beside it do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brainmag.evidence.audit.beside import IN_SENTENCE
from brainmag.evidence.audit.known import ANIMALS, CELLS
from brainmag.evidence.audit.statements import ASKED, DENIED, MADE, Statement
from brainmag.evidence.claims import DENIES, SILENT, load_claims

RETRACTED, OTHERWISE, NOT_SAID = "retracted", "says_otherwise", "does_not_say"
ON_ANIMALS, ON_CELLS, MIXED, LIMITS = "animals", "cells", "mixed", "limits"
# From the gravest.
FLAGS = (RETRACTED, OTHERWISE, NOT_SAID, ON_ANIMALS, ON_CELLS, MIXED, LIMITS)
PEOPLE = "people"


@dataclass(frozen=True)
class Flag:
    """One thing to be said of a reference beside a claim; ``says`` is the ledger's sentence."""

    name: str
    source: str
    says: str


def list_flags(statement: Statement, reference: Mapping[str, Any], scope: str) -> Iterator[Flag]:
    """Yield what is wrong with a reference as support of a statement, the gravest first.

    Parameters
    ----------
    statement : Statement
    scope : str
        Where the reference stands. One that stands elsewhere in the paragraph, and that the ledger
        does not name for this claim, may be there for something else: it is not held against it.
    reference : mapping
        Of a reference that is known, as `brainmag.evidence.audit.known.describe_source` tells; of
        one that is not, with what was found of it elsewhere.
    """
    own = next((one for one in reference["claims"] if one["id"] == statement.claim), None)
    says = reference["says"] if own is None else own["says"]
    key = reference["source"] or reference["id"]
    if reference["retracted"]:
        yield Flag(RETRACTED, key, says if own else reference["retraction_note"] or says)
    elif own is not None:
        yield from (Flag(name, key, says) for name in _compare(statement.status, own))
    if statement.status != MADE or (own is None and scope != IN_SENTENCE):
        return
    if load_claims()[statement.claim].about == PEOPLE and not statement.of_animals:
        named = {ANIMALS: ON_ANIMALS, CELLS: ON_CELLS}.get(reference["subject"])
        if named:
            yield Flag(named, key, says)
    if reference["mixed"] and not statement.of_mixture:
        yield Flag(MIXED, key, says)


def _compare(status: str, own: Mapping[str, Any]) -> Iterator[str]:
    """Yield how what a text says differs from what a source says of the same claim."""
    if status == ASKED:
        return
    is_against = own["stance"] == "contradicts" or own["words"] == DENIES
    if status == DENIED:
        if own["stance"] == "supports":
            yield OTHERWISE
    elif is_against:
        yield OTHERWISE
    elif own["words"] == SILENT:
        yield NOT_SAID
    elif own["stance"] == "limits":
        yield LIMITS
