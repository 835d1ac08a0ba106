"""What an analysis says of the contrasts of a trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainmag.errors import InputError
from brainmag.trials.analysis.missingness import Array, Truth


@dataclass(frozen=True)
class Effects:
    """Estimates of C contrasts in each of R trials.

    Parameters
    ----------
    estimate : ndarray, shape (R, C)
        In the outcome's unit, or as a log-odds ratio.
    standard_error : ndarray, shape (R, C)
        Of the estimate.
    degrees : ndarray, shape (R, C)
        Degrees of freedom of `t`; infinite where it is normal.
    t : ndarray, shape (R, C)
        Estimate over standard error.
    p_value : ndarray, shape (R, C)
        Two-sided.
    converged : ndarray of bool, shape (R,)
        False where the analysis has no answer; all else is NaN there.
    """

    estimate: Array
    standard_error: Array
    degrees: Array
    t: Array
    p_value: Array
    converged: Truth


def find_p_value(t: Array, degrees: Array) -> Array:
    """Return the two-sided p of Student's t.

    Examples
    --------
    >>> find_p_value(np.array([0.0, 12.7062]), np.array([3.0, 1.0])).round(4).tolist()
    [1.0, 0.05]
    """
    from scipy.special import stdtr  # noqa: PLC0415

    return 2.0 * np.asarray(stdtr(degrees, -np.abs(t)), dtype=np.float64)


def check_people(people: int, parameters: int, least: int) -> None:
    """Refuse a trial of fewer people than a model needs even if nobody's outcome is missing."""
    if people < least:
        raise InputError("trials.too_few_people", given=people, parameters=parameters, least=least)
