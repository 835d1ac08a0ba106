"""Runs of the model as one pool of weighted draws, from which every question is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.likelihood import log_mean

Array = NDArray[np.float64]

ROUNDS = 2000
SETTLED = 1e-10


@dataclass(frozen=True)
class Pool:
    """Draws of the free parameters and what the model says at each.

    Attributes
    ----------
    hypothesis : str
    names : tuple of str
        Free parameters.
    figures : tuple of str
        What the columns of ``predicted`` are.
    scores : ndarray, shape (draws, parameters)
        Standard normal under the priors that were drawn from.
    predicted : ndarray, shape (draws, figures)
    log_base : ndarray, shape (draws,)
        Logarithm of the density that all draws together come from, over the priors', times their
        number.
    chain : ndarray of int, shape (draws,)
        Which walker a draw at the whole likelihood and the table's own priors is of; -1 for the
        draws of other stages. Draws of one walker stand in the order of its moves.
    path_error : float
        Standard error of the logarithm of any evidence that comes from the walkers having lost
        some of their number at every stage: their draws are not all independent.
    """

    hypothesis: str
    names: tuple[str, ...]
    figures: tuple[str, ...]
    scores: Array
    predicted: Array
    log_base: Array
    chain: NDArray[np.int64]
    path_error: float

    def weigh(self, log_target: Array) -> Weights:
        """Return the weights of the draws under a target, told over the priors drawn from."""
        logs = log_target - self.log_base
        top = logs.max()
        share = np.exp(logs - top)
        total = share.sum()
        share /= total
        own = max(float((share * share).sum()) - 1.0 / len(share), 0.0)
        error = float(np.sqrt(own + self.path_error**2))
        return Weights(share, float(np.log(total) + top), error)


def thin_pool(pool: Pool, every: int) -> Pool:
    """Return every so many-th draw of a pool.

    Examples
    --------
    >>> ones = np.ones((6, 1))
    >>> pool = Pool("mineral", ("a",), ("b",), ones, ones, np.zeros(6), np.arange(6), 0.0)
    >>> len(thin_pool(pool, 2).scores)
    3
    """
    return replace(
        pool,
        scores=pool.scores[::every],
        predicted=pool.predicted[::every],
        log_base=pool.log_base[::every] - np.log(every),
        chain=pool.chain[::every],
    )


@dataclass(frozen=True)
class Weights:
    """Draws under one target.

    Attributes
    ----------
    share : ndarray, shape (draws,)
        Sums to one.
    log_evidence, error : float
        Logarithm of the target's integral, and the standard error of that.
    """

    share: Array
    log_evidence: float
    error: float

    @property
    def effective(self) -> float:
        """How many equal draws these are worth."""
        return float(1.0 / (self.share * self.share).sum())


def comb(share: Array, count: int, lot: float) -> NDArray[np.intp]:
    """Return which draws are taken, each about as often as its share says.

    Parameters
    ----------
    share : ndarray, shape (draws,)
        Sums to one.
    count : int
        How many are taken.
    lot : float
        One random number between 0 and 1, for all of them.

    Examples
    --------
    >>> comb(np.array([0.5, 0.25, 0.25]), 4, 0.5).tolist()
    [0, 0, 1, 2]
    """
    places = (np.arange(count) + lot) / count
    return np.minimum(np.searchsorted(np.cumsum(share), places), len(share) - 1)


def mix_components(log_density: Array, counts: Sequence[int]) -> tuple[Array, Array]:
    """Return what a pool of draws of several densities is, with none of their constants known.

    Parameters
    ----------
    log_density : ndarray, shape (draws, components)
        Of every draw under every component, unnormalised, over the priors'; the first component
        is the priors themselves, with logarithm zero.
    counts : sequence of int
        How many draws came from each component.

    Returns
    -------
    log_base : ndarray, shape (draws,)
        As `Pool` has it.
    log_evidence : ndarray, shape (components,)
        The constants that follow.

    References
    ----------
    M. R. Shirts, J. D. Chodera, Statistically optimal analysis of samples from multiple
    equilibrium states, J. Chem. Phys. 129 (2008) 124105, doi:10.1063/1.2978177.

    Examples
    --------
    Draws of two normals of one width: the second one's constant is known.

    >>> rng = np.random.default_rng(1)
    >>> draws = np.concatenate([rng.normal(size=2000), rng.normal(1.0, 1.0, size=2000)])
    >>> density = np.column_stack([np.zeros(4000), draws - 0.5 + np.log(3.0)])
    >>> _, found = mix_components(density, [2000, 2000])
    >>> bool(abs(found[1] - np.log(3.0)) < 0.05)
    True
    """
    shares = np.log(np.asarray(counts, dtype=np.float64))
    evidence = np.zeros(len(shares))
    for _ in range(ROUNDS):
        base = _add(log_density + shares - evidence)
        found = _add((log_density - base[:, None]).T)
        found -= found[0]
        if np.max(np.abs(found - evidence)) < SETTLED:
            break
        evidence = found
    return _add(log_density + shares - evidence), evidence


def _add(values: Array) -> Array:
    """Return the logarithm of the sum over the last axis."""
    return log_mean(values) + np.log(values.shape[-1])
