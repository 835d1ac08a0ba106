"""What a pooled effect hangs on: single trials, small trials, and who made them.

Sources: Egger M, Davey Smith G, Schneider M, Minder C (1997), doi:10.1136/bmj.315.7109.629 (small
trials); Pustejovsky JE, Rodgers MA (2019), doi:10.1002/jrsm.1332 (with a predictor that does not
hold the effect); Sterne JAC, et al. (2011), doi:10.1136/bmj.d4002 (not below ten trials).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainmag.evidence.meta.pool import (
    Array,
    Interval,
    fit_random_effects,
    make_interval,
    pool_random,
    read_coefficient,
)

# Coefficients of a line.
LINE = 2


@dataclass(frozen=True)
class Slope:
    """How the effect changes with the size of a trial.

    Attributes
    ----------
    slope : Interval
        Of the effect on the predictor; above zero where small trials show more.
    limit : Interval
        Where the line ends for a trial without error.
    """

    slope: Interval
    limit: Interval


def leave_one_out(effects: Array, variances: Array) -> list[Interval]:
    """Return what the other trials say without each; without one of two, what the other says.

    Examples
    --------
    >>> left = leave_one_out(np.array([0.0, 1.0, 5.0]), np.array([0.1, 0.1, 0.1]))
    >>> left[2].estimate
    0.5
    """
    found: list[Interval] = []
    for place in range(len(effects)):
        others = np.delete(np.arange(len(effects)), place)
        found.append(_pool(effects[others], variances[others]))
    return found


def _pool(effects: Array, variances: Array) -> Interval:
    if len(effects) == 1:
        return make_interval(float(effects[0]), float(np.sqrt(variances[0])))
    return pool_random(fit_random_effects(effects, variances))


def weigh_small_studies(effects: Array, variances: Array, predictor: Array) -> Slope | None:
    """Return whether small trials show more than large ones; None for fewer than three trials.

    Parameters
    ----------
    effects, variances : ndarray (k,)
    predictor : ndarray (k,)
        What falls with size: the standard error; of standardised differences, whose error holds
        the effect itself, the root of the sum of one over each arm's people.

    Examples
    --------
    >>> errors = np.array([0.1, 0.2, 0.3, 0.4])
    >>> found = weigh_small_studies(np.array([0.1, 0.2, 0.3, 0.45]), errors**2, errors)
    >>> found.slope.estimate > 0.0
    True
    """
    if len(effects) <= LINE or np.ptp(predictor) == 0.0:
        return None
    design = np.column_stack([np.ones(len(effects)), predictor])
    fit = fit_random_effects(effects, variances, design)
    return Slope(slope=read_coefficient(fit, 1), limit=read_coefficient(fit, 0))


def compare_groups(
    effects: Array, variances: Array, belongs: Sequence[bool]
) -> tuple[dict[bool, Interval], Interval | None]:
    """Return each group's own pooled effect, and how much the first differs from the other.

    The difference takes one variance between trials for both groups; it is None where a group is
    empty or there are fewer than three trials.

    Examples
    --------
    >>> groups, difference = compare_groups(
    ...     np.array([0.0, 0.0, 1.0]), np.array([0.1, 0.1, 0.1]), [False, False, True])
    >>> groups[True].estimate, round(difference.estimate, 12)
    (1.0, 1.0)
    """
    chosen = np.array(belongs, dtype=bool)
    groups = {
        side: _pool(effects[chosen == side], variances[chosen == side])
        for side in (True, False)
        if (chosen == side).any()
    }
    if len(groups) < LINE or len(effects) <= LINE:
        return groups, None
    design = np.column_stack([np.ones(len(effects)), chosen.astype(np.float64)])
    return groups, read_coefficient(fit_random_effects(effects, variances, design), 1)
