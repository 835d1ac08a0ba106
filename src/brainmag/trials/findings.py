"""From a trial's data base to its tests: every endpoint, analysis and contrast, for many trials."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis import (
    Effects,
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
    """

    endpoint: str
    analysis: str
    contrast: str
    people: str
    estimate: Array
    standard_error: Array
    p_value: Array


def analyse_trials(trial: Trial, records: Records) -> list[Finding]:
    """Return all that the statistician of each trial finds.

    Parameters
    ----------
    trial : Trial
    records : Records
    """
    found: list[Finding] = []
    everybody = np.ones(records.sequence.shape, dtype=np.bool_)
    followed = records.is_adherent & records.is_complete & ~records.is_rescued
    chosen = {WHOLE: everybody}
    if not followed.all():
        chosen[FOLLOWED] = followed
    for number, assessment in enumerate(trial.assessments):
        for analysis in assessment.analyses:
            for people, members in chosen.items():
                found += _analyse(trial, records, number, analysis, people, members)
    return found


def analyse_part(
    trial: Trial, records: Records, assessment: int, analysis: str, contrast: int, members: Truth
) -> Finding:
    """Return one finding, of the people named alone."""
    several = _analyse(trial, records, assessment, analysis, WHOLE, members)
    return several[contrast]


def _analyse(
    trial: Trial, records: Records, number: int, analysis: str, people: str, members: Truth
) -> list[Finding]:
    assessment = trial.assessments[number]
    outcome = np.where(members[:, :, None], records.outcome[:, :, number], np.nan)
    if analysis == "crossover":
        effects = _compare_periods(trial, records, outcome)
        columns = [_take_column(effects, k) for k in range(effects.estimate.shape[1])]
    elif analysis == "change":
        columns = [_test_change(outcome)]
    else:
        columns = [
            _compare_arms(trial, records, outcome, assessment, analysis, contrast, members)
            for contrast in trial.contrasts
        ]
    return [
        Finding(
            endpoint=assessment.endpoint.id,
            analysis=analysis,
            contrast=contrast.id,
            people=people,
            estimate=one.estimate[:, 0],
            standard_error=one.standard_error[:, 0],
            p_value=one.p_value[:, 0],
        )
        for contrast, one in zip(trial.contrasts, columns, strict=True)
    ]


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
    stratum = _code_strata(records.stratum)
    match analysis:
        case "means":
            return fit_ancova(last - first, np.empty((*arm.shape, 0)), arm)
        case "ancova":
            return fit_ancova(last, np.concatenate([usual[..., None], stratum], axis=2), arm)
        case "responder":
            better = assessment.endpoint.better or 1.0
            # No outcome is no response: who is not of these people is a group of its own instead.
            arm = np.where(members, arm, arm.max() + 1) if not members.all() else arm
            covariates = np.concatenate([usual[..., None], stratum], axis=2)
            return fit_responders(
                better * (last - first), assessment.response or 0.0, covariates, arm
            )
        case _:
            later = outcome[:, :, 1:]
            several = int(records.stratum.max()) > 0
            fixed, contrasts = build_repeated_design(
                arm, usual, later.shape[2], stratum=records.stratum if several else None
            )
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


def _code_strata(stratum: Integers) -> Array:
    """Return a column of 0 and 1 for each stratum but the first."""
    return np.eye(int(stratum.max()) + 1)[stratum][..., 1:]


def _compare_periods(trial: Trial, records: Records, outcome: Array) -> Effects:
    """Compare treatments within people, at the last visit of each period."""
    periods = len(trial.starts)
    by_period = outcome.reshape(*outcome.shape[:2], periods, -1)
    treatment = np.array(trial.sequences, dtype=np.int64)[records.sequence]
    return fit_crossover(by_period[..., -1], treatment, records.sequence)


def _test_change(outcome: Array) -> Effects:
    """Return whether people changed since the first visit: a t test of one mean."""
    change = outcome[:, :, -1] - outcome[:, :, 0]
    count = np.isfinite(change).sum(axis=1, keepdims=True)
    mean = np.nansum(change, axis=1, keepdims=True) / np.maximum(count, 1)
    squares = np.nansum((change - mean) ** 2, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(squares / (count - 1) / count)
        t = mean / error
    degrees = (count - 1).astype(np.float64)
    converged = np.asarray(count[:, 0] > 1, dtype=np.bool_)
    return Effects(mean, error, degrees, t, find_p_value(t, degrees), converged)


def _take_column(effects: Effects, column: int) -> Effects:
    one = slice(column, column + 1)
    names = [field.name for field in fields(Effects) if field.name != "converged"]
    return replace(effects, **{name: getattr(effects, name)[:, one] for name in names})
