"""One run against another, subject by subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainmag.document import list_counted
from brainmag.report.numbers import PERCENT, Z
from brainmag.simulate import Run
from brainmag.summary import summarise
from brainmag.trajectories import read_units

Contrast = dict[str, dict[str, Any]]


def contrast_runs(run: Run, other: Run) -> Contrast:
    """Return by how much each observable ends higher in one run than in another.

    The same subjects stand behind both runs, so that what they have in common falls out: age, and
    how far people differ.

    Parameters
    ----------
    run, other : Run
        Of the same subject, draws and seed.

    Returns
    -------
    dict of str to dict
        median, low, high and unit: percent of the other run, or z.

    Raises
    ------
    ValueError
        When the runs are not of the same draws.
    """
    if (run.draws, run.seed) != (other.draws, other.seed):
        raise ValueError("runs of other draws cannot be compared subject by subject")
    counted = np.intersect1d(list_counted(run), list_counted(other))
    units = read_units()
    contrast: Contrast = {}
    for position, name in enumerate(run.trajectories.names):
        end = run.trajectories.end[counted, position]
        reference = other.trajectories.end[counted, position]
        if units[name] == Z:
            contrast[name] = {**summarise(end - reference), "unit": Z}
        elif np.all(reference > 0):
            contrast[name] = {**summarise(100.0 * (end / reference - 1.0)), "unit": PERCENT}
    return contrast


def spans_zero(entry: Mapping[str, Any]) -> bool:
    """Return whether an interval holds zero.

    Examples
    --------
    >>> spans_zero({"low": -0.1, "high": 0.3}), spans_zero({"low": 0.1, "high": 0.3})
    (True, False)
    """
    return entry["low"] <= 0.0 <= entry["high"]


__all__ = ["Contrast", "contrast_runs", "spans_zero"]
