"""What many simulated trials come to: power, the effects they tell, their level, and their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import ComputationError
from brainmag.summary import summarise
from brainmag.trials.analysis import find_arm_size, reject_endpoints
from brainmag.trials.design import Contrast, Trial
from brainmag.trials.findings import WHOLE, Finding, tell_share

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

POWERS = (0.8, 0.9)
# Larger trials are not proposed.
MOST_PEOPLE = 1_000_000
# An effect smaller than this share of the spread is none, whatever the solver's last digits say.
LEAST_EFFECT = 1e-3
# Analyses of people compared with themselves.
WITHIN = ("change", "crossover")
# One whose mean over the trials is below this many of its standard errors is none to plan for.
TOLD = 3.0


def describe_power(
    trial: Trial,
    size: int,
    typical: Sequence[Finding],
    drawn: Sequence[Finding],
    assumed: Mapping[tuple[str, str], float],
) -> list[dict[str, Any]]:
    """Return a row for every endpoint, analysis and contrast.

    Parameters
    ----------
    trial : Trial
    size : int
        People randomised.
    typical : sequence of Finding
        Of trials in the world in which this endpoint's effect is in the middle of the posterior.
    drawn : sequence of Finding
        Of trials each in a world of its own.
    assumed : mapping of (str, str) to float
        That effect, by endpoint and contrast.

    Returns
    -------
    list of dict
        ``power`` with its interval (95 %, of the number of trials simulated); ``assurance``, power
        over the posterior; ``assumed``, the effect behind power and size; ``effect`` (median, 5th
        and 95th percentile of what trials would tell over the posterior); ``standard_error``;
        ``exaggeration``: by how much the mean effect of trials that found one passes that of all,
        in the middle; ``failed``: trials without an answer; ``n_for``: people for 80 and 90 %
        power, None where no size up to a million gives it; ``adjusted_power`` after correction for
        several tests, where there are any; ``responders``: their mean share on both sides.

    Raises
    ------
    ComputationError
        ``trials.no_answer`` when an analysis has none in any trial.
    """
    adjusted = _adjust(trial, typical)
    rows: list[dict[str, Any]] = []
    for number, (one, other) in enumerate(zip(typical, drawn, strict=True)):
        failed = int(np.isnan(one.p_value).sum())
        if failed == len(one.p_value) and one.people == WHOLE:
            given = f"{one.analysis}, {one.endpoint}, {one.contrast}"
            raise ComputationError("trials.no_answer", given=given, people=size)
        effect = assumed[one.endpoint, one.contrast]
        rows.append(
            {
                "endpoint": one.endpoint,
                "analysis": one.analysis,
                "contrast": one.contrast,
                "people": one.people,
                "n": size,
                **tell_share(one.p_value < trial.plan.alpha, "power"),
                "assurance": float(np.mean(other.p_value < trial.plan.alpha)),
                "assumed": effect,
                "effect": _summarise_seen(other.estimate),
                "standard_error": _mean(one.standard_error),
                "exaggeration": _exaggerate(one, trial.plan.alpha),
                "failed": failed,
                "n_for": {
                    f"{power:g}": _find_size(trial, one, effect, size, power) for power in POWERS
                },
                "adjusted_power": adjusted.get(number),
                "responders": one.responders,
            }
        )
    return rows


def describe_family(
    trial: Trial, size: int, typical: Sequence[Finding], nothing: Sequence[Finding] | None
) -> list[dict[str, Any]]:
    """Return what the tests that share one level come to, where there are several.

    Returns
    -------
    list of dict
        One row or none: ``tests``; ``any`` and ``all``, the chance to find at least one effect and
        all of them; ``type_one``, that of any in trials of nothing, if those are given.
    """
    family = list_family(trial, typical)
    if len(family) <= 1:
        return []
    found = _reject(trial, typical, family)
    row: dict[str, Any] = {
        "n": size,
        "method": trial.plan.multiplicity,
        "tests": [f"{typical[k].endpoint}, {typical[k].contrast}" for k in family],
        "any": float(found.any(axis=1).mean()),
        "all": float(found.all(axis=1).mean()),
    }
    if nothing is not None:
        false = np.asarray(_reject(trial, nothing, family).any(axis=1), dtype=np.bool_)
        row |= tell_share(false, "type_one")
    return [row]


def _reject(trial: Trial, findings: Sequence[Finding], family: Sequence[int]) -> Truth:
    p_values = np.column_stack([findings[number].p_value for number in family])
    if trial.plan.multiplicity == "none":
        return np.asarray(p_values <= trial.plan.alpha, dtype=np.bool_)
    return reject_endpoints(p_values, trial.plan.multiplicity, trial.plan.alpha)


def describe_level(trial: Trial, size: int, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return how often trials of nothing find something: ``type_one`` with its interval."""
    return [
        {
            "endpoint": one.endpoint,
            "analysis": one.analysis,
            "contrast": one.contrast,
            "people": one.people,
            "n": size,
            **tell_share(one.p_value < trial.plan.alpha, "type_one"),
        }
        for one in findings
    ]


def list_family(trial: Trial, findings: Sequence[Finding]) -> list[int]:
    """Return the findings that share one level: primary endpoints, by their first analysis."""
    first = {one.endpoint.id: one.analyses[0] for one in trial.assessments if one.primary}
    return [
        number
        for number, one in enumerate(findings)
        if one.people == WHOLE and first.get(one.endpoint) == one.analysis
    ]


def _adjust(trial: Trial, findings: Sequence[Finding]) -> dict[int, float]:
    family = list_family(trial, findings)
    if trial.plan.multiplicity == "none" or len(family) <= 1:
        return {}
    rejected = _reject(trial, findings, family)
    return dict(zip(family, rejected.mean(axis=0).tolist(), strict=True))


def _summarise_seen(values: Array) -> dict[str, float] | None:
    seen = values[np.isfinite(values)]
    return summarise(seen) if len(seen) else None


def _mean(values: Array) -> float | None:
    seen = values[np.isfinite(values)]
    return float(seen.mean()) if len(seen) else None


def _is_told(finding: Finding) -> bool:
    """Return whether the mean effect of the trials can be told from none."""
    seen = finding.estimate[np.isfinite(finding.estimate)]
    if len(seen) <= 1:
        return False
    return bool(abs(seen.mean()) > TOLD * seen.std(ddof=1) / np.sqrt(len(seen)))


def _exaggerate(finding: Finding, alpha: float) -> float | None:
    """Return the mean size of effects that were found over that of all.

    References
    ----------
    A. Gelman and J. Carlin, Beyond power calculations, Perspectives on Psychological Science 9
    (2014) 641-651, doi:10.1177/1745691614551642.
    """
    hits = finding.p_value < alpha
    if not hits.any() or not _is_told(finding):
        return None
    return float(np.abs(finding.estimate[hits]).mean() / abs(np.nanmean(finding.estimate)))


def _find_size(
    trial: Trial, finding: Finding, effect: float, size: int, power: float
) -> int | None:
    """Return how many people give a power, for an effect and the error at the size simulated.

    Errors shrink with the root of the size; degrees of freedom are those of a t test. What a
    responder analysis tells, a log-odds ratio, is taken from the trials themselves.
    """
    spread = next(one.spread for one in trial.assessments if one.endpoint.id == finding.endpoint)
    if finding.people != WHOLE or abs(effect) < LEAST_EFFECT * spread:
        return None
    if finding.analysis == "responder":
        if not _is_told(finding):
            return None
        effect = float(np.nanmean(finding.estimate))
    error = float(np.sqrt(np.nanmean(finding.standard_error**2)))
    contrast = next(one for one in trial.contrasts if one.id == finding.contrast)
    share = find_arm_share(trial, contrast)
    # As two equal arms of that many people would have it.
    standardised = abs(effect) / (error * np.sqrt(share * size / 2.0))
    needed = int(find_arm_size(standardised, power, trial.plan.alpha, MOST_PEOPLE))
    if finding.analysis in WITHIN:
        # Found with twice the degrees of freedom that people compared with themselves have.
        needed = _count_within(standardised, power, trial.plan.alpha, needed)
    # Whole blocks are not waited for, but nobody is half in a trial.
    people = int(np.ceil(needed / share))
    return people if needed < MOST_PEOPLE else None


def _count_within(effect: float, power: float, alpha: float, least: int) -> int:
    """Return how many people give a t test of one mean its power, from a number on.

    Parameters
    ----------
    effect : float
        Over its standard error for one person, times the root of two, as two arms have it.
    """
    from scipy.stats import nct, t  # noqa: PLC0415

    people = max(least, 3)
    while people < MOST_PEOPLE:
        degrees = people - 2
        critical = t.ppf(1.0 - alpha / 2.0, degrees)
        if 1.0 - nct.cdf(critical, degrees, effect * np.sqrt(people / 2.0)) >= power:
            break
        people += 1
    return people


def find_arm_share(trial: Trial, contrast: Contrast) -> float:
    """Return what share of all people one side of a contrast has, were both sides equal.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> trial = load_trial("head-to-head")
    >>> round(find_arm_share(trial, trial.contrasts[0]), 4)
    0.3333
    """
    if trial.is_crossover or not contrast.minus:
        return 1.0
    shares = {arm.id: share for arm, share in zip(trial.arms, trial.shares, strict=True)}
    plus, minus = (sum(shares[name] for name in side) for side in (contrast.plus, contrast.minus))
    return 2.0 * plus * minus / (plus + minus)


def weigh_results(
    findings: Mapping[str, Finding],
    effects: Mapping[str, Array],
    groups: NDArray[np.int64],
    odds: float,
) -> dict[str, dict[str, Any]]:
    """Return how often a trial's result decides between the explanations, from equal weights.

    Parameters
    ----------
    findings : mapping of str to Finding
        By the explanation that is true: of trials each in a world of its own.
    effects : mapping of str to ndarray, shape (groups,)
        By explanation, the effect in each world.
    groups : ndarray of int, shape (R,)
        The world of each trial.
    odds : float
        At which an explanation is told from the rest.

    Returns
    -------
    dict
        By the explanation that is true: how often the weight of the true one passes those odds
        (``decides``), that of a false one does (``misleads``), and each is left behind them
        (``rules_out``).
    """
    names = list(findings)
    found: dict[str, dict[str, Any]] = {}
    for number, name in enumerate(names):
        finding = findings[name]
        told = np.isfinite(finding.estimate) & (finding.standard_error > 0.0)
        if not told.any():
            continue
        estimate, error = finding.estimate[told], finding.standard_error[told]
        parity = groups[told] % 2
        logs = np.column_stack([_score(estimate, error, effects[other], parity) for other in names])
        share = np.exp(logs - logs.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        best: Array = share.max(axis=1)
        is_told: Truth = best >= odds / (1.0 + odds)
        is_own: Truth = share.argmax(axis=1) == number
        found[name] = {
            "decides": float(np.mean(is_told & is_own)),
            "misleads": float(np.mean(is_told & ~is_own)),
            "rules_out": dict(
                zip(names, np.mean(share <= 1.0 / (1.0 + odds), axis=0).tolist(), strict=True)
            ),
        }
    return found


def _score(estimate: Array, error: Array, effects: Array, parity: NDArray[np.int64]) -> Array:
    """Return how likely each result is under an explanation, as a logarithm.

    A result is judged by the worlds of the other parity: a world must not recognise its own.
    """
    away = (estimate[:, None] - effects[None, :]) / error[:, None]
    others = (np.arange(len(effects))[None, :] % 2) != parity[:, None]
    logs = np.where(others, -0.5 * away**2, -np.inf)
    top = logs.max(axis=1)
    total = np.exp(logs - top[:, None]).sum(axis=1) / others.sum(axis=1)
    return top + np.log(total) - np.log(error)
