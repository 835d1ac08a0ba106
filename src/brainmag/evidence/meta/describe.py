"""One document of an outcome: trials, pooled effect, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from brainmag.evidence.meta.effects import Effect
from brainmag.evidence.meta.heterogeneity import measure_heterogeneity
from brainmag.evidence.meta.influence import compare_groups, leave_one_out, weigh_small_studies
from brainmag.evidence.meta.outcomes import Outcome, find_outcome, list_outcomes
from brainmag.evidence.meta.pool import (
    Array,
    Interval,
    RandomEffects,
    fit_random_effects,
    make_interval,
    pool_fixed,
    pool_random,
    predict_effect,
)
from brainmag.evidence.meta.trials import Row, load_rows
from brainmag.sources import cite

# Below this many trials nothing can be seen of small ones (Sterne and others 2011).
ENOUGH_FOR_ASYMMETRY = 10
# Below this many the variance between trials is as good as unknown.
ENOUGH_FOR_VARIANCE = 5
PAIR = 2
ROUNDING = 1e-9


def describe_outcomes(rows: Sequence[Row] | None = None) -> dict[str, Any]:
    """Return the outcomes, with how many trials of each are pooled and how many left out."""
    chosen = load_rows() if rows is None else rows
    listed: list[dict[str, Any]] = []
    for outcome in list_outcomes().values():
        roles = [row.role for row in chosen if row.outcome == outcome]
        pooled, published = roles.count("pooled"), roles.count("estimate")
        listed.append(
            asdict(outcome)
            | {"k": pooled, "left_out": len(roles) - pooled - published, "published": published}
        )
    return {"outcomes": listed}


def describe_outcome(name: str, rows: Sequence[Row] | None = None) -> dict[str, Any]:
    """Return all that the trials of one outcome say, as a document.

    Parameters
    ----------
    name : str
        A name of `list_outcomes`.
    rows : sequence of Row, optional
        The table by default.

    Raises
    ------
    InputError
        ``meta.unknown_outcome``.

    Examples
    --------
    >>> describe_outcome("cognition")["k"]
    2
    """
    outcome = find_outcome(name)
    own = [row for row in (load_rows() if rows is None else rows) if row.outcome == outcome]
    pooled = [(row, row.effect) for row in own if row.role == "pooled" and row.effect is not None]
    left = [row for row in own if row.role not in ("pooled", "estimate")]
    found = _pool([effect for _, effect in pooled], [row for row, _ in pooled], outcome)
    weights: list[dict[str, float]] = found.pop("weights")
    document: dict[str, Any] = {
        "outcome": asdict(outcome),
        "k": len(pooled),
        "people": sum((row.n_treated or 0) + (row.n_control or 0) for row, _ in pooled),
        "trials": [_tell_row(row) | one for (row, _), one in zip(pooled, weights, strict=True)],
        **found,
        "published": [_tell_row(row) for row in own if row.role == "estimate"],
        "left_out": [_tell_row(row) | {"reason": row.role} for row in left],
    }
    document["warnings"] = _warn(document)
    return document


def _tell_row(row: Row) -> dict[str, Any]:
    told = asdict(row) | {"citation": cite(row.source)}
    del told["outcome"], told["role"], told["effect"], told["interval"]
    if row.effect is None:
        return told | {"effect": None, "standard_error": None, "low": None, "high": None}
    one = make_interval(row.effect.value, row.effect.variance**0.5)
    low, high = row.interval or (one.low, one.high)
    parts = {"standard_error": one.standard_error, "low": low, "high": high}
    return told | {"effect": one.estimate} | parts


def _pool(effects: Sequence[Effect], rows: Sequence[Row], outcome: Outcome) -> dict[str, Any]:
    """Return what can be said of so many trials; None in place of what cannot."""
    nothing = ("fixed", "random", "widened", "heterogeneity", "prediction", "small_studies")
    document: dict[str, Any] = {
        **dict.fromkeys(nothing),
        "leave_one_out": [],
        "industry": {"groups": [], "difference": None},
        "reversed": None,
        "weights": [{"weight": 1.0, "fixed_weight": 1.0} for _ in effects],
    }
    if not effects:
        return document
    values = np.array([one.value for one in effects])
    variances = np.array([one.variance for one in effects])
    document["fixed"] = asdict(pool_fixed(values, variances))
    document["industry"] = _compare_industry(values, variances, rows)
    if len(effects) < PAIR:
        return document
    fit = fit_random_effects(values, variances)
    pooled = pool_random(fit)
    # Of two trials that differ the scale is one but for rounding.
    widened = pool_random(fit, widen=True) if fit.scale < 1.0 - ROUNDING else None
    found = measure_heterogeneity(values, variances, fit.variance)
    return document | {
        "random": asdict(pooled),
        "widened": None if widened is None else asdict(widened),
        "heterogeneity": asdict(found),
        "prediction": asdict(predict_effect(fit, widened or pooled)),
        "leave_one_out": _leave_out(values, variances, rows),
        "small_studies": _weigh_small(values, variances, rows, outcome),
        "reversed": _reverse(values, variances, rows),
        "weights": _weigh(fit, variances),
    }


def _weigh(fit: RandomEffects, variances: Array) -> list[dict[str, float]]:
    precision = 1.0 / variances
    return [
        {"weight": float(one), "fixed_weight": float(other)}
        for one, other in zip(fit.weights, precision / precision.sum(), strict=True)
    ]


def _leave_out(values: Array, variances: Array, rows: Sequence[Row]) -> list[dict[str, Any]]:
    found = leave_one_out(values, variances)
    return [{"source": row.source, **asdict(one)} for row, one in zip(rows, found, strict=True)]


def _weigh_small(
    values: Array, variances: Array, rows: Sequence[Row], outcome: Outcome
) -> dict[str, Any] | None:
    """Return the slope on a trial's size: for standardised differences that of its arms."""
    predictor, name = np.sqrt(variances), "standard_error"
    if outcome.kind == "smd":
        sizes = np.array([[row.n_treated or 0, row.n_control or 0] for row in rows], dtype=float)
        predictor, name = np.sqrt((1.0 / sizes).sum(axis=1)), "arm_sizes"
    found = weigh_small_studies(values, variances, predictor)
    if found is None:
        return None
    return {"predictor": name, "slope": asdict(found.slope), "limit": asdict(found.limit)}


def _compare_industry(values: Array, variances: Array, rows: Sequence[Row]) -> dict[str, Any]:
    """Return makers' trials against all others; whose ties are unknown counts among the others."""
    own = [row.industry == "yes" for row in rows]
    groups, difference = compare_groups(values, variances, own)
    told = [{"industry": side, "k": own.count(side), **asdict(one)} for side, one in groups.items()]
    return {"groups": told, "difference": None if difference is None else asdict(difference)}


def _reverse(values: Array, variances: Array, rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return the pooled effect if every trial of unknown direction went against magnesium."""
    unknown = np.array([row.direction == "unknown" for row in rows])
    if not unknown.any():
        return None
    found: Interval = pool_random(fit_random_effects(np.where(unknown, -values, values), variances))
    return asdict(found)


def _warn(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a reader must beware of, as codes with values."""
    trials, k = document["trials"], document["k"]
    found: list[dict[str, Any]] = [{"code": {0: "none", 1: "one", PAIR: "two"}.get(k, "some")}]
    if PAIR < k < ENOUGH_FOR_VARIANCE:
        found[0] = {"code": "few", "k": k}
    elif k >= ENOUGH_FOR_VARIANCE:
        found[0] |= {"k": k}
    derived = sum(one["basis"] == "p" for one in trials)
    makers = sum(one["industry"] == "yes" for one in trials)
    unknown = sum(one["direction"] == "unknown" for one in trials)
    silent = [one for one in document["left_out"] if one["reason"] == "no-number"]
    no_benefit = [one for one in silent if one["direction"] == "unknown"]
    counts = {
        "derived": derived,
        "makers": makers,
        "unknown_direction": unknown,
        "silent": len({one["source"] for one in silent}),
        "no_benefit": len({one["source"] for one in no_benefit}),
        "retracted": sum(one["reason"] == "retracted" for one in document["left_out"]),
    }
    found += [{"code": code, "count": n, "k": k} for code, n in counts.items() if n]
    if document["widened"] is not None:
        found.append({"code": "widened"})
    if document["small_studies"] is not None and k < ENOUGH_FOR_ASYMMETRY:
        found.append({"code": "low_power", "k": k, "enough": ENOUGH_FOR_ASYMMETRY})
    if document["published"] and k:
        found.append({"code": "overlap"})
    return found
