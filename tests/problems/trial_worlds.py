"""Trials whose people respond as a test says, so that nothing has to be simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.design import Trial
from brainmag.trials.read import read_trial
from brainmag.trials.respond import Responses, list_visit_times

Array = NDArray[np.float64]

STUDY = """
[[study]]
source = "assumed"
who = "human"
design = "{design}"

[[population]]
age = 60

[[arm]]
id = "placebo"
n = 50

[[arm]]
id = "mgt"
n = 50

[[dose]]
arm = "mgt"
product = "mgt"
amount = "1 g"
at = "08:00"

[[endpoint]]
id = "cognition"
observable = "cognition"
measure = "difference"
level = "cognition"
unit = "z"
better = "up"
"""
HEAD = '[[trial]]\nvisits = "{visits}"\n{plan}\n'
ASSESSMENT = '\n[[assessment]]\nendpoint = "cognition"\n{fields}\n'


def write_trial(
    folder: Path,
    *,
    plan: str = "",
    fields: str = 'analyses = "ancova"',
    visits: str = "12 weeks",
    design: str = "parallel",
    study: str = STUDY,
    more: str = "",
) -> Path:
    """Write a design with one endpoint and return its path."""
    path = folder / "mine.toml"
    text = HEAD.format(visits=visits, plan=plan) + study.replace("{design}", design)
    path.write_text(text + ASSESSMENT.format(fields=fields) + more, encoding="utf-8")
    return path


def make_trial(folder: Path, **parts: str) -> Trial:
    """Return the trial of `write_trial`."""
    return read_trial(write_trial(folder, **parts), "mine")


def respond_with(trial: Trial, effect: Array, *, people: int = 20) -> Responses:
    """Return people who all respond alike: by the effect of each world, to the arms but the first.

    Parameters
    ----------
    trial : Trial
    effect : ndarray, shape (worlds,)
        At every visit after the first, in the unit of the endpoint; half of the doses have half.
    people : int
    """
    times = list_visit_times(trial)
    shares = 1 if trial.takes_all else 2
    shape = (len(effect), people, len(trial.sequences), shares, len(trial.assessments), len(times))
    truth = np.zeros(shape)
    for row, sequence in enumerate(trial.sequences):
        for period, arm in enumerate(sequence):
            first = period * (1 + len(trial.plan.visits)) + 1
            after = slice(first, first + len(trial.plan.visits))
            for share in range(shares):
                taken = (share + 1) / shares
                truth[:, :, row, share, :, after] = (arm > 0) * taken * effect[:, None, None, None]
    several = (len(effect), len(trial.assessments), len(times))
    return Responses(
        truth=truth,
        usual=np.zeros((len(effect), people, len(trial.assessments))),
        practice=np.zeros(several),
        expectation=np.zeros(several),
        ingredients=np.zeros((several[0], len(trial.sequences), 0, *several[1:])),
        age=np.tile(np.linspace(50.0, 70.0, people), (len(effect), 1)),
        is_female=np.tile(np.arange(people) % 2 == 0, (len(effect), 1)),
    )
