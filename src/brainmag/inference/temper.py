"""From the prior to a posterior by tempering: many walkers under a likelihood that grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform

Array = NDArray[np.float64]
LogLikelihood = Callable[[Array], Array]

# A step of temperature leaves this share of the walkers effective.
KEPT = 0.5
MOVES = 12
# Of the steps of a random walk; 2.38 over the root of the dimension is best for a normal.
REACH = 2.38
LARGEST_STAGES = 200


@dataclass(frozen=True)
class Tempered:
    """Walkers at the end of a tempering.

    Attributes
    ----------
    scores : ndarray, shape (walkers, parameters)
        Standard normal scores a priori.
    log_likelihood : ndarray, shape (walkers,)
    log_evidence : float
        Logarithm of the mean of the likelihood, raised to the power, over the prior.
    stages : int
    accepted : float
        Share of the moves of the last stage that were accepted.
    """

    scores: Array
    log_likelihood: Array
    log_evidence: float
    stages: int
    accepted: float


def temper(
    log_likelihood: LogLikelihood,
    *,
    size: int,
    walkers: int,
    seed: int,
    power: float = 1.0,
    moves: int = MOVES,
) -> Tempered:
    """Return walkers spread by prior times likelihood to a power.

    Parameters
    ----------
    log_likelihood : callable
        Takes standard normal scores, shape (walkers, size), and returns one number for each.
    size : int
        Parameters; a priori their scores are independent and standard normal.
    walkers : int
    seed : int
        All random numbers follow from it.
    power : float
        To which the likelihood is raised in the end.
    moves : int
        Of each walker in a stage.

    References
    ----------
    P. Del Moral, A. Doucet, A. Jasra, Sequential Monte Carlo samplers, J. R. Stat. Soc. B 68
    (2006) 411-436, doi:10.1111/j.1467-9868.2006.00553.x.

    Examples
    --------
    One observation of 1 with unit error: the evidence is a normal density of variance 2 at 1.

    >>> def score(x):
    ...     return -0.5 * (1.0 - x[:, 0]) ** 2 - 0.5 * np.log(2 * np.pi)
    >>> found = temper(score, size=1, walkers=2000, seed=1)
    >>> bool(abs(found.log_evidence + 0.25 + 0.5 * np.log(4 * np.pi)) < 0.05)
    True
    """
    scores = _draw_normal(seed, "start", walkers, size)
    likelihood = log_likelihood(scores)
    heat, evidence, accepted = 0.0, 0.0, 0.0
    reach = REACH / np.sqrt(size)
    for stage in range(LARGEST_STAGES):
        step = _find_step(likelihood, power - heat)
        weights = step * likelihood
        top = weights.max()
        evidence += float(np.log(np.mean(np.exp(weights - top))) + top)
        heat += step
        share = np.exp(weights - top)
        chosen = _resample(share / share.sum(), float(draw_uniform(seed, [stage], ["comb"])[0, 0]))
        scores, likelihood = scores[chosen], likelihood[chosen]
        root = np.linalg.cholesky(np.cov(scores.T).reshape(size, size) + 1e-9 * np.eye(size))
        for move in range(moves):
            name = f"{stage}.{move}"
            jump = reach * _draw_normal(seed, name, walkers, size) @ root.T
            proposed = scores + jump
            found = log_likelihood(proposed)
            gain = heat * (found - likelihood)
            gain += 0.5 * ((scores * scores).sum(axis=1) - (proposed * proposed).sum(axis=1))
            lots = np.log(draw_uniform(seed, np.arange(walkers), [f"lot.{name}"])[:, 0])
            taken = lots < np.where(np.isnan(gain), -np.inf, gain)
            scores = np.where(taken[:, None], proposed, scores)
            likelihood = np.where(taken, found, likelihood)
            accepted = float(taken.mean())
            reach *= np.exp(0.3 * (accepted - 0.25))
        if heat >= power:
            return Tempered(scores, likelihood, evidence, stage + 1, accepted)
    raise ArithmeticError("the likelihood is too steep to be reached in stages")


def _find_step(likelihood: Array, most: float) -> float:
    """Return the largest step of temperature that keeps enough walkers effective."""

    def keeps(step: float) -> bool:
        weights = np.exp(step * (likelihood - likelihood.max()))
        return bool(weights.sum() ** 2 >= KEPT * len(weights) * (weights * weights).sum())

    if keeps(most):
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return low if low > 0.0 else high


def _resample(share: Array, lot: float) -> NDArray[np.intp]:
    """Return who goes on: systematic resampling with one lot."""
    places = (np.arange(len(share)) + lot) / len(share)
    return np.minimum(np.searchsorted(np.cumsum(share), places), len(share) - 1)


def _draw_normal(seed: int, name: str, count: int, size: int) -> Array:
    from scipy.special import ndtri  # noqa: PLC0415

    names = [f"{name}.{k}" for k in range(size)]
    return np.asarray(ndtri(draw_uniform(seed, np.arange(count), names)))
