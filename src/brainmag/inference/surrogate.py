"""A quadratic that stands in for the model while its posterior is looked for.

It only proposes where the model itself is then run; what it gets wrong is weighed out again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Of a coefficient's prior spread in units of the figures', per power of a standard normal score.
RIDGE = 1e-3
# Percentages are fitted on a logarithmic scale, which keeps them above -100 and is straighter.
LEAST_RATIO = 1e-3


@dataclass(frozen=True)
class Surrogate:
    """Quadratics in standard normal scores, one for each figure.

    Attributes
    ----------
    weights : ndarray, shape (features, figures)
    is_percent : ndarray of bool, shape (figures,)
    """

    weights: Array
    is_percent: NDArray[np.bool_]

    def predict(self, scores: Array) -> Array:
        """Return what the quadratics say, shape (draws, figures)."""
        return unfold(list_features(scores) @ self.weights, self.is_percent)


def fit_surrogate(
    scores: Array, predicted: Array, is_percent: NDArray[np.bool_], importance: Array
) -> Surrogate:
    """Return quadratics fitted to runs of the model.

    Parameters
    ----------
    scores : ndarray, shape (runs, parameters)
        Standard normal scores of the parameters.
    predicted : ndarray, shape (runs, figures)
        What the model said; a run that is no number does not count.
    is_percent : ndarray of bool, shape (figures,)
    importance : ndarray, shape (runs,)
        How much each run counts.

    Examples
    --------
    >>> scores = np.random.default_rng(1).normal(size=(40, 2))
    >>> truth = 1.0 + scores[:, :1] - 0.5 * scores[:, :1] * scores[:, 1:]
    >>> fitted = fit_surrogate(scores, truth, np.array([False]), np.ones(40))
    >>> bool(abs(fitted.predict(scores) - truth).max() < 0.01)
    True
    """
    whole = np.all(np.isfinite(predicted), axis=1)
    features = list_features(scores[whole])
    target = fold(predicted[whole], is_percent)
    share = importance[whole] / importance[whole].sum()
    middle = share @ target
    spread = np.sqrt(share @ (target - middle) ** 2) + 1e-300
    weighted = features * share[:, None]
    penalty = RIDGE / len(target) * np.eye(features.shape[1])
    penalty[0, 0] = 0.0
    solved = np.linalg.solve(features.T @ weighted + penalty, weighted.T @ ((target - middle) / spread))
    weights = solved * spread
    weights[0] += middle
    return Surrogate(weights, is_percent)


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


def fold(values: Array, is_percent: NDArray[np.bool_]) -> Array:
    """Return percentages as logarithms of ratios."""
    ratio = np.maximum(1.0 + values / 100.0, LEAST_RATIO)
    return np.where(is_percent, np.log(ratio), values)


def unfold(values: Array, is_percent: NDArray[np.bool_]) -> Array:
    """Return percentages from logarithms of ratios.

    Examples
    --------
    >>> is_percent = np.array([True, False])
    >>> unfold(fold(np.array([[25.0, 3.0]]), is_percent), is_percent).round(9).tolist()
    [[25.0, 3.0]]
    """
    with np.errstate(over="ignore"):
        return np.where(is_percent, 100.0 * np.expm1(np.minimum(values, 50.0)), values)
