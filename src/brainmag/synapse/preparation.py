"""What a synapse is studied in: a fit of plasticity, and the bath in which it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from brainmag.synapse.known import check_known
from brainmag.synapse.plasticity import PlasticitySet, find_set
from brainmag.tables import read_table

DEFAULT_PREPARATION = "hippocampal-slice"


@dataclass(frozen=True)
class Preparation:
    """One row of ``preparations.tsv``.

    Attributes
    ----------
    name : str
    plasticity : PlasticitySet
    magnesium, calcium : float
        Of the bath in which the jumps of that set hold, mmol/L.
    """

    name: str
    plasticity: PlasticitySet
    magnesium: float
    calcium: float


@cache
def read_preparations() -> dict[str, Preparation]:
    """Return the preparations by name.

    Examples
    --------
    >>> read_preparations()["hippocampal-slice"].calcium
    2.0
    """
    return {
        row["preparation"]: Preparation(
            row["preparation"],
            find_set(row["set"]),
            float(row["magnesium"]),
            float(row["calcium"]),
        )
        for row in read_table("preparations.tsv")
    }


def find_preparation(name: str) -> Preparation:
    """Return the preparation of that name.

    Raises
    ------
    InputError
        ``synapse.unknown_preparation``.
    """
    known = read_preparations()
    check_known("preparation", name, known)
    return known[name]
