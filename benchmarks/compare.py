"""The true error and the cost of one engine on one case, over a ladder of tolerances."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cases import Case, Reals
from interface import Solver

BOUND = 1e-5
# Every way to use an engine is tried here first; one far behind the best goes no further.
TRIAL = 1e-6
FAR_BEHIND = 1.5
# Where the bound is crossed, tolerances in between are tried.
REFINEMENTS = 3
# How far the ladder may be made longer, and by which steps.
LOOSEST, TIGHTEST, RUNG = 3e-3, 1e-10, math.sqrt(10.0)
# A run is repeated until so many seconds were spent, at most so often.
SPENT, MOST_RUNS = 1.5, 7


@dataclass(frozen=True)
class Point:
    """One tolerance: true error, and seconds of processor time per subject."""

    rtol: float
    error: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """What an engine gave.

    Attributes
    ----------
    engine, variant : str
        Its name, and the fastest way to use it.
    subjects : int
        How many were timed.
    points : list of Point
        From loose to tight.
    cheapest : Point or None
        The cheapest whose true error is within the bound; None where there is none.
    """

    engine: str
    variant: str
    subjects: int
    points: list[Point]
    cheapest: Point | None


def find_error(case: Case, outputs: Reals, truth: Reals) -> float:
    """Return the largest of |y - truth| / (|truth| + floor); infinity where there is no number."""
    errors = np.abs(outputs[: len(truth)] - truth) / (np.abs(truth) + case.floor)
    return float(errors.max()) if np.all(np.isfinite(errors)) else math.inf


def measure(run: Solver, case: Case, truth: Reals, rtol: float, subjects: int) -> Point:
    """Return error and cost at one tolerance: the least of some runs."""
    outputs, least, spent, runs = np.empty(0), math.inf, 0.0, 0
    while spent < SPENT and runs < MOST_RUNS:
        begin = time.process_time()
        outputs = run(rtol, subjects)
        seconds = time.process_time() - begin
        least, spent, runs = min(least, seconds), spent + seconds, runs + 1
    return Point(rtol, find_error(case, outputs, truth), least / subjects)


def climb(
    run: Solver, case: Case, truth: Reals, ladder: Sequence[float], subjects: int
) -> list[Point]:
    """Return points from loose to tight, closer to each other where the bound is crossed.

    The ladder is made longer, at either end, until the bound is crossed within it.
    """

    def try_out(rtol: float) -> Point:
        return measure(run, case, truth, rtol, subjects)

    points = [try_out(rtol) for rtol in ladder]
    while points[0].error <= BOUND and points[0].rtol < LOOSEST:
        points.insert(0, try_out(points[0].rtol * RUNG))
    while points[-1].error > BOUND and points[-1].rtol > TIGHTEST:
        points.append(try_out(points[-1].rtol / RUNG))
    for _ in range(REFINEMENTS):
        passing = next((k for k, point in enumerate(points) if point.error <= BOUND), 0)
        if passing == 0:
            break
        points.insert(passing, try_out(math.sqrt(points[passing - 1].rtol * points[passing].rtol)))
    return points


def choose_cheapest(points: Sequence[Point]) -> Point | None:
    """Return the cheapest point within the bound."""
    within = [point for point in points if point.error <= BOUND]
    return min(within, key=lambda point: point.seconds, default=None)


def race(
    engine: str,
    variants: Mapping[str, Callable[[Case], Solver]],
    case: Case,
    truth: Reals,
    ladder: Sequence[float],
    subjects: int,
) -> Result:
    """Return what an engine gives in the fastest way to use it."""
    runs = {name: prepare(case) for name, prepare in variants.items()}
    for run in runs.values():
        run(TRIAL, subjects)  # what compiles, compiles here
    kept = list(runs)
    if len(runs) > 1:
        trials = {name: measure(run, case, truth, TRIAL, subjects) for name, run in runs.items()}
        fastest = min(point.seconds for point in trials.values())
        kept = [name for name, point in trials.items() if point.seconds <= FAR_BEHIND * fastest]
    results: list[Result] = []
    for name in kept:
        points = climb(runs[name], case, truth, ladder, subjects)
        results.append(Result(engine, name, subjects, points, choose_cheapest(points)))
    return min(results, key=lambda one: one.cheapest.seconds if one.cheapest else math.inf)
