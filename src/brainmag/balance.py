"""Where all magnesium and all threonate of a run went."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.people import CULTURE
from brainmag.result import Result
from brainmag.trajectories import BODY_EXTRAS

Array = NDArray[np.float64]
Balance = dict[str, Any]

BODY_BOOKS = tuple(name for name in BODY_EXTRAS if name.endswith(("_ledger", "_stores")))


def describe_balances(result: Result, finished: NDArray[np.intp]) -> dict[str, Balance]:
    """Return the balance of magnesium and, for a body, of threonate.

    Each holds the nominal subject's totals over the run (mmol), or the mean of a population's
    people, and the largest error over all subjects, relative to what entered: for a dish, to all
    that the medium gave before it took any back, or to what it took where that is more.

    Parameters
    ----------
    result : Result
    finished : ndarray of int
        Rows of the subjects that were computed to the end.
    """
    if result.scenario.subject.who == CULTURE:
        return {"balance": _balance_dish(result, finished)}
    body = {name: result.read("growth", name)[finished] for name in BODY_BOOKS}
    given = {name: result.read("given", name)[finished] for name in ("magnesium", "threonate")}
    nothing = np.zeros(finished.size)
    magnesium = {
        "intake": body["fed_ledger"] + body["infused_ledger"] + given["magnesium"],
        "supplied_by_medium": nothing,
    }
    magnesium_left = {
        "urine": body["urine_ledger"],
        "faecal": body["faecal_ledger"],
        "sweat": body["sweat_ledger"],
        "stored": body["magnesium_stores"],
    }
    threonate = {
        "intake": body["threonate_fed_ledger"] + given["threonate"],
        "produced": body["threonate_production_ledger"],
    }
    threonate_left = {
        "urine": body["threonate_urine_ledger"],
        "faecal": body["threonate_faecal_ledger"],
        "metabolised": body["threonate_metabolised_ledger"],
        "stored": body["threonate_stores"],
    }
    has_nominal = result.has_nominal
    return {
        "balance": _close(magnesium, magnesium_left, has_nominal=has_nominal),
        "threonate_balance": _close(threonate, threonate_left, has_nominal=has_nominal),
    }


def _balance_dish(result: Result, finished: NDArray[np.intp]) -> Balance:
    given = result.read("growth", "medium_supplied_ledger")[finished]
    returned = result.read("growth", "medium_returned_ledger")[finished]
    nothing = np.zeros(finished.size)
    entered = {"intake": nothing, "supplied_by_medium": given - returned}
    left = {
        "urine": nothing,
        "faecal": nothing,
        "sweat": nothing,
        "stored": result.read("growth", "magnesium_stores")[finished],
    }
    # A medium without magnesium gives nothing and only takes.
    return _close(entered, left, turnover=np.maximum(given, returned), has_nominal=True)


def _close(
    entered: dict[str, Array],
    left: dict[str, Array],
    *,
    turnover: Array | None = None,
    has_nominal: bool,
) -> Balance:
    come = sum(entered.values(), np.zeros_like(next(iter(entered.values()))))
    gap = np.abs(come - sum(left.values())) / (come if turnover is None else turnover)
    parts = {
        name: float(part[0] if has_nominal else np.mean(part))
        for name, part in {**entered, **left}.items()
    }
    return {**parts, "unit": "mmol", "relative_error": float(np.max(gap))}
