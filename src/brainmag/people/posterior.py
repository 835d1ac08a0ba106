"""Draws of the parameters as the published record leaves them, under each explanation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from brainmag.columns import read_columns
from brainmag.engine import draw_uniform
from brainmag.tables import expect_whole

Array = NDArray[np.float64]

# The lot that says which draw a subject gets.
LOT = "posterior"


@dataclass(frozen=True)
class Posterior:
    """Joint draws of what the record could move.

    Attributes
    ----------
    places : dict of str to ndarray, shape (draws,)
        Where in its prior each parameter, and each part of the noise, stands.
    """

    places: dict[str, Array]

    @property
    def size(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.places.values())))

    def choose(self, seed: int, numbers: NDArray[np.int64]) -> dict[str, Array]:
        """Return the draws that subjects of these numbers get, by name.

        A subject's draw depends on the seed and its number alone.
        """
        lots = draw_uniform(seed, numbers, [LOT])[:, 0]
        rows = np.minimum((lots * self.size).astype(np.int64), self.size - 1)
        return {name: np.ascontiguousarray(places[rows]) for name, places in self.places.items()}

    def find_middle(self) -> dict[str, Array]:
        """Return the median of each, one row."""
        return {name: np.array([np.median(places)]) for name, places in self.places.items()}


@cache
def read_posterior(hypothesis: str) -> Posterior:
    """Return the posterior that comes along for an explanation.

    Examples
    --------
    >>> read_posterior("mineral").size
    500
    """
    name = f"{hypothesis}.parquet"
    place = files("brainmag.people").joinpath("posterior", name)
    with expect_whole(f"posterior/{name}"), as_file(place) as path:
        return Posterior(read_columns(path))
