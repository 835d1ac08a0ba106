"""What reactions do to a species."""

from __future__ import annotations

from typing import Protocol

from brainmag.engine.graph import Graph
from brainmag.engine.reading.declarations import Declarations, Formula, Participant


class Scope(Protocol):
    """What is asked about the names of a document."""

    graph: Graph
    declared: Declarations

    def look_up(self, name: str) -> int:
        """Return the node of a name."""
        ...

    def read(self, formula: Formula) -> int:
        """Return the node of a formula."""
        ...


def find_share(scope: Scope, species: str) -> int:
    """Return the rate at which all reactions together change the amount of a species."""
    graph = scope.graph
    total = graph.constant(0.0)
    for name, reaction in scope.declared.reactions.items():
        for participant in reaction.participants:
            if participant.species == species:
                flow = graph.multiply(_find_stoichiometry(scope, participant), scope.look_up(name))
                join = graph.add if participant.sign > 0 else graph.subtract
                total = join(total, flow)
    factor = scope.declared.species[species].factor
    return graph.multiply(scope.look_up(factor), total) if factor else total


def _find_stoichiometry(scope: Scope, participant: Participant) -> int:
    if participant.name:
        return scope.look_up(participant.name)
    if participant.formula is not None:
        return scope.read(participant.formula)
    return scope.graph.constant(participant.value)
