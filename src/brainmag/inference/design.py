# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# SALib is untyped.
"""Where a sensitivity analysis looks, and what it makes of what it finds there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import ComputationError, InputError

Array = NDArray[np.float64]

MORRIS, SOBOL = "morris", "sobol"
METHODS = (MORRIS, SOBOL)
# What each method ranks by.
RANKED_BY = {MORRIS: "mu_star", SOBOL: "total_order"}
# Trajectories of Morris; points of Sobol's sequence, to which each parameter adds one.
DEFAULT_SAMPLES = {MORRIS: 20, SOBOL: 256}
FEWEST_SAMPLES = {MORRIS: 4, SOBOL: 16}
MOST_SAMPLES = {MORRIS: 1000, SOBOL: 4096}
# Morris steps between the 5th and the 95th percentile of each prior, on so many levels.
LEVELS, LOW, HIGH = 4, 0.05, 0.95
# Sobol's sequence may meet the very edge of the cube, where a prior has no value.
EDGE = 2.0**-40
RESAMPLES, CONFIDENCE = 500, 0.95
# SALib's own names of what each method finds, and ours.
FOUND = {
    MORRIS: {
        "mu_star": "mu_star",
        "mu_star_conf": "mu_star_confidence",
        "mu": "mu",
        "sigma": "sigma",
    },
    SOBOL: {
        "S1": "first_order",
        "S1_conf": "first_order_confidence",
        "ST": "total_order",
        "ST_conf": "total_order_confidence",
    },
}


@dataclass(frozen=True)
class Design:
    """Places in the unit cube at which a function is asked for.

    Attributes
    ----------
    method : str
        ``morris`` or ``sobol``.
    names : tuple of str
        Parameter of each column.
    seed : int
    places : ndarray, shape (blocks * block, parameters)
        Strictly between 0 and 1.
    """

    method: str
    names: tuple[str, ...]
    seed: int
    places: Array

    @property
    def block(self) -> int:
        """How many rows in a row make one sample, and are of use only together."""
        return count_runs(self.method, len(self.names), 1)


def count_runs(method: str, parameters: int, samples: int) -> int:
    """Return how many runs some samples take.

    Examples
    --------
    >>> count_runs("morris", 127, 20), count_runs("sobol", 10, 256)
    (2560, 3072)
    """
    return samples * (parameters + (1 if method == MORRIS else 2))


def check_samples(method: str, samples: int) -> None:
    """Refuse a number of samples for which Sobol's sequence is not even.

    Raises
    ------
    InputError
        ``inference.not_a_power_of_two``.
    """
    if method == SOBOL and samples & (samples - 1):
        below = 1 << (samples.bit_length() - 1)
        raise InputError(
            "inference.not_a_power_of_two", given=samples, below=below, above=2 * below
        )


def make_design(method: str, names: Sequence[str], *, samples: int, seed: int) -> Design:
    """Return the places at which a method looks; the same seed gives the same places.

    Parameters
    ----------
    method : str
        ``morris``: trajectories between the 5th and the 95th percentile, one parameter moving at
        a time; ``sobol``: a scrambled Sobol sequence over the whole cube.
    names : sequence of str
    samples : int
        Trajectories, or points of the sequence.
    seed : int

    Raises
    ------
    InputError
        ``inference.not_a_power_of_two``.

    References
    ----------
    M. D. Morris, Factorial sampling plans for preliminary computational experiments,
    Technometrics 33 (1991) 161-174, doi:10.1080/00401706.1991.10484804. A. Saltelli et al.,
    Variance based sensitivity analysis of model output, Computer Physics Communications 181
    (2010) 259-270, doi:10.1016/j.cpc.2009.09.018.

    Examples
    --------
    >>> make_design("morris", ["a", "b"], samples=4, seed=1).places.shape
    (12, 2)
    """
    check_samples(method, samples)
    random = np.random.default_rng(seed)
    if method == MORRIS:
        from SALib.sample import morris  # noqa: PLC0415

        problem = _describe_problem(names, (LOW, HIGH))
        places = morris.sample(problem, samples, num_levels=LEVELS, seed=random)
    else:
        from SALib.sample import sobol  # noqa: PLC0415

        problem = _describe_problem(names, (0.0, 1.0))
        places = sobol.sample(problem, samples, calc_second_order=False, seed=random)
    inside = np.clip(np.asarray(places, dtype=np.float64), EDGE, 1.0 - EDGE)
    return Design(method, tuple(names), seed, inside)


def find_whole_samples(design: Design, values: Array) -> NDArray[np.bool_]:
    """Return of each sample whether all its runs gave a number."""
    return np.all(np.isfinite(values.reshape(-1, design.block)), axis=1)


def find_indices(design: Design, values: Array) -> dict[str, Array]:
    """Return what the values at the places of a design say of each parameter.

    Parameters
    ----------
    design : Design
    values : ndarray, shape (rows,)
        Of the function at each place. What is no number leaves out the sample it belongs to.

    Returns
    -------
    dict of str to ndarray, shape (parameters,)
        Of Morris ``mu_star``, ``mu_star_confidence``, ``mu`` and ``sigma``, in the unit of the
        values and for a move from the 5th to the 95th percentile, and ``share``, of the sum of
        ``mu_star``. Of Sobol ``first_order`` and ``total_order``, shares of the variance, each
        with its ``_confidence``. Confidence is half the width of the 95 % interval.

    Raises
    ------
    ComputationError
        ``inference.too_few_left``, or ``inference.nothing_moves`` when all values are the same.

    Examples
    --------
    >>> design = make_design("morris", ["a", "b"], samples=4, seed=1)
    >>> find_indices(design, 3.0 * design.places[:, 0])["share"].round(9).tolist()
    [1.0, 0.0]
    """
    whole = find_whole_samples(design, values)
    left = int(np.count_nonzero(whole))
    if left < FEWEST_SAMPLES[design.method]:
        raise ComputationError("inference.too_few_left", left=left, samples=len(whole))
    kept = np.repeat(whole, design.block)
    places, values = design.places[kept], values[kept]
    if np.ptp(values) == 0.0:
        raise ComputationError("inference.nothing_moves", given=float(values[0]))
    found = _analyse(design, places, values)
    named = FOUND[design.method]
    indices = {ours: np.asarray(found[theirs], dtype=np.float64) for theirs, ours in named.items()}
    if design.method == MORRIS:
        indices["share"] = indices["mu_star"] / indices["mu_star"].sum()
    return indices


def _analyse(design: Design, places: Array, values: Array) -> Any:
    random: Any = np.random.default_rng(design.seed)
    settings: Any = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": random}
    if design.method == MORRIS:
        from SALib.analyze import morris  # noqa: PLC0415

        problem = _describe_problem(design.names, (LOW, HIGH))
        return morris.analyze(problem, places, values, num_levels=LEVELS, **settings)
    from SALib.analyze import sobol  # noqa: PLC0415

    problem = _describe_problem(design.names, (0.0, 1.0))
    return sobol.analyze(problem, values, calc_second_order=False, **settings)


def _describe_problem(names: Sequence[str], bounds: tuple[float, float]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [list(bounds)] * len(names)}
