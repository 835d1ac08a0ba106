"""What a reader of a result must know: warnings about this run, notes about every run like it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainmag import locales
from brainmag.engine import Status
from brainmag.intake import Notice, check_intake
from brainmag.intake.limits import find_limits
from brainmag.people import CULTURE
from brainmag.result import Result
from brainmag.scenario import Scenario, apply_conditions

Advice = dict[str, str]


def list_warnings(result: Result, lang: str) -> list[Advice]:
    """Return what is unusual about a run: code and text of each warning."""
    notices = [] if result.scenario.subject.who == CULTURE else _list_notices(result)
    warnings = [
        {
            "code": notice.code.split(".")[-1],
            "text": locales.text(f"{notice.code}.sentence", lang=lang, **notice.values),
        }
        for notice in notices
    ]
    failed = result.status[result.status != Status.FINISHED]
    if failed.size:
        reason = Status(int(failed[0])).name
        values = {"failed": failed.size, "total": result.status.size, "reason": reason}
        text = locales.text("notes.draws_failed", lang=lang, **values)
        warnings.append({"code": "draws_failed", "text": text})
    return warnings


def list_notes(result: Result, lang: str) -> list[Advice]:
    """Return what holds for every run of this kind: code and text of each note."""
    basis = "record" if result.scenario.calibrated else "table"
    people = ["population_spread", "population_meals"]
    spread = [f"intervals_from_{basis}"] if result.has_nominal else people
    return [*_tell_notes(spread, lang), *list_scenario_notes(result.scenario, lang)]


def list_scenario_notes(scenario: Scenario, lang: str) -> list[Advice]:
    """Return what holds for every run of a scenario: code and text of each note."""
    subject = scenario.subject
    codes = [f"hypothesis_{scenario.hypothesis}"]
    if subject.conditions:
        codes.append("conditions_assumed")
    if subject.cells == "ht22":
        codes.append("cells_ht22")
    if subject.ageing:
        codes.append("age_in_change")
    return _tell_notes(codes, lang)


def _tell_notes(codes: Sequence[str], lang: str) -> list[Advice]:
    return [{"code": code, "text": locales.text(f"notes.{code}", lang=lang)} for code in codes]


def _list_notices(result: Result) -> list[Notice]:
    scenario, subject = result.scenario, result.scenario.subject
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
        if takes and not result.has_nominal:
            below = int(np.sum(result.read("person", "egfr") < limit.value))
            if below:
                values = {"number": below, "limit": limit.value}
                notices.append(Notice("simulate.kidney_caution_people", values))
        elif takes and subject.egfr is not None and subject.egfr < limit.value:
            values = {"given": subject.egfr, "limit": limit.value}
            notices.append(Notice("simulate.kidney_caution", values))
    for limit in find_limits("plasma_caution", subject.who):
        highest = float(np.fmax.reduce(result.read("highest", "plasma_mg"), initial=0.0))
        if highest > limit.value:
            values = {"given": highest, "limit": limit.value}
            notices.append(Notice("simulate.plasma_caution", values))
    return notices
