"""What the document of a population tells beside that of a run: who its people are, and bands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from brainmag.population.crowd import BANDS, Crowd
from brainmag.population.table import PERSON
from brainmag.trajectories import read_units

# What is told of the people; sex as a share, and status is not measured in anybody.
ATTRIBUTES = {name: unit for name, unit in PERSON.items() if name not in ("sex", "status")}


def describe_crowd(crowd: Crowd) -> dict[str, Any]:
    """Return ``population`` and ``bands``: the people, and every observable over time."""
    population = crowd.plan.population
    units = read_units()
    bands: dict[str, Any] = {"time_h": crowd.read_times().tolist()}
    for name in crowd.names:
        quantiles = crowd.read_bands(name)
        bands[name] = {key: values.tolist() for key, values in quantiles.items()}
        bands[name]["unit"] = units[name]
    given = {"size", "seed"}
    return {
        "population": {
            "size": population.size,
            "fixed": {
                name: value
                for name, value in asdict(population).items()
                if value is not None and name not in given
            },
            "female_share": float(np.mean(np.char.equal(crowd.read_sex(), "f"))),
            "attributes": {
                name: {**_summarise(crowd, name), "unit": unit} for name, unit in ATTRIBUTES.items()
            },
        },
        "bands": bands,
    }


def _summarise(crowd: Crowd, name: str) -> dict[str, float]:
    """Return the quantiles of one attribute over all people."""
    values = crowd.read("person", name)
    return {key: float(np.percentile(values, level)) for key, level in BANDS.items()}
