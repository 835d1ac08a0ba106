"""The derivatives of a model's rates that a step needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brainmag.engine.differentiate import differentiate
from brainmag.engine.graph import STATE, TIME, Graph


@dataclass(frozen=True)
class Linearisation:
    """The Jacobian of the rates and their slopes in time, as nodes of the system's graph.

    Attributes
    ----------
    entries : tuple of (int, int)
        Row and column of every entry of the Jacobian that is not zero everywhere.
    slopes : tuple of int
        Node of each of these entries.
    time_slopes : tuple of int
        Node of the time derivative of every rate.
    time_dependent : tuple of int
        States whose rate depends on the time.
    """

    entries: tuple[tuple[int, int], ...]
    slopes: tuple[int, ...]
    time_slopes: tuple[int, ...]
    time_dependent: tuple[int, ...]


def linearise(graph: Graph, rates: Sequence[int]) -> Linearisation:
    """Return the derivatives of rates; the graph grows by them.

    Parameters
    ----------
    graph : Graph
    rates : sequence of int
        Node of the rate of every state.
    """
    size, zero = len(rates), graph.constant(0.0)
    by_state = [differentiate(graph, rates, graph.symbol(STATE, j)) for j in range(size)]
    time_slopes = differentiate(graph, rates, graph.symbol(TIME))
    entries = [(i, j) for i in range(size) for j in range(size) if by_state[j][i] != zero]
    return Linearisation(
        tuple(entries),
        tuple(by_state[j][i] for i, j in entries),
        tuple(time_slopes),
        tuple(i for i in range(size) if time_slopes[i] != zero),
    )
