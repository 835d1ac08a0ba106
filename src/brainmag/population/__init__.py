"""A population as a run: chunks of people, computed anywhere, read back figure by figure."""

from __future__ import annotations

from brainmag.population.crowd import Crowd
from brainmag.population.plan import PEOPLE_PER_CHUNK, Plan, compute_chunk, list_chunks
from brainmag.population.record import describe_crowd

__all__ = [
    "PEOPLE_PER_CHUNK",
    "Crowd",
    "Plan",
    "compute_chunk",
    "describe_crowd",
    "list_chunks",
]
