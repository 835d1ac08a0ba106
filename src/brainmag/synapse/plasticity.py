"""Calcium-based plasticity: time above two thresholds moves an efficacy between two wells.

The efficacy of a synapse is pulled up while calcium is above one threshold and down while it is
above another; between, it rests near one of two wells. What a population of synapses does is known
in closed form when the pull is the same all along, and by simulation otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.synapse.known import check_known
from brainmag.tables import read_table

Array = NDArray[np.float64]

MILLISECONDS = 1000.0
PERCENT = 100.0
_error_function = np.frompyfunc(math.erf, 1, 1)


@dataclass(frozen=True)
class PlasticitySet:
    """One row of ``plasticity_sets.tsv``.

    Attributes
    ----------
    name : str
    calcium_time, delay : float
        Decay of calcium; from a presynaptic spike to its calcium. ms.
    pre_jump, post_jump : float
        Calcium of a lone pulse and of a postsynaptic spike, in units of the depression threshold.
    depression_threshold, potentiation_threshold : float
    depression_rate, potentiation_rate : float
        Pull above each threshold, per time constant.
    noise : float
        Standard deviation of its fluctuations, per square root of a time constant.
    time_constant : float
        s.
    unstable_efficacy : float
        Where the two wells part.
    share_down, strength_ratio : float
        Share of synapses that begin in the lower well; strength of the upper over the lower.
    """

    name: str
    calcium_time: float
    pre_jump: float
    post_jump: float
    depression_threshold: float
    potentiation_threshold: float
    depression_rate: float
    potentiation_rate: float
    noise: float
    time_constant: float
    unstable_efficacy: float
    delay: float
    share_down: float
    strength_ratio: float

    @property
    def strength_before(self) -> float:
        """Mean strength before a protocol, 1 = that of the lower well."""
        return self.share_down + (1.0 - self.share_down) * self.strength_ratio


@cache
def read_sets() -> dict[str, PlasticitySet]:
    """Return the published sets by name.

    Examples
    --------
    >>> list(read_sets())[:3]
    ['DP', 'DPD', 'DPD2']
    """
    numbers = [field.name for field in fields(PlasticitySet)][1:]
    return {
        row["set"]: PlasticitySet(row["set"], *(float(row[name]) for name in numbers))
        for row in read_table("plasticity_sets.tsv")
    }


def find_set(name: str) -> PlasticitySet:
    """Return the set of that name.

    Raises
    ------
    InputError
        ``synapse.unknown_set``.

    Examples
    --------
    >>> find_set("cultures").delay
    10.0
    """
    known = read_sets()
    check_known("set", name, known)
    return known[name]


def predict_ratio(chosen: PlasticitySet, potentiating: ArrayLike, depressing: ArrayLike) -> Array:
    """Return the strength of a population of synapses after a protocol, over that before.

    Parameters
    ----------
    chosen : PlasticitySet
    potentiating, depressing : array_like
        Time that calcium spent above each threshold, ms.

    Returns
    -------
    ndarray
        1 where calcium reached neither.

    Notes
    -----
    Graupner & Brunel 2012 (graupner-2012): the double well is left out while a protocol lasts,
    and each synapse falls into the well on whose side of `unstable_efficacy` it ends.

    Examples
    --------
    >>> float(predict_ratio(find_set("DP"), 0.0, 0.0))
    1.0
    >>> bool(predict_ratio(find_set("DP"), 1000.0, 1000.0) > 1.0)
    True
    """
    up, down = (np.asarray(time, float) / MILLISECONDS for time in (potentiating, depressing))
    pull_up, pull_down = chosen.potentiation_rate * up, chosen.depression_rate * down
    pull = np.maximum(pull_up + pull_down, np.finfo(float).tiny)
    decay = np.exp(-pull / chosen.time_constant)
    settled = pull_up / pull
    variance = chosen.noise**2 * (up + down) / (2.0 * pull)
    variance *= -np.expm1(-2.0 * pull / chosen.time_constant)
    spread = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    risen = _find_share_above(chosen, settled * (1.0 - decay), spread)
    fallen = 1.0 - _find_share_above(chosen, settled + (1.0 - settled) * decay, spread)
    share, ratio = chosen.share_down, chosen.strength_ratio
    after = (
        share * (1.0 - risen)
        + (1.0 - share) * fallen
        + ratio * (share * risen + (1.0 - share) * (1.0 - fallen))
    )
    return after / chosen.strength_before


def _find_share_above(chosen: PlasticitySet, mean: Array, spread: Array) -> Array:
    """Return the share of a normal spread that lies above the point where the wells part."""
    distance = (mean - chosen.unstable_efficacy) / (spread * math.sqrt(2.0))
    return 0.5 * (1.0 + np.asarray(_error_function(distance), float))
