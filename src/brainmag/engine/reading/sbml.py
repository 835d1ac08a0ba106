"""From what a document declares to a system of equations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager

from brainmag.engine.graph import Graph
from brainmag.engine.reading.declarations import Declarations, DeclaredEvent
from brainmag.engine.reading.meaning import Running, Sorting
from brainmag.engine.system import Change, EquationSystem, StateEvent
from brainmag.errors import InputError, nearest_match

# Formulas within formulas, and rules that refer to rules, deeper than any model has them.
_DEEPEST_CALLS = 1_000_000


def read_equations(declared: Declarations, outputs: Sequence[str]) -> EquationSystem:
    """Return the equations of a model that many subjects run at once.

    Parameters
    ----------
    declared : Declarations
        What the document declares.
    outputs : sequence of str
        Names of states or assigned quantities to record.

    Raises
    ------
    InputError
        ``engine.events_for_many`` where the model has events; ``engine.no_states``;
        ``engine.unknown_output``; what :func:`read_everything` raises.
    """
    if declared.events:
        raise InputError("engine.events_for_many", count=len(declared.events))
    running = Running(Graph(), Sorting(declared), 0.0)
    states = running.sorting.states
    if not states:
        raise InputError("engine.no_states", given=declared.name)
    known = (*states, *declared.rules, *declared.reactions)
    for name in outputs:
        if name not in known:
            raise InputError(
                "engine.unknown_output",
                given=name,
                nearest=nearest_match(name, known),
                allowed=", ".join(known),
            )
    return _gather(running, lambda: {name: running.look_up(name) for name in outputs})


def read_everything(
    declared: Declarations,
    *,
    amounts: Collection[str] = (),
    concentrations: Collection[str] = (),
    start: float = 0.0,
) -> EquationSystem:
    """Return the equations of a model whose every quantity is recorded.

    Parameters
    ----------
    declared : Declarations
        What the document declares.
    amounts, concentrations : collection of str
        Species to be recorded as such, whatever their names stand for; other names in them mean
        nothing.
    start : float
        Time at which the initial values hold.

    Returns
    -------
    EquationSystem
        Its outputs are species, compartments, parameters, named species references, and reactions
        with their rates.

    Raises
    ------
    InputError
        ``engine.unsupported_function``, ``engine.delay``, ``engine.circular_rules``,
        ``engine.unknown_name``.
    """
    # A number of whole steps may stand in a condition, and such a condition is exact.
    running = Running(Graph(keeps_quotients=True), Sorting(declared), start)

    def list_outputs() -> dict[str, int]:
        names = [*declared.species, *declared.compartments, *declared.quantities]
        names = dict.fromkeys([*names, *declared.reactions])
        nodes: dict[str, int] = {}
        for name in names:
            if name in declared.species and name in amounts:
                nodes[name] = running.find_amount(name)
            elif name in declared.species and name in concentrations:
                nodes[name] = running.find_concentration(name)
            else:
                nodes[name] = running.look_up(name)
        return nodes

    return _gather(running, list_outputs)


def _gather(running: Running, list_outputs: Callable[[], dict[str, int]]) -> EquationSystem:
    """Return the equations; nodes are made in this order."""
    with _allow_deep_calls():
        return _resolve_all(running, list_outputs)


@contextmanager
def _allow_deep_calls() -> Generator[None]:
    """Let functions call each other deeper than Python allows by itself; it needs no more stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEEPEST_CALLS)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _resolve_all(running: Running, list_outputs: Callable[[], dict[str, int]]) -> EquationSystem:
    declared, sorting = running.declared, running.sorting
    rates = tuple(running.find_state_rate(name) for name in sorting.states)
    readouts = list_outputs()
    return EquationSystem(
        name=declared.name,
        graph=running.graph,
        states=sorting.states,
        parameters=sorting.parameters,
        outputs=tuple(readouts),
        rates=rates,
        initial=tuple(running.start.find_state(name) for name in sorting.states),
        readouts=tuple(readouts.values()),
        defaults={name: declared.values[name] for name in sorting.parameters},
        units=declared.units,
        events=tuple(_read_event(running, event) for event in declared.events),
    )


def _read_event(running: Running, event: DeclaredEvent) -> StateEvent:
    never, one = running.graph.truth(value=False), running.graph.constant(1.0)
    return StateEvent(
        trigger=never if event.trigger is None else running.read_condition(event.trigger),
        starts_true=event.starts_true,
        is_persistent=event.is_persistent,
        delay=None if event.delay is None else running.read(event.delay),
        priority=None if event.priority is None else running.read(event.priority),
        is_valued_at_trigger=event.is_valued_at_trigger,
        changes=tuple(
            Change(
                state=running.sorting.states.index(name),
                value=running.read(formula),
                size=running.find_size(name) if name in running.sorting.in_amount else one,
            )
            for name, formula in event.changes.items()
        ),
    )
