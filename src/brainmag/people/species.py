"""Species and the dish: what differs from the parameter table, and the defaults of a subject."""

from __future__ import annotations

from functools import cache

from brainmag.tables import read_table

CULTURE = "culture"
BODIES = ("human", "rat", "mouse")
PREPARATIONS = (*BODIES, CULTURE)


@cache
def read_species(species: str) -> dict[str, str]:
    """Return the rows of one species in ``species.tsv``: identifier to value as text.

    Examples
    --------
    >>> read_species("rat")["weight_reference"]
    '0.35'
    """
    return {
        row["parameterId"]: row["nominalValue"]
        for row in read_table("species.tsv")
        if row["species"] == species
    }
