"""What ``brainmag simulate`` asks for, checked so far as it can be before anything is computed."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from brainmag.commands.memory import check_memory
from brainmag.commands.scenario import plan_population, plan_scenario
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.values import check_language, choose, read_count, read_draws, read_seed
from brainmag.engine.devices import CPU, check_device
from brainmag.errors import InputError
from brainmag.making import describe_making, list_differences
from brainmag.people import Population
from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES
from brainmag.population import PEOPLE_PER_CHUNK
from brainmag.scenario import Scenario

ALL = "all"
MOST_PEOPLE = 100_000_000
# What a run's figures do not depend on: where they go, and who computes them.
NOT_KEPT = ("out", "as_json", "cluster")


@dataclass(frozen=True)
class Job:
    """A run or a population under one explanation or several.

    Attributes
    ----------
    options : SimulateOptions
        As typed.
    lang : str
    names : tuple of str
        The explanations.
    side_by_side : bool
        Whether all of them were asked for.
    draws, seed : int
    device : str
    scenario : Scenario
        Under the first explanation.
    population : Population or None
    regimen : str or None
        What its file held when the scenario was read from it: it may change while the run goes on.
    """

    options: SimulateOptions
    lang: str
    names: tuple[str, ...]
    side_by_side: bool
    draws: int
    seed: int
    device: str
    scenario: Scenario
    population: Population | None
    regimen: str | None


def plan_job(options: SimulateOptions) -> Job:
    """Return what options ask for.

    Raises
    ------
    InputError
        When a value cannot be read, is out of range, or does not go with the others.
    """
    lang = check_language(options.lang)
    asked = choose("--hypothesis", options.hypothesis or DEFAULT_HYPOTHESIS, (*HYPOTHESES, ALL))
    names = HYPOTHESES if asked == ALL else (asked,)
    seed, draws = read_seed(options.seed), read_draws(options.uncertainty)
    device = options.device or CPU
    check_device(device)
    if options.population is None and options.cluster is not None:
        raise InputError("cli.cluster_without_population")
    if options.population is not None and options.uncertainty is not None:
        raise InputError("cli.population_and_uncertainty")
    if options.population is not None and options.series:
        raise InputError("cli.population_and_series")
    _check_regimen(options)
    scenario = replace(plan_scenario(options, names[0]), calibrated=not options.prior)
    regimen = None
    if options.regimen is not None and _is_read_again(options):
        regimen = Path(options.regimen).read_text(encoding="utf-8")
    population = None
    if options.population is not None:
        size = read_count(
            "--population", options.population, default=0, lowest=1, highest=MOST_PEOPLE
        )
        population = plan_population(options, scenario, size=size, seed=seed)
    else:
        check_memory(scenario, draws, explanations=len(names))
    return Job(
        *(options, lang, names, asked == ALL, draws, seed, device, scenario, population, regimen)
    )


def _check_regimen(options: SimulateOptions) -> None:
    """Refuse a regimen that can be read only once where it is read again: to keep it, say."""
    if options.regimen is not None and _is_read_again(options):
        path = Path(options.regimen)
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError("cli.regimen_not_a_plain_file", given=options.regimen)


def _is_read_again(options: SimulateOptions) -> bool:
    return options.out is not None or options.population is not None


def write_request(job: Job, model_key: str) -> dict[str, Any]:
    """Return all that a run is made from, so that another process can run or complete it."""
    options = {name: value for name, value in asdict(job.options).items() if name not in NOT_KEPT}
    return {
        "options": options,
        "regimen": job.regimen,
        "people_per_chunk": PEOPLE_PER_CHUNK,
        "made_of": describe_making(model_key, job.device),
    }


def check_making(request: Mapping[str, Any], job: Job, model_key: str) -> None:
    """Refuse to go on with a run that was begun with other versions or on another machine.

    Raises
    ------
    InputError
        ``cli.made_otherwise``.
    """
    changed = list_differences(request["made_of"], describe_making(model_key, job.device))
    if changed:
        raise InputError("cli.made_otherwise", given=changed)


@contextmanager
def read_options(request: Mapping[str, Any]) -> Generator[SimulateOptions]:
    """Give the options of a request, with its regimen in a file as when they were typed."""
    known = {field.name for field in fields(SimulateOptions)}
    values = {name: value for name, value in request["options"].items() if name in known}
    options = SimulateOptions(**values)
    if request["regimen"] is None:
        yield options
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "regimen.toml"
        path.write_text(request["regimen"], encoding="utf-8")
        yield replace(options, regimen=str(path))
