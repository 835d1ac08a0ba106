"""Logistic regression by Firth's penalised likelihood, which has a maximum for any data.

D. Firth, 1993, doi:10.1093/biomet/80.1.27; G. Heinze and M. Schemper, 2002, doi:10.1002/sim.1047.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainmag.trials.analysis.missingness import Array

# Converged when penalised likelihood could rise by no more than this, and what rounding may cost.
TOLERANCE, ROUNDING = 1e-16, 1e-12
MOST_STEPS = 200
# Longest step of a log-odds.
LONGEST = 5.0


def fit_firth(response: Array, design: Array, asked: Sequence[int]) -> Array:
    """Return what penalised likelihood says of some coefficients of one logistic model.

    Parameters
    ----------
    response : ndarray, shape (N,)
        1 or 0.
    design : ndarray, shape (N, P)
        Covariates, with an intercept; none of them a sum of others.
    asked : sequence of int
        Which coefficients.

    Returns
    -------
    ndarray, shape (4, C)
        Estimate, standard error, signed root of the penalised likelihood ratio, and its two-sided
        p.

    Examples
    --------
    Nobody of five responds, and everybody of five others: log-odds ratio 2 ln 11.

    >>> design = np.column_stack([np.ones(10), np.repeat([0.0, 1.0], 5)])
    >>> found = fit_firth(np.repeat([0.0, 1.0], 5), design, [1])
    >>> found[0].round(4).tolist(), (2 * np.log(11.0)).round(4).item()
    ([4.7958], 4.7958)
    """
    from scipy.special import ndtr  # noqa: PLC0415

    effects = list(range(design.shape[1]))
    whole, highest, spread = _climb(response, design, effects)
    told = np.empty((4, len(asked)))
    for column, effect in enumerate(asked):
        _, restricted, _ = _climb(response, design, [one for one in effects if one != effect])
        root = np.sign(whole[effect]) * np.sqrt(max(2.0 * (highest - restricted), 0.0))
        error = np.sqrt(spread[effect, effect])
        told[:, column] = (whole[effect], error, root, 2.0 * ndtr(-abs(root)))
    return told


def _climb(response: Array, design: Array, free: list[int]) -> tuple[Array, float, Array]:
    """Return coefficients, penalised log-likelihood and covariance, with only some free."""
    coefficients = np.zeros(design.shape[1])
    value, score, information = _penalise(response, design, coefficients)
    for _ in range(MOST_STEPS):
        step = np.zeros_like(coefficients)
        step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
        if float(step @ score) < TOLERANCE:
            break
        step *= min(1.0, LONGEST / float(np.abs(design @ step).max()))
        trial = _penalise(response, design, coefficients + step)
        while trial[0] < value - ROUNDING:
            step *= 0.5
            trial = _penalise(response, design, coefficients + step)
        coefficients = coefficients + step
        value, score, information = trial
    return coefficients, value, np.asarray(np.linalg.inv(information), dtype=np.float64)


def _penalise(response: Array, design: Array, coefficients: Array) -> tuple[float, Array, Array]:
    """Return penalised log-likelihood, its score, and the information."""
    odds = design @ coefficients
    chance = 1.0 / (1.0 + np.exp(-odds))
    weight = chance * (1.0 - chance)
    information = (design * weight[:, None]).T @ design
    leverage = weight * np.einsum("np,pq,nq->n", design, np.linalg.inv(information), design)
    score = design.T @ (response - chance + leverage * (0.5 - chance))
    plain = float(response @ odds - np.logaddexp(0.0, odds).sum())
    return plain + 0.5 * float(np.linalg.slogdet(information)[1]), score, information
