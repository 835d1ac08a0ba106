"""What a document is made from: a run in memory, or a population read back from its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brainmag.scenario import Scenario

Array = NDArray[np.float64]


class Result(Protocol):
    """Figures of every subject of one scenario, told one at a time."""

    @property
    def scenario(self) -> Scenario:
        """Who takes what, under which explanation."""
        ...

    @property
    def draws(self) -> int:
        """How many draws or people were asked for."""
        ...

    @property
    def seed(self) -> int:
        """Seed of the draws or people."""
        ...

    @property
    def device(self) -> str:
        """What computed the runs."""
        ...

    @property
    def model_key(self) -> str:
        """Hash of everything the compiled model depends on."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Observables, in the order of the chain."""
        ...

    @property
    def has_nominal(self) -> bool:
        """Whether row 0 is the nominal subject; else all rows are people of a population."""
        ...

    @property
    def status(self) -> NDArray[np.int8]:
        """`brainmag.engine.Status` of every row."""
        ...

    def read(self, part: str, name: str) -> Array:
        """Return one figure of every row.

        Parameters
        ----------
        part : str
            Of an observable ``baseline``, ``end`` or ``end_day``; of some ``highest``; of a ledger
            or store its ``growth`` over the run, or its ``last`` value; ``given``, of
            ``magnesium`` or ``threonate`` by single events, mmol; in a population ``person``, of
            what `brainmag.people.People` holds.
        name : str
        """
        ...
