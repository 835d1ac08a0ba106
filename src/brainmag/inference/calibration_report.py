"""What a calibration came to: evidence, how well it was found, and what the data told."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.likelihood import NUISANCES, Evidence
from brainmag.inference.pool import Pool
from brainmag.inference.posterior import Calibrated, draw_posterior, weigh_pool
from brainmag.people.parameters import place_value, read_parameters
from brainmag.people.posterior import Posterior
from brainmag.summary import summarise

Array = NDArray[np.float64]

# A spread that the record leaves at this share of the prior's, or more, was not told by it.
UNTOLD = 0.9
# Above this the tail of the weights is too heavy to be trusted.
HEAVY = 0.7


def describe_calibration(pool: Pool, evidence: Evidence) -> tuple[dict[str, Any], Posterior]:
    """Return a calibration as a document, and its posterior.

    Parameters
    ----------
    pool : Pool
    evidence : Evidence

    Returns
    -------
    document : dict
        ``log_evidence`` and its ``error``; ``effective`` draws and ``pareto_k`` of the weights;
        ``failed`` draws; ``parameters``: median, 5th and 95th percentile before and after, and how
        much narrower they became; ``untold``: what the record cannot tell.
    posterior : Posterior
    """
    calibrated = weigh_pool(pool, evidence)
    posterior = draw_posterior(calibrated)
    rows = [_describe_parameter(name, posterior.places[name]) for name in pool.names]
    rows += [_describe_place(name, posterior.places[name]) for name in NUISANCES]
    document = {
        "hypothesis": pool.hypothesis,
        "log_evidence": calibrated.weights.log_evidence,
        "error": calibrated.weights.error,
        "effective": calibrated.weights.effective,
        "pareto_k": find_tail(calibrated),
        "draws": len(pool.scores),
        "failed": int(np.sum(~np.all(np.isfinite(pool.predicted), axis=1))),
        "parameters": rows,
        "untold": [row["parameter"] for row in rows if row["contraction"] < 1.0 - UNTOLD],
    }
    return document, posterior


def find_tail(calibrated: Calibrated) -> float:
    """Return Pareto's k of the weights: below 0.7 what they say can be trusted.

    References
    ----------
    A. Vehtari et al., Pareto smoothed importance sampling, J. Mach. Learn. Res. 25 (2024) 1-58.
    """
    from arviz_stats.base.array import array_stats  # noqa: PLC0415

    logs = np.log(np.maximum(calibrated.weights.share, 1e-300))
    found: Any = array_stats.psislw(logs)  # pyright: ignore[reportUnknownMemberType]
    return float(found[1])


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
