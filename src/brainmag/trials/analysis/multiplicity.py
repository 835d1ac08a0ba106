"""Several endpoints, one level: which effects a trial may claim."""

from __future__ import annotations

import numpy as np

from brainmag.errors import InputError, nearest_match
from brainmag.trials.analysis.missingness import Array, Truth

METHODS = ("bonferroni", "holm", "hochberg", "fixed-sequence")


def reject_endpoints(p_value: Array, method: str, alpha: float = 0.05) -> Truth:
    """Return the endpoints whose effect is claimed, with the family's level kept.

    Parameters
    ----------
    p_value : ndarray, shape (R, E)
        Of E endpoints in R trials; NaN, where an analysis had no answer, is never claimed.
    method : {"bonferroni", "holm", "hochberg", "fixed-sequence"}
        S. Holm, 1979, Scandinavian Journal of Statistics 6:65; Y. Hochberg, 1988,
        doi:10.1093/biomet/75.4.800, for
        endpoints that are independent or positively dependent; a fixed sequence tests in the order
        of the columns, each at the full level, up to the first that fails (W. Maurer et al., 1995).
    alpha : float
        Largest chance of any false claim.

    Returns
    -------
    ndarray of bool, shape (R, E)

    Raises
    ------
    InputError
        If there is no such method.

    Examples
    --------
    >>> p_value = np.array([[0.04, 0.02, 0.03]])
    >>> [reject_endpoints(p_value, name).tolist()[0] for name in ("holm", "hochberg")]
    [[False, False, False], [True, True, True]]
    """
    if method not in METHODS:
        nearest, allowed = nearest_match(method, METHODS), ", ".join(METHODS)
        raise InputError(
            "trials.unknown_multiplicity", given=method, nearest=nearest, allowed=allowed
        )
    count = p_value.shape[1]
    known = np.where(np.isnan(p_value), np.inf, p_value)
    if method == "bonferroni":
        return known <= alpha / count
    if method == "fixed-sequence":
        return np.logical_and.accumulate(known <= alpha, axis=1)
    order = np.argsort(known, axis=1, kind="stable")
    limits = alpha / np.array(range(count, 0, -1))
    passed = np.asarray(np.take_along_axis(known, order, axis=1) <= limits, dtype=np.bool_)
    if method == "holm":  # from the smallest p, up to the first that fails
        passed = np.logical_and.accumulate(passed, axis=1)
    else:  # all up to the largest p that passes
        passed = np.logical_or.accumulate(passed[:, ::-1], axis=1)[:, ::-1]
    rejected = np.empty_like(passed)
    np.put_along_axis(rejected, order, passed, axis=1)
    return rejected
