"""From a trial's data base to its tests: every endpoint, analysis and contrast, for many trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis import (
    Effects,
    Responders,
    bound_share,
    build_repeated_design,
    fit_ancova,
    fit_crossover,
    fit_repeated,
    fit_responders,
)
from brainmag.trials.analysis.effects import find_p_value
from brainmag.trials.design import Assessment, Contrast, Trial
from brainmag.trials.observe import Records

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Truth = NDArray[np.bool_]

WHOLE, FOLLOWED = "intention-to-treat", "per-protocol"


@dataclass(frozen=True)
class Finding:
    """What one analysis of one endpoint says of one contrast, in R trials.

    Attributes
    ----------
    endpoint, analysis, contrast : str
    people : str
        ``intention-to-treat`` or ``per-protocol``.
    estimate, standard_error, p_value : ndarray, shape (R,)
        In the unit of the endpoint, for responders a log-odds ratio; NaN where there is no answer.
    responders : (float, float) or None
        Mean share of responders on the plus and on the minus side.
    """

    endpoint: str
    analysis: str
    contrast: str
    people: str
    estimate: Array
    standard_error: Array
    p_value: Array
    responders: tuple[float, float] | None = None


def analyse_trials(trial: Trial, choose: Callable[[int, int], Records]) -> list[Finding]:
    """Return all that the statistician of each trial finds.

    Parameters
    ----------
    trial : Trial
    choose : callable
        Returns the data base for an endpoint and a contrast, both by number.
    """
    return [
        analyse_part(trial, choose(number, place), number, analysis, place, people)
        for number, assessment in enumerate(trial.assessments)
        for analysis in assessment.analyses
        for people in ((WHOLE, FOLLOWED) if trial.can_lose else (WHOLE,))
        for place in range(len(trial.contrasts))
    ]


def analyse_part(
    trial: Trial,
    records: Records,
    number: int,
    analysis: str,
    place: int,
    people: str = WHOLE,
    among: Truth | None = None,
) -> Finding:
    """Return one finding.

    Parameters
    ----------
    trial : Trial
    records : Records
    number, place : int
        Of the endpoint and the contrast.
    analysis : str
    people : str
        ``intention-to-treat`` or ``per-protocol``.
    among : ndarray of bool, shape (R, N), optional
        Whom alone it is about.
    """
    assessment, contrast = trial.assessments[number], trial.contrasts[place]
    members = np.ones(records.sequence.shape, dtype=np.bool_) if among is None else among
    if people == FOLLOWED:
        members = members & records.has_followed
    outcome = np.where(members[:, :, None], records.outcome[:, :, number], np.nan)
    if analysis == "crossover":
        effects = _compare_periods(trial, records, outcome, contrast)
    elif analysis == "change":
        effects = _test_change(outcome)
    else:
        effects = _compare_arms(trial, records, outcome, assessment, analysis, contrast, members)
    responders = None
    if isinstance(effects, Responders):
        minus, plus = effects.share[:, :2].mean(axis=0).tolist()
        responders = (plus, minus)
    return Finding(
        endpoint=assessment.endpoint.id,
        analysis=analysis,
        contrast=contrast.id,
        people=people,
        estimate=effects.estimate[:, 0],
        standard_error=effects.standard_error[:, 0],
        p_value=effects.p_value[:, 0],
        responders=responders,
    )


def _compare_arms(
    trial: Trial,
    records: Records,
    outcome: Array,
    assessment: Assessment,
    analysis: str,
    contrast: Contrast,
    members: Truth,
) -> Effects:
    """Compare two pools of arms; the other arms help to tell the spread."""
    arm = _code_arms(trial, contrast)[records.sequence]
    first, last = outcome[:, :, 0], outcome[:, :, -1]
    usual = np.where(members, first, 0.0)
    strata = code_strata(trial, records.stratum)
    covariates = np.concatenate([usual[..., None], strata], axis=2)
    match analysis:
        case "means":
            return fit_ancova(last - first, np.empty((*arm.shape, 0)), arm)
        case "ancova":
            return fit_ancova(last, covariates, arm)
        case "responder":
            better = assessment.endpoint.better or 1.0
            return fit_responders(
                better * (last - first), assessment.response or 0.0, covariates, arm, members
            )
        case _:
            later = outcome[:, :, 1:]
            fixed, contrasts = build_repeated_design(arm, usual, later.shape[2], covariates=strata)
            return fit_repeated(later, fixed, contrasts[:1])


def _code_arms(trial: Trial, contrast: Contrast) -> Integers:
    """Return a number for each arm: 0 on the minus side, 1 on the plus side, its own elsewhere."""
    others = 2
    codes = np.zeros(len(trial.arms), dtype=np.int64)
    for k, arm in enumerate(trial.arms):
        if arm.id in contrast.plus:
            codes[k] = 1
        elif arm.id not in contrast.minus:
            codes[k] = others
            others += 1
    return codes


def code_strata(trial: Trial, stratum: Integers) -> Array:
    """Return a column of 0 and 1 for each thing that is stratified by; none where all are alike.

    Parameters
    ----------
    trial : Trial
    stratum : ndarray of int, shape (R, N)
        A binary digit for each of them, the last one last.
    """
    digits = range(len(trial.plan.stratify))
    columns = [((stratum >> digit) & 1).astype(np.float64) for digit in digits]
    varied = [one for one in columns if one.min() < one.max()]
    return np.stack(varied, axis=2) if varied else np.empty((*stratum.shape, 0))


def _compare_periods(trial: Trial, records: Records, outcome: Array, contrast: Contrast) -> Effects:
    """Compare treatments within people, at the last visit of each period."""
    periods = len(trial.starts)
    by_period = outcome.reshape(*outcome.shape[:2], periods, -1)
    codes = _code_arms(trial, contrast)
    treatment = codes[np.array(trial.sequences, dtype=np.int64)][records.sequence]
    return fit_crossover(by_period[..., -1], treatment, records.sequence)


def _test_change(outcome: Array) -> Effects:
    """Return whether people changed since the first visit: a t test of one mean."""
    change = outcome[:, :, -1] - outcome[:, :, 0]
    count = np.isfinite(change).sum(axis=1, keepdims=True)
    mean = np.nansum(change, axis=1, keepdims=True) / np.maximum(count, 1)
    squares = np.nansum((change - mean) ** 2, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(count > 1, np.sqrt(squares / (count - 1) / count), np.nan)
        mean = np.where(count > 1, mean, np.nan)
        t = mean / error
    degrees = (count - 1).astype(np.float64)
    converged = np.asarray(count[:, 0] > 1, dtype=np.bool_)
    return Effects(mean, error, degrees, t, find_p_value(t, degrees), converged)


def tell_share(hits: NDArray[np.bool_], name: str) -> dict[str, float]:
    """Return a share of trials with the interval that their number leaves it.

    Examples
    --------
    >>> tell_share(np.array([True, False]), "power")["power"]
    0.5
    """
    low, high = bound_share(int(hits.sum()), len(hits))
    return {name: float(hits.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
