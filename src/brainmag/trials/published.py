"""A published trial beside its own simulation: where what was found falls in what was foreseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from brainmag.record import Figure, list_figures
from brainmag.summary import summarise
from brainmag.trials.design import Trial
from brainmag.trials.findings import WHOLE, Finding

# What else was in a product is in the trial too; any other reason stands here as in the record.
COMPARABLE = ("", "other-ingredient")


def compare_published(
    trial: Trial, findings: Mapping[str, Sequence[Finding]]
) -> list[dict[str, Any]]:
    """Return what a published trial found, and how often a trial like it would find as much.

    Parameters
    ----------
    trial : Trial
    findings : mapping of str to sequence of Finding
        By explanation, of trials each in a world of its own and of the published size.

    Returns
    -------
    list of dict
        For every figure of the record that the trial looks at: ``observed`` or an ``outcome``, and
        by explanation ``foreseen``: median, low and high of what such trials tell, with
        ``below``, the share of them that tell less than was published, or ``chance``, that of those
        with the published outcome. Neither a bias of industry nor wider errors are in it.
    """
    rows: list[dict[str, Any]] = []
    for figure in list_figures():
        if figure.study.id != trial.published or not _is_looked_at(trial, figure):
            continue
        contrast = next(
            (one.id for one in trial.contrasts if figure.arm.id in one.plus), trial.contrasts[0].id
        )
        rows.append(
            {
                "figure": figure.id,
                "endpoint": figure.endpoint.id,
                "unit": figure.endpoint.unit,
                "outcome": figure.outcome,
                "observed": figure.value if figure.is_number else None,
                "grade": figure.grade,
                "foreseen": {
                    name: _describe(figure, _choose(several, figure.endpoint.id, contrast), trial)
                    for name, several in findings.items()
                },
            }
        )
    return rows


def _is_looked_at(trial: Trial, figure: Figure) -> bool:
    # Responders are told as odds, which nothing published here is.
    named = {one.endpoint.id for one in trial.assessments if set(one.analyses) != {"responder"}}
    is_seen = figure.endpoint.id in named and figure.time == trial.plan.visits[-1]
    return is_seen and figure.hindrance in COMPARABLE


def _choose(findings: Sequence[Finding], endpoint: str, contrast: str) -> Finding:
    return next(
        one
        for one in findings
        if (one.endpoint, one.contrast, one.people) == (endpoint, contrast, WHOLE)
        and one.analysis != "responder"
    )


def _describe(figure: Figure, finding: Finding, trial: Trial) -> dict[str, float]:
    seen = finding.estimate[np.isfinite(finding.estimate)]
    told = summarise(seen)
    if figure.is_number:
        return told | {"below": float(np.mean(seen < figure.value))}
    found = finding.p_value < trial.plan.alpha
    chance = {
        "increased": found & (finding.estimate > 0.0),
        "decreased": found & (finding.estimate < 0.0),
        "no change": ~found,
    }[figure.outcome]
    return told | {"chance": float(np.mean(chance))}
