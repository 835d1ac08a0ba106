"""From milliseconds to days: LTP of the fast synapse as a surface that the slow model reads.

The slow model knows the magnesium of the test bath, NR2B and functional terminals. What a tetanus
does to a synapse with these, on average over the draws of everything else, is fitted by a cubic in
their logarithms; its coefficients stand in ``parameters.tsv``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import CompiledModel
from brainmag.people.parameters import read_parameters
from brainmag.synapse.model import Bath, draw_synapses, load_synapse, run_synapses
from brainmag.synapse.preparation import Preparation, find_preparation
from brainmag.synapse.protocol import Protocol, read_protocol
from brainmag.synapse.run import AFTERMATH, find_ltp

Array = NDArray[np.float64]

# The standard test of the slow model: a tetanus in the standard bath of a slice.
STANDARD_PROTOCOL, STANDARD_PREPARATION, STANDARD_SCHEME = (
    "tetanus",
    "hippocampal-slice",
    "jahr-stevens",
)
DRAWS, SEED = 1000, 1
VARIABLES = ("magnesium", "nr2b", "terminals")
DEGREE = 3
POWERS = tuple(powers for powers in product(range(DEGREE + 1), repeat=3) if sum(powers) <= DEGREE)
# Points of the grid along each variable, for the fit.
GRID = (7, 7, 8)
REWEIGHTINGS = 200


@dataclass(frozen=True)
class FastSynapse:
    """The fast synapse of the standard test, with its draws."""

    model: CompiledModel
    preparation: Preparation
    protocol: Protocol
    parameters: Array


def build_fast_synapse() -> FastSynapse:
    """Return the fast synapse of the standard test."""
    preparation = find_preparation(STANDARD_PREPARATION)
    model = load_synapse(STANDARD_SCHEME)
    parameters = draw_synapses(
        model,
        preparation,
        Bath(preparation.magnesium, preparation.calcium),
        STANDARD_SCHEME,
        adapted={},
        draws=DRAWS,
        seed=SEED,
    )
    # The mean is that of the draws; the nominal synapse is not one of them.
    return FastSynapse(model, preparation, read_protocol(STANDARD_PROTOCOL), parameters[1:])


def find_capacity(synapse: FastSynapse, magnesium: float, nr2b: float, terminals: float) -> float:
    """Return the LTP of the standard test, percent, as a mean over the draws.

    Parameters
    ----------
    synapse : FastSynapse
    magnesium : float
        Of the test bath, mmol/L.
    nr2b, terminals : float
        What the synapse has adapted to, 1 = usual.
    """
    values = synapse.parameters.copy()
    levels = {"acute_magnesium": magnesium, "nr2b_level": nr2b, "terminals": terminals}
    for name, level in levels.items():
        values[:, synapse.model.parameters.index(name)] = level
    last = np.array([synapse.protocol.last + AFTERMATH])
    solution = run_synapses(synapse.model, values, synapse.protocol, last)
    return float(np.mean(find_ltp(synapse.preparation, synapse.model, solution)))


def list_range(variable: str) -> tuple[float, float]:
    """Return the lowest and the highest value of a variable that the surface is fitted for.

    Examples
    --------
    >>> list_range("terminals")
    (0.5, 1.8)
    """
    table = read_parameters()
    return table[f"ltp_{variable}_low"].nominal, table[f"ltp_{variable}_high"].nominal


def list_grid() -> Array:
    """Return the points at which the surface is fitted, shape (points, 3)."""
    axes = [
        np.geomspace(*list_range(variable), count)
        for variable, count in zip(VARIABLES, GRID, strict=True)
    ]
    return np.array(list(product(*axes)))


def read_surface(points: Array) -> Array:
    """Return what the slow model reads at some points, percent; as ``synapse.ant`` does.

    Examples
    --------
    >>> bool(50.0 < read_surface(np.array([[1.2, 1.0, 1.0]]))[0] < 70.0)
    True
    """
    table = read_parameters()
    coefficients = [table[name_coefficient(powers)].nominal for powers in POWERS]
    return _evaluate(_list_terms(points), np.array(coefficients))


def fit_surface(points: Array, capacities: Array) -> Array:
    """Return the coefficients of the surface, in the order of `POWERS`.

    The largest relative error is made small: a point that is missed by more counts for more in
    the next of many linear fits.
    """
    terms, most = _list_terms(points), read_parameters()["ltp_most"].nominal
    logits = np.log(capacities / (most - capacities))
    slope = 1.0 - capacities / most
    weight = np.ones_like(capacities)
    best: Array = np.zeros(len(POWERS))
    smallest = math.inf
    for _ in range(REWEIGHTINGS):
        scale = slope * weight
        found = np.linalg.lstsq(terms * scale[:, None], logits * scale)[0]
        error = np.abs(_evaluate(terms, found) / capacities - 1.0)
        if error.max() < smallest:
            best, smallest = np.asarray(found, np.float64), error.max()
        weight *= (error / error.max() + 0.3) ** 0.3
        weight /= weight.mean()
    return best


def name_coefficient(powers: Sequence[int]) -> str:
    """Return the parameter that holds the coefficient of a product of powers.

    Examples
    --------
    >>> name_coefficient((1, 0, 2))
    'ltp_power_102'
    """
    return "ltp_power_" + "".join(map(str, powers))


def _list_terms(points: Array) -> Array:
    """Return the products of powers of the logarithms, shape (points, coefficients)."""
    usual = np.array([read_parameters()["ltp_magnesium_usual"].nominal, 1.0, 1.0])
    logarithms = np.log(points / usual)
    return np.stack([np.prod(logarithms ** np.array(powers), axis=1) for powers in POWERS], axis=1)


def _evaluate(terms: Array, coefficients: Array) -> Array:
    most = read_parameters()["ltp_most"].nominal
    return most / (1.0 + np.exp(-terms @ coefficients))
