"""What a trial cannot do, and what its reader must be warned of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from brainmag.errors import InputError
from brainmag.record import list_figures
from brainmag.trials.attribute import choose_typical
from brainmag.trials.design import Trial
from brainmag.trials.respond import Responses
from brainmag.trials.sequential import WEEK

# People in the smallest arm, below which a mean has no error to speak of.
LEAST_IN_ARM = 3
FEW_IN_ARM = 10
# Half-lives after which next to nothing is left.
HALF_LIVES = 5.0
MANY_LOST = 0.4
# What a run of trials leaves in its folder.
OWN_FILES = re.compile(r"result\.json|[a-z-]+\.(svg|png)|parts|\.brainmag-[0-9a-f]+")


def check_size(trial: Trial, size: int) -> None:
    """Refuse a number of people with which nothing can be compared.

    Raises
    ------
    InputError
        ``trials.too_small``.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> check_size(load_trial("liu-2016"), 40)
    """
    arm = min(trial.shares) * size
    if arm < LEAST_IN_ARM:
        least = int(np.ceil(LEAST_IN_ARM / min(trial.shares)))
        raise InputError("trials.too_small", given=size, arms=len(trial.shares), least=least)


def find_foreign(home: Path) -> str:
    """Return a file in a folder that no trial has left there; the empty string without one."""
    if not home.is_dir():
        return ""
    names = sorted(one.name for one in home.iterdir())
    return next((name for name in names if not OWN_FILES.fullmatch(name)), "")


def list_warnings(
    trial: Trial, sizes: tuple[int, ...], responses: Responses
) -> list[dict[str, Any]]:
    """Return what is doubtful about a design: a code, and what its text speaks of.

    Parameters
    ----------
    trial : Trial
    sizes : tuple of int
    responses : Responses
        Under the explanation with the longest memory.
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
    if trial.is_crossover:
        found += _find_carry_over(trial, responses)
    return found


def _find_carry_over(trial: Trial, responses: Responses) -> list[dict[str, Any]]:
    """Return endpoints that are not back at their usual level when the next period starts."""
    world = choose_typical(trial, responses)
    change = responses.truth[world, :, :, -1] - responses.usual[world][:, None, :, None]
    mean = change.mean(axis=0)
    last = len(trial.plan.visits)
    found: list[dict[str, Any]] = []
    for k, one in enumerate(trial.assessments):
        end, start = mean[:, k, last], mean[:, k, last + 1]
        row = int(np.argmax(np.abs(end)))
        if abs(end[row]) < 1e-6 * one.spread:
            continue
        left = float(start[row] / end[row])
        if left <= 0.5**HALF_LIVES:
            continue
        half_life = float(trial.plan.washout / WEEK * np.log(2.0) / -np.log(min(left, 0.999)))
        found.append(
            {
                "code": "carry_over",
                "endpoint": one.endpoint.id,
                "left": 100.0 * left,
                "washout": trial.plan.washout / WEEK,
                "half_life": half_life,
                "needed": HALF_LIVES * half_life,
            }
        )
    return found
