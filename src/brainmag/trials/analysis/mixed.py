"""Mixed models of repeated outcomes, fitted to many simulated trials at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from brainmag.trials.analysis.effects import Effects, check_people, find_p_value
from brainmag.trials.analysis.kenward_roger import adjust_spread, find_degrees
from brainmag.trials.analysis.missingness import Array, gather_data
from brainmag.trials.analysis.restricted import evaluate_likelihood, form_covariance
from brainmag.trials.analysis.scoring import find_maximum

# Trials fitted at once: more would not fit into the processor's cache.
CHUNK = 250


@dataclass(frozen=True)
class MixedFit(Effects):
    """What mixed models say of C contrasts in each of R trials.

    Parameters
    ----------
    log_restricted_likelihood : ndarray, shape (R,)
        At its maximum.
    covariance : ndarray, shape (R, V, V)
        Between the visits of a person, in the outcome's unit squared.
    """

    log_restricted_likelihood: Array
    covariance: Array


def fit_mixed(outcome: Array, fixed: Array, contrasts: Array, basis: Array) -> MixedFit:
    """Fit a Gaussian model whose covariance is a sum of known matrices.

    Restricted likelihood, with what is missing missing at random; standard errors and degrees of
    freedom by Kenward and Roger.

    Parameters
    ----------
    outcome : ndarray, shape (R, N, V)
        Of N people at V visits in R trials; NaN where missing.
    fixed : ndarray, shape (N, V, P) or (R, N, V, P)
        Covariates.
    contrasts : ndarray, shape (C, P)
        Sums of coefficients that are asked for.
    basis : ndarray, shape (M, V, V)
        What the covariance between visits is a sum of.

    Returns
    -------
    MixedFit
        NaN in trials where `converged` is False: no maximum was found, or the people left cannot
        tell the parameters.

    Raises
    ------
    InputError
        If even without missing outcomes there would be fewer of them than parameters.
    """
    _, people, visits = outcome.shape
    parameters = fixed.shape[-1] + len(basis)
    check_people(people, parameters, -(-parameters // visits))
    starts = range(0, len(outcome), CHUNK)
    chunks = [
        _fit_chunk(
            outcome[at : at + CHUNK],
            fixed[at : at + CHUNK] if fixed.ndim == outcome.ndim + 1 else fixed[None],
            contrasts,
            basis,
        )
        for at in starts
    ]
    return MixedFit(
        **{
            one.name: np.concatenate([getattr(chunk, one.name) for chunk in chunks])
            for one in fields(MixedFit)
        }
    )


def _fit_chunk(outcome: Array, fixed: Array, contrasts: Array, basis: Array) -> MixedFit:
    """Fit some of the trials."""
    data = gather_data(outcome, np.broadcast_to(fixed, (*outcome.shape, fixed.shape[-1])))
    maximum = find_maximum(data, basis)
    rows = np.flatnonzero(maximum.converged)
    count, size = len(outcome), len(contrasts)
    estimate: Array = np.full((count, size), np.nan)
    error, degrees = estimate.copy(), estimate.copy()
    log_likelihood: Array = np.full(count, np.nan)
    covariance: Array = np.full((count, *basis.shape[1:]), np.nan)
    if rows.size:
        kept, parameters = data.take(rows), maximum.parameters[rows]
        found = evaluate_likelihood(kept.patterns, basis, parameters)
        adjusted, uncertainty = adjust_spread(kept, basis, parameters, found)
        estimate[rows] = (kept.coefficients + found.coefficients) @ contrasts.T
        error[rows] = np.sqrt(np.einsum("cp,rpq,cq->rc", contrasts, adjusted, contrasts))
        degrees[rows] = find_degrees(found, uncertainty, contrasts)
        freedom = kept.observations - fixed.shape[-1]
        log_likelihood[rows] = found.log_likelihood - 0.5 * freedom * np.log(2.0 * np.pi)
        covariance[rows] = form_covariance(basis, parameters)
    t = estimate / error
    return MixedFit(
        *(estimate, error, degrees, t, find_p_value(t, degrees), maximum.converged),
        *(log_likelihood, covariance),
    )
