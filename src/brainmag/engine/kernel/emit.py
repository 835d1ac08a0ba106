"""From expression graph to LLVM code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from brainmag.engine.graph import (
    CONSTANT,
    HELD,
    INPUT,
    PARAMETER,
    STATE,
    TIME,
    Graph,
)
from brainmag.engine.kernel import elementary
from brainmag.engine.kernel.lanes import LaneBuilder, Value
from brainmag.errors import InputError

_SOURCES = {
    STATE: "states",
    PARAMETER: "parameters",
    INPUT: "inputs",
    HELD: "held",
}
_SERIES: dict[str, Callable[[LaneBuilder, Value], Value]] = {
    "exp": elementary.exp,
    "log": elementary.log,
    "sin": elementary.sin,
    "cos": elementary.cos,
    "tanh": elementary.tanh,
    "atan": elementary.atan,
}
# What is there for one number at a time only.
_SCALAR_ONLY = frozenset({"factorial"})
_INTRINSICS = {
    "sqrt": "sqrt",
    "abs": "fabs",
    "floor": "floor",
    "ceil": "ceil",
    "min": "minimum",
    "max": "maximum",
}
_COMPARISONS = {"less": "<", "less_equal": "<=", "equal": "=="}


class Evaluation:
    """Writes the evaluation of graph nodes into one function.

    Parameters
    ----------
    lanes : LaneBuilder
        Function under construction; its pointers ``time``, ``states``, ``parameters`` and
        ``constants`` are read where a node asks for them.
    graph : Graph
        Graph of the nodes.
    hoisted : mapping
        Position in ``constants`` of every node that was computed beforehand.
    """

    def __init__(self, lanes: LaneBuilder, graph: Graph, hoisted: Mapping[int, int]) -> None:
        self._lanes = lanes
        self._graph = graph
        self._hoisted = hoisted
        self._values: dict[int, Value] = {}
        self._logarithms: dict[int, Value] = {}

    def evaluate(self, roots: Sequence[int]) -> Iterator[Value]:
        """Write code root after root, yielding each root's value as soon as it is there."""
        seen: set[int] = set()
        orders = [self._order(root, seen) for root in roots]
        uses = Counter(roots)
        for node in seen - self._hoisted.keys():
            uses.update(self._graph.arguments[node])
        fused = {self._find_product(node, uses) for node in seen}
        for root, order in zip(roots, orders, strict=True):
            for node in order:
                if node not in fused:
                    self._values[node] = self._emit(node, self._find_product(node, uses))
            yield self._values[root]

    def _order(self, root: int, seen: set[int]) -> list[int]:
        """Return the nodes a root needs and nobody needed before, arguments first."""
        order: list[int] = []
        stack = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                if node not in self._hoisted:
                    arguments = reversed(self._graph.arguments[node])
                    stack.extend((argument, False) for argument in arguments)
        return order

    def _find_product(self, node: int, uses: Mapping[int, int]) -> int | None:
        """Return the product that a sum or difference absorbs as its only user."""
        if node in self._hoisted or self._graph.operations[node] not in ("add", "subtract"):
            return None
        for argument in reversed(self._graph.arguments[node]):
            is_product = self._graph.operations[argument] == "multiply"
            if is_product and uses[argument] == 1 and argument not in self._hoisted:
                return argument
        return None

    def _emit_fused(self, node: int, product: int) -> Value:
        """Write a b + c, a b - c or c - a b with one rounding."""
        lanes, graph = self._lanes, self._graph
        a, b = (self._values[factor] for factor in graph.arguments[product])
        first, second = graph.arguments[node]
        other = self._values[first if second == product else second]
        if graph.operations[node] == "subtract":
            if second == product:
                a = lanes.builder.fneg(a)
            else:
                other = lanes.builder.fneg(other)
        return lanes.fma(a, b, other)

    def _emit(self, node: int, product: int | None) -> Value:
        lanes, graph = self._lanes, self._graph
        operation = graph.operations[node]
        if node in self._hoisted:
            return lanes.load(lanes.pointers["constants"], self._hoisted[node])
        if operation == CONSTANT:
            return lanes.constant(graph.values[node])
        if operation == TIME:
            return lanes.load(lanes.pointers["time"])
        if operation in _SOURCES:
            return lanes.load(lanes.pointers[_SOURCES[operation]], int(graph.values[node]))
        if product is not None:
            return self._emit_fused(node, product)
        values = [self._values[argument] for argument in graph.arguments[node]]
        if operation in _COMPARISONS:
            return lanes.builder.fcmp_ordered(_COMPARISONS[operation], *values)
        if operation in _SERIES:
            return _SERIES[operation](lanes, values[0])
        if operation in _INTRINSICS:
            return lanes.intrinsic(_INTRINSICS[operation], *values)
        if operation == "power":
            return self._emit_power(graph.arguments[node][0], *values)
        return _emit_plain(lanes, operation, values)

    def _emit_power(self, base_node: int, base: Value, exponent: Value) -> Value:
        logarithm = self._logarithms.get(base_node)
        if logarithm is None:
            logarithm = elementary.log(self._lanes, self._lanes.intrinsic("fabs", base))
            self._logarithms[base_node] = logarithm
        return elementary.power(self._lanes, base, logarithm, exponent)


def _emit_plain(lanes: LaneBuilder, operation: str, values: list[Value]) -> Value:
    if operation in _SCALAR_ONLY:
        raise InputError("engine.scalar_only", given=operation)
    builder = lanes.builder
    plain: dict[str, Callable[..., Value]] = {
        "add": builder.fadd,
        "subtract": builder.fsub,
        "multiply": builder.fmul,
        "divide": builder.fdiv,
        "negate": builder.fneg,
        "and": builder.and_,
        "or": builder.or_,
        "not": builder.not_,
        "select": builder.select,
    }
    return plain[operation](*values)
