"""Compute the people of a population chunk by chunk, here or on a cluster, and describe them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Protocol

from brainmag.commands.job import Job
from brainmag.document import Document, combine_hypotheses, describe_result
from brainmag.people import Population
from brainmag.population import Crowd, Plan, compute_chunk, describe_crowd, list_chunks
from brainmag.population.cluster import Job as Chunk
from brainmag.population.cluster import compute_on_cluster, connect
from brainmag.run_folder import RunFolder


class Watcher(Protocol):
    """Who is told how far the people of a population are."""

    def start_people(self, total: int, done: int) -> None:
        """Hear how many people there are, and how many of them are finished already."""
        ...

    def show_people(self, done: int, _total: int) -> None:
        """Hear of so many people of the chunk at work."""
        ...

    def finish_people(self, number: int) -> None:
        """Hear of a chunk that is kept."""
        ...

    def show_idle(self) -> None:
        """Hear that nobody computes."""
        ...


def plan_people(job: Job, population: Population, folder: RunFolder) -> dict[str, Plan]:
    """Return what is to be computed under each explanation, as the folder's request says."""
    request = folder.read_request()
    return {
        name: Plan(
            replace(job.scenario, hypothesis=name),
            population,
            request["made_of"],
            request["people_per_chunk"],
            job.device,
        )
        for name in job.names
    }


def compute_people(
    plans: dict[str, Plan], folder: RunFolder, watcher: Watcher, *, cluster: str | None
) -> dict[str, Crowd]:
    """Compute all people that the folder does not hold yet, and return all of them.

    Parameters
    ----------
    plans : dict of str to Plan
        By explanation.
    folder : RunFolder
        Where the run was asked for; a chunk is written as soon as it is computed.
    watcher : Watcher
    cluster : str or None
        Who computes; this process unless given.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; finished chunks are kept.
    """
    held = folder.find_chunks(
        {name: [numbers.start for numbers in list_chunks(plan)] for name, plan in plans.items()}
    )
    missing = [
        (name, plan, numbers)
        for name, plan in plans.items()
        for numbers in list_chunks(plan)
        if numbers.start not in held[name]
    ]
    total = sum(plan.population.size for plan in plans.values())
    watcher.start_people(total, total - sum(len(numbers) for _, _, numbers in missing))
    computed = (
        _compute_here(missing, watcher)
        if cluster is None
        else _compute_there(missing, cluster, watcher)
    )
    for (name, _, numbers), content in computed:
        held[name][numbers.start] = folder.keep_chunk(name, numbers.start, content)
        watcher.finish_people(len(numbers))
    return {
        name: Crowd(plan, [path for _, path in sorted(held[name].items())])
        for name, plan in plans.items()
    }


def _compute_here(chunks: Sequence[Chunk], watcher: Watcher) -> Iterator[tuple[Chunk, bytes]]:
    for chunk in chunks:
        yield chunk, compute_chunk(chunk[1], chunk[2], on_progress=watcher.show_people)


def _compute_there(
    chunks: Sequence[Chunk], cluster: str, watcher: Watcher
) -> Iterator[tuple[Chunk, bytes]]:
    with connect(cluster) as client:
        yield from compute_on_cluster(client, chunks, on_idle=watcher.show_idle)


def describe_people(crowds: dict[str, Crowd], lang: str, *, side_by_side: bool) -> Document:
    """Return the one document of a population under all its explanations."""
    documents: dict[str, Document] = {}
    for name, crowd in crowds.items():
        document = describe_result(crowd, lang=lang)
        document["manifest"]["population"] = asdict(crowd.plan.population)
        documents[name] = {**document, **describe_crowd(crowd)}
    return combine_hypotheses(documents) if side_by_side else next(iter(documents.values()))
