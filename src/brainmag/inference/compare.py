"""Which explanation the record speaks for, how strongly, and what that hangs on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

import numpy as np

from brainmag import __version__
from brainmag.inference.cases import Case, list_cases
from brainmag.inference.free import list_free
from brainmag.inference.likelihood import gather_evidence, share_out
from brainmag.inference.pool import Pool, Weights
from brainmag.inference.weigh import weigh_cases
from brainmag.record.measurements import Figure
from brainmag.tables import expect_whole

# Fewer effective draws than this, and a weight is marked as one that needs a new calibration.
FEW = 50.0
# Of each gain's prior, nearest to none: where Savage and Dickey's ratio is read.
CORNER = 0.1
# Less than this share of the draws is none.
SEEN = 1e-4


def compare(
    pools: Mapping[str, Pool],
    figures: Sequence[Figure],
    *,
    told: Mapping[str, float] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the weights of the explanations in every case.

    Parameters
    ----------
    pools : mapping of str to Pool
        By explanation.
    figures : sequence of Figure
        Of the record; those that cannot be compared are left out.
    told : mapping of str to float, optional
        Log-evidence of the plain look, where it was found from more draws than the pools hold: the
        pools then say by how much it differs in each case, and all commands tell the same weights.
    on_progress : callable, optional
        Called with draws done and draws in all.

    Returns
    -------
    dict
        ``weights``: of the plain look; ``cases``: weights, log-evidence and its error in each;
        ``range``: the least and the greatest weight over the cases; ``deciding``: the figure whose
        absence shifts the weights most; ``savage_dickey``: the check of nested explanations.
    """
    chosen = [figure for figure in figures if not figure.hindrance]
    evidence = gather_evidence(chosen)
    cases = list_cases(chosen)
    total = sum(len(pool.scores) for pool in pools.values())
    before = 0
    found: dict[str, list[Weights]] = {}
    for name, pool in pools.items():

        def tell(done: int, _: int, before: int = before) -> None:
            if on_progress is not None:
                on_progress(before + done, total)

        weights = weigh_cases(pool, evidence, cases, on_progress=tell)
        shift = 0.0 if told is None else told[name] - weights[0].log_evidence
        found[name] = [replace(one, log_evidence=one.log_evidence + shift) for one in weights]
        before += len(pool.scores)
    rows = [
        _describe_case(case, {name: values[k] for name, values in found.items()})
        for k, case in enumerate(cases)
    ]
    return {
        "weights": rows[0]["weights"],
        "range": {
            name: [min(r["weights"][name] for r in rows), max(r["weights"][name] for r in rows)]
            for name in pools
        },
        "cases": rows,
        "deciding": _find_deciding(rows),
        "savage_dickey": _check_nesting(pools["carrier"], found["carrier"][0], rows[0]),
    }


def read_comparison() -> dict[str, Any]:
    """Return the comparison of the explanations on the record and the runs that come along.

    Neither of them changes between two releases, so it is weighed once for each.

    Examples
    --------
    >>> read_comparison()["cases"][0]["kind"]
    'base'
    """
    place = files("brainmag.inference").joinpath("comparison.json")
    with expect_whole(place.name):
        return {"brainmag": __version__, **json.loads(place.read_text(encoding="utf-8"))}


def _describe_case(case: Case, found: Mapping[str, Weights]) -> dict[str, Any]:
    share = share_out(np.array([one.log_evidence for one in found.values()]))
    return {
        "kind": case.kind,
        "name": case.name,
        "figures": int(np.count_nonzero(case.power)),
        "weights": dict(zip(found, share.tolist(), strict=True)),
        "log_evidence": {name: one.log_evidence for name, one in found.items()},
        "error": {name: one.error for name, one in found.items()},
        "effective": {name: one.effective for name, one in found.items()},
        "is_thin": any(one.effective < FEW for one in found.values()),
    }


def _find_deciding(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures by how far their absence moves the weights, the farthest first.

    Told as the largest change of the logarithm of any two explanations' ratio: which of them the
    figure speaks ``for``, which ``against``, and the weights that are left without it.
    """
    base = rows[0]["log_evidence"]

    def describe(row: Mapping[str, Any]) -> dict[str, Any]:
        gained = {name: row["log_evidence"][name] - base[name] for name in base}
        loser, winner = min(gained, key=gained.__getitem__), max(gained, key=gained.__getitem__)
        return {
            "figure": row["name"],
            "for": loser,
            "against": winner,
            "moved": gained[winner] - gained[loser],
            "weights": row["weights"],
        }

    moved = [describe(row) for row in rows if row["kind"] == "figure"]
    return sorted(moved, key=lambda one: -one["moved"])


def _check_nesting(pool: Pool, weights: Weights, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the log-ratio of `mineral` to `carrier` in two ways that must agree.

    With both gains at none `carrier` is `mineral`. So their ratio of evidence is that of the
    density of the gains there after and before the record (Savage and Dickey), read in the corner
    where both gains are among the least tenth of their priors; None where no draw is left there.
    """
    places = list_free("carrier").place(pool.scores)
    corner = (places["barrier_gain"] < CORNER) & (places["neuron_gain"] < CORNER)
    share = weights.share[corner]
    density = float(share.sum())
    return {
        "from_evidence": base["log_evidence"]["mineral"] - base["log_evidence"]["carrier"],
        "from_density": float(np.log(density / CORNER**2)) if density > SEEN else None,
        "effective": density**2 / float((share * share).sum()) if density > SEEN else 0.0,
    }
