# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# statsmodels is untyped.
"""Analysis of covariance of one outcome per person, by statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis.effects import Effects, check_people
from brainmag.trials.analysis.missingness import ROUNDING, Array, find_regular
from brainmag.trials.analysis.repeated import code_groups


def fit_ancova(outcome: Array, covariates: Array, arm: NDArray[np.int64]) -> Effects:
    """Compare each arm with control in each of R trials, by least squares.

    Parameters
    ----------
    outcome : ndarray, shape (R, N)
        One per person; people whose outcome is NaN are left out of their trial.
    covariates : ndarray, shape (N, K) or (R, N, K)
        Such as the baseline; an intercept is added.
    arm : ndarray of int, shape (N,) or (R, N)
        Number of each person's arm; 0 is control.

    Returns
    -------
    Effects
        Arm 1, 2, ... minus control; NaN in trials where `converged` is False: the people left
        cannot tell the effects, or their outcomes do not scatter.

    Raises
    ------
    InputError
        If there are no more people than effects.

    Examples
    --------
    >>> outcome, arm = np.array([[1.0, 2.0, 3.0, 5.0, 6.0, 7.0]]), np.array([0, 0, 0, 1, 1, 1])
    >>> found = fit_ancova(outcome, np.empty((6, 0)), arm)
    >>> found.estimate.round(3).tolist(), found.degrees.tolist()
    ([[4.0]], [[4.0]])
    """
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415

    design, arms = build_design(covariates, arm, len(outcome))
    check_people(outcome.shape[1], design.shape[2], design.shape[2] + 1)
    told = np.full((5, len(outcome), arms), np.nan)
    converged = np.zeros(len(outcome), dtype=np.bool_)
    asked = slice(1, 1 + arms)
    for number, (values, columns) in enumerate(zip(outcome, design, strict=True)):
        seen = np.isfinite(values)
        left = columns[seen]
        if len(left) > left.shape[1] and find_regular((left.T @ left)[None])[0]:
            found: Any = OLS(values[seen], left).fit()
            if found.ssr <= ROUNDING * found.uncentered_tss:
                continue
            rows = (found.params, found.bse, found.tvalues, found.pvalues)
            told[:4, number] = [row[asked] for row in rows]
            told[4, number] = found.df_resid
            converged[number] = True
    estimate, error, t, p_value, degrees = told
    return Effects(estimate, error, degrees, t, p_value, converged)


def build_design(covariates: Array, arm: NDArray[np.int64], replicates: int) -> tuple[Array, int]:
    """Return intercept, arms and covariates, shape (R, N, P), and how many arms control has."""
    dummies = code_groups(arm)
    shape = (replicates, arm.shape[-1])
    parts = [np.ones((*shape, 1)), dummies, covariates]
    full = [np.broadcast_to(part, (*shape, part.shape[-1])) for part in parts]
    return np.concatenate(full, axis=2), dummies.shape[-1]
