# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# antimony and python-libsbml ship no type information.
"""Reading a model: Antimony text to SBML to equations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import antimony
import libsbml

from brainmag.engine.formula import FormulaReader
from brainmag.engine.graph import PARAMETER, STATE, Graph
from brainmag.engine.system import EquationSystem
from brainmag.errors import InputError, nearest_match


def read_antimony(text: str, outputs: Sequence[str]) -> EquationSystem:
    """Return the equations of an Antimony text.

    Parameters
    ----------
    text : str
        One complete model.
    outputs : sequence of str
        Names of states or assigned quantities to record.

    Raises
    ------
    InputError
        ``engine.text_unreadable`` with the reader's own reason, and all of :func:`read_sbml`.

    Examples
    --------
    >>> system = read_antimony("model m; x = 1; x' = -k*x; k = 2; end", ["x"])
    >>> system.states, system.parameters, system.defaults
    (('x',), ('k',), {'k': 2.0})
    """
    antimony.clearPreviousLoads()
    # The reader is one for the whole process: no setting of somebody else's may show in the result.
    antimony.setBareNumbersAreDimensionless(False)
    if antimony.loadAntimonyString(text) < 0:
        raise InputError(
            "engine.text_unreadable", reason=str(antimony.getLastError()).strip(" .\n")
        )
    document = libsbml.readSBMLFromString(antimony.getSBMLString(antimony.getMainModuleName()))
    return read_sbml(document.getModel(), outputs)


def read_sbml(model: libsbml.Model, outputs: Sequence[str]) -> EquationSystem:
    """Return the equations of an SBML model.

    Raises
    ------
    InputError
        ``engine.unsupported_construct`` for reactions, events, delays, algebraic rules and
        constraints; ``engine.unsupported_function``; ``engine.circular_rules``;
        ``engine.no_states``; ``engine.unknown_output``.
    """
    _refuse_unsupported(model)
    reader = _ModelReader(model)
    if not reader.states:
        raise InputError("engine.no_states", given=model.getId())
    for name in outputs:
        known = (*reader.states, *reader.rules)
        if name not in known:
            raise InputError(
                "engine.unknown_output",
                given=name,
                nearest=nearest_match(name, known),
                allowed=", ".join(known),
            )
    rates = tuple(reader.read(reader.rate_rules[name]) for name in reader.states)
    readouts = tuple(reader.look_up(name) for name in outputs)
    return EquationSystem(
        name=model.getId(),
        graph=reader.graph,
        states=reader.states,
        parameters=reader.parameters,
        outputs=tuple(outputs),
        rates=rates,
        initial=reader.read_initial(),
        readouts=readouts,
        defaults={name: reader.values[name] for name in reader.parameters},
        units=reader.units,
    )


def _refuse_unsupported(model: libsbml.Model) -> None:
    counts = {
        "reaction": model.getNumReactions(),
        "event": model.getNumEvents(),
        "constraint": model.getNumConstraints(),
        "algebraic rule": sum(rule.isAlgebraic() for rule in model.getListOfRules()),
    }
    for construct, count in counts.items():
        if count:
            raise InputError("engine.unsupported_construct", given=construct, count=count)


def _read_value(quantity: Any) -> float:
    """Return the number the document gives a quantity, NaN where it gives none."""
    if isinstance(quantity, libsbml.Compartment):
        return quantity.getSize() if quantity.isSetSize() else math.nan
    if isinstance(quantity, libsbml.Parameter):
        return quantity.getValue() if quantity.isSetValue() else math.nan
    in_amount = quantity.getHasOnlySubstanceUnits()
    if in_amount and quantity.isSetInitialAmount():
        return quantity.getInitialAmount()
    if not in_amount and quantity.isSetInitialConcentration():
        return quantity.getInitialConcentration()
    return math.nan


class _ModelReader:
    """Sorts the quantities of a document and resolves their names to nodes."""

    def __init__(self, model: libsbml.Model) -> None:
        self.graph = Graph()
        quantities = [
            *model.getListOfCompartments(),
            *model.getListOfSpecies(),
            *model.getListOfParameters(),
        ]
        names = [quantity.getId() for quantity in quantities]
        rules = list(model.getListOfRules())
        self.rate_rules = {rule.getVariable(): rule.getMath() for rule in rules if rule.isRate()}
        self.rules = {rule.getVariable(): rule.getMath() for rule in rules if rule.isAssignment()}
        self.starts = {
            start.getSymbol(): start.getMath() for start in model.getListOfInitialAssignments()
        }
        self.values = {quantity.getId(): _read_value(quantity) for quantity in quantities}
        self.units = {
            quantity.getId(): quantity.getUnits()
            for quantity in quantities
            if not isinstance(quantity, libsbml.Species) and quantity.isSetUnits()
        }
        self.states = tuple(name for name in names if name in self.rate_rules)
        given = [
            name
            for name in names
            if not (name in self.rate_rules or name in self.rules or name in self.starts)
        ]
        # Antimony adds a compartment of its own as soon as a species has none.
        self.parameters = tuple(name for name in given if name != "default_compartment")
        self._functions = {
            function.getId(): function.getMath()
            for function in model.getListOfFunctionDefinitions()
        }
        self._leaves = {
            name: self.graph.symbol(kind, position)
            for kind, known in ((STATE, self.states), (PARAMETER, self.parameters))
            for position, name in enumerate(known)
        }
        if "default_compartment" in given:
            self._leaves["default_compartment"] = self.graph.constant(1.0)
        self._nodes: dict[str, int] = dict(self._leaves)
        self._open: list[str] = []
        self._at_start = False

    def read(self, formula: libsbml.ASTNode) -> int:
        """Return the node of a formula."""
        return FormulaReader(self.graph, self.look_up, self._functions).read(formula)

    def look_up(self, name: str) -> int:
        """Return the node of a quantity: a leaf, or what its rule says."""
        if name not in self._nodes:
            if name in self._open:
                circle = [*self._open[self._open.index(name) :], name]
                raise InputError("engine.circular_rules", given=" -> ".join(circle))
            self._open.append(name)
            self._nodes[name] = self._resolve(name)
            self._open.pop()
        return self._nodes[name]

    def _resolve(self, name: str) -> int:
        if name in self.rules:
            return self.read(self.rules[name])
        if name in self.starts:
            return self.read(self.starts[name])
        if self._at_start and name in self.rate_rules:
            return self.graph.constant(self.values[name])
        raise InputError("engine.unknown_name", given=name)

    def read_initial(self) -> tuple[int, ...]:
        """Return the nodes of the initial values.

        At the start a state's name stands for its initial value, and the time is 0.
        """
        self._nodes = {
            name: leaf for name, leaf in self._leaves.items() if name not in self.rate_rules
        }
        self._at_start = True
        return tuple(self.look_up(name) for name in self.states)
