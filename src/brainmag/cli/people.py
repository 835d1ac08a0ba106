"""Compute the people of a population chunk by chunk, here or on a cluster, and describe them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from brainmag.cli.job import Job
from brainmag.cli.progress import Reporter
from brainmag.document import Document, combine_hypotheses, describe_result
from brainmag.people import Population
from brainmag.population import Crowd, Plan, compute_chunk, describe_crowd, list_chunks
from brainmag.population.cluster import Job as Chunk
from brainmag.population.cluster import compute_on_cluster, connect
from brainmag.run_folder import RunFolder


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
    plans: dict[str, Plan], folder: RunFolder, reporter: Reporter, *, cluster: str | None
) -> dict[str, Crowd]:
    """Compute all people that the folder does not hold yet, and return all of them.

    Parameters
    ----------
    plans : dict of str to Plan
        By explanation.
    folder : RunFolder
        Where the run was asked for; a chunk is written as soon as it is computed.
    reporter : Reporter
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
    reporter.start_people(total, total - sum(len(numbers) for _, _, numbers in missing))
    computed = (
        _compute_here(missing, reporter)
        if cluster is None
        else _compute_there(missing, cluster, reporter)
    )
    for (name, _, numbers), content in computed:
        held[name][numbers.start] = folder.keep_chunk(name, numbers.start, content)
        reporter.finish_people(len(numbers))
    return {
        name: Crowd(plan, [path for _, path in sorted(held[name].items())])
        for name, plan in plans.items()
    }


def _compute_here(chunks: Sequence[Chunk], reporter: Reporter) -> Iterator[tuple[Chunk, bytes]]:
    for chunk in chunks:
        yield chunk, compute_chunk(chunk[1], chunk[2], on_progress=reporter.show_people)


def _compute_there(
    chunks: Sequence[Chunk], cluster: str, reporter: Reporter
) -> Iterator[tuple[Chunk, bytes]]:
    with connect(cluster) as client:
        yield from compute_on_cluster(client, chunks, on_idle=reporter.show_idle)


def describe_people(crowds: dict[str, Crowd], lang: str, *, side_by_side: bool) -> Document:
    """Return the one document of a population under all its explanations."""
    documents: dict[str, Document] = {}
    for name, crowd in crowds.items():
        document = describe_result(crowd, lang=lang)
        document["manifest"]["population"] = asdict(crowd.plan.population)
        documents[name] = {**document, **describe_crowd(crowd)}
    return combine_hypotheses(documents) if side_by_side else next(iter(documents.values()))
