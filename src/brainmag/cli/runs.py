"""Run a scenario under one explanation or several, and keep what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brainmag.cli.interrupts import answer_interrupts, repeat_interrupts
from brainmag.cli.progress import Reporter
from brainmag.document import Document, combine_hypotheses, describe_run
from brainmag.engine import Status
from brainmag.errors import ComputationError
from brainmag.scenario import Scenario
from brainmag.simulate import Run, load_model, simulate


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
    reporter: Reporter,
) -> Outcome:
    """Run a scenario under each explanation in turn.

    Raises
    ------
    ComputationError
        When nobody was finished under any of them.
    """
    with repeat_interrupts():
        load_model(scenario.subject.who, on_compile=reporter.show_compiling)
    runs: dict[str, Run] = {}
    failure: ComputationError | None = None
    interrupted = False
    for number, name in enumerate(names):
        reporter.start_part(number)
        try:
            run = simulate(
                replace(scenario, hypothesis=name),
                draws=draws,
                seed=seed,
                device=device,
                on_progress=reporter.show_progress,
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
    if interrupted:
        answer_interrupts()
    total = len(names) * (1 + draws)
    return Outcome(runs, _find_cause(runs, total, failure, interrupted=interrupted))


def describe_outcome(outcome: Outcome, lang: str, *, series: bool, side_by_side: bool) -> Document:
    """Return the one document of all runs; it says so when something is missing."""
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
