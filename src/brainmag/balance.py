"""Where all magnesium and all threonate of a run went."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.people import CULTURE
from brainmag.simulate import Run

Array = NDArray[np.float64]
Balance = dict[str, Any]


def describe_balances(run: Run, finished: NDArray[np.intp]) -> dict[str, Balance]:
    """Return the balance of magnesium and, for a body, of threonate.

    Each holds the nominal subject's totals over the run (mmol) and the largest error over all
    subjects, relative to what entered: for a dish, to all that the medium gave before it took any
    back, or to what it took where that is more.

    Parameters
    ----------
    run : Run
    finished : ndarray of int
        Rows of the subjects that were computed to the end.
    """
    if run.scenario.subject.who == CULTURE:
        return {"balance": _balance_dish(run, finished)}
    body = {
        name: measure_growth(run, name, finished)
        for name in run.trajectories.ledgers
        if name.endswith(("_ledger", "_stores"))
    }
    nothing = np.zeros(finished.size)
    magnesium = {
        "intake": body["fed_ledger"] + body["infused_ledger"] + run.given["magnesium"],
        "supplied_by_medium": nothing,
    }
    magnesium_left = {
        "urine": body["urine_ledger"],
        "faecal": body["faecal_ledger"],
        "sweat": body["sweat_ledger"],
        "stored": body["magnesium_stores"],
    }
    threonate = {
        "intake": body["threonate_fed_ledger"] + run.given["threonate"],
        "produced": body["threonate_production_ledger"],
    }
    threonate_left = {
        "urine": body["threonate_urine_ledger"],
        "faecal": body["threonate_faecal_ledger"],
        "metabolised": body["threonate_metabolised_ledger"],
        "stored": body["threonate_stores"],
    }
    return {
        "balance": _close(magnesium, magnesium_left, sum(magnesium.values(), nothing)),
        "threonate_balance": _close(threonate, threonate_left, sum(threonate.values(), nothing)),
    }


def measure_growth(run: Run, ledger: str, rows: NDArray[np.intp]) -> Array:
    """Return by how much a ledger or store grew over the run, mmol, shape (rows,)."""
    values = run.trajectories.ledgers[ledger][rows]
    return values[:, 1] - values[:, 0]


def _balance_dish(run: Run, finished: NDArray[np.intp]) -> Balance:
    given = measure_growth(run, "medium_supplied_ledger", finished)
    returned = measure_growth(run, "medium_returned_ledger", finished)
    nothing = np.zeros(finished.size)
    entered = {"intake": nothing, "supplied_by_medium": given - returned}
    left = {
        "urine": nothing,
        "faecal": nothing,
        "sweat": nothing,
        "stored": measure_growth(run, "magnesium_stores", finished),
    }
    # A medium without magnesium gives nothing and only takes.
    return _close(entered, left, np.maximum(given, returned))


def _close(entered: dict[str, Array], left: dict[str, Array], turnover: Array) -> Balance:
    gap = sum(entered.values(), np.zeros_like(turnover)) - sum(left.values())
    parts = {name: float(part[0]) for name, part in {**entered, **left}.items()}
    return {**parts, "unit": "mmol", "relative_error": float(np.max(np.abs(gap) / turnover))}
