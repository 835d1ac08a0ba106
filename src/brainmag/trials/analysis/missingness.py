"""Sums of products of a mixed model, by which visits of a person were seen.

With few visits many people share the same set of seen visits. All that restricted likelihood
needs of them is their number and, for each pair of visits, the sums of products of covariates and
outcome; so a fit costs the same however many people a trial has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

# Smallest eigenvalue, once the diagonal is 1, of a matrix that can be inverted.
SINGULAR = 1e-10
# Share of a sum of squares that is no more than rounding.
ROUNDING = 1e-24


@dataclass(frozen=True)
class Pattern:
    """People of R trials of whom the same visits were seen.

    Parameters
    ----------
    visits : ndarray of int, shape (O,)
        The visits seen.
    people : ndarray, shape (R,)
        How many there are.
    products : ndarray, shape (R, O, O, Q, Q)
        Their sums of products between visits, of P covariates and, last, the outcome: Q = P + 1.
    """

    visits: NDArray[np.intp]
    people: Array
    products: Array

    def take(self, rows: NDArray[np.intp]) -> Pattern:
        """Return the same of some of the trials."""
        if len(rows) == len(self.people):
            return self
        return Pattern(self.visits, self.people[rows], self.products[rows])


@dataclass(frozen=True)
class SeenData:
    """What restricted likelihood needs of R trials.

    Parameters
    ----------
    patterns : tuple of Pattern
        People by the visits seen; their outcome is what least squares leave.
    coefficients : ndarray, shape (R, P)
        What least squares found, NaN where the covariates tell no effects apart.
    observations : ndarray, shape (R,)
        How many outcomes were seen.
    scale : ndarray, shape (R,)
        Mean square of what least squares leave, 0 where it is mere rounding.
    """

    patterns: tuple[Pattern, ...]
    coefficients: Array
    observations: Array
    scale: Array

    def take(self, rows: NDArray[np.intp]) -> SeenData:
        """Return the same of some of the trials."""
        return SeenData(
            tuple(pattern.take(rows) for pattern in self.patterns),
            self.coefficients[rows],
            self.observations[rows],
            self.scale[rows],
        )


def gather_data(outcome: Array, fixed: Array) -> SeenData:
    """Return the sums of products of R trials.

    Parameters
    ----------
    outcome : ndarray, shape (R, N, V)
        NaN where nothing was seen.
    fixed : ndarray, shape (N, V, P) or (R, N, V, P)
        The covariates.

    Returns
    -------
    SeenData
        Its outcome is what least squares leave: sums of squares of outcomes far from zero would
        lose the digits that matter.
    """
    seen = np.isfinite(outcome)
    covariates = np.where(seen[..., None], fixed, 0.0)
    values = np.where(seen, outcome, 0.0)
    replicates, _, visits, effects = covariates.shape
    flat = covariates.reshape(replicates, -1, effects)
    across = flat.swapaxes(1, 2)
    inverse = invert_regular(across @ flat)
    coefficients = (inverse @ (across @ values.reshape(replicates, -1, 1)))[..., 0]
    usable = np.where(np.isfinite(coefficients), coefficients, 0.0)
    left = np.where(seen, values - np.einsum("rnvp,rp->rnv", covariates, usable), 0.0)
    both = np.concatenate([covariates, left[..., None]], axis=3)
    places = np.array(range(visits))
    codes = np.asarray(seen @ (1 << places), dtype=np.int64)
    patterns = tuple(
        _gather_pattern(both, codes == code, np.flatnonzero(code >> places & 1))
        for code in np.unique(codes)
        if code
    )
    observations = seen.sum(axis=(1, 2)).astype(np.float64)
    squares = (left**2).sum(axis=(1, 2))
    squares[squares <= ROUNDING * (values**2).sum(axis=(1, 2))] = 0.0
    scale = squares / np.maximum(observations - effects, 1.0)
    return SeenData(patterns, coefficients, observations, scale)


def _gather_pattern(both: Array, members: Truth, visits: NDArray[np.intp]) -> Pattern:
    """Return the sums of products of the people of one pattern."""
    size, width = len(visits), both.shape[3]
    chosen = (both[:, :, visits] * members[..., None, None]).reshape(*both.shape[:2], -1)
    products = (chosen.swapaxes(1, 2) @ chosen).reshape(-1, size, width, size, width)
    people = members.sum(axis=1).astype(np.float64)
    return Pattern(visits, people, np.ascontiguousarray(products.swapaxes(2, 3)))


def find_regular(matrices: Array) -> Truth:
    """Tell which symmetric matrices are positive definite, shape (R, K, K) to (R,).

    Examples
    --------
    >>> find_regular(np.array([[[4.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])).tolist()
    [True, False]
    """
    diagonal = np.diagonal(matrices, axis1=1, axis2=2)
    regular: Truth = np.all(np.isfinite(matrices), axis=(1, 2)) & np.all(diagonal > 0.0, axis=1)
    root = np.sqrt(np.where(regular[:, None], diagonal, 1.0))
    scaled = np.where(regular[:, None, None], matrices, 0.0) / (root[:, :, None] * root[:, None])
    return regular & (np.linalg.eigvalsh(scaled)[:, 0] > SINGULAR)


def invert_regular(matrices: Array) -> Array:
    """Return inverses of symmetric matrices, NaN for those that are not positive definite."""
    regular = find_regular(matrices)[:, None, None]
    inverse = np.linalg.inv(np.where(regular, matrices, np.eye(matrices.shape[1])))
    return np.where(regular, inverse, np.nan)
