"""What a reader of a result must know: warnings about this run, notes about every run like it."""

from __future__ import annotations

import numpy as np

from brainmag import locales
from brainmag.engine import Status
from brainmag.intake import Notice, check_intake
from brainmag.intake.limits import find_limits
from brainmag.people import CULTURE
from brainmag.simulate import Run, apply_conditions

Advice = dict[str, str]


def list_warnings(run: Run, lang: str) -> list[Advice]:
    """Return what is unusual about a run: code and text of each warning."""
    notices = [] if run.scenario.subject.who == CULTURE else _list_notices(run)
    warnings = [
        {
            "code": notice.code.split(".")[-1],
            "text": locales.text(f"{notice.code}.sentence", lang=lang, **notice.values),
        }
        for notice in notices
    ]
    failed = [Status(int(code)).name for code in run.status if code != Status.FINISHED]
    if failed:
        values = {"failed": len(failed), "total": run.status.size, "reason": failed[0]}
        text = locales.text("notes.draws_failed", lang=lang, **values)
        warnings.append({"code": "draws_failed", "text": text})
    return warnings


def list_notes(run: Run, lang: str) -> list[Advice]:
    """Return what holds for every run of this kind: code and text of each note."""
    subject = run.scenario.subject
    codes = ["intervals_from_table", f"hypothesis_{run.scenario.hypothesis}"]
    if subject.conditions:
        codes.append("conditions_assumed")
    if subject.cells == "ht22":
        codes.append("cells_ht22")
    if subject.ageing:
        codes.append("age_in_change")
    return [{"code": code, "text": locales.text(f"notes.{code}", lang=lang)} for code in codes]


def _list_notices(run: Run) -> list[Notice]:
    scenario, subject = run.scenario, run.scenario.subject
    notices = list(
        check_intake(
            apply_conditions(scenario),
            species=subject.who,
            weight_kg=subject.weight,
            stop=scenario.hours,
        )
    )
    takes = bool(scenario.intake.courses) or scenario.intake.drinking is not None
    for limit in find_limits("kidney_caution", subject.who):
        if takes and subject.egfr is not None and subject.egfr < limit.value:
            values = {"given": subject.egfr, "limit": limit.value}
            notices.append(Notice("simulate.kidney_caution", values))
    for limit in find_limits("plasma_caution", subject.who):
        trajectories = run.trajectories
        plasma = trajectories.series[:, :, trajectories.names.index("plasma_mg")]
        highest = float(np.nanmax(plasma)) if np.any(np.isfinite(plasma)) else 0.0
        if highest > limit.value:
            values = {"given": highest, "limit": limit.value}
            notices.append(Notice("simulate.plasma_caution", values))
    return notices
