"""What a trial cannot do, and what its reader must be warned of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import numpy as np

from brainmag.errors import InputError
from brainmag.files import STAGING
from brainmag.intake import check_intake
from brainmag.record import list_figures
from brainmag.trials.design import ATTRIBUTES, Trial
from brainmag.trials.keep import PARTS, find_foreign_part
from brainmag.trials.observe import LARGEST_TRIAL
from brainmag.trials.power import LEAST_EFFECT
from brainmag.trials.respond import Responses
from brainmag.trials.sequential import WEEK

# People in the smallest arm, below which a mean has no error to speak of.
LEAST_IN_ARM = 3
FEW_IN_ARM = 10
# Half-lives after which next to nothing is left.
HALF_LIVES = 5.0
MANY_LOST = 0.4
ROUNDING = 1e-6
RESULT = "result.json"
# What a run of trials leaves in its folder beside the result, which is there when these are.
FIGURE = re.compile(r"(.+-)?(power|forest|course|flow)\.(svg|png)")


def check_size(trial: Trial, size: int) -> None:
    """Refuse a number of people with which nothing can be compared.

    Raises
    ------
    InputError
        ``trials.too_small``, ``trials.too_large``, ``trials.largest_below``.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> check_size(load_trial("liu-2016"), 40)
    """
    arm = min(trial.shares) * size
    if arm < LEAST_IN_ARM:
        least = int(np.ceil(LEAST_IN_ARM / min(trial.shares)))
        raise InputError("trials.too_small", given=size, arms=len(trial.shares), least=least)
    largest = max(size, trial.plan.largest_n or 0)
    if largest > LARGEST_TRIAL:
        raise InputError("trials.too_large", given=largest, most=LARGEST_TRIAL)
    if trial.plan.largest_n is not None and trial.plan.largest_n < size:
        raise InputError("trials.largest_below", given=trial.plan.largest_n, size=size)


def find_foreign(home: Path) -> str:
    """Return a file in a folder that no trial has left there; the empty string without one."""
    if not home.is_dir():
        return ""
    names = {one.name for one in home.iterdir() if not one.name.startswith(STAGING)}
    if _is_result(home / RESULT):
        names = {name for name in names if not FIGURE.fullmatch(name)} - {RESULT}
    return min(names - {PARTS}, default="") or find_foreign_part(home)


def _is_result(path: Path) -> bool:
    """Return whether a file is what a trial came to."""
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return False
    names: set[str] = set(cast(dict[str, object], found))
    return "trials" in names or {"trial", "results"} <= names


def list_warnings(
    trial: Trial, sizes: tuple[int, ...], responses: Responses
) -> list[dict[str, Any]]:
    """Return what is doubtful about a design: a code, and what its text speaks of.

    Parameters
    ----------
    trial : Trial
    sizes : tuple of int
    responses : Responses
        Under the explanation that asks for most: the last one asked for.
    """
    found: list[dict[str, Any]] = []
    smallest = min(trial.shares) * min(sizes)
    if smallest < FEW_IN_ARM:
        found.append({"code": "few_people", "arm": round(smallest, 1)})
    if trial.plan.dropout > MANY_LOST:
        found.append({"code": "many_lost", "share": trial.plan.dropout})
    longest = max(
        one.time for one in list_figures() if one.study.who == "human" and one.arm.intake.courses
    )
    if trial.length > longest:
        found.append(
            {"code": "longer_than_record", "weeks": trial.length / WEEK, "record": longest / WEEK}
        )
    if trial.plan.rescue is not None and trial.plan.estimand == "treatment-policy":
        found.append({"code": "diluted", "what": "rescue"})
    measured = [one.what for one in trial.criteria if one.what not in ATTRIBUTES]
    if measured and trial.study.design == "before-after":
        found.append({"code": "diluted", "what": ", ".join(measured)})
    found += _find_notices(trial)
    found += _find_wide(trial, responses)
    if trial.is_crossover:
        found += _find_carry_over(trial, responses)
    return found


def _find_notices(trial: Trial) -> list[dict[str, Any]]:
    """Return what the intake of each arm is warned of, such as an upper limit."""
    return [
        {"code": "intake", "arm": arm.id, "notice": notice.code, "values": dict(notice.values)}
        for arm in trial.arms
        for notice in check_intake(
            arm.intake, species="human", weight_kg=arm.subject.weight, stop=trial.length
        )
    ]


def _find_wide(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return endpoints in which the model's people differ more than the design says."""
    own = np.sqrt(responses.usual.var(axis=1).mean(axis=0))
    return [
        {
            "code": "wider_people",
            "endpoint": one.endpoint.id,
            "own": float(own[k]),
            "asked": float(one.spread * np.sqrt(one.reliability)),
        }
        for k, one in enumerate(trial.assessments)
        if own[k] > one.spread * np.sqrt(one.reliability) * (1.0 + ROUNDING)
    ]


def _find_carry_over(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return endpoints that are not back at their usual level when the next period starts."""
    change = responses.truth[..., -1, :, :] - responses.usual[:, :, None, :, None]
    last = len(trial.plan.visits)
    # The middle world of each endpoint and sequence.
    mean = np.median(change.mean(axis=1), axis=0)
    found: list[dict[str, Any]] = []
    for k, one in enumerate(trial.assessments):
        end, start = mean[:, k, last], mean[:, k, last + 1]
        row = int(np.argmax(np.abs(end)))
        if abs(end[row]) < LEAST_EFFECT * one.spread:
            continue
        left = float(start[row] / end[row])
        if abs(left) <= 0.5**HALF_LIVES:
            continue
        told = {"code": "carry_over", "endpoint": one.endpoint.id, "left": 100.0 * left}
        if trial.plan.washout == 0.0 or not 0.0 < left < 1.0:
            found.append({**told, "code": "no_washout"})
            continue
        washout = trial.plan.washout / WEEK
        half_life = float(washout * np.log(2.0) / -np.log(left))
        needed = HALF_LIVES * half_life
        found.append({**told, "washout": washout, "half_life": half_life, "needed": needed})
    return found
