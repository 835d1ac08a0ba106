"""Do what a job asks for: compute it, show it, and keep it in its folder."""

from __future__ import annotations

import shlex
import shutil
from typing import Any, Protocol

from brainmag.cli.interrupts import answer_interrupts, hold_interrupts, repeat_interrupts
from brainmag.cli.output import show_afterwards, tell, tell_error, write
from brainmag.cli.progress import Reporter
from brainmag.commands.job import Job
from brainmag.commands.outcome import describe_outcome, run_hypotheses
from brainmag.commands.people import compute_people, describe_people, plan_people
from brainmag.document import is_partial
from brainmag.errors import ComputationError
from brainmag.files import format_json
from brainmag.locales import text
from brainmag.people import Population
from brainmag.run_folder import RunFolder
from brainmag.simulate import load_model
from brainmag.storage import name_failure, write_population, write_results


class Showing(Protocol):
    """How a command was asked to compute and show a job."""

    @property
    def cluster(self) -> str | None:
        """Who computes a population."""
        ...

    @property
    def as_json(self) -> bool:
        """Whether to show JSON instead of a table."""
        ...


def execute(job: Job, folder: RunFolder | None, showing: Showing) -> int:
    """Compute a job, show it, keep it where there is a folder, and return the exit status.

    Parameters
    ----------
    job : Job
    folder : RunFolder or None
        Where it was asked for; a population has one in any case.
    showing : Showing

    Raises
    ------
    ComputationError
        When it is cut off.
    """
    if job.population is not None and folder is not None:
        return _execute_population(job, job.population, folder, showing)
    return _execute_run(job, folder, showing)


def _execute_run(job: Job, folder: RunFolder | None, showing: Showing) -> int:
    lang = job.lang
    with Reporter(lang, parts=len(job.names), subjects=1 + job.draws) as reporter:
        with repeat_interrupts():
            load_model(job.scenario.subject.who, on_compile=reporter.show_compiling)
        outcome = run_hypotheses(
            job.scenario,
            job.names,
            draws=job.draws,
            seed=job.seed,
            device=job.device,
            on_part=reporter.start_part,
            on_progress=reporter.show_progress,
            on_interrupt=answer_interrupts,
        )
    with hold_interrupts():
        document = describe_outcome(
            outcome, lang, series=job.options.series, side_by_side=job.side_by_side
        )
        # Made before anything is written: should it fail, nothing is.
        shown = _render(document, lang, as_json=showing.as_json)
        with show_afterwards(lambda: write(shown)):
            if folder is not None:
                write_results(folder, outcome.runs, document, lang=lang)
                tell(text("cli.written", lang=lang, given=str(folder.home)))
    if outcome.cause is None:
        return 0
    tell_error(outcome.cause, lang)
    return outcome.cause.exit_status


def _execute_population(
    job: Job, population: Population, folder: RunFolder, showing: Showing
) -> int:
    lang = job.lang
    is_kept = not folder.is_temporary
    plans = plan_people(job, population, folder)
    reporter = Reporter(lang)
    try:
        with reporter, name_failure(folder.home, is_run=is_kept):
            crowds = compute_people(plans, folder, reporter, cluster=showing.cluster)
        document = describe_people(crowds, lang, side_by_side=job.side_by_side)
        # Made before anything is written: should it fail, nothing is.
        shown = _render(document, lang, as_json=showing.as_json)
        if is_kept:
            write_population(folder, document, lang=lang)
            tell(text("cli.written", lang=lang, given=str(folder.home)))
    except KeyboardInterrupt:
        if not folder.has_chunks:
            raise
        code = "cli.population_interrupted" if is_kept else "cli.population_lost"
        done, total = reporter.count_people()
        place = shlex.quote(str(folder.home))
        raise ComputationError(code, finished=done, total=total, place=place) from None
    write(shown)
    if not is_partial(document):
        return 0
    cause = ComputationError("cli.people_failed")
    tell_error(cause, lang)
    return cause.exit_status


def _render(document: dict[str, Any], lang: str, *, as_json: bool) -> str:
    if as_json:
        return format_json(document)
    from brainmag.report.table import WIDTH, render_table  # noqa: PLC0415

    columns = shutil.get_terminal_size((WIDTH, 0)).columns
    return render_table(document, lang=lang, width=min(columns, WIDTH))
