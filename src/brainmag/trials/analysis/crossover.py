"""Mixed model of a crossover trial: periods within people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis.missingness import Array
from brainmag.trials.analysis.mixed import MixedFit, fit_mixed
from brainmag.trials.analysis.repeated import code_groups


def fit_crossover(
    outcome: Array,
    treatment: NDArray[np.int64],
    sequence: NDArray[np.int64],
    baseline: Array | None = None,
) -> MixedFit:
    """Fit a random intercept per person, and period, treatment and sequence, to each of R trials.

    The covariance is that of residual and intercept; it may be below what residuals alone would
    give, as far as it stays positive definite. An intercept's variance cut off at 0 would make
    standard errors too large or too small in small trials (Kenward and Roger, 1997). Where the
    variance comes out above 0 the model is that of a random intercept. B. Jones and M. G. Kenward,
    Design and Analysis of Cross-Over Trials, 2014, doi:10.1201/b17537. Carry-over is not tested.

    Parameters
    ----------
    outcome : ndarray, shape (R, N, V)
        Of N people in V periods; NaN where missing, at random.
    treatment : ndarray of int, shape (N, V) or (R, N, V)
        Number of the treatment of each period; 0 is control.
    sequence : ndarray of int, shape (N,) or (R, N)
        Number of each person's sequence.
    baseline : ndarray, shape (N, V) or (R, N, V), optional
        Outcome at the start of each period.

    Returns
    -------
    MixedFit
        Contrasts of treatment 1, 2, ... against control; NaN in trials where `converged` is False.

    Raises
    ------
    InputError
        If there are fewer people than the parameters need.
    """
    visits = outcome.shape[2]
    treatments = code_groups(treatment)
    sequences = code_groups(sequence)[..., None, :]
    columns = [np.eye(visits), treatments, sequences]
    if baseline is not None:
        columns.append(baseline[..., None])
    shape = np.broadcast_shapes(*(one.shape[:-1] for one in columns))
    fixed = np.concatenate(
        [np.broadcast_to(one, (*shape, one.shape[-1])) for one in columns], axis=-1
    )
    contrasts = np.zeros((treatments.shape[-1], fixed.shape[-1]))
    contrasts[:, visits : visits + len(contrasts)] = np.eye(len(contrasts))
    return fit_mixed(
        outcome, fixed, contrasts, np.stack([np.eye(visits), np.ones((visits, visits))])
    )
