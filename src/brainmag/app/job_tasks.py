"""Tasks that take too long to wait for; finished parts of them are kept in the job's own folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from brainmag.app.exchange import Asked, Progress
from brainmag.app.texts import DESIGN, REGIMEN, check_shipped, write_text
from brainmag.commands.compare import CompareOptions, read_experiment_draws
from brainmag.commands.job import Job, plan_job
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.trial import TrialOptions, combine_trials, plan_trials
from brainmag.errors import InputError
from brainmag.people import Population
from brainmag.trials.keep import PARTS

Document = Mapping[str, Any]
# Beside each other, as the command compares them.
MOST_DESIGNS = 2


def plan_trial(asked: Asked, _advance: Progress) -> Document:
    """Return what trials are called, once all is checked that can be before they run.

    Raises
    ------
    InputError
        When a design or an option cannot be used, or more is asked than a job may do.
    """
    requests = _plan(asked)
    for request in requests:
        sizes, replicates = len(request.sizes), request.replicates
        if replicates > asked["most_replicates"]:
            limit = asked["most_replicates"]
            raise InputError(
                "app.too_many_replicates", given=replicates, limit=limit, option="--replicates"
            )
        if sizes > asked["most_sizes"]:
            raise InputError(
                "app.too_many_sizes", given=sizes, limit=asked["most_sizes"], option="--n"
            )
    return {"trials": [request.trial.name for request in requests]}


def trial(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag trial --json`` says."""
    from brainmag.trials.run import run_trial  # noqa: PLC0415

    requests = _plan(asked)
    home = Path(asked["home"])
    documents: list[dict[str, Any]] = []
    for number, request in enumerate(requests):

        def tell(done: int, total: int, number: int = number) -> None:
            advance(number * total + done, len(requests) * total)

        documents.append(run_trial(request, home=home, on_progress=tell))
    return combine_trials(documents)


def _plan(asked: Asked) -> list[Any]:
    from brainmag.trials.library import list_trials  # noqa: PLC0415

    given: dict[str, Any] = dict(asked["options"])
    known = list_trials()
    designs = [check_shipped("designs", name, known) for name in given.get("designs") or ()]
    own = write_text(DESIGN, asked["design"])
    if own is not None:
        designs.append(own)
    if not designs:
        raise InputError("app.no_design")
    if len(designs) > MOST_DESIGNS:
        raise InputError("app.too_many_designs", given=len(designs), limit=MOST_DESIGNS)
    given["designs"] = designs
    return plan_trials(TrialOptions(**given))


def plan_population(asked: Asked, _advance: Progress) -> Document:
    """Return how many people are run, once all is checked that can be before they are.

    Raises
    ------
    InputError
        When an option cannot be used, or there are more people than a job may run.
    """
    job = _plan_people(asked)
    people = (0 if job.population is None else job.population.size) * len(job.names)
    if people > asked["most_people"]:
        limit = asked["most_people"]
        raise InputError("app.too_many_people", given=people, limit=limit, option="--population")
    return {"people": people}


def population(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag simulate --population N --json`` says."""
    from brainmag.commands.job import write_request  # noqa: PLC0415
    from brainmag.commands.people import (  # noqa: PLC0415
        compute_people,
        describe_people,
        plan_people,
    )
    from brainmag.run_folder import RunFolder  # noqa: PLC0415
    from brainmag.simulate import load_model  # noqa: PLC0415

    job = _plan_people(asked)
    size = cast(Population, job.population)
    request = write_request(job, load_model(job.scenario.subject.who).key)
    home = Path(asked["home"]) / PARTS
    folder = RunFolder(home)
    if not (folder.is_begun and folder.read_request() == request):
        shutil.rmtree(home, ignore_errors=True)
        folder.begin(request)
    plans = plan_people(job, size, folder)
    crowds = compute_people(plans, folder, _Counter(advance), cluster=None)
    return describe_people(crowds, job.lang, side_by_side=job.side_by_side)


class _Counter:
    """Tells how many people are finished."""

    def __init__(self, advance: Progress) -> None:
        self._advance = advance
        self._done = self._total = 0

    def start_people(self, total: int, done: int) -> None:
        """Say how many people there are, and how many of them are finished already."""
        self._done, self._total = done, total
        self.show_people(0, 0)

    def show_people(self, done: int, _total: int) -> None:
        """Say how many people of the chunk at work are finished."""
        # A chunk holds the nominal subject, too, who is no one of them.
        self._advance(min(self._done + done, self._total), self._total)

    def finish_people(self, number: int) -> None:
        """Count the people of a chunk that is kept."""
        self._done += number

    def show_idle(self) -> None:
        """Do nothing: this process computes."""


def _plan_people(asked: Asked) -> Job:
    regimen = write_text(REGIMEN, asked["regimen"])
    options = SimulateOptions(**asked["options"], regimen=regimen, lang=asked["lang"])
    if options.population is None:
        raise InputError("app.missing_field", given="population", option="population")
    return plan_job(options)


def experiments(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag compare --next --json`` says."""
    from brainmag.inference.next import rank_experiments  # noqa: PLC0415

    draws = read_experiment_draws(CompareOptions(**asked["options"], ahead=True))
    return rank_experiments(draws=draws, on_progress=advance)
