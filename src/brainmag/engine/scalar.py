"""From expression graph to plain Python source, one number at a time.

The same source serves every target that is not the vector kernel: interpreted for a model that
is run once, compiled for a graphics processor. It uses ``+ - *``, comparisons and truth values as
Python has them; everything else is a call of a function the target supplies under its own
meaning: ``divide``, ``power``, ``minimum``, ``maximum``, ``select`` and the names of the
functions of one argument (``exp``, ``log``, ``absolute`` ...).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from brainmag.engine.graph import (
    CONSTANT,
    HELD,
    INPUT,
    MODE,
    PARAMETER,
    STATE,
    TIME,
    Graph,
)

# Where the value of a symbol stands, by its number.
_ARRAYS = {
    STATE: "states",
    PARAMETER: "parameters",
    HELD: "held",
    INPUT: "inputs",
    MODE: "modes",
}
_INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "and": "and",
    "or": "or",
}
_PREFIX = {"negate": "-", "not": "not "}
# Names that Python uses for functions of its own.
_RENAMED = {"min": "minimum", "max": "maximum", "abs": "absolute"}


def write_function(
    graph: Graph,
    name: str,
    arguments: Sequence[str],
    results: Mapping[str, Sequence[int]],
    hoisted: Mapping[int, int] | None = None,
) -> str:
    """Return the source of a function that stores the values of nodes in arrays.

    Parameters
    ----------
    graph : Graph
    name : str
        Name of the function.
    arguments : sequence of str
        What it is called with, among ``time``, ``states``, ``parameters``, ``modes`` and what a
        part of a model is driven by; an expression reads all but the first by position.
    results : mapping
        For every array to be written, which follows the arguments, the nodes of its entries.
    hoisted : mapping, optional
        Position in the argument ``constants`` of every node that was computed beforehand.

    Examples
    --------
    >>> graph = Graph()
    >>> x = graph.symbol(STATE, 0)
    >>> print(write_function(graph, "rates", ["states"], {"slope": [graph.multiply(x, x)]}))
    def rates(states, slope):
        v0 = states[0]
        v1 = v0 * v0
        slope[0] = v1
    <BLANKLINE>
    """
    roots = [node for nodes in results.values() for node in nodes]
    known = hoisted or {}
    lines = [f"def {name}({', '.join([*arguments, *results])}):"]
    names: dict[int, str] = {}
    for node in graph.reachable(roots, known):
        if node in known:
            names[node] = f"v{node}"
            lines.append(f"    v{node} = constants[{known[node]}]")
        elif graph.operations[node] == CONSTANT:
            names[node] = _write_number(graph.values[node])
        else:
            names[node] = f"v{node}"
            values = [names[argument] for argument in graph.arguments[node]]
            lines.append(f"    v{node} = {_write_operation(graph, node, values)}")
    for array, nodes in results.items():
        lines.extend(f"    {array}[{i}] = {names[node]}" for i, node in enumerate(nodes))
    return "\n".join([*lines, ""] if len(lines) > 1 else [*lines, "    pass", ""])


def _write_number(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INF" if value > 0 else "(-INF)"
    # Brackets, since a minus sign binds less than it seems to.
    return repr(value) if value >= 0 else f"({value!r})"


def _write_operation(graph: Graph, node: int, values: Sequence[str]) -> str:
    operation = graph.operations[node]
    if operation == TIME:
        return "time"
    if operation in _ARRAYS:
        return f"{_ARRAYS[operation]}[{int(graph.values[node])}]"
    if operation in _INFIX:
        return f" {_INFIX[operation]} ".join(values)
    if operation in _PREFIX:
        return _PREFIX[operation] + values[0]
    if operation == "divide" and _is_safe(graph, graph.arguments[node][1]):
        return " / ".join(values)
    return f"{_RENAMED.get(operation, operation)}({', '.join(values)})"


def _is_safe(graph: Graph, node: int) -> bool:
    """Tell whether anything can be divided by a node as it is."""
    return graph.is_constant(node) and graph.values[node] != 0.0
