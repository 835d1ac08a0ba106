"""A system of equations as Python functions: for a model that is run once.

The equations are simplified with the values of all parameters. Between two changes of a
comparison or of a whole number (``floor``) the rates are smooth: these *modes* are taken out of
them, so that a step computes with those that held at its beginning, and where they change can be
found afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.engine.differentiate import differentiate_sparsely
from brainmag.engine.graph import MODE, PARAMETER, STATE, TIME, Graph
from brainmag.engine.once.arithmetic import MEANINGS
from brainmag.engine.scalar import write_function
from brainmag.engine.system import EquationSystem, StateEvent

Reals = NDArray[np.float64]
Values = list[float]
# From time, states and modes to numbers.
Rates = Callable[[float, Values, Values], Values]
Function = Callable[[float, Values], Values]

_WATCHED = frozenset({"less", "less_equal", "equal", "floor", "ceil"})
_JUMPING = _WATCHED | {"select", "factorial", "min", "max"}


@dataclass(frozen=True)
class Equations:
    """Rates of those states that move, and their derivatives.

    Attributes
    ----------
    moving : tuple of int
        Positions of the states whose rates are not zero at all times.
    rates : callable
        Rates of the moving states.
    slopes : callable
        The rates, then the entries of the Jacobian, then the derivatives by time.
    rows, columns : array of int
        Places of the entries of the Jacobian among the moving states.
    timed : array of int
        Places of the derivatives by time.
    """

    moving: tuple[int, ...]
    rates: Rates
    slopes: Rates
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    timed: NDArray[np.int64]


@dataclass(frozen=True)
class EventFunctions:
    """What an event asks at an instant.

    Attributes
    ----------
    rule : StateEvent
        Its nodes are those of the system.
    delay, priority : callable or None
        One number each.
    values : callable
        New values of the changed states, before they are multiplied by sizes.
    sizes : callable
        What they are multiplied by when the changes are made.
    """

    rule: StateEvent
    delay: Function | None
    priority: Function | None
    values: Function
    sizes: Function


@dataclass(frozen=True)
class Interpreted:
    """A model as Python functions.

    Attributes
    ----------
    initial : list of float
        States at the start.
    equations : Equations
        With modes that are given.
    live_equations : callable
        Returns equations whose comparisons follow the states even within a step.
    modes : callable
        The modes of the rates at a time and states.
    watched : callable
        Everything whose change ends a step: comparisons in rates and triggers, whole numbers.
    gaps : callable
        For each of these the number that passes 0 where it changes; NaN where there is none.
    watches : int
        How many there are.
    wave_places : list of int
        Which of the gaps are smooth and bend by themselves, and so may pass 0 many times while
        states and time go straight on.
    waves : callable
        These alone.
    triggers : callable
        Whether each event's condition holds.
    events : tuple of EventFunctions
        What happens then.
    readouts : callable
        All outputs.
    """

    initial: Values
    equations: Equations
    live_equations: Callable[[], Equations]
    modes: Function
    watched: Function
    gaps: Function
    watches: int
    wave_places: list[int]
    waves: Function
    triggers: Function
    events: tuple[EventFunctions, ...]
    readouts: Function


def interpret(system: EquationSystem) -> Interpreted:
    """Return the functions of a system at the values of its parameters.

    Parameters
    ----------
    system : EquationSystem
        Equations; its graph grows.
    """
    graph = system.graph
    known = {
        graph.symbol(PARAMETER, position): graph.constant(system.defaults[name])
        for position, name in enumerate(system.parameters)
    }
    rates = graph.substitute(system.rates, known)
    triggers = graph.substitute([event.trigger for event in system.events], known)
    mode_nodes = _list_watched(graph, rates)
    modes = {node: graph.symbol(MODE, position) for position, node in enumerate(mode_nodes)}
    watched = list(dict.fromkeys([*mode_nodes, *_list_watched(graph, triggers)]))
    watched += _list_sides(graph, watched)
    gaps = [_find_gap(graph, node) for node in watched]
    wave_places = _list_waves(graph, gaps)
    smooth = graph.substitute(rates, modes)

    def write(nodes: Sequence[int]) -> Function:
        return _compile(graph, ["time", "states"], graph.substitute(nodes, known))

    return Interpreted(
        initial=write(system.initial)(0.0, []),
        equations=_compile_equations(graph, smooth),
        live_equations=cache(lambda: _compile_equations(graph, rates)),
        modes=write(mode_nodes),
        watched=write(watched),
        gaps=write(gaps),
        watches=len(watched),
        wave_places=wave_places,
        waves=write([gaps[place] for place in wave_places]),
        triggers=write(triggers),
        events=tuple(_write_event(event, write) for event in system.events),
        readouts=write(system.readouts),
    )


def _compile(graph: Graph, arguments: Sequence[str], nodes: Sequence[int]) -> Any:
    """Return a function that gives the values of nodes as a list; it is made at its first call."""
    count = len(nodes)

    @cache
    def make() -> Callable[..., None]:
        source = write_function(graph, "fill", arguments, {"values": nodes})
        scope: dict[str, Any] = dict(MEANINGS)
        # The source is ours: numbers, and names such as v1 and states[2].
        exec(compile(source, "<model>", "exec"), scope)  # noqa: S102
        return scope["fill"]

    def call(*given: Any) -> Values:
        values = [0.0] * count
        make()(*given, values)
        return values

    return call


def _write_event(event: StateEvent, write: Callable[[Sequence[int]], Function]) -> EventFunctions:
    return EventFunctions(
        rule=event,
        delay=None if event.delay is None else write([event.delay]),
        priority=None if event.priority is None else write([event.priority]),
        values=write([change.value for change in event.changes]),
        sizes=write([change.size for change in event.changes]),
    )


def _compile_equations(graph: Graph, rates: Sequence[int]) -> Equations:
    zero = graph.constant(0.0)
    moving = tuple(position for position, node in enumerate(rates) if node != zero)
    roots = [rates[position] for position in moving]
    time = graph.symbol(TIME)
    place = {graph.symbol(STATE, state): column for column, state in enumerate(moving)}
    slopes = differentiate_sparsely(graph, roots, [*place, time])
    entries = [
        (row, place[symbol], node)
        for row, terms in enumerate(slopes)
        for symbol, node in terms.items()
        if symbol != time
    ]
    timed = [(row, terms[time]) for row, terms in enumerate(slopes) if time in terms]
    arguments = ["time", "states", "modes"]
    nodes = [*roots, *(node for *_, node in entries), *(node for _, node in timed)]
    return Equations(
        moving=moving,
        rates=_compile(graph, arguments, roots),
        slopes=_compile(graph, arguments, nodes),
        rows=np.array([row for row, *_ in entries], dtype=np.int64),
        columns=np.array([column for _, column, _ in entries], dtype=np.int64),
        timed=np.array([row for row, _ in timed], dtype=np.int64),
    )


def _list_watched(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Return what jumps while states and time move on."""
    return [
        node
        for node in graph.reachable(roots)
        if graph.operations[node] in _WATCHED and graph.varies[node]
    ]


def _list_sides(graph: Graph, watched: Sequence[int]) -> list[int]:
    """Return on which side of equality each equation is: it holds at an instant, if at all."""
    equations = [node for node in watched if graph.operations[node] == "equal"]
    return [graph.compare("less", *graph.arguments[node]) for node in equations]


def _list_waves(graph: Graph, gaps: Sequence[int]) -> list[int]:
    """Return which gaps neither jump nor are straight lines of states and time, each once."""
    is_straight: dict[int, bool] = {}
    jumps: dict[int, bool] = {}
    for node in graph.reachable(gaps):
        arguments = graph.arguments[node]
        varying = [argument for argument in arguments if graph.varies[argument]]
        operation = graph.operations[node]
        jumps[node] = operation in _JUMPING or any(jumps[one] for one in varying)
        is_sum = operation in ("add", "subtract", "negate")
        is_share = operation == "multiply" or (operation == "divide" and arguments[0] in varying)
        is_straight[node] = all(is_straight[one] for one in varying) and (
            not varying or is_sum or (is_share and len(varying) == 1)
        )
    return [
        gaps.index(node)
        for node in dict.fromkeys(gaps)
        if graph.varies[node] and not is_straight[node] and not jumps[node]
    ]


def _find_gap(graph: Graph, node: int) -> int:
    operation, arguments = graph.operations[node], graph.arguments[node]
    if operation in ("floor", "ceil"):
        return graph.constant(float("nan"))
    return graph.subtract(*arguments)
