# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# python-libsbml ships no type information.
"""From the formulas of an SBML document to nodes of an expression graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import pairwise

import libsbml

from brainmag.engine.graph import TIME, Graph
from brainmag.errors import InputError

_FUNCTIONS = {
    libsbml.AST_FUNCTION_EXP: "exp",
    libsbml.AST_FUNCTION_LN: "log",
    libsbml.AST_FUNCTION_SIN: "sin",
    libsbml.AST_FUNCTION_COS: "cos",
    libsbml.AST_FUNCTION_TANH: "tanh",
    libsbml.AST_FUNCTION_ABS: "abs",
    libsbml.AST_FUNCTION_FLOOR: "floor",
    libsbml.AST_FUNCTION_CEILING: "ceil",
}
_NUMBERS = {
    libsbml.AST_CONSTANT_PI: math.pi,
    libsbml.AST_CONSTANT_E: math.e,
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
    "+ - * / ^, exp, ln, log10, log, sqrt, root, pow, sin, cos, tan, sinh, cosh, tanh, abs, floor, "
    "ceil, min, max, piecewise, comparisons, and, or, xor, not, time, pi"
)


class FormulaReader:
    """Translates formulas; names are looked up by the function given.

    Parameters
    ----------
    graph : Graph
        Graph that receives the nodes.
    look_up : callable
        Returns the node of a name.
    functions : mapping
        Lambda of every function the document defines.
    """

    def __init__(
        self,
        graph: Graph,
        look_up: Callable[[str], int],
        functions: Mapping[str, libsbml.ASTNode],
    ) -> None:
        self._graph = graph
        self._look_up = look_up
        self._functions = functions

    def read(self, formula: libsbml.ASTNode) -> int:
        """Return the node of a formula.

        Raises
        ------
        InputError
            ``engine.unsupported_function`` when the formula uses one the engine lacks.
        """
        return self._read(formula, {})

    def _read(self, formula: libsbml.ASTNode, bound: Mapping[str, int]) -> int:
        graph, kind = self._graph, formula.getType()
        if formula.getNumChildren() == 0 and kind != libsbml.AST_FUNCTION:
            return self._read_leaf(formula, kind, bound)
        if kind == libsbml.AST_FUNCTION:
            return self._expand(formula, bound)
        arguments = [
            self._read(formula.getChild(i), bound) for i in range(formula.getNumChildren())
        ]
        if kind in _FUNCTIONS:
            return graph.function(_FUNCTIONS[kind], self._number(arguments[0]))
        if kind == libsbml.AST_FUNCTION_PIECEWISE:
            return self._choose(arguments)
        if formula.isRelational():
            return self._compare(kind, [self._number(argument) for argument in arguments])
        if formula.isLogical():
            return self._connect(kind, [self._truth(argument) for argument in arguments])
        return self._calculate(formula, kind, [self._number(argument) for argument in arguments])

    def _read_leaf(self, formula: libsbml.ASTNode, kind: int, bound: Mapping[str, int]) -> int:
        graph = self._graph
        if kind == libsbml.AST_NAME:
            name = formula.getName()
            return bound[name] if name in bound else self._look_up(name)
        if kind == libsbml.AST_NAME_TIME:
            return graph.symbol(TIME)
        if kind in _NUMBERS:
            return graph.constant(_NUMBERS[kind])
        if kind in (libsbml.AST_CONSTANT_TRUE, libsbml.AST_CONSTANT_FALSE):
            truth = graph.constant(float(kind == libsbml.AST_CONSTANT_TRUE))
            return graph.compare("equal", truth, graph.constant(1.0))
        if formula.isNumber():
            return graph.constant(formula.getValue())
        raise self._refuse(formula)

    def _expand(self, formula: libsbml.ASTNode, bound: Mapping[str, int]) -> int:
        """Put the arguments of a call into the function's body."""
        definition = self._functions.get(formula.getName())
        if definition is None:
            raise self._refuse(formula)
        count = definition.getNumChildren() - 1
        local = {
            definition.getChild(i).getName(): self._read(formula.getChild(i), bound)
            for i in range(count)
        }
        return self._read(definition.getChild(count), local)

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
        return self._derived(formula, kind, values)

    def _derived(self, formula: libsbml.ASTNode, kind: int, values: list[int]) -> int:
        """Return functions that are made of others."""
        graph, x = self._graph, values[-1]
        if kind == libsbml.AST_FUNCTION_LOG:
            base = graph.function("log", values[0])
            return graph.divide(graph.function("log", x), base)
        if kind == libsbml.AST_FUNCTION_ROOT:
            degree = values[0] if len(values) == 2 else graph.constant(2.0)
            return graph.power(x, graph.divide(graph.constant(1.0), degree))
        if kind == libsbml.AST_FUNCTION_TAN:
            return graph.divide(graph.function("sin", x), graph.function("cos", x))
        if kind in (libsbml.AST_FUNCTION_SINH, libsbml.AST_FUNCTION_COSH):
            up, down = graph.function("exp", x), graph.function("exp", graph.negate(x))
            join = graph.subtract if kind == libsbml.AST_FUNCTION_SINH else graph.add
            return graph.multiply(graph.constant(0.5), join(up, down))
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
        return reduce(lambda a, b: graph.logic("and", a, b), links)

    def _connect(self, kind: int, values: list[int]) -> int:
        graph = self._graph
        if kind == libsbml.AST_LOGICAL_NOT:
            return graph.logic("not", values[0])
        if kind == libsbml.AST_LOGICAL_XOR:
            return reduce(self._differ, values)
        name = "and" if kind == libsbml.AST_LOGICAL_AND else "or"
        return reduce(lambda a, b: graph.logic(name, a, b), values)

    def _differ(self, a: int, b: int) -> int:
        graph = self._graph
        both = graph.logic("and", a, b)
        return graph.logic("and", graph.logic("or", a, b), graph.logic("not", both))

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
