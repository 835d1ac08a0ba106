"""The claims as data: what each is about, its sources, and the judgements on them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
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
# On whom an effect is claimed, and which way a number would have to go.
ABOUT = ("people", "animals", "cells")
EXPECTS = ("up", "down")
# Explanations under which the model has the effect that a claim speaks of.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "any": ("none", "mineral", "carrier"),
    "mineral": ("mineral", "carrier"),
    "carrier": ("carrier",),
}
# What of a claim does not stand in its table.
COMPUTED = {"id", "unread"}


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
    unread : tuple of str
        Fields of the ledger that nothing reads: misspelt, or typed where a thing is computed.
    """

    id: str
    level: str
    about: str
    needs: str
    asked: Question
    sources: tuple[Citation, ...]
    judgements: Mapping[str, int]
    unread: tuple[str, ...] = ()

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
    entries: list[dict[str, Any]] = table.get("sources", [])
    asked: dict[str, Any] = table.get("asked", {})
    # What is missing reads as nothing, and what is too much is kept: `lint` says so of both.
    unread = _list_unread(Claim, table) + _list_unread(Question, asked)
    return Claim(
        id=name,
        level=table.get("level", ""),
        about=table.get("about", ""),
        needs=table.get("needs", ""),
        asked=Question(*(asked.get(one.name, "") for one in fields(Question))),
        sources=tuple(_read_citation(entry) for entry in entries),
        judgements=table.get("judgements", {}),
        unread=tuple(unread + [name for one in entries for name in _list_unread(Citation, one)]),
    )


def _read_citation(entry: dict[str, Any]) -> Citation:
    known = {one.name for one in fields(Citation)}
    given = {name: entry[name] for name in entry if name in known}
    return Citation(given.pop("key", ""), **given)


def _list_unread(kind: type[Claim | Citation | Question], table: Mapping[str, Any]) -> list[str]:
    known = {one.name for one in fields(kind)} - COMPUTED
    return [name for name in table if name not in known]


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
