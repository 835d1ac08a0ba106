"""What a calibration came to: evidence, how well it was found, and what the data told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.likelihood import NUISANCES, Evidence
from brainmag.inference.pool import Pool
from brainmag.inference.posterior import (
    Calibrated,
    draw_posterior,
    foresee_pool,
    weigh_pool,
    weigh_prior,
)
from brainmag.inference.predictive import Predictive, find_content, judge
from brainmag.people.parameters import place_value, read_parameters
from brainmag.people.posterior import Posterior
from brainmag.record import Figure
from brainmag.summary import summarise

Array = NDArray[np.float64]

# A spread that the record leaves at this share of the prior's, or more, was not told by it.
UNTOLD = 0.9
# Of walkers, compared with each other.
GROUPS = 4


def describe_calibration(
    pool: Pool, figures: Sequence[Figure], evidence: Evidence
) -> tuple[dict[str, Any], Posterior]:
    """Return a calibration as a document, and its posterior.

    Parameters
    ----------
    pool : Pool
    figures : sequence of Figure
        In the pool's order.
    evidence : Evidence
        Of them.

    Returns
    -------
    document : dict
        ``log_evidence`` and its ``error``; ``effective`` draws of the weights; ``rhat`` and
        ``worth`` as `find_mixing` has them;
        ``failed`` draws; ``parameters``: median, 5th and 95th percentile before and after, and how
        much narrower they became; ``untold``: what the record cannot tell.
    posterior : Posterior
    """
    calibrated = weigh_pool(pool, evidence)
    posterior = draw_posterior(calibrated)
    rows = [_describe_parameter(name, posterior.places[name]) for name in pool.names]
    rows += [_describe_place(name, posterior.places[name]) for name in NUISANCES]
    rhat, worth = find_mixing(pool)
    document = {
        "hypothesis": pool.hypothesis,
        "log_evidence": calibrated.weights.log_evidence,
        "error": calibrated.weights.error,
        "effective": calibrated.weights.effective,
        "rhat": rhat,
        "worth": worth,
        "draws": len(pool.scores),
        "failed": int(np.sum(~np.all(np.isfinite(pool.predicted), axis=1))),
        "checks": check_calibration(figures, weigh_prior(pool), calibrated, evidence),
        "parameters": rows,
        "untold": [row["parameter"] for row in rows if row["contraction"] < 1.0 - UNTOLD],
    }
    return document, posterior


def check_calibration(
    figures: Sequence[Figure], before: Calibrated, after: Calibrated, evidence: Evidence
) -> dict[str, Any]:
    """Return how well what was published is foreseen, before and after the record was seen.

    Returns
    -------
    dict
        By role: ``figures``, how many are ``inside``, how many would be (``expected``) if what is
        foreseen were exactly right, and the mean ``log_score`` before and after; ``narrowing``: the
        median, over the numbers, of the interval after over that before; ``model_narrowing``: the
        same of the model's own figure, without the study's error.
    """
    first, last = (foresee_pool(one, evidence) for one in (before, after))
    return compare_foresight(figures, first, last)


def compare_foresight(
    figures: Sequence[Figure], before: Predictive, after: Predictive
) -> dict[str, Any]:
    """Return the checks of `check_calibration` for what is foreseen before and after."""
    found: dict[str, Any] = {}
    for role in ("calibration", "validation"):
        own = [k for k, figure in enumerate(figures) if figure.role == role]
        found[role] = {
            "figures": len(own),
            "inside": sum(judge(figures[k], after, k) == "inside" for k in own),
            "expected": sum(find_content(figures[k], after, k) for k in own),
            "log_score_before": float(np.mean(before.log_score[own])),
            "log_score_after": float(np.mean(after.log_score[own])),
        }
    numbers = [k for k, figure in enumerate(figures) if figure.is_number]
    found["narrowing"] = _compare_widths(
        *([one.find_quantiles(k) for k in numbers] for one in (before, after))
    )
    found["model_narrowing"] = _compare_widths(
        *([one.find_model_quantiles(k) for k in numbers] for one in (before, after))
    )
    return found


def _compare_widths(
    before: Sequence[tuple[float, float, float]], after: Sequence[tuple[float, float, float]]
) -> float:
    """Return the median ratio of the intervals after to those before."""
    first, last = (np.array([high - low for low, _, high in one]) for one in (before, after))
    return float(np.median(last / first))


def find_mixing(pool: Pool) -> tuple[float, float]:
    """Return how alike four groups of walkers are at the end, and how many draws theirs are worth.

    Returns
    -------
    rhat : float
        The largest over the parameters; 1 when the groups agree.
    worth : float
        The fewest effective draws of a mean, over the parameters.

    References
    ----------
    A. Vehtari et al., Rank-normalization, folding, and localization: an improved R-hat, Bayesian
    Analysis 16 (2021) 667-718, doi:10.1214/20-BA1221; as ArviZ has it.
    """
    from arviz_stats.base.array import array_stats  # noqa: PLC0415

    measure: Any = array_stats
    walkers = int(pool.chain.max()) + 1
    scores = pool.scores[pool.chain >= 0].reshape(-1, walkers, len(pool.names))
    size = walkers // GROUPS
    # Walker by walker, and within a walker move by move.
    groups = scores[:, : GROUPS * size].transpose(1, 0, 2).reshape(GROUPS, -1, len(pool.names))
    found: list[tuple[float, float]] = []
    for column in range(len(pool.names)):
        draws = groups[:, :, column]
        found.append((float(measure.rhat(draws)), float(measure.ess(draws))))
    return max(one for one, _ in found), min(one for _, one in found)


def _describe_parameter(name: str, places: Array) -> dict[str, Any]:
    parameter = read_parameters()[name]
    row = _describe_place(name, places)
    values = place_value(name, places)
    before = place_value(name, (np.arange(999) + 0.5) / 999)
    return row | {
        "unit": parameter.unit,
        "grade": parameter.grade,
        "prior": summarise(before),
        "posterior": summarise(values),
    }


def _describe_place(name: str, places: Array) -> dict[str, Any]:
    """Return how much narrower the place in the prior became: 0 not at all, 1 wholly."""
    uniform = np.sqrt(1.0 / 12.0)
    return {
        "parameter": name,
        "place": summarise(places),
        "contraction": float(1.0 - np.std(places) / uniform),
    }
