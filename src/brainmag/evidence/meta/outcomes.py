"""What trials are pooled on: each outcome with its unit and which way is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from brainmag.errors import InputError, nearest_match
from brainmag.tables import parse_table

Kind = Literal["smd", "md"]
Better = Literal["up", "down", "neither"]


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    id : str
    kind : {"smd", "md"}
        Standardised mean difference, above zero where magnesium does better; or mean difference.
    unit : str
    better : {"up", "down", "neither"}
        Which way is good.
    """

    id: str
    kind: Kind
    unit: str
    better: Better


@cache
def list_outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by its name, in the order of the table.

    Examples
    --------
    >>> list_outcomes()["crp"].unit
    'mg/L'
    """
    text = files("brainmag.evidence.meta").joinpath("outcomes.tsv").read_text(encoding="utf-8")
    rows = parse_table(text, "outcomes.tsv")
    return MappingProxyType(
        {
            row["id"]: Outcome(
                row["id"], cast(Kind, row["kind"]), row["unit"], cast(Better, row["better"])
            )
            for row in rows
        }
    )


def find_outcome(name: str) -> Outcome:
    """Return the outcome of a name.

    Raises
    ------
    InputError
        ``meta.unknown_outcome``; it names the nearest one.

    Examples
    --------
    >>> find_outcome("cognition").kind
    'smd'
    """
    known = list_outcomes()
    if name not in known:
        raise InputError(
            "meta.unknown_outcome",
            given=name,
            nearest=nearest_match(name, known),
            allowed=", ".join(known),
        )
    return known[name]
