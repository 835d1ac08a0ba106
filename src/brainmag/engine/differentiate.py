"""Exact derivatives of expression graphs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from brainmag.engine.graph import Graph


def differentiate(graph: Graph, roots: Sequence[int], symbol: int) -> list[int]:
    """Return the derivative of every root with respect to a symbol.

    Comparisons, rounding and the conditions of a ``select`` count as constant: their derivative is
    zero wherever it exists.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.symbol("state", 0)
    >>> differentiate(graph, [graph.multiply(x, x)], x) == [graph.add(x, x)]
    True
    """
    zero, one = graph.constant(0.0), graph.constant(1.0)
    derivative: dict[int, int] = {}
    for node in graph.reachable(roots):
        if node == symbol:
            derivative[node] = one
            continue
        inner = [derivative.get(argument, zero) for argument in graph.arguments[node]]
        if any(term != zero for term in inner):
            result = _derive(graph, node, inner)
            if result != zero:
                derivative[node] = result
    return [derivative.get(root, zero) for root in roots]


def differentiate_sparsely(
    graph: Graph, roots: Sequence[int], symbols: Collection[int]
) -> list[dict[int, int]]:
    """Return for every root its derivatives with respect to those symbols on which it depends.

    One walk over the graph does for all symbols, so a model of many states is not walked once for
    each.

    Examples
    --------
    >>> graph = Graph()
    >>> x, y = graph.symbol("state", 0), graph.symbol("state", 1)
    >>> differentiate_sparsely(graph, [graph.multiply(x, y), y], [x, y]) == [
    ...     {x: y, y: x},
    ...     {y: graph.constant(1.0)},
    ... ]
    True
    """
    zero, one = graph.constant(0.0), graph.constant(1.0)
    derivatives: dict[int, dict[int, int]] = {}
    nothing: dict[int, int] = {}
    wanted = set(symbols)
    for node in graph.reachable(roots):
        if node in wanted:
            derivatives[node] = {node: one}
            continue
        inner = [derivatives.get(argument, nothing) for argument in graph.arguments[node]]
        found: dict[int, int] = {}
        for symbol in dict.fromkeys(symbol for terms in inner for symbol in terms):
            result = _derive(graph, node, [terms.get(symbol, zero) for terms in inner])
            if result != zero:
                found[symbol] = result
        if found:
            derivatives[node] = found
    return [derivatives.get(root, nothing) for root in roots]


def _derive(graph: Graph, node: int, inner: list[int]) -> int:
    """Apply the chain rule to one node, given the derivatives of its arguments."""
    operation, arguments = graph.operations[node], graph.arguments[node]
    if operation in _BINARY_ARITHMETIC:
        return _derive_arithmetic(graph, operation, node, inner)
    if operation in ("min", "max"):
        first, second = arguments if operation == "min" else arguments[::-1]
        return graph.select(graph.compare("less", first, second), *inner)
    if operation == "select":
        return graph.select(arguments[0], inner[1], inner[2])
    if operation == "negate":
        return graph.negate(inner[0])
    return graph.multiply(_slope(graph, operation, node, arguments[0]), inner[0])


_BINARY_ARITHMETIC = frozenset({"add", "subtract", "multiply", "divide", "power"})


def _derive_arithmetic(graph: Graph, operation: str, node: int, inner: list[int]) -> int:
    a, b = graph.arguments[node]
    da, db = inner
    if operation == "add":
        return graph.add(da, db)
    if operation == "subtract":
        return graph.subtract(da, db)
    if operation == "multiply":
        return graph.add(graph.multiply(da, b), graph.multiply(a, db))
    if operation == "divide":
        # (a/b)' = (a' - (a/b) b') / b shares the quotient itself.
        return graph.divide(graph.subtract(da, graph.multiply(node, db)), b)
    lower = graph.power(a, graph.subtract(b, graph.constant(1.0)))
    by_base = graph.multiply(graph.multiply(b, lower), da)
    if graph.is_constant(db, 0.0):
        return by_base
    by_exponent = graph.multiply(graph.multiply(node, graph.function("log", a)), db)
    return graph.add(by_base, by_exponent)


def _slope(graph: Graph, operation: str, node: int, argument: int) -> int:
    """Return the derivative of a function of one argument at that argument."""
    zero, one = graph.constant(0.0), graph.constant(1.0)
    if operation == "exp":
        return node
    if operation == "log":
        return graph.divide(one, argument)
    if operation == "sqrt":
        return graph.divide(graph.constant(0.5), node)
    if operation == "sin":
        return graph.function("cos", argument)
    if operation == "cos":
        return graph.negate(graph.function("sin", argument))
    if operation == "tanh":
        return graph.subtract(one, graph.multiply(node, node))
    if operation == "atan":
        return graph.divide(one, graph.add(one, graph.multiply(argument, argument)))
    if operation == "abs":
        return graph.select(graph.compare("less", argument, zero), graph.constant(-1.0), one)
    # Whole numbers in, or out: flat wherever there is a derivative.
    return zero
