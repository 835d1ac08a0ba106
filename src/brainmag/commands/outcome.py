"""Run a scenario under one explanation or several, and describe what is finished."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from brainmag.document import Document, combine_hypotheses, describe_run
from brainmag.engine import Status
from brainmag.errors import ComputationError
from brainmag.scenario import Scenario
from brainmag.simulate import Preparation, Progress, Run, simulate


@dataclass(frozen=True)
class Outcome:
    """What became of the runs asked for.

    Attributes
    ----------
    runs : dict of str to Run
        Those in which somebody was finished, by explanation.
    cause : ComputationError or None
        Why something is missing, when something is.
    """

    runs: dict[str, Run]
    cause: ComputationError | None


def run_hypotheses(
    scenario: Scenario,
    names: Sequence[str],
    *,
    draws: int,
    seed: int,
    device: str,
    on_part: Callable[[int], None] | None = None,
    on_progress: Progress | None = None,
    on_interrupt: Callable[[], object] | None = None,
    prepare: Callable[[Scenario, int, int], Preparation] | None = None,
) -> Outcome:
    """Run a scenario under each explanation in turn.

    Parameters
    ----------
    scenario : Scenario
    names : sequence of str
        The explanations.
    draws, seed, device, on_progress
        As for `brainmag.simulate.simulate`.
    on_part : callable, optional
        Called with the number of each run, from zero, before it begins.
    on_interrupt : callable, optional
        Called when Ctrl-C has ended the runs.
    prepare : callable, optional
        Gives the subjects of a scenario, some draws and a seed on their own day, where they are
        known already.

    Raises
    ------
    ComputationError
        When nobody was finished under any of them.
    """
    runs: dict[str, Run] = {}
    failure: ComputationError | None = None
    interrupted = False
    for number, name in enumerate(names):
        one = replace(scenario, hypothesis=name)
        if on_part is not None:
            on_part(number)
        try:
            run = simulate(
                one,
                draws=draws,
                seed=seed,
                device=device,
                ready=None if prepare is None else prepare(one, draws, seed),
                on_progress=on_progress,
            )
        except KeyboardInterrupt:
            interrupted = True
            break
        except ComputationError as error:
            failure = error
            continue
        if _count_finished(run):
            runs[name] = run
        if run.interrupted:
            interrupted = True
            break
    if interrupted and on_interrupt is not None:
        on_interrupt()
    total = len(names) * (1 + draws)
    return Outcome(runs, _find_cause(runs, total, failure, interrupted=interrupted))


def describe_outcome(
    outcome: Outcome, lang: str, *, series: bool | Collection[str], side_by_side: bool
) -> Document:
    """Return the one document of all runs; it says so when something is missing.

    Parameters
    ----------
    outcome : Outcome
    lang : str
    series : bool or collection of str
        As for `brainmag.document.describe_run`.
    side_by_side : bool
        Whether all explanations were asked for.
    """
    documents = {
        name: describe_run(run, series=series, lang=lang) for name, run in outcome.runs.items()
    }
    if not side_by_side:
        return next(iter(documents.values()))
    combined = combine_hypotheses(documents)
    return combined if outcome.cause is None else {**combined, "partial": True}


def _find_cause(
    runs: dict[str, Run], total: int, failure: ComputationError | None, *, interrupted: bool
) -> ComputationError | None:
    """Return what to tell about missing subjects; raise it when all are missing."""
    if not runs:
        raise ComputationError("cli.interrupted") if interrupted or failure is None else failure
    finished = sum(_count_finished(run) for run in runs.values())
    if finished == total:
        return None
    code = "cli.partial_interrupted" if interrupted else "cli.partial_failed"
    return ComputationError(code, finished=finished, total=total)


def _count_finished(run: Run) -> int:
    return int(np.sum(run.status == Status.FINISHED))
