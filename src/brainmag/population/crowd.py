"""A computed population, read back from its files one figure at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import Status
from brainmag.population.plan import Plan
from brainmag.population.table import (
    LEVELS,
    OUTCOME,
    name_column,
    read_columns,
    read_series,
    read_times,
)
from brainmag.scenario import Scenario
from brainmag.trajectories import list_observables

Array = NDArray[np.float64]

# What is told of an observable over time.
BANDS = {"low": 5.0, "lower_quartile": 25.0, "median": 50.0, "upper_quartile": 75.0, "high": 95.0}
# Numbers held at once while bands are made: so much of an observable's time fits in.
LARGEST_SLAB = 2**26


class Crowd:
    """A population as a `brainmag.result.Result`: all rows are people.

    Parameters
    ----------
    plan : Plan
    files : sequence of Path
        The chunks, in the order of their people; some may be missing while a run is unfinished.
    """

    has_nominal = False

    def __init__(self, plan: Plan, files: Sequence[Path]) -> None:
        self.plan = plan
        self.files = tuple(files)
        self.status: NDArray[np.int8] = read_columns(self.files, [OUTCOME])[OUTCOME]
        subject = plan.scenario.subject
        self.names = list_observables(subject.who, subject.cells)

    @property
    def scenario(self) -> Scenario:
        """Who takes what, under which explanation."""
        return self.plan.scenario

    @property
    def draws(self) -> int:
        """How many people were asked for."""
        return self.plan.population.size

    @property
    def seed(self) -> int:
        """Seed of the population."""
        return self.plan.population.seed

    @property
    def device(self) -> str:
        """What computed them."""
        return self.plan.device

    @property
    def model_key(self) -> str:
        """Hash of everything the compiled model depends on."""
        return str(self.plan.made_of["model"])

    def read(self, part: str, name: str) -> Array:
        """Return one figure of every person, as `brainmag.result.Result` tells."""
        if part in LEVELS:
            # They are asked for one after the other: opening the files costs more than reading.
            columns = tuple(name_column(one, name) for one in LEVELS)
        else:
            columns = (name_column(part, name),)
        return _read(self.files, columns)[name_column(part, name)]

    def read_sex(self) -> NDArray[np.str_]:
        """Return the sex of every person."""
        column = name_column("person", "sex")
        return _read(self.files, (column,))[column].astype("U1")

    def read_bands(self, name: str) -> dict[str, Array]:
        """Return the quantiles of an observable over the finished people, each shape (times,).

        Whatever the population's size, no more than a slab of times is held at once.
        """
        finished = np.flatnonzero(self.status == Status.FINISHED)
        levels = list(BANDS.values())
        bands = [
            np.percentile(values[finished].astype(np.float64), levels)
            for slab in self._list_slabs(name)
            for values in slab
        ]
        return dict(zip(BANDS, np.array(bands).T, strict=True))

    def read_times(self) -> Array:
        """Return the times of the bands, h."""
        return read_times(self.files[0])

    def _list_slabs(self, name: str) -> Iterator[NDArray[np.float32]]:
        """Give an observable of all people, some times at once, shape (times, people)."""
        total, size = len(self.read_times()), len(self.status)
        width = max(1, LARGEST_SLAB // max(size, 1))
        for first in range(0, total, width):
            slab = np.empty((min(width, total - first), size), dtype=np.float32)
            row = 0
            for path in self.files:
                values = read_series(path, name)
                slab[:, row : row + len(values)] = values[:, first : first + width].T
                row += len(values)
            yield slab


@lru_cache(maxsize=1)
def _read(files: tuple[Path, ...], columns: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return read_columns(files, columns)
