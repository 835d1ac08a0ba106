"""Oracle: differences of the function itself, and plain dense elimination."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainmag.engine.differentiate import differentiate, differentiate_sparsely
from brainmag.engine.graph import Graph
from brainmag.engine.sparse import factorise_pattern

RULES = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "min": min,
    "max": max,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
    "select": lambda c, a, b: a if c else b,
    "negate": lambda a: -a,
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
}


def evaluate(graph: Graph, root: int, x: float, y: float) -> float:
    values: dict[int, float] = {}
    for node in graph.reachable([root]):
        operation = graph.operations[node]
        if operation == "constant":
            values[node] = graph.values[node]
        elif operation == "state":
            values[node] = (x, y)[int(graph.values[node])]
        else:
            values[node] = RULES[operation](*(values[a] for a in graph.arguments[node]))
    return values[root]


FORMULAS = [
    lambda g, x, y: g.divide(g.multiply(x, y), g.add(x, g.function("exp", y))),
    lambda g, x, y: g.power(x, y),
    lambda g, x, y: g.power(g.add(x, y), g.constant(-3.0)),
    lambda g, x, _: g.power(x, g.constant(2.5)),
    lambda g, x, y: g.function("sqrt", g.add(x, g.multiply(y, y))),
    lambda g, x, y: g.function("tanh", g.subtract(g.function("log", x), y)),
    lambda g, x, y: g.multiply(g.function("sin", x), g.negate(g.function("cos", g.multiply(x, y)))),
    lambda g, x, y: g.extreme("max", g.multiply(x, x), g.extreme("min", y, g.constant(0.9))),
    lambda g, x, y: g.select(g.compare("less", x, y), g.multiply(x, x), g.divide(y, x)),
    lambda g, x, y: g.function("abs", g.subtract(x, g.multiply(g.constant(2.0), y))),
    lambda g, x, y: g.multiply(g.function("floor", x), y),
    lambda g, x, y: g.function("atan", g.multiply(x, y)),
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("point", [(0.7, 0.43), (1.9, 1.31), (0.31, 2.2)])
def test_derivative_is_the_limit_of_differences(
    formula: Callable[[Graph, int, int], int], point: tuple[float, float]
) -> None:
    graph = Graph()
    x, y = graph.symbol("state", 0), graph.symbol("state", 1)
    root = formula(graph, x, y)
    for position, symbol in enumerate((x, y)):
        (slope,) = differentiate(graph, [root], symbol)
        step = np.eye(2)[position] * 1e-6
        up, down = (evaluate(graph, root, *(np.array(point) + sign * step)) for sign in (1, -1))
        assert evaluate(graph, slope, *point) == pytest.approx((up - down) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("formula", FORMULAS)
def test_all_derivatives_at_once_are_those_one_by_one(
    formula: Callable[[Graph, int, int], int],
) -> None:
    graph = Graph()
    x, y = graph.symbol("state", 0), graph.symbol("state", 1)
    root = formula(graph, x, y)
    one_by_one = {symbol: differentiate(graph, [root], symbol)[0] for symbol in (x, y)}
    zero = graph.constant(0.0)
    expected = {symbol: node for symbol, node in one_by_one.items() if node != zero}
    assert differentiate_sparsely(graph, [root], [x, y]) == [expected]


@pytest.mark.parametrize("formula", FORMULAS)
def test_known_numbers_are_folded_to_a_number(formula: Callable[[Graph, int, int], int]) -> None:
    graph = Graph()
    x, y = graph.symbol("state", 0), graph.symbol("state", 1)
    root = formula(graph, x, y)
    known = {x: graph.constant(0.7), y: graph.constant(0.43)}
    (folded,) = graph.substitute([root], known)
    assert graph.operations[folded] == "constant"
    assert graph.values[folded] == pytest.approx(evaluate(graph, root, 0.7, 0.43), rel=1e-14)


def test_truth_is_folded() -> None:
    graph = Graph()
    x = graph.symbol("state", 0)
    yes, no = graph.truth(value=True), graph.truth(value=False)
    maybe = graph.compare("less", x, graph.constant(1.0))
    assert graph.compare("less", graph.constant(1.0), graph.constant(2.0)) == yes
    assert graph.logic("not", yes) == no
    assert graph.logic("and", maybe, yes) == graph.logic("or", no, maybe) == maybe
    assert graph.logic("and", maybe, no) == no
    assert graph.logic("or", maybe, yes) == yes
    assert graph.select(yes, x, yes) == x
    assert graph.select(no, yes, x) == x


def test_equal_expressions_are_one_node() -> None:
    graph = Graph()
    x, y = graph.symbol("state", 0), graph.symbol("parameter", 0)
    assert graph.add(x, y) == graph.add(y, x)
    assert graph.subtract(x, x) == graph.constant(0.0)
    assert graph.negate(graph.subtract(x, y)) == graph.subtract(y, x)
    assert graph.multiply(graph.negate(x), graph.negate(y)) == graph.multiply(x, y)
    assert graph.power(x, graph.constant(4.0)) == graph.multiply(
        graph.multiply(x, x), graph.multiply(x, x)
    )
    # A division by what never changes becomes a product with its reciprocal.
    assert graph.operations[graph.divide(x, y)] == "multiply"


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30),
        )
    ),
    st.integers(0, 2**32 - 1),
)
def test_elimination_stays_inside_the_pattern(
    problem: tuple[int, list[tuple[int, int]]], seed: int
) -> None:
    size, entries = problem
    random = np.random.default_rng(seed)
    matrix = np.eye(size) * 50
    for i, j in entries:
        matrix[i, j] += random.uniform(-1, 1)
    pattern = factorise_pattern(size, entries)
    assert sorted(pattern.order) == list(range(size))
    reduced = matrix.copy()
    for place, k in enumerate(pattern.order):
        for i in pattern.order[place + 1 :]:
            reduced[i, pattern.order[place:]] -= (
                reduced[i, k] / reduced[k, k] * reduced[k, pattern.order[place:]]
            )
    filled = {(int(i), int(j)) for i, j in np.argwhere(matrix != 0)}
    assert filled <= pattern.slots.keys()
    rank = {row: place for place, row in enumerate(pattern.order)}
    for i in range(size):
        assert all(rank[k] < rank[i] for k in pattern.lower[i])
        assert all(rank[k] > rank[i] for k in pattern.upper[i])
        kept = {int(j) for j in np.flatnonzero(np.abs(reduced[i]) > 1e-9) if rank[int(j)] > rank[i]}
        assert kept <= set(pattern.upper[i])
