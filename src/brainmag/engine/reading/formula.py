# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# python-libsbml ships no type information.
"""From the formulas of an SBML document to nodes of an expression graph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from itertools import pairwise
from typing import Protocol

import libsbml

from brainmag.engine.graph import Graph
from brainmag.engine.reading import identities
from brainmag.engine.reading.identities import Made, at_reciprocal, plain, reciprocal_of
from brainmag.errors import InputError

_INVERSES: dict[str, Made] = {
    "SIN": identities.arc_sine,
    "COS": identities.arc_cosine,
    "TAN": plain("atan"),
    "SINH": identities.area_sine,
    "COSH": identities.area_cosine,
    "TANH": identities.area_tangent,
}
_FORWARD: dict[str, Made] = {
    "SIN": plain("sin"),
    "COS": plain("cos"),
    "TAN": identities.tangent,
    "SINH": identities.hyperbolic_sine,
    "COSH": identities.hyperbolic_cosine,
    "TANH": plain("tanh"),
}
_RECIPROCALS = {
    "SEC": "COS",
    "CSC": "SIN",
    "COT": "TAN",
    "SECH": "COSH",
    "CSCH": "SINH",
    "COTH": "TANH",
}


def _list_functions() -> dict[int, Made]:
    """Return every function of one argument by its kind in a formula."""
    named: dict[str, Made] = {
        "EXP": plain("exp"),
        "LN": plain("log"),
        "ABS": plain("abs"),
        "FLOOR": plain("floor"),
        "CEILING": plain("ceil"),
        "FACTORIAL": plain("factorial"),
        **_FORWARD,
        **{f"ARC{name}": made for name, made in _INVERSES.items()},
        **{name: reciprocal_of(_FORWARD[other]) for name, other in _RECIPROCALS.items()},
        **{f"ARC{name}": at_reciprocal(_INVERSES[other]) for name, other in _RECIPROCALS.items()},
    }
    return {getattr(libsbml, f"AST_FUNCTION_{name}"): made for name, made in named.items()}


_FUNCTIONS = _list_functions()
_NUMBERS = {
    libsbml.AST_CONSTANT_PI: math.pi,
    libsbml.AST_CONSTANT_E: math.e,
    # The value the specification fixes, whatever the constant was found to be later.
    libsbml.AST_NAME_AVOGADRO: 6.02214179e23,
}
# How each comparison is made of "less", "less or equal" and "equal": name, swapped, negated.
_COMPARISONS = {
    libsbml.AST_RELATIONAL_LT: ("less", False, False),
    libsbml.AST_RELATIONAL_LEQ: ("less_equal", False, False),
    libsbml.AST_RELATIONAL_GT: ("less", True, False),
    libsbml.AST_RELATIONAL_GEQ: ("less_equal", True, False),
    libsbml.AST_RELATIONAL_EQ: ("equal", False, False),
    libsbml.AST_RELATIONAL_NEQ: ("equal", False, True),
}
_ALLOWED = (
    "+ - * / ^, exp, ln, log10, log, sqrt, root, pow, abs, floor, ceil, min, max, rem, quotient, "
    "factorial, sin, cos, tan, sec, csc, cot and their inverses and hyperbolic relatives, "
    "piecewise, comparisons, and, or, xor, not, implies, time, rateOf, avogadro, pi"
)


# How many arguments an operation takes, fewest and most; any number where nothing is said.
_COUNTS = {
    libsbml.AST_MINUS: (1, 2),
    libsbml.AST_FUNCTION_LOG: (1, 2),
    libsbml.AST_FUNCTION_ROOT: (1, 2),
    **dict.fromkeys(
        (
            libsbml.AST_DIVIDE,
            libsbml.AST_POWER,
            libsbml.AST_FUNCTION_POWER,
            libsbml.AST_FUNCTION_QUOTIENT,
            libsbml.AST_FUNCTION_REM,
            libsbml.AST_LOGICAL_IMPLIES,
            libsbml.AST_RELATIONAL_NEQ,
        ),
        (2, 2),
    ),
    **dict.fromkeys((libsbml.AST_FUNCTION_MIN, libsbml.AST_FUNCTION_MAX), (1, math.inf)),
    **dict.fromkeys(
        (*_FUNCTIONS, libsbml.AST_LOGICAL_NOT, libsbml.AST_FUNCTION_RATE_OF),
        (1, 1),
    ),
}


def _check_count(formula: libsbml.ASTNode, kind: int) -> None:
    """Refuse an operation of fewer or more arguments than it takes."""
    fewest, most = _COUNTS.get(kind, (0, math.inf))
    if not fewest <= formula.getNumChildren() <= most:
        allowed = f"{fewest}" if fewest == most else f"{fewest}-{most}"
        raise _refuse_count(formula, allowed.replace("-inf", "+"))


def _refuse_count(formula: libsbml.ASTNode, allowed: str) -> InputError:
    return InputError(
        "engine.argument_count",
        given=libsbml.formulaToL3String(formula),
        count=formula.getNumChildren(),
        allowed=allowed,
    )


class Names(Protocol):
    """What the names in a formula stand for."""

    @property
    def time(self) -> int:
        """Node of the time."""
        ...

    def look_up(self, name: str) -> int:
        """Return the node of a name."""
        ...

    def find_rate(self, name: str) -> int:
        """Return the node of a quantity's rate of change."""
        ...


class FormulaReader:
    """Translates formulas.

    Parameters
    ----------
    graph : Graph
        Graph that receives the nodes.
    names : Names
        What the names stand for.
    functions : mapping
        Lambda of every function the document defines; None where it has none.
    """

    def __init__(
        self, graph: Graph, names: Names, functions: Mapping[str, libsbml.ASTNode | None]
    ) -> None:
        self._graph = graph
        self._names = names
        self._functions = functions
        self._calls: dict[tuple[str, tuple[int, ...]], int] = {}
        self._expanding: list[str] = []

    def read(self, formula: libsbml.ASTNode, local: Mapping[str, int] | None = None) -> int:
        """Return the node of a formula, truth values as 1 and 0.

        Parameters
        ----------
        formula : ASTNode
        local : mapping, optional
            Names that mean something else in this formula alone.

        Raises
        ------
        InputError
            ``engine.unsupported_function`` when the formula uses one the engine lacks,
            ``engine.delay`` when it looks into the past, ``engine.argument_count`` and
            ``engine.circular_functions`` for a function that is not called as SBML has it.
        """
        return self._number(self._read(formula, local or {}))

    def read_condition(self, formula: libsbml.ASTNode) -> int:
        """Return the node of a formula as a truth value."""
        return self._truth(self._read(formula, {}))

    def _read(self, formula: libsbml.ASTNode, bound: Mapping[str, int]) -> int:
        kind = formula.getType()
        leaf = self._read_leaf(formula, kind, bound)
        if leaf is not None:
            return leaf
        _check_count(formula, kind)
        if kind == libsbml.AST_FUNCTION_RATE_OF:
            return self._find_rate(formula, bound)
        if kind == libsbml.AST_FUNCTION_DELAY:
            raise InputError("engine.delay", given=libsbml.formulaToL3String(formula))
        arguments = [
            self._read(formula.getChild(i), bound) for i in range(formula.getNumChildren())
        ]
        if kind == libsbml.AST_FUNCTION:
            return self._expand(formula, tuple(arguments))
        if kind == libsbml.AST_FUNCTION_PIECEWISE:
            return self._choose(arguments)
        if formula.isRelational():
            return self._compare(kind, [self._number(argument) for argument in arguments])
        if formula.isLogical():
            return self._connect(kind, [self._truth(argument) for argument in arguments])
        return self._calculate(formula, kind, [self._number(argument) for argument in arguments])

    def _read_leaf(
        self, formula: libsbml.ASTNode, kind: int, bound: Mapping[str, int]
    ) -> int | None:
        """Return the node of a name or a number; None for anything else."""
        graph = self._graph
        if kind == libsbml.AST_NAME:
            name = formula.getName()
            return bound[name] if name in bound else self._names.look_up(name)
        if formula.isNumber():
            return graph.constant(formula.getValue())
        if kind == libsbml.AST_NAME_TIME:
            return self._names.time
        if kind in _NUMBERS:
            return graph.constant(_NUMBERS[kind])
        if kind in (libsbml.AST_CONSTANT_TRUE, libsbml.AST_CONSTANT_FALSE):
            return graph.truth(value=kind == libsbml.AST_CONSTANT_TRUE)
        return None

    def _find_rate(self, formula: libsbml.ASTNode, bound: Mapping[str, int]) -> int:
        """Return a rate of change; what is known in this formula alone is a number or nothing."""
        if formula.getChild(0).getType() != libsbml.AST_NAME:
            raise self._refuse(formula)
        name = formula.getChild(0).getName()
        if name not in bound:
            return self._names.find_rate(name)
        if not self._graph.is_constant(bound[name]):
            raise self._refuse(formula)
        return self._graph.constant(0.0)

    def _expand(self, formula: libsbml.ASTNode, arguments: tuple[int, ...]) -> int:
        """Put the arguments of a call into the function's body, once for equal arguments."""
        name = formula.getName()
        if name not in self._functions:
            raise self._refuse(formula)
        if (name, arguments) not in self._calls:
            definition = self._functions[name]
            if definition is None or definition.getNumChildren() == 0:
                return self._graph.constant(math.nan)
            count = definition.getNumChildren() - 1
            if count != len(arguments):
                raise _refuse_count(formula, str(count))
            if name in self._expanding:
                circle = [*self._expanding[self._expanding.index(name) :], name]
                raise InputError("engine.circular_functions", given=" -> ".join(circle))
            local = {
                definition.getChild(i).getName(): argument for i, argument in enumerate(arguments)
            }
            self._expanding.append(name)
            self._calls[name, arguments] = self._read(definition.getChild(count), local)
            self._expanding.pop()
        return self._calls[name, arguments]

    def _calculate(self, formula: libsbml.ASTNode, kind: int, values: list[int]) -> int:
        graph = self._graph
        if kind == libsbml.AST_PLUS:
            return reduce(graph.add, values, graph.constant(0.0))
        if kind == libsbml.AST_TIMES:
            return reduce(graph.multiply, values, graph.constant(1.0))
        if kind == libsbml.AST_MINUS:
            return graph.negate(values[0]) if len(values) == 1 else graph.subtract(*values)
        if kind == libsbml.AST_DIVIDE:
            return graph.divide(*values)
        if kind in (libsbml.AST_POWER, libsbml.AST_FUNCTION_POWER):
            return graph.power(*values)
        if kind in (libsbml.AST_FUNCTION_MIN, libsbml.AST_FUNCTION_MAX):
            name = "min" if kind == libsbml.AST_FUNCTION_MIN else "max"
            return reduce(lambda a, b: graph.extreme(name, a, b), values)
        return self._derive(formula, kind, values)

    def _derive(self, formula: libsbml.ASTNode, kind: int, values: list[int]) -> int:
        """Return functions that are made of others."""
        graph = self._graph
        if kind in _FUNCTIONS:
            return _FUNCTIONS[kind](graph, values[0])
        if kind == libsbml.AST_FUNCTION_LOG:
            base = values[0] if len(values) == 2 else graph.constant(10.0)
            return identities.logarithm(graph, base, values[-1])
        if kind == libsbml.AST_FUNCTION_ROOT:
            degree = values[0] if len(values) == 2 else graph.constant(2.0)
            return identities.root(graph, degree, values[-1])
        if kind == libsbml.AST_FUNCTION_QUOTIENT:
            return identities.quotient(graph, *values)
        if kind == libsbml.AST_FUNCTION_REM:
            return identities.remainder(graph, *values)
        raise self._refuse(formula)

    def _refuse(self, formula: libsbml.ASTNode) -> InputError:
        return InputError(
            "engine.unsupported_function",
            given=libsbml.formulaToL3String(formula),
            allowed=_ALLOWED,
        )

    def _choose(self, arguments: list[int]) -> int:
        """Return a piecewise value: pairs of value and condition, then the value otherwise."""
        graph = self._graph
        otherwise = arguments[-1] if len(arguments) % 2 else graph.constant(math.nan)
        result = self._number(otherwise)
        for i in range(len(arguments) // 2 - 1, -1, -1):
            condition = self._truth(arguments[2 * i + 1])
            result = graph.select(condition, self._number(arguments[2 * i]), result)
        return result

    def _compare(self, kind: int, values: list[int]) -> int:
        graph = self._graph
        name, swapped, negated = _COMPARISONS[kind]
        links: list[int] = []
        for a, b in pairwise(values):
            link = graph.compare(name, b, a) if swapped else graph.compare(name, a, b)
            links.append(graph.logic("not", link) if negated else link)
        # One number alone, or none, is in every order.
        return reduce(lambda a, b: graph.logic("and", a, b), links or [graph.truth(value=True)])

    def _connect(self, kind: int, values: list[int]) -> int:
        graph = self._graph
        if kind == libsbml.AST_LOGICAL_NOT:
            return graph.logic("not", values[0])
        if kind == libsbml.AST_LOGICAL_IMPLIES:
            return graph.logic("or", graph.logic("not", values[0]), values[1])
        if kind == libsbml.AST_LOGICAL_XOR:
            none = graph.truth(value=False)
            return reduce(lambda a, b: identities.exclusive_or(graph, a, b), values, none)
        name = "and" if kind == libsbml.AST_LOGICAL_AND else "or"
        none = graph.truth(value=name == "and")
        return reduce(lambda a, b: graph.logic(name, a, b), values, none)

    def _number(self, node: int) -> int:
        """Return a truth value as 1 or 0, a number as it is."""
        graph = self._graph
        if graph.is_boolean(node):
            return graph.select(node, graph.constant(1.0), graph.constant(0.0))
        return node

    def _truth(self, node: int) -> int:
        """Return a number as a truth value: true unless it is 0."""
        graph = self._graph
        if graph.is_boolean(node):
            return node
        return graph.logic("not", graph.compare("equal", node, graph.constant(0.0)))
