"""Restricted likelihood of a Gaussian model whose covariance is linear in its parameters.

The covariance of a person's visits is a sum of known matrices, each times an unknown number: one
for each pair of visits leaves it unstructured, the unit matrix and a matrix of ones are residual
and random intercept. Score and expected information then need no second derivatives of the
covariance. H. D. Patterson and R. Thompson, 1971, doi:10.1093/biomet/58.3.545; D. A. Harville,
1977, doi:10.1080/01621459.1977.10480998.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainmag.trials.analysis.missingness import Array, Pattern, invert_regular


@dataclass(frozen=True)
class Evaluation:
    """Restricted likelihood of R trials at given M parameters of the covariance.

    Parameters
    ----------
    log_likelihood : ndarray, shape (R,)
        Without the term of the number of observations.
    coefficients : ndarray, shape (R, P)
        Generalised least squares.
    spread : ndarray, shape (R, P, P)
        Their covariance as if that of the visits were known.
    score : ndarray, shape (R, M)
        Slope of the log-likelihood.
    information : ndarray, shape (R, M, M)
        Expected information.
    slopes : ndarray, shape (R, M, P, P)
        How the precision of the coefficients falls with each parameter.
    """

    log_likelihood: Array
    coefficients: Array
    spread: Array
    score: Array
    information: Array
    slopes: Array


def form_covariance(basis: Array, parameters: Array) -> Array:
    """Return the covariance of the visits, from (M, V, V) and (R, M) to (R, V, V)."""
    return np.einsum("rm,mvw->rvw", parameters, basis)


def weigh_pattern(pattern: Pattern, covariance: Array) -> tuple[Array, Array]:
    """Return inverse covariance of the visits seen, (R, O, O), and its log-determinant, (R,)."""
    part = covariance[:, pattern.visits[:, None], pattern.visits]
    return np.asarray(np.linalg.inv(part), dtype=np.float64), -np.linalg.slogdet(part)[1]


def evaluate_likelihood(patterns: Sequence[Pattern], basis: Array, parameters: Array) -> Evaluation:
    """Return restricted likelihood, score and expected information.

    Parameters
    ----------
    patterns : sequence of Pattern
        Sums of products of R trials.
    basis : ndarray, shape (M, V, V)
        What the covariance is a sum of.
    parameters : ndarray, shape (R, M)
        Such that the covariance is positive definite.

    Returns
    -------
    Evaluation
        NaN where the covariates tell no effects apart.
    """
    covariance = form_covariance(basis, parameters)
    weights = [weigh_pattern(pattern, covariance) for pattern in patterns]
    replicates, visits = covariance.shape[:2]
    width = patterns[0].products.shape[3]
    normal = np.zeros((replicates, width, width))
    sandwich = np.zeros((replicates, visits, visits, width, width))
    precision = np.zeros_like(covariance)
    log_likelihood = np.zeros(replicates)
    for pattern, (weight, log_determinant) in zip(patterns, weights, strict=True):
        size = len(pattern.visits)
        rows = weight @ pattern.products.reshape(replicates, size, -1)
        rows = rows.reshape(replicates, size, size, width, width)
        normal += np.einsum("raaqs->rqs", rows)
        sides = weight[:, None] @ rows.reshape(replicates, size, size, -1)
        one, other = pattern.visits[:, None], pattern.visits
        sandwich[:, one, other] += sides.reshape(rows.shape)
        precision[:, one, other] += pattern.people[:, None, None] * weight
        log_likelihood += 0.5 * pattern.people * log_determinant
    spread = invert_regular(normal[:, :-1, :-1])
    coefficients = np.einsum("rpq,rq->rp", spread, normal[:, :-1, -1])
    explained = np.einsum("rp,rp->r", coefficients, normal[:, :-1, -1])
    log_likelihood -= 0.5 * (np.linalg.slogdet(normal[:, :-1, :-1])[1])
    log_likelihood -= 0.5 * (normal[:, -1, -1] - explained)
    slopes = np.einsum("mab,rabpq->rmpq", basis, sandwich[..., :-1, :-1], optimize=True)
    return Evaluation(
        log_likelihood,
        coefficients,
        spread,
        _find_score(basis, sandwich, precision, coefficients, spread),
        _find_information(patterns, basis, [weight for weight, _ in weights], spread, slopes),
        slopes,
    )


def _find_score(
    basis: Array, sandwich: Array, precision: Array, coefficients: Array, spread: Array
) -> Array:
    """Return the slope of the log-likelihood, shape (R, M)."""
    residual = np.concatenate([-coefficients, np.ones((len(coefficients), 1))], axis=1)
    mixing = residual[:, :, None] * residual[:, None]
    mixing[:, :-1, :-1] += spread
    gradient = 0.5 * (np.einsum("rabqs,rqs->rab", sandwich, mixing) - precision)
    return np.einsum("mab,rab->rm", basis, gradient)


def _find_information(
    patterns: Sequence[Pattern],
    basis: Array,
    weights: Sequence[Array],
    spread: Array,
    slopes: Array,
) -> Array:
    """Return the expected information, shape (R, M, M)."""
    replicates, size = slopes.shape[:2]
    turned = spread[:, None] @ slopes
    flat = turned.reshape(replicates, size, -1)
    across = turned.swapaxes(2, 3).reshape(replicates, size, -1)
    information = 0.5 * (flat @ across.swapaxes(1, 2))
    for pattern, weight in zip(patterns, weights, strict=True):
        explained = np.einsum(
            "rabpq,rpq->rab", pattern.products[..., :-1, :-1], spread, optimize=True
        )
        inner = 0.5 * pattern.people[:, None, None] * weight - weight @ explained @ weight
        parts = basis[:, pattern.visits[:, None], pattern.visits]
        left = (parts @ weight[:, None]).reshape(replicates, size, -1)
        right = (parts @ inner[:, None]).swapaxes(2, 3).reshape(replicates, size, -1)
        information += left @ right.swapaxes(1, 2)
    return 0.5 * (information + information.swapaxes(1, 2))
