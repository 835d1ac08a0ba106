"""The claims as data: what each is about, its sources, and the judgements on them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from brainmag.errors import InputError, nearest_match

STANCES = ("supports", "limits", "contradicts")
# What a source says itself: as its stance has it, nothing of the matter, or the opposite.
AGREES, SILENT, DENIES = "agrees", "silent", "denies"
# Points that a domain of GRADE may have.
DOMAINS: Mapping[str, tuple[int, int]] = {
    "risk_of_bias": (-2, 0),
    "inconsistency": (-2, 0),
    "indirectness": (-2, 0),
    "imprecision": (-2, 0),
    "publication_bias": (-2, 0),
    "upgrading": (0, 2),
}
# Explanations under which the model has the effect that a claim speaks of.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "any": ("none", "mineral", "carrier"),
    "mineral": ("mineral", "carrier"),
    "carrier": ("carrier",),
}


@dataclass(frozen=True)
class Citation:
    """What one source is to one claim.

    Attributes
    ----------
    key : str
        Key in `brainmag.sources`.
    stance : str
        One of `STANCES`.
    cited : bool
        Whether the popular article names it for this claim.
    words : str
        What the source says itself: `AGREES` with its stance, `SILENT` or `DENIES` the claim.
    mixed : bool
        Whether other ingredients were taken too.
    trials : bool
        Of a meta-analysis: whether it pools trials.
    """

    key: str
    stance: str = ""
    cited: bool = False
    words: str = AGREES
    mixed: bool = False
    trials: bool = False


@dataclass(frozen=True)
class Question:
    """The number that answers a claim, and the way it would have to go: ``up`` or ``down``."""

    observable: str
    setting: str
    expects: str


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes
    ----------
    id : str
        ``C1`` to ``C15``.
    level : str
        The part of the system it speaks of.
    about : str
        ``people``, ``animals`` or ``cells``: on whom the effect is claimed.
    needs : str
        Key of `NEEDS`.
    asked : Question
    sources : tuple of Citation
    judgements : mapping of str to int
        Points by domain of `DOMAINS`.
    """

    id: str
    level: str
    about: str
    needs: str
    asked: Question
    sources: tuple[Citation, ...]
    judgements: Mapping[str, int]

    @property
    def explanations(self) -> tuple[str, ...]:
        """Explanations under which the model has the effect."""
        return NEEDS[self.needs]


@cache
def load_claims() -> Mapping[str, Claim]:
    """Return every claim by its id, in order.

    Examples
    --------
    >>> load_claims()["C6"].needs
    'carrier'
    """
    text = files("brainmag.evidence").joinpath("claims.toml").read_text(encoding="utf-8")
    return read_claims(text)


def read_claims(text: str) -> dict[str, Claim]:
    """Return the claims of a text in the form of ``claims.toml``."""
    return {name: _read_claim(name, table) for name, table in tomllib.loads(text).items()}


def _read_claim(name: str, table: dict[str, Any]) -> Claim:
    return Claim(
        id=name,
        level=table["level"],
        about=table["about"],
        needs=table["needs"],
        asked=Question(**table["asked"]),
        sources=tuple(Citation(**entry) for entry in table["sources"]),
        judgements=table["judgements"],
    )


def choose_claims(names: list[str]) -> list[Claim]:
    """Return some claims in the order of the ledger, or all when none is named.

    Raises
    ------
    InputError
        ``claims.unknown_claim``.

    Examples
    --------
    >>> [claim.id for claim in choose_claims(["c6"])]
    ['C6']
    """
    known = load_claims()
    wanted = [name.upper() for name in names]
    for given, name in zip(names, wanted, strict=True):
        if name not in known:
            raise InputError(
                "claims.unknown_claim",
                given=given,
                nearest=nearest_match(given, known),
                allowed=", ".join(known),
            )
    return [claim for name, claim in known.items() if not wanted or name in wanted]
