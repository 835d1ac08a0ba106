"""Equations to numbers: a model text becomes machine code that runs many subjects at once."""

from __future__ import annotations

from brainmag.engine.draws import draw_uniform
from brainmag.engine.events import Events
from brainmag.engine.machine import describe_processor
from brainmag.engine.model import COMPILERS, CompiledModel, compile_model
from brainmag.engine.periodic import PeriodicSolution, find_periodic_state
from brainmag.engine.solve import Solution, solve
from brainmag.engine.status import Status
from brainmag.engine.workers import count_processors

__all__ = [
    "COMPILERS",
    "CompiledModel",
    "Events",
    "PeriodicSolution",
    "Solution",
    "Status",
    "compile_model",
    "count_processors",
    "describe_processor",
    "draw_uniform",
    "find_periodic_state",
    "solve",
]
