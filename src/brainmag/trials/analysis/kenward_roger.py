"""Small-sample covariance and degrees of freedom of the coefficients of a mixed model.

M. G. Kenward and J. H. Roger, 1997, doi:10.2307/2533558. They are what trial statisticians expect
where outcomes are missing: the covariance of the coefficients grows by what the estimated
covariance of the visits leaves open. Of a single contrast the degrees of freedom are those of
Satterthwaite with expected information (their B and E* then reduce to it, and lambda to 1), so
nothing is lost by offering this one alone. The covariance is linear in its parameters, so the terms
with its second derivatives vanish.
"""

from __future__ import annotations

import numpy as np

from brainmag.trials.analysis.missingness import Array, SeenData, invert_regular
from brainmag.trials.analysis.restricted import Evaluation, form_covariance, weigh_pattern


def adjust_spread(
    data: SeenData, basis: Array, parameters: Array, found: Evaluation
) -> tuple[Array, Array]:
    """Return the adjusted covariance of the coefficients and that of the parameters.

    Parameters
    ----------
    data : SeenData
        What was seen in R trials.
    basis : ndarray, shape (M, V, V)
        What the covariance is a sum of.
    parameters : ndarray, shape (R, M)
        Those at the maximum.
    found : Evaluation
        The likelihood there.

    Returns
    -------
    adjusted : ndarray, shape (R, P, P)
        Kenward and Roger's covariance of the coefficients.
    uncertainty : ndarray, shape (R, M, M)
        Covariance of the parameters, from expected information.
    """
    covariance = form_covariance(basis, parameters)
    uncertainty = invert_regular(found.information)
    spread, slopes = found.spread, found.slopes
    mixed = np.einsum("rkl,rlpq->rkpq", uncertainty, slopes, optimize=True)
    twofold = -(slopes @ spread[:, None] @ mixed).sum(axis=1)
    for pattern in data.patterns:
        weight, _ = weigh_pattern(pattern, covariance)
        parts = basis[:, pattern.visits[:, None], pattern.visits]
        left = weight[:, None] @ parts @ weight[:, None]
        right = np.einsum("rkl,lcd->rkcd", uncertainty, parts, optimize=True) @ weight[:, None]
        inner = (left @ right).sum(axis=1)
        products = pattern.products[..., :-1, :-1]
        twofold += np.einsum("rvw,rvwpq->rpq", inner, products, optimize=True)
    return spread + 2.0 * spread @ twofold @ spread, uncertainty


def find_degrees(found: Evaluation, uncertainty: Array, contrasts: Array) -> Array:
    """Return degrees of freedom of each contrast, (C, P) to (R, C)."""
    turned = np.einsum("cp,rpq->rcq", contrasts, found.spread)
    variance = np.einsum("rcq,cq->rc", turned, contrasts)
    slope = np.einsum("rcp,rkpq,rcq->rck", turned, found.slopes, turned, optimize=True)
    scatter = np.einsum("rck,rkl,rcl->rc", slope, uncertainty, slope, optimize=True)
    return 2.0 * variance**2 / scatter
