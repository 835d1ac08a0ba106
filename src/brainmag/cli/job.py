"""What ``brainmag simulate`` asks for, checked so far as it can be before anything is computed."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from brainmag.cli.memory import check_memory
from brainmag.cli.scenario import plan_population, plan_scenario
from brainmag.cli.simulate import SimulateOptions
from brainmag.cli.values import check_language, choose, read_count
from brainmag.engine.devices import CPU, check_device
from brainmag.errors import InputError
from brainmag.manifest import describe_making
from brainmag.people import Population
from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES
from brainmag.population import PEOPLE_PER_CHUNK
from brainmag.simulate import Scenario

ALL = "all"
DEFAULT_DRAWS = 200
MOST_DRAWS = 100_000
MOST_PEOPLE = 100_000_000
DEFAULT_SEED = 1
LARGEST_SEED = 2**53
# What a run's figures do not depend on: where they go, and who computes them.
NOT_KEPT = ("out", "as_json", "cluster")
# Whose versions may change what is written, beside all that describe_making tells.
WRITERS = ("h5netcdf", "h5py", "matplotlib", "pyarrow")


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
    seed = read_count("--seed", options.seed, default=DEFAULT_SEED, highest=LARGEST_SEED)
    draws = read_count(
        "--uncertainty", options.uncertainty, default=DEFAULT_DRAWS, highest=MOST_DRAWS
    )
    device = options.device or CPU
    check_device(device)
    if options.population is None and options.cluster is not None:
        raise InputError("cli.cluster_without_population")
    if options.population is not None and options.uncertainty is not None:
        raise InputError("cli.population_and_uncertainty")
    _check_regimen(options)
    scenario = plan_scenario(options, names[0])
    population = None
    if options.population is not None:
        size = read_count(
            "--population", options.population, default=0, lowest=1, highest=MOST_PEOPLE
        )
        population = plan_population(options, scenario, size=size, seed=seed)
    else:
        check_memory(scenario, draws, explanations=len(names))
    return Job(options, lang, names, asked == ALL, draws, seed, device, scenario, population)


def _check_regimen(options: SimulateOptions) -> None:
    """Refuse a regimen that can be read only once where it is read again: to keep it, say."""
    read_again = options.out is not None or options.population is not None
    if options.regimen is not None and read_again:
        path = Path(options.regimen)
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError("cli.regimen_not_a_plain_file", given=options.regimen)


def write_request(job: Job, model_key: str) -> dict[str, Any]:
    """Return all that a run is made from, so that another process can run or complete it."""
    options = {name: value for name, value in asdict(job.options).items() if name not in NOT_KEPT}
    regimen = job.options.regimen
    return {
        "options": options,
        "regimen": None if regimen is None else Path(regimen).read_text(encoding="utf-8"),
        "people_per_chunk": PEOPLE_PER_CHUNK,
        "made_of": describe_all(model_key),
    }


def describe_all(model_key: str) -> dict[str, Any]:
    """Return what a run's files depend on beside its request."""
    return {**describe_making(model_key), **{name: version(name) for name in WRITERS}}


def check_making(request: Mapping[str, Any], model_key: str) -> None:
    """Refuse to go on with a run that was begun with other versions or on another processor.

    Raises
    ------
    InputError
        ``cli.made_otherwise``.
    """
    then, now = request["made_of"], describe_all(model_key)
    changed = [name for name in now if then.get(name) != now[name]]
    if changed:
        raise InputError("cli.made_otherwise", given=", ".join(changed))


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
