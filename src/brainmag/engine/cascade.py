"""Cutting a system in two: a part that drives, and the rest, which follows it and drives nothing.

Where a few fast states (a gut) drive many slow ones (a body) and nothing comes back, the fast part
can be run ahead with its own small steps, and the rest with steps of its own that see the fast
part through its dense output. What flows from one part to the other is kept exactly: the leading
part integrates every such flow itself, and a follower is its own remainder plus that integral, so
sums that the whole system conserves are conserved by the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainmag.engine.graph import HELD, INPUT, STATE, TIME, Graph
from brainmag.engine.system import EquationSystem
from brainmag.errors import InputError, nearest_match


@dataclass(frozen=True)
class PartEquations:
    """Equations of one part, in states of its own numbering.

    Attributes
    ----------
    rates : tuple of int
        Node of every state's time derivative.
    completed : int
        How many states, from the first on, are remainders, each completed by the input of the
        same number.
    """

    rates: tuple[int, ...]
    completed: int = 0


@dataclass(frozen=True)
class Cascade:
    """A system as two parts.

    Attributes
    ----------
    leading, following : PartEquations
    leaders, followers : tuple of int
        Position in the whole system of the leading states, before which the integrals of what
        flows into the first followers stand; and of the followers.
    inputs : int
        How many integrals and leading states, from the first on, the followers see.
    """

    leading: PartEquations
    following: PartEquations
    leaders: tuple[int, ...]
    followers: tuple[int, ...]
    inputs: int


def cut_system(system: EquationSystem, drivers: Sequence[str]) -> Cascade | None:
    """Return a system as two parts, or None where all of it belongs together.

    Parameters
    ----------
    system : EquationSystem
        Equations; its graph grows.
    drivers : sequence of str
        States that lead. What they depend on leads too, and so do states that only count what
        leading ones do; states that nothing moves belong to neither part.

    Raises
    ------
    InputError
        ``engine.unknown_state``.
    """
    graph = system.graph
    zero = graph.constant(0.0)
    held = {k for k, rate in enumerate(system.rates) if rate == zero}
    needs = [list_states(graph, [rate]) - held for rate in system.rates]
    leaders: set[int] = set()
    waiting = {_find_state(system, name) for name in drivers} - held
    while waiting:
        leaders |= waiting
        waiting = {j for k in waiting for j in needs[k]} - leaders
    leaders |= {k for k in range(len(needs)) if needs[k] and needs[k] <= leaders}
    followers = [k for k in range(len(needs)) if k not in leaders | held]
    if not (leaders and followers):
        return None
    split = {k: _split_rate(graph, system.rates[k], leaders, set(followers)) for k in followers}
    # Side by side what others depend on, and what merely counts.
    needed = set[int]().union(*needs)
    receivers = [k for k in followers if split[k][0] != zero]
    followers.sort(key=lambda k: (k not in receivers, k not in needed, k))
    rests = [split[k][1] for k in followers]
    seen = sorted(leaders & list_states(graph, rests))
    ordered = [*seen, *sorted(leaders - set(seen), key=lambda k: (k not in needed, k))]
    replacements = {graph.symbol(STATE, k): graph.symbol(HELD, k) for k in held}
    flows = [split[k][0] for k in receivers]
    return Cascade(
        leading=_write_leading(system, replacements, flows, ordered),
        following=_write_following(graph, replacements, len(flows), seen, followers, rests),
        leaders=tuple(ordered),
        followers=tuple(followers),
        inputs=len(flows) + len(seen),
    )


def _find_state(system: EquationSystem, name: str) -> int:
    if name not in system.states:
        raise InputError(
            "engine.unknown_state",
            given=name,
            nearest=nearest_match(name, system.states),
            allowed=", ".join(system.states),
        )
    return system.states.index(name)


def list_states(graph: Graph, roots: Sequence[int]) -> set[int]:
    """Return the states that some nodes depend on."""
    nodes = graph.reachable(roots)
    return {int(graph.values[node]) for node in nodes if graph.operations[node] == STATE}


def _split_rate(graph: Graph, rate: int, leaders: set[int], followers: set[int]) -> tuple[int, int]:
    """Return what of a rate comes from leading states alone, and the rest."""
    flow = rest = graph.constant(0.0)
    stack = [(rate, False)]
    while stack:
        node, minus = stack.pop()
        operation, arguments = graph.operations[node], graph.arguments[node]
        if operation in ("add", "subtract"):
            stack.append((arguments[1], minus != (operation == "subtract")))
            stack.append((arguments[0], minus))
        elif operation == "negate":
            stack.append((arguments[0], not minus))
        else:
            join = graph.subtract if minus else graph.add
            states = list_states(graph, [node])
            if states & leaders and not states & followers and not _sees_time(graph, node):
                flow = join(flow, node)
            else:
                rest = join(rest, node)
    return flow, rest


def _sees_time(graph: Graph, root: int) -> bool:
    return any(graph.operations[node] == TIME for node in graph.reachable([root]))


def _write_leading(
    system: EquationSystem, held: Mapping[int, int], flows: list[int], leaders: list[int]
) -> PartEquations:
    graph = system.graph
    replacements = dict(held)
    for position, k in enumerate(leaders):
        replacements[graph.symbol(STATE, k)] = graph.symbol(STATE, len(flows) + position)
    rates = graph.substitute([*flows, *(system.rates[k] for k in leaders)], replacements)
    return PartEquations(tuple(rates))


def _write_following(
    graph: Graph,
    held: Mapping[int, int],
    completed: int,
    seen: list[int],
    followers: list[int],
    rests: list[int],
) -> PartEquations:
    replacements = dict(held)
    for position, k in enumerate(seen):
        replacements[graph.symbol(STATE, k)] = graph.symbol(INPUT, completed + position)
    for position, k in enumerate(followers):
        state = graph.symbol(STATE, position)
        if position < completed:
            state = graph.add(state, graph.symbol(INPUT, position))
        replacements[graph.symbol(STATE, k)] = state
    rates = graph.substitute(rests, replacements)
    return PartEquations(tuple(rates), completed)
