"""What a population run does, chunk by chunk; a chunk depends on the plan and its own number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainmag.engine.devices import CPU
from brainmag.errors import ComputationError
from brainmag.making import describe_making, list_differences
from brainmag.people import Population, draw_people
from brainmag.population.table import encode_people
from brainmag.scenario import Scenario
from brainmag.simulate import simulate

# So many that starting a chunk costs nothing, so few that losing one costs seconds.
PEOPLE_PER_CHUNK = 1000


@dataclass(frozen=True)
class Plan:
    """A population under one explanation.

    Attributes
    ----------
    scenario : Scenario
        What all of them take; its subject is the one they are measured against.
    population : Population
    made_of : mapping
        What `brainmag.making.describe_making` says where the run was begun: a machine where that
        is another would give other numbers, to the last bits.
    people_per_chunk : int
        Cuts the work; no figure depends on it.
    device : str
        As for `brainmag.simulate.simulate`.
    """

    scenario: Scenario
    population: Population
    made_of: Mapping[str, Any]
    people_per_chunk: int = PEOPLE_PER_CHUNK
    device: str = CPU


def list_chunks(plan: Plan) -> list[range]:
    """Return the numbers of the people of each chunk.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> scenario = Scenario(build_subject(), Intake("meals", 300.0), hours=24.0)
    >>> list_chunks(Plan(scenario, Population(size=2500, seed=1), {}))[-1]
    range(2001, 2501)
    """
    size, width = plan.population.size, plan.people_per_chunk
    return [range(first, min(first + width, size + 1)) for first in range(1, size + 1, width)]


def compute_chunk(
    plan: Plan,
    numbers: range,
    *,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_compile: Callable[[], None] | None = None,
) -> bytes:
    """Run the people of one chunk and return their figures as a Parquet file.

    Parameters
    ----------
    plan : Plan
    numbers : range
        Whom.
    threads, on_progress, on_compile
        As for `brainmag.simulate.simulate`.

    Raises
    ------
    ComputationError
        ``population.other_machine`` when this machine would give other bits than the plan's.
    KeyboardInterrupt
        When Ctrl-C ended it; nothing of the chunk is kept.
    """
    people = draw_people(plan.population, np.arange(numbers.start, numbers.stop))
    run = simulate(
        plan.scenario,
        device=plan.device,
        people=people,
        threads=threads,
        on_progress=on_progress,
        on_compile=on_compile,
    )
    if run.interrupted:
        raise KeyboardInterrupt
    if changed := list_differences(plan.made_of, describe_making(run.model_key, plan.device)):
        raise ComputationError("population.other_machine", given=changed)
    return encode_people(run)
