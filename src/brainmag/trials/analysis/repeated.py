"""Mixed model for repeated measures: unstructured covariance across visits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis.effects import check_people
from brainmag.trials.analysis.missingness import Array
from brainmag.trials.analysis.mixed import MixedFit, fit_mixed


def fit_repeated(outcome: Array, fixed: Array, contrasts: Array) -> MixedFit:
    """Fit a mixed model for repeated measures to each of R trials.

    C. H. Mallinckrodt et al., 2001, doi:10.1081/BIP-100104194. Covariance across visits is
    unstructured and the same in all arms.

    Parameters
    ----------
    outcome : ndarray, shape (R, N, V)
        Of N people at V visits; NaN where missing, at random.
    fixed : ndarray, shape (N, V, P) or (R, N, V, P)
        Covariates, as `build_repeated_design` makes them.
    contrasts : ndarray, shape (C, P)
        Sums of coefficients that are asked for.

    Returns
    -------
    MixedFit
        NaN in trials where `converged` is False.

    Raises
    ------
    InputError
        If there are fewer people than the parameters need.
    """
    _, people, visits = outcome.shape
    pairs = visits * (visits + 1) // 2
    # What covariates leave of the people must span the visits.
    effects = fixed.shape[-1]
    check_people(people, effects + pairs, visits + -(-effects // visits))
    basis = np.zeros((pairs, visits, visits))
    for number, (one, other) in enumerate(zip(*np.triu_indices(visits), strict=True)):
        basis[number, one, other] = basis[number, other, one] = 1.0
    return fit_mixed(outcome, fixed, contrasts, basis)


def build_repeated_design(
    arm: NDArray[np.int64],
    baseline: Array,
    visits: int,
    *,
    covariates: Array | None = None,
    at: int = -1,
) -> tuple[Array, Array]:
    """Return the usual covariates, and the contrasts of each arm against control at one visit.

    Parameters
    ----------
    arm : ndarray of int, shape (N,) or (R, N)
        Number of each person's arm; 0 is control.
    baseline : ndarray, shape (N,) or (R, N)
        Outcome before treatment.
    visits : int
        How many follow.
    covariates : ndarray, shape (N, K) or (R, N, K), optional
        What else is told of each person, with the same effect at every visit, such as strata.
    at : int
        The visit of the contrasts, from 0; the last unless told otherwise.

    Returns
    -------
    fixed : ndarray, shape (N, V, P) or (R, N, V, P)
        Visit, arm by visit, baseline by visit, covariates.
    contrasts : ndarray, shape (arms - 1, P)
        Arm 1, 2, ... minus control.

    Examples
    --------
    >>> fixed, contrasts = build_repeated_design(np.array([0, 1]), np.array([5.0, 6.0]), 2)
    >>> fixed[1].astype(int).tolist()
    [[1, 0, 1, 0, 6, 0], [0, 1, 0, 1, 0, 6]]
    >>> contrasts.astype(int).tolist()
    [[0, 0, 0, 1, 0, 0]]
    """
    each = np.eye(visits)
    shape = np.broadcast_shapes(arm.shape, baseline.shape)
    dummies = code_groups(arm)
    by_visit = [np.ones(shape), *(dummies[..., k] for k in range(dummies.shape[-1])), baseline]
    columns = [np.broadcast_to(one, shape)[..., None, None] * each for one in by_visit]
    if covariates is not None:
        wide = (*shape, visits, covariates.shape[-1])
        columns.append(np.broadcast_to(covariates[..., None, :], wide))
    fixed = np.concatenate(columns, axis=-1)
    contrasts = np.zeros((dummies.shape[-1], fixed.shape[-1]))
    for number, row in enumerate(contrasts, start=1):
        row[number * visits + at % visits] = 1.0
    return fixed, contrasts


def code_groups(groups: NDArray[np.int64]) -> Array:
    """Return a column of 0 and 1 for each group but the first.

    Examples
    --------
    >>> code_groups(np.array([0, 1, 2])).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    return np.eye(int(groups.max()) + 1)[groups][..., 1:]
