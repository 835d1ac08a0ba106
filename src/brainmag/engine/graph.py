"""Expressions as a graph in which equal sub-expressions are one node.

A node is an integer handle; arguments always have smaller handles than the node that uses them,
so ascending order is a valid order of evaluation. Nodes are made through the methods of
:class:`Graph`, which fold constants and drop neutral elements on the way.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Container, Iterable, Mapping

STATE, PARAMETER, TIME, CONSTANT = "state", "parameter", "time", "constant"
# In a part of a model: what comes from the part before it, and states that nothing but events
# moves.
INPUT, HELD = "input", "held"
# What keeps its value while a step lasts: the outcome of a comparison, a whole number.
MODE = "mode"
_CHANGING = frozenset({STATE, TIME, INPUT, HELD, MODE})

BOOLEAN_OPERATIONS = frozenset({"less", "less_equal", "equal", "and", "or", "not"})

# An integer power up to this size is written out as multiplications.
LARGEST_WRITTEN_POWER = 16

_FOLDABLE: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "atan": math.atan,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "factorial": lambda x: math.gamma(x + 1.0),
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "less": operator.lt,
    "less_equal": operator.le,
    "equal": operator.eq,
}


def _raise(base: float, exponent: float) -> float:
    """Return a power that exists; infinity where it is too large."""
    try:
        return base**exponent
    except OverflowError:
        return math.inf if base > 0.0 or exponent % 2.0 == 0.0 else -math.inf


class Graph:
    """A growing set of expression nodes.

    Parameters
    ----------
    keeps_quotients : bool
        Whether a quotient stays one. Else it may become a product with a reciprocal, which is
        quicker and may miss a whole number by its last bit: 49 * (1/49) is less than 1.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.symbol(STATE, 0)
    >>> graph.add(x, graph.constant(0.0)) == x
    True
    >>> graph.multiply(x, x) == graph.power(x, graph.constant(2.0))
    True
    """

    def __init__(self, *, keeps_quotients: bool = False) -> None:
        self._keeps_quotients = keeps_quotients
        self.operations: list[str] = []
        self.arguments: list[tuple[int, ...]] = []
        self.values: list[float] = []
        # Whether a node changes during a run (depends on a state or on the time).
        self.varies: list[bool] = []
        self._handles: dict[tuple[str, tuple[int, ...], float], int] = {}

    def _node(self, operation: str, arguments: tuple[int, ...] = (), value: float = 0.0) -> int:
        key = (operation, arguments, value)
        handle = self._handles.get(key)
        if handle is None:
            handle = len(self.operations)
            self.operations.append(operation)
            self.arguments.append(arguments)
            self.values.append(value)
            self.varies.append(
                operation in _CHANGING or any(self.varies[argument] for argument in arguments)
            )
            self._handles[key] = handle
        return handle

    def constant(self, value: float) -> int:
        """Return the node of a number."""
        # Minus zero and zero are one key in a dict; no model means the former.
        return self._node(CONSTANT, (), float(value) + 0.0)

    def symbol(self, kind: str, index: int = 0) -> int:
        """Return the node of a state, a parameter (by position) or the time."""
        return self._node(kind, (), float(index))

    def is_constant(self, node: int, value: float | None = None) -> bool:
        """Tell whether a node is a number, or that very number."""
        if self.operations[node] != CONSTANT:
            return False
        return value is None or self.values[node] == value

    def truth(self, *, value: bool) -> int:
        """Return the node of true or of false."""
        return self._node("equal", (self.constant(float(value)), self.constant(1.0)))

    def is_boolean(self, node: int) -> bool:
        """Tell whether a node stands for true or false."""
        return self.operations[node] in BOOLEAN_OPERATIONS

    def negate(self, a: int) -> int:
        """Return -a."""
        if self.is_constant(a):
            return self.constant(-self.values[a])
        if self.operations[a] == "negate":
            return self.arguments[a][0]
        if self.operations[a] == "subtract":
            return self.subtract(*reversed(self.arguments[a]))
        return self._node("negate", (a,))

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        if self.is_constant(a) and self.is_constant(b):
            return self.constant(self.values[a] + self.values[b])
        if self.is_constant(a, 0.0):
            return b
        if self.is_constant(b, 0.0):
            return a
        if self.operations[b] == "negate":
            return self.subtract(a, self.arguments[b][0])
        if self.operations[a] == "negate":
            return self.subtract(b, self.arguments[a][0])
        return self._node("add", (min(a, b), max(a, b)))

    def subtract(self, a: int, b: int) -> int:
        """Return a - b."""
        if self.is_constant(a) and self.is_constant(b):
            return self.constant(self.values[a] - self.values[b])
        if self.is_constant(b, 0.0):
            return a
        if self.is_constant(a, 0.0):
            return self.negate(b)
        if a == b:
            return self.constant(0.0)
        if self.operations[b] == "negate":
            return self.add(a, self.arguments[b][0])
        return self._node("subtract", (a, b))

    def multiply(self, a: int, b: int) -> int:
        """Return a b."""
        if self.is_constant(b):
            a, b = b, a
        if self.is_constant(a):
            if self.is_constant(b):
                return self.constant(self.values[a] * self.values[b])
            if self.values[a] == 0.0:
                return a
            if self.values[a] == 1.0:
                return b
            if self.values[a] == -1.0:
                return self.negate(b)
        for one, other in ((a, b), (b, a)):
            if self.operations[one] == "negate":
                return self.negate(self.multiply(self.arguments[one][0], other))
        return self._node("multiply", (min(a, b), max(a, b)))

    def divide(self, a: int, b: int) -> int:
        """Return a / b."""
        if self.is_constant(b) and self.values[b] != 0.0:
            if self.is_constant(a):
                return self.constant(self.values[a] / self.values[b])
            if self.values[b] == 1.0:
                return a
        if self.is_constant(a, 0.0) and not self.is_constant(b):
            return a
        if self.operations[a] == "negate":
            return self.negate(self.divide(self.arguments[a][0], b))
        if self.operations[b] == "negate":
            return self.negate(self.divide(a, self.arguments[b][0]))
        is_fixed = not self.varies[b] and not self.is_constant(b, 0.0)
        if self.varies[a] and is_fixed and not self._keeps_quotients:
            # The reciprocal is the same at every step and computed once per subject.
            return self.multiply(a, self.divide(self.constant(1.0), b))
        return self._node("divide", (a, b))

    def power(self, a: int, b: int) -> int:
        """Return a to the power b."""
        if self.is_constant(b) and math.isfinite(self.values[b]):
            exponent = self.values[b]
            is_whole = exponent == round(exponent)
            if self.is_constant(a) and (self.values[a] > 0.0 or (is_whole and exponent >= 0.0)):
                return self.constant(_raise(self.values[a], exponent))
            if is_whole and abs(exponent) <= LARGEST_WRITTEN_POWER:
                whole = self._whole_power(a, abs(round(exponent)))
                return whole if exponent >= 0 else self.divide(self.constant(1.0), whole)
            if exponent == 0.5:
                return self.function("sqrt", a)
        return self._node("power", (a, b))

    def _whole_power(self, a: int, exponent: int) -> int:
        result, square = self.constant(1.0), a
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self.multiply(square, square)
        return result

    def function(self, name: str, a: int) -> int:
        """Return a function of one argument.

        There are ``exp``, ``log``, ``sqrt``, ``sin``, ``cos``, ``tanh``,
        ``atan``, ``abs``, ``floor``, ``ceil``, ``factorial``.
        """
        if self.is_constant(a):
            try:
                return self.constant(_FOLDABLE[name](self.values[a]))
            except (ValueError, OverflowError):
                # Outside the function's domain: the kernel yields NaN or infinity there.
                pass
        return self._node(name, (a,))

    def extreme(self, name: str, a: int, b: int) -> int:
        """Return the ``min`` or the ``max`` of two nodes."""
        if a == b:
            return a
        if self.is_constant(a) and self.is_constant(b):
            both = (self.values[a], self.values[b])
            chosen = min(both) if name == "min" else max(both)
            return self.constant(math.nan if any(map(math.isnan, both)) else chosen)
        return self._node(name, (min(a, b), max(a, b)))

    def compare(self, name: str, a: int, b: int) -> int:
        """Return ``less``, ``less_equal`` or ``equal`` of two numbers."""
        if self.is_constant(a) and self.is_constant(b):
            return self.truth(value=_COMPARISONS[name](self.values[a], self.values[b]))
        return self._node(name, (a, b))

    def logic(self, name: str, *arguments: int) -> int:
        """Return ``and``, ``or`` (two arguments) or ``not`` (one) of truth values."""
        yes, no = self.truth(value=True), self.truth(value=False)
        if name == "not":
            (only,) = arguments
            if only in (yes, no):
                return no if only == yes else yes
            return self._node(name, arguments)
        # What decides the outcome alone, and what has no say in it.
        decisive, idle = (no, yes) if name == "and" else (yes, no)
        if decisive in arguments:
            return decisive
        left = [argument for argument in arguments if argument != idle]
        if len(left) < 2:
            return left[0] if left else idle
        return self._node(name, arguments)

    def select(self, condition: int, a: int, b: int) -> int:
        """Return a where the condition holds and b elsewhere."""
        if condition == self.truth(value=True):
            return a
        if condition == self.truth(value=False):
            return b
        return a if a == b else self._node("select", (condition, a, b))

    def substitute(self, roots: Iterable[int], replacements: Mapping[int, int]) -> list[int]:
        """Return the roots with nodes replaced, all at once, and what follows from it folded.

        Examples
        --------
        >>> graph = Graph()
        >>> x, y = graph.symbol(STATE, 0), graph.symbol(STATE, 1)
        >>> graph.substitute([graph.add(x, y)], {x: y, y: x}) == [graph.add(x, y)]
        True
        >>> three, nine = graph.constant(3.0), graph.constant(9.0)
        >>> graph.substitute([graph.multiply(x, x)], {x: three}) == [nine]
        True
        """
        wanted = list(roots)
        made = dict(replacements)
        for node in self.reachable(wanted):
            if node not in made:
                old = self.arguments[node]
                new = tuple([made[argument] for argument in old])
                made[node] = node if new == old else self._rebuild(self.operations[node], new)
        return [made[root] for root in wanted]

    def _rebuild(self, operation: str, arguments: tuple[int, ...]) -> int:
        if operation in ("add", "subtract", "multiply", "divide", "power", "negate", "select"):
            make: Callable[..., int] = getattr(self, operation)
            return make(*arguments)
        if operation in _COMPARISONS:
            return self.compare(operation, *arguments)
        if operation in ("and", "or", "not"):
            return self.logic(operation, *arguments)
        if operation in ("min", "max"):
            return self.extreme(operation, *arguments)
        return self.function(operation, *arguments)

    def reachable(self, roots: Iterable[int], known: Container[int] = ()) -> list[int]:
        """Return all nodes the roots are made of, themselves included, in order of evaluation.

        What a known node is made of does not count.
        """
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                if node not in known:
                    stack.extend(self.arguments[node])
        return sorted(seen)
