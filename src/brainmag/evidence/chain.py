"""From a claim over its sources to the numbers of the model that rest on them."""

from __future__ import annotations

from typing import Any

from brainmag.evidence.claims import Claim
from brainmag.record import list_figures
from brainmag.tables import read_table


def trace_claim(claim: Claim) -> dict[str, Any]:
    """Return what of the model rests on a claim's sources.

    Returns
    -------
    dict
        ``parameters``: rows of the parameter table whose source is among the claim's; ``figures``:
        those of the record, by source, how many there are and how many calibrate.

    Examples
    --------
    >>> from brainmag.evidence.claims import load_claims
    >>> sorted(trace_claim(load_claims()["C6"]))
    ['figures', 'parameters']
    """
    keys = {one.key for one in claim.sources}
    rows = [row for row in read_table("parameters.tsv") if row["source"] in keys]
    figures: dict[str, dict[str, int]] = {}
    for one in list_figures():
        if one.study.source in keys:
            counts = figures.setdefault(one.study.source, {"total": 0, "calibrating": 0})
            counts["total"] += 1
            counts["calibrating"] += one.role == "calibration" and not one.hindrance
    return {
        "parameters": [
            {
                "parameter": row["parameterId"],
                "value": float(row["nominalValue"]),
                "unit": row["unit"],
                "source": row["source"],
                "grade": row["grade"],
            }
            for row in rows
        ],
        "figures": figures,
    }
