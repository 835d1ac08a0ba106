"""Which numbers of the table an observable hangs on, over the spreads of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine import CompiledModel, Status
from brainmag.errors import ComputationError, InputError, nearest_match
from brainmag.inference.design import (
    HIGH,
    LOW,
    RANKED_BY,
    Design,
    find_indices,
    find_whole_samples,
    make_design,
)
from brainmag.people import Subject, place_parameters
from brainmag.people.parameters import read_parameters
from brainmag.scenario import Scenario
from brainmag.simulate import load_model, simulate
from brainmag.trajectories import list_observables, read_units

Array = NDArray[np.float64]

# Runs held in memory at once; no result depends on it.
BATCH = 1024
# Of so many runs one may fail.
RUNS_PER_FAILURE = 20
# Failed runs that an error names.
MOST_NAMED = 5


@dataclass(frozen=True)
class Target:
    """What is asked about.

    Attributes
    ----------
    scenario : Scenario
    observable : str
    is_change : bool
        Whether its change from the own baseline is meant, not its level at the end.
    """

    scenario: Scenario
    observable: str
    is_change: bool = False


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found.

    Attributes
    ----------
    target : Target
    design : Design
    values : ndarray, shape (rows,)
        The observable of each run; no number where a run failed.
    status : ndarray, shape (rows,)
        `brainmag.engine.Status` of each run.
    nominal : float
        The observable of the nominal subject.
    indices : dict of str to ndarray, shape (parameters,)
        As `brainmag.inference.design.find_indices` tells.
    model_key : str
    """

    target: Target
    design: Design
    values: Array
    status: NDArray[np.int8]
    nominal: float
    indices: dict[str, Array]
    model_key: str


def check_observable(name: str, subject: Subject) -> None:
    """Refuse what is no observable, or none of a subject.

    Raises
    ------
    InputError
        ``inference.unknown_observable`` or ``inference.observable_not_there``.

    Examples
    --------
    >>> from brainmag.people import build_subject
    >>> check_observable("csf_mg", build_subject())
    """
    _check_known("observable", name, read_units())
    there = list_observables(subject.who, subject.cells)
    if name not in there:
        raise InputError(
            "inference.observable_not_there",
            given=name,
            who=subject.who,
            allowed=", ".join(there),
        )


def list_varied(scenario: Scenario, model: CompiledModel) -> tuple[str, ...]:
    """Return the parameters that have a spread under a scenario.

    Left out is what is not estimated, what the subject itself sets or lacks, and what the
    explanation or a condition holds.

    Parameters
    ----------
    scenario : Scenario
    model : CompiledModel
        Of its preparation.
    """
    places = dict.fromkeys(model.parameters, np.array([LOW, HIGH]))
    found = place_parameters(scenario.subject, model.parameters, scenario.hypothesis, places)
    moves = (found.before[0] != found.before[1]) | (found.during[0] != found.during[1])
    return tuple(name for name, it_moves in zip(model.parameters, moves, strict=True) if it_moves)


def check_parameters(given: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the parameters asked for, each once.

    Raises
    ------
    InputError
        ``inference.unknown_parameter``.

    Examples
    --------
    >>> check_parameters(["nmda_binding", "nmda_binding"], ["nmda_binding", "gaba_gain"])
    ('nmda_binding',)
    """
    for name in given:
        _check_known("parameter", name, known)
    return tuple(dict.fromkeys(given))


def measure_sensitivity(
    target: Target,
    names: Sequence[str],
    *,
    method: str,
    samples: int,
    seed: int,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Vary some parameters over their priors at once and tell what an observable owes to each.

    Parameters
    ----------
    target : Target
    names : sequence of str
        Parameters that are varied; all others keep their nominal values.
    method, samples, seed
        As for `brainmag.inference.design.make_design`.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with runs done and runs in all.

    Raises
    ------
    InputError
        ``inference.not_a_power_of_two``.
    ComputationError
        ``inference.too_many_failed`` when more than 1 in 20 runs did not finish, or that of
        `brainmag.inference.design.find_indices`.
    KeyboardInterrupt
        When Ctrl-C ended it.
    """
    design = make_design(method, names, samples=samples, seed=seed)
    model = load_model(target.scenario.subject.who)
    total = len(design.places)
    values, status = np.full(total, np.nan), np.empty(total, dtype=np.int8)
    nominal = np.nan
    for first in range(0, total, BATCH):
        batch = slice(first, min(first + BATCH, total))
        places = dict(zip(names, design.places[batch].T, strict=True))
        told = _shift_progress(on_progress, first, total)
        found, ended = _run_batch(target, places, threads, told)
        nominal, values[batch], status[batch] = found[0], found[1:], ended[1:]
    _check_failures(status)
    return Sensitivity(
        target, design, values, status, float(nominal), find_indices(design, values), model.key
    )


def _run_batch(
    target: Target,
    places: Mapping[str, Array],
    threads: int | None,
    on_progress: Callable[[int, int], None] | None,
) -> tuple[Array, NDArray[np.int8]]:
    """Return the observable and the status of the nominal subject and at each of the places."""
    run = simulate(target.scenario, places=places, threads=threads, on_progress=on_progress)
    if run.interrupted:
        raise KeyboardInterrupt
    found = run.read("end", target.observable).copy()
    if target.is_change:
        found -= run.read("baseline", target.observable)
    found[run.status != Status.FINISHED] = np.nan
    return found, run.status


def _shift_progress(
    on_progress: Callable[[int, int], None] | None, first: int, total: int
) -> Callable[[int, int], None] | None:
    """Return what a batch calls to tell how far all are."""
    if on_progress is None:
        return None

    def tell(done: int, subjects: int) -> None:
        # The nominal subject of a batch is no run that was asked for.
        on_progress(first + min(done, subjects - 1), total)

    return tell


def _check_failures(status: NDArray[np.int8]) -> None:
    failures = _list_failures(status)
    if len(failures) * RUNS_PER_FAILURE > len(status):
        named = ", ".join(f"{one['run']} ({one['outcome']})" for one in failures[:MOST_NAMED])
        raise ComputationError(
            "inference.too_many_failed", failed=len(failures), total=len(status), named=named
        )


def _list_failures(status: NDArray[np.int8]) -> list[dict[str, Any]]:
    """Return the runs that failed, numbered from 1, and why."""
    failed = np.flatnonzero(status != Status.FINISHED)
    return [{"run": int(row) + 1, "outcome": Status(int(status[row])).name} for row in failed]


def rank_parameters(found: Sensitivity) -> list[str]:
    """Return the parameters from the one that matters most to the one that matters least."""
    by = found.indices[RANKED_BY[found.design.method]]
    return [found.design.names[place] for place in np.argsort(-by, kind="stable")]


def describe_sensitivity(found: Sensitivity) -> dict[str, Any]:
    """Return a sensitivity analysis as a document, ready for JSON."""
    target, design, scenario = found.target, found.design, found.target.scenario
    failures = _list_failures(found.status)
    whole = find_whole_samples(design, found.values)
    return {
        "brainmag": __version__,
        "observable": target.observable,
        "unit": read_units()[target.observable],
        "is_change": target.is_change,
        "subject": asdict(scenario.subject),
        "hypothesis": scenario.hypothesis,
        "method": design.method,
        "samples": len(whole),
        "samples_left_out": int(np.count_nonzero(~whole)),
        "runs": len(found.status),
        "failed": len(failures),
        "failures": failures,
        "seed": design.seed,
        "nominal": found.nominal if np.isfinite(found.nominal) else None,
        "parameters": [_describe_parameter(found, name) for name in rank_parameters(found)],
        "model": found.model_key,
    }


def _describe_parameter(found: Sensitivity, name: str) -> dict[str, Any]:
    row, place = read_parameters()[name], found.design.names.index(name)
    indices = {index: float(values[place]) for index, values in found.indices.items()}
    return {"parameter": name, "grade": row.grade, "source": row.source, **indices}


def _check_known(kind: str, given: str, known: Collection[str]) -> None:
    if given not in known:
        raise InputError(
            f"inference.unknown_{kind}",
            given=given,
            nearest=nearest_match(given, known),
            allowed=", ".join(known),
        )
