"""A model as equations."""

from __future__ import annotations

from dataclasses import dataclass

from brainmag.engine.graph import Graph


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
        Names; their order is the order of all arrays.
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
