"""Functions that are made of others: what they are on an expression graph."""

from __future__ import annotations

from collections.abc import Callable

from brainmag.engine.graph import Graph

Made = Callable[[Graph, int], int]


def tangent(graph: Graph, x: int) -> int:
    """Return the tangent."""
    return graph.divide(graph.function("sin", x), graph.function("cos", x))


def hyperbolic_sine(graph: Graph, x: int) -> int:
    """Return the hyperbolic sine."""
    return _mean(graph, graph.subtract, x)


def hyperbolic_cosine(graph: Graph, x: int) -> int:
    """Return the hyperbolic cosine."""
    return _mean(graph, graph.add, x)


def _mean(graph: Graph, join: Callable[[int, int], int], x: int) -> int:
    up, down = graph.function("exp", x), graph.function("exp", graph.negate(x))
    return graph.multiply(graph.constant(0.5), join(up, down))


def arc_sine(graph: Graph, x: int) -> int:
    """Return the inverse sine; not a number beyond -1 and 1."""
    one = graph.constant(1.0)
    # Two factors keep what 1 - x^2 would lose near 1.
    rest = graph.multiply(graph.subtract(one, x), graph.add(one, x))
    return graph.function("atan", graph.divide(x, graph.function("sqrt", rest)))


def arc_cosine(graph: Graph, x: int) -> int:
    """Return the inverse cosine; not a number beyond -1 and 1."""
    one = graph.constant(1.0)
    ratio = graph.divide(graph.subtract(one, x), graph.add(one, x))
    root = graph.function("atan", graph.function("sqrt", ratio))
    return graph.multiply(graph.constant(2.0), root)


def area_sine(graph: Graph, x: int) -> int:
    """Return the inverse hyperbolic sine, by the magnitude of x, so that nothing cancels."""
    one, size = graph.constant(1.0), graph.function("abs", x)
    root = graph.function("sqrt", graph.add(graph.multiply(x, x), one))
    magnitude = graph.function("log", graph.add(size, root))
    below = graph.compare("less", x, graph.constant(0.0))
    return graph.select(below, graph.negate(magnitude), magnitude)


def area_cosine(graph: Graph, x: int) -> int:
    """Return the inverse hyperbolic cosine; not a number below 1."""
    one = graph.constant(1.0)
    lower = graph.function("sqrt", graph.subtract(x, one))
    upper = graph.function("sqrt", graph.add(x, one))
    return graph.function("log", graph.add(x, graph.multiply(lower, upper)))


def area_tangent(graph: Graph, x: int) -> int:
    """Return the inverse hyperbolic tangent; not a number beyond -1 and 1."""
    one = graph.constant(1.0)
    ratio = graph.divide(graph.add(one, x), graph.subtract(one, x))
    return graph.multiply(graph.constant(0.5), graph.function("log", ratio))


def reciprocal_of(made: Made) -> Made:
    """Return one divided by a function: the secant of the cosine."""
    return lambda graph, x: graph.divide(graph.constant(1.0), made(graph, x))


def at_reciprocal(made: Made) -> Made:
    """Return a function of one divided by x: the inverse secant of the inverse cosine."""
    return lambda graph, x: made(graph, graph.divide(graph.constant(1.0), x))


def plain(name: str) -> Made:
    """Return a function the graph has itself."""
    return lambda graph, x: graph.function(name, x)


def logarithm(graph: Graph, base: int, x: int) -> int:
    """Return the logarithm to a base."""
    return graph.divide(graph.function("log", x), graph.function("log", base))


def root(graph: Graph, degree: int, x: int) -> int:
    """Return a root of a degree."""
    inverse = graph.divide(graph.constant(1.0), degree)
    return graph.power(x, inverse)


def quotient(graph: Graph, a: int, b: int) -> int:
    """Return a / b without its fraction."""
    ratio = graph.divide(a, b)
    below = graph.compare("less", ratio, graph.constant(0.0))
    return graph.select(below, graph.function("ceil", ratio), graph.function("floor", ratio))


def remainder(graph: Graph, a: int, b: int) -> int:
    """Return what is left of a when it is divided by b; it has the sign of a."""
    return graph.subtract(a, graph.multiply(b, quotient(graph, a, b)))


def exclusive_or(graph: Graph, a: int, b: int) -> int:
    """Return whether one of two is true and the other is not."""
    both = graph.logic("and", a, b)
    return graph.logic("and", graph.logic("or", a, b), graph.logic("not", both))
