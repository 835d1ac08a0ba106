"""A smooth stand-in for the model: a quadratic, and what is left of it smoothed over its runs.

It only steers where the model is run next. What it gets wrong is rejected there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Of a coefficient's prior spread in units of the figures', per power of a standard normal score.
RIDGE = 1e-3
# Errors of a study beyond which a figure's distance from what was published is told ever more
# coarsely: there the likelihood hardly changes any more, and no stand-in need follow.
REACH = 4.0
# Over which distance, in standard normal scores, runs know of each other; and how rough they are.
LENGTH, ROUGHNESS = 8.0, 0.02
# Runs that the smoothing takes: the best ones.
MOST_RUNS = 2000
# Runs far below the best count less in the quadratic, but never nothing.
SOFTENING, LEAST_LOG = 0.25, -7.0


@dataclass(frozen=True)
class Surrogate:
    """Stand-ins in standard normal scores, one for each figure.

    Attributes
    ----------
    quadratic : ndarray, shape (features, figures)
    runs : ndarray, shape (runs, parameters)
        Scores between which the rest is smoothed.
    rest : ndarray, shape (runs, figures)
        Weight of each run in it.
    centre, error : ndarray, shape (figures,)
        What was published, and its error: the scale on which figures are told.
    """

    quadratic: Array
    runs: Array
    rest: Array
    centre: Array
    error: Array

    def predict(self, scores: Array) -> Array:
        """Return what the figures are about, shape (draws, figures)."""
        told = list_features(scores) @ self.quadratic
        told += _find_nearness(scores, self.runs) @ self.rest
        return unfold(told, self.centre, self.error)


def fit_surrogate(
    scores: Array, predicted: Array, centre: Array, error: Array, log_likelihood: Array
) -> Surrogate:
    """Return stand-ins fitted to runs of the model.

    Parameters
    ----------
    scores : ndarray, shape (runs, parameters)
        Standard normal scores of the parameters.
    predicted : ndarray, shape (runs, figures)
        What the model said; a run that is no number does not count.
    centre, error : ndarray, shape (figures,)
        Of what was published; zero stands for a direction.
    log_likelihood : ndarray, shape (runs,)
        How well each run agrees: the best ones count most.

    Examples
    --------
    >>> scores = np.random.default_rng(1).normal(size=(60, 2))
    >>> truth = 1.0 + scores[:, :1] - 0.5 * scores[:, :1] * scores[:, 1:]
    >>> fitted = fit_surrogate(scores, truth, np.zeros(1), np.ones(1), np.zeros(60))
    >>> bool(abs(fitted.predict(scores) - truth).mean() < 0.1)
    True
    """
    whole = np.all(np.isfinite(predicted), axis=1) & np.isfinite(log_likelihood)
    scores, likelihood = scores[whole], log_likelihood[whole]
    target = fold(predicted[whole], centre, error)
    features = list_features(scores)
    share = np.exp(np.maximum(SOFTENING * (likelihood - likelihood.max()), LEAST_LOG))
    share /= share.sum()
    middle = share @ target
    spread = np.sqrt(share @ (target - middle) ** 2) + 1e-300
    weighted = features * share[:, None]
    penalty = RIDGE / len(target) * np.eye(features.shape[1])
    penalty[0, 0] = 0.0
    standard = (target - middle) / spread
    solved = _solve(features.T @ weighted + penalty, weighted.T @ standard)
    best = np.sort(np.argsort(-likelihood, kind="stable")[:MOST_RUNS])
    left = (standard - features @ solved)[best]
    nearness = _find_nearness(scores[best], scores[best])
    nearness[np.diag_indices_from(nearness)] += ROUGHNESS
    rest = _solve(nearness, left)
    quadratic = solved * spread
    quadratic[0] += middle
    return Surrogate(quadratic, scores[best], rest * spread, centre, error)


def list_features(scores: Array) -> Array:
    """Return one, every score, and every product of two, shape (draws, features).

    Examples
    --------
    >>> list_features(np.array([[2.0, 3.0]])).tolist()
    [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]
    """
    rows, columns = np.triu_indices(scores.shape[1])
    ones = np.ones((len(scores), 1))
    return np.hstack([ones, scores, scores[:, rows] * scores[:, columns]])


def fold(values: Array, centre: Array, error: Array) -> Array:
    """Return figures as distances from what was published: even near it, coarser far away."""
    return np.arcsinh((values - centre) / (REACH * error))


def unfold(distances: Array, centre: Array, error: Array) -> Array:
    """Return figures from distances.

    Examples
    --------
    >>> centre, error = np.array([10.0]), np.array([2.0])
    >>> unfold(fold(np.array([[25.0]]), centre, error), centre, error).round(9).tolist()
    [[25.0]]
    """
    return centre + REACH * error * np.sinh(np.clip(distances, -50.0, 50.0))


def _find_nearness(ones: Array, others: Array) -> Array:
    squares = (ones * ones).sum(axis=1)[:, None] + (others * others).sum(axis=1)
    distance = np.maximum(squares - 2.0 * ones @ others.T, 0.0)
    return np.exp(-0.5 / LENGTH**2 * distance)


def _solve(matrix: Array, right: Array) -> Array:
    """Return the solution of a positive definite system."""
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415

    return np.asarray(cho_solve(cho_factor(matrix), right), dtype=np.float64)
