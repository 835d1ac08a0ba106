# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# statsmodels is untyped.
"""Responder analysis: who reaches a threshold, by logistic regression."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis.ancova import build_design
from brainmag.trials.analysis.effects import Effects, check_people
from brainmag.trials.analysis.firth import fit_firth
from brainmag.trials.analysis.missingness import Array, Truth, find_regular


@dataclass(frozen=True)
class Responders(Effects):
    """What logistic regression says of the share of responders.

    Parameters
    ----------
    share : ndarray, shape (R, A)
        Of responders in each arm, control first.
    separated : ndarray of bool, shape (R,)
        Where plain logistic regression has no finite answer and Firth's was taken.
    """

    share: Array
    separated: Truth


def fit_responders(
    outcome: Array,
    threshold: float,
    covariates: Array,
    arm: NDArray[np.int64],
    members: Truth | None = None,
) -> Responders:
    """Compare each arm's odds of response with control's, in each of R trials.

    Estimate and standard error are those of maximum likelihood, the test is Rao's score test: in
    trials of a hundred people Wald's finds an effect of nothing in 4.0 % and the likelihood ratio's
    in 5.8 %. Where covariates separate responders from others, or nobody
    or everybody responds, likelihood has no maximum: there the estimate is Firth's, and the test
    that of his penalised likelihood ratio, which always exist. G. Heinze and M. Schemper, 2002,
    doi:10.1002/sim.1047.

    Parameters
    ----------
    outcome : ndarray, shape (R, N)
        A person responds with an outcome of at least the threshold; NaN is no response.
    threshold : float
        In the outcome's unit.
    covariates : ndarray, shape (N, K) or (R, N, K)
        Such as the baseline; an intercept is added.
    arm : ndarray of int, shape (N,) or (R, N)
        Number of each person's arm; 0 is control.
    members : ndarray of bool, shape (R, N), optional
        Whom alone it is about.

    Returns
    -------
    Responders
        Log-odds ratio of arm 1, 2, ... to control. `converged` is False where not even Firth's
        likelihood has a maximum: covariates that say the same twice.

    Raises
    ------
    InputError
        If there are no more people than effects.
    """
    design, arms = build_design(covariates, arm, len(outcome))
    check_people(outcome.shape[1], design.shape[2], design.shape[2] + 1)
    response = (np.nan_to_num(outcome, nan=-np.inf) >= threshold).astype(np.float64)
    inside = np.ones(response.shape, dtype=np.bool_) if members is None else members
    chosen = design * inside[..., None]
    regular = find_regular(chosen.swapaxes(1, 2) @ chosen)
    told = np.full((4, len(outcome), arms), np.nan)
    separated = np.zeros(len(outcome), dtype=np.bool_)
    asked = slice(1, 1 + arms)
    for number, (values, columns) in enumerate(zip(response, design, strict=True)):
        if not regular[number]:
            continue
        values, columns = values[inside[number]], columns[inside[number]]  # noqa: PLW2901
        found = _fit_plain(values, columns)
        if found is None:
            separated[number] = True
            told[:, number] = fit_firth(values, columns, range(1, 1 + arms))
        else:
            told[:3, number] = [row[asked] for row in (found.params, found.bse, found.tvalues)]
            told[3, number] = [
                _score_arm(values, columns, one, found.pvalues[one]) for one in range(1, 1 + arms)
            ]
    estimate, error, t, p_value = told
    groups = np.broadcast_to(arm, response.shape)
    share = [
        (response * own).sum(axis=1) / np.maximum(own.sum(axis=1), 1)
        for own in (inside & (groups == one) for one in range(arms + 1))
    ]
    converged: Truth = np.all(np.isfinite(p_value), axis=1)
    return Responders(
        *(estimate, error, np.full(estimate.shape, np.inf), t, p_value),
        *(converged, np.stack(share, axis=1), separated),
    )


def _score_arm(response: Array, design: Array, column: int, wald: float) -> float:
    """Return p of Rao's score test of one column; Wald's where the others have no maximum.

    C. R. Rao, 1948, doi:10.1017/S0305004100023987.
    """
    from scipy.special import chdtrc, expit  # noqa: PLC0415

    others: Array = np.delete(design, column, axis=1)
    found = _fit_plain(response, others)
    if found is None:
        return float(wald)
    chance: Array = np.asarray(expit(others @ found.params), dtype=np.float64)
    weight: Array = chance * (1.0 - chance)
    own: Array = design[:, column]
    # What the others do not tell of the column.
    shared: Array = others.T @ (weight * own)
    inverse = np.asarray(np.linalg.solve((others.T * weight) @ others, shared), dtype=np.float64)
    information = float(weight @ own**2 - shared @ inverse)
    score = float(own @ (response - chance))
    return float(np.asarray(chdtrc(1.0, score**2 / information)))


def _fit_plain(response: Array, design: Array) -> Any | None:
    """Return statsmodels' fit, or None where likelihood has no maximum."""
    from statsmodels.discrete.discrete_model import Logit  # noqa: PLC0415
    from statsmodels.tools.sm_exceptions import (  # noqa: PLC0415
        ConvergenceWarning,
        HessianInversionWarning,
        PerfectSeparationError,
        PerfectSeparationWarning,
    )

    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning):
            warnings.simplefilter("error", kind)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return Logit(response, design).fit(disp=0)
        except (
            *(ConvergenceWarning, HessianInversionWarning, PerfectSeparationWarning),
            *(PerfectSeparationError, RuntimeWarning, np.linalg.LinAlgError),
        ):
            return None
