"""What the names of a document stand for: during a run, and at its start."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

from brainmag.engine.differentiate import differentiate
from brainmag.engine.graph import PARAMETER, STATE, TIME, Graph
from brainmag.engine.reading.declarations import Declarations, Formula
from brainmag.engine.reading.formula import FormulaReader
from brainmag.engine.reading.reactions import find_share
from brainmag.errors import InputError

# Antimony adds a compartment of its own as soon as a species has none.
UNNAMED_COMPARTMENT = "default_compartment"


class Sorting:
    """Which quantities are states and which are parameters, and what a species is kept as.

    Attributes
    ----------
    states, parameters : tuple of str
        In document order.
    in_amount : frozenset of str
        Species that are kept as amounts though their names stand for concentrations, since their
        compartments change.
    """

    def __init__(self, declared: Declarations) -> None:
        self.declared = declared
        moved = {name for event in declared.events for name in event.changes}
        for reaction in declared.reactions.values():
            shares = {one.species for one in reaction.participants}
            moved |= {name for name in shares if not declared.species[name].is_fixed}
        moved |= declared.rate_rules.keys()
        moved -= declared.rules.keys()
        self.states = tuple(name for name in declared.quantities if name in moved)
        settled = moved | declared.rules.keys() | declared.starts.keys()
        given = [name for name in declared.quantities if name not in settled]
        self.parameters = tuple(name for name in given if name != UNNAMED_COMPARTMENT)
        self.in_amount = frozenset(filter(self._is_kept_as_amount, declared.species))

    def changes_size(self, compartment: str) -> bool:
        """Tell whether a compartment may change during a run."""
        return compartment in self.states or compartment in self.declared.rules

    def _is_kept_as_amount(self, name: str) -> bool:
        declared, species = self.declared, self.declared.species[name]
        place = species.compartment
        if species.meaning == "amount" or name in declared.rules:
            return False
        if place in declared.rules:
            # The rate of such a compartment is no node, so a rate of a concentration stays one.
            return name not in declared.rate_rules
        is_sized = place in declared.starts or not math.isnan(declared.values[place])
        return place in self.states or not (is_sized or species.given == "concentration")


class _Scope(ABC):
    """Names and their nodes, resolved as they are asked for."""

    def __init__(self, graph: Graph, sorting: Sorting) -> None:
        self.graph = graph
        self.sorting = sorting
        self.declared = sorting.declared
        self._reader = FormulaReader(graph, self, self.declared.functions)
        self._nodes: dict[str, int] = {}
        self._open: list[str] = []

    @property
    @abstractmethod
    def time(self) -> int:
        """Node of the time."""

    @abstractmethod
    def find_rate(self, name: str) -> int:
        """Return the rate of change of what a name stands for."""

    @abstractmethod
    def _resolve(self, name: str) -> int:
        """Return the node of what a name stands for, looked up for the first time."""

    def read(self, formula: Formula) -> int:
        """Return the node of a formula."""
        return self._reader.read(formula)

    def read_condition(self, formula: Formula) -> int:
        """Return the node of a formula as a truth value."""
        return self._reader.read_condition(formula)

    def look_up(self, name: str) -> int:
        """Return the node of what a name stands for in formulas."""
        return self.find(name, lambda: self._resolve(name))

    def find(self, name: str, resolve: Callable[[], int]) -> int:
        """Return the node under a name, resolving it once and in no circle."""
        if name not in self._nodes:
            if name in self._open:
                circle = [*self._open[self._open.index(name) :], name]
                raise InputError("engine.circular_rules", given=" -> ".join(circle))
            self._open.append(name)
            self._nodes[name] = resolve()
            self._open.pop()
        return self._nodes[name]

    def read_reaction(self, name: str) -> int:
        """Return the rate of a reaction; 0 where the document gives none."""
        reaction = self.declared.reactions[name]
        if reaction.rate is None:
            return self.graph.constant(0.0)
        local = {key: self.graph.constant(value) for key, value in reaction.local.items()}
        return self._reader.read(reaction.rate, local)

    def find_size(self, species: str) -> int:
        """Return the size of a species' compartment."""
        return self.look_up(self.declared.species[species].compartment)


class Running(_Scope):
    """What names stand for during a run."""

    def __init__(self, graph: Graph, sorting: Sorting, start_time: float) -> None:
        self.leaves = {
            name: graph.symbol(kind, position)
            for kind, known in ((STATE, sorting.states), (PARAMETER, sorting.parameters))
            for position, name in enumerate(known)
        }
        super().__init__(graph, sorting)
        self.start = Starting(self, start_time)

    @property
    def time(self) -> int:
        """Node of the time."""
        return self.graph.symbol(TIME)

    def _resolve(self, name: str) -> int:
        declared, sorting = self.declared, self.sorting
        if name in declared.rules:
            return self.read(declared.rules[name])
        if name in declared.reactions:
            return self.read_reaction(name)
        if name not in declared.values:
            raise InputError("engine.unknown_name", given=name)
        if name in sorting.states:
            leaf = self.leaves[name]
            in_amount = name in sorting.in_amount
            return self.graph.divide(leaf, self.find_size(name)) if in_amount else leaf
        if name in declared.species and sorting.changes_size(declared.species[name].compartment):
            # What never changes is the amount.
            amount = self.start.find_amount(name)
            in_amount = declared.species[name].meaning == "amount"
            return amount if in_amount else self.graph.divide(amount, self.find_size(name))
        return self.start.look_up(name)

    def find_amount(self, name: str) -> int:
        """Return the amount of a species."""
        if name in self.sorting.states and name in self.sorting.in_amount:
            return self.leaves[name]
        node = self.look_up(name)
        if self.declared.species[name].meaning == "amount":
            return node
        return self.graph.multiply(node, self.find_size(name))

    def find_concentration(self, name: str) -> int:
        """Return the concentration of a species."""
        node = self.look_up(name)
        if self.declared.species[name].meaning == "concentration":
            return node
        return self.graph.divide(node, self.find_size(name))

    def find_state_rate(self, name: str) -> int:
        """Return the time derivative of a state, as the state is kept."""
        return self.find(f"rate of {name}", lambda: self._resolve_rate(name))

    def _resolve_rate(self, name: str) -> int:
        declared, graph = self.declared, self.graph
        if name in declared.rate_rules:
            formula = declared.rate_rules[name]
            rate = graph.constant(0.0) if formula is None else self.read(formula)
            if name not in self.sorting.in_amount:
                return rate
            # (c v)' = c' v + c v'
            place = declared.species[name].compartment
            grown = graph.multiply(rate, self.look_up(place))
            if place not in self.sorting.states:
                return grown
            swelling = self.find_state_rate(place)
            return graph.add(grown, graph.multiply(self.look_up(name), swelling))
        if name not in declared.species or declared.species[name].is_fixed:
            return graph.constant(0.0)
        share = find_share(self, name)
        species = declared.species[name]
        if species.meaning == "amount" or name in self.sorting.in_amount:
            return share
        return graph.divide(share, self.find_size(name))

    def find_rate(self, name: str) -> int:
        """Return the rate of change of what a name stands for, by the chain rule."""
        return self.find(f"rateOf {name}", lambda: self._resolve_change(name))

    def _resolve_change(self, name: str) -> int:
        graph, node = self.graph, self.look_up(name)
        (total,) = differentiate(graph, [node], self.time)
        needed = set(graph.reachable([node]))
        for state in self.sorting.states:
            if self.leaves[state] in needed:
                (slope,) = differentiate(graph, [node], self.leaves[state])
                if not graph.is_constant(slope, 0.0):
                    change = graph.multiply(slope, self.find_state_rate(state))
                    total = graph.add(total, change)
        return total


class Starting(_Scope):
    """What names stand for at the start, when a state is its initial value."""

    def __init__(self, running: Running, start_time: float) -> None:
        super().__init__(running.graph, running.sorting)
        self._running = running
        self._start_time = start_time

    @property
    def time(self) -> int:
        """Node of the time: a number."""
        return self.graph.constant(self._start_time)

    def _resolve(self, name: str) -> int:
        declared, graph = self.declared, self.graph
        if name in declared.rules:
            return self.read(declared.rules[name])
        if name in declared.starts:
            return self.read(declared.starts[name])
        if name in declared.reactions:
            return self.read_reaction(name)
        if name not in declared.values:
            raise InputError("engine.unknown_name", given=name)
        value = self._find_given(name)
        species = declared.species.get(name)
        if species is None or species.given == species.meaning:
            return value
        size = self.find_size(name)
        convert = graph.divide if species.meaning == "concentration" else graph.multiply
        return convert(value, size)

    def _find_given(self, name: str) -> int:
        """Return the initial value as the document gives it."""
        leaf = self._running.leaves.get(name)
        if leaf is None or name in self.sorting.states:
            return self.graph.constant(self.declared.values[name])
        return leaf

    def find_amount(self, name: str) -> int:
        """Return the initial amount of a species."""
        species = self.declared.species[name]
        is_given = name not in self.declared.starts and name not in self.declared.rules
        if is_given and species.given == "amount":
            # Not by way of a concentration, which a compartment without a size does not have.
            return self._find_given(name)
        node = self.look_up(name)
        if species.meaning == "amount":
            return node
        return self.graph.multiply(node, self.find_size(name))

    def find_state(self, name: str) -> int:
        """Return the initial value of a state, as the state is kept."""
        return self.find_amount(name) if name in self.sorting.in_amount else self.look_up(name)

    def find_rate(self, name: str) -> int:
        """Return the rate of change of a quantity at the start."""
        running, graph = self._running, self.graph
        node = running.find_rate(name)
        needed = set(graph.reachable([node]))
        values = {
            running.leaves[state]: self.find_state(state)
            for state in self.sorting.states
            if running.leaves[state] in needed
        }
        return graph.substitute([node], {**values, running.time: self.time})[0]
