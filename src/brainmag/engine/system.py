"""A model as equations."""

from __future__ import annotations

from dataclasses import dataclass

from brainmag.engine.graph import Graph


@dataclass(frozen=True)
class Change:
    """What an event does to one state.

    Attributes
    ----------
    state : int
        Position of the state.
    value : int
        Node of its new value.
    size : int
        Node of what the value is multiplied by when the change is made: the size of the
        compartment for a species that is kept as an amount, else 1.
    """

    state: int
    value: int
    size: int


@dataclass(frozen=True)
class StateEvent:
    """Changes of states as soon as a condition becomes true, as SBML means them.

    Attributes
    ----------
    trigger : int
        Node of the condition.
    starts_true : bool
        Whether the condition counts as true before the start.
    is_persistent : bool
        Whether the changes are made even if the condition is false again when they are due.
    delay, priority : int or None
        Nodes; without one the changes are due at once, or in any order.
    is_valued_at_trigger : bool
        Whether the new values are those of the moment the condition became true.
    changes : tuple of Change
        Made at one instant.
    """

    trigger: int
    starts_true: bool
    is_persistent: bool
    delay: int | None
    priority: int | None
    is_valued_at_trigger: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class EquationSystem:
    """Equations of a model, every intermediate quantity already put in its place.

    Attributes
    ----------
    name : str
        Name the text gives the model.
    graph : Graph
        Holds the nodes the other fields refer to.
    states, parameters, outputs : tuple of str
        Names; their order is the order of all arrays. The state of a species is what its name means
        in the model, but its amount where its compartment changes.
    rates : tuple of int
        Node of every state's time derivative.
    initial : tuple of int
        Node of every state's initial value: parameters and numbers only; NaN where none is given.
    readouts : tuple of int
        Node of every output.
    defaults : dict
        Value the text gives each parameter, NaN where it gives none.
    units : dict
        Unit the text declares for a quantity, for those that have one.
    events : tuple of StateEvent
        In the order of the text.
    """

    name: str
    graph: Graph
    states: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    rates: tuple[int, ...]
    initial: tuple[int, ...]
    readouts: tuple[int, ...]
    defaults: dict[str, float]
    units: dict[str, str]
    events: tuple[StateEvent, ...] = ()
