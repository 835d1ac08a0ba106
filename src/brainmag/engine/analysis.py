"""What every kind of kernel has to know of a model before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainmag.engine.cascade import Cascade, PartEquations, list_states
from brainmag.engine.graph import CONSTANT, PARAMETER, Graph
from brainmag.engine.linearise import Linearisation, linearise
from brainmag.engine.system import EquationSystem

# What the functions of a model are given, and those of its parts besides.
MODEL_ARGUMENTS = ("time", "states", "parameters", "constants")
PART_ARGUMENTS = (*MODEL_ARGUMENTS, "held", "inputs")
# Begin the names of the functions of the parts; those of the whole begin with nothing.
WHOLE, LEADING, FOLLOWING = "", "leading_", "following_"


@dataclass(frozen=True)
class Analysis:
    """Derivatives of the parts of a model, and what is computed once per subject.

    Attributes
    ----------
    linear : dict of str to Linearisation
        By the prefix of each part that is stepped by a Rosenbrock method.
    hoisted : dict of int to int
        For every node that depends on parameters only, its position among the constants.
    """

    linear: dict[str, Linearisation]
    hoisted: dict[int, int]


def list_parts(cascade: Cascade) -> dict[str, PartEquations]:
    """Return both parts of a model that was cut in two, by their prefix."""
    return {LEADING: cascade.leading, FOLLOWING: cascade.following}


def analyse_parts(system: EquationSystem, parts: Mapping[str, PartEquations]) -> Analysis:
    """Return what is to be known of the parts to be written; the graph grows by derivatives."""
    linear = {
        prefix: linearise(system.graph, part.rates)
        for prefix, part in parts.items()
        if prefix != FOLLOWING
    }
    roots = [*system.readouts]
    for part in parts.values():
        roots += part.rates
    for derivatives in linear.values():
        roots += [*derivatives.time_slopes, *derivatives.slopes]
    chosen = choose_hoisted(system.graph, roots)
    return Analysis(linear, {node: position for position, node in enumerate(chosen)})


def find_counting(graph: Graph, rates: Sequence[int]) -> list[int]:
    """Return the states that no rate depends on: they only count."""
    return sorted(set(range(len(rates))) - list_states(graph, rates))


def choose_hoisted(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Return what depends on parameters only and is used by what changes during a run.

    These nodes are computed once per subject.
    """

    def is_hoisted(node: int) -> bool:
        leaf = graph.operations[node] in (CONSTANT, PARAMETER)
        return not (graph.varies[node] or leaf or graph.is_boolean(node))

    chosen: set[int] = set()
    for node in graph.reachable(roots):
        if graph.varies[node] or graph.is_boolean(node):
            chosen.update(filter(is_hoisted, graph.arguments[node]))
    chosen.update(filter(is_hoisted, roots))
    return sorted(chosen)
