"""From a system of equations to the Python source of the functions a thread calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brainmag.engine.emit import choose_hoisted
from brainmag.engine.linearise import linearise
from brainmag.engine.scalar import write_function
from brainmag.engine.sparse import Factorisation, factorise_pattern
from brainmag.engine.system import EquationSystem


@dataclass(frozen=True)
class ModelSource:
    """Functions of a model as text, and how many entries their arrays have.

    Attributes
    ----------
    text : str
        ``setup``, ``rates``, ``rates_and_jacobian``, ``readouts``, ``factor``, ``substitute``.
    states, constants, jacobian, factors : int
        Entries of the arrays of these names.
    """

    text: str
    states: int
    constants: int
    jacobian: int
    factors: int


def write_model(system: EquationSystem) -> ModelSource:
    """Write all functions of a model; the graph of its equations grows by the derivatives.

    Examples
    --------
    >>> from brainmag.engine.document import read_text
    >>> from brainmag.engine.sbml import read_equations
    >>> text = "model decay; x = 1; x' = -k*x; k = 0.5; end"
    >>> source = write_model(read_equations(read_text(text), ["x"]))
    >>> source.states, source.jacobian, "slope[0] = " in source.text
    (1, 1, True)
    """
    graph, linear = system.graph, linearise(system.graph, system.rates)
    pattern = factorise_pattern(len(system.states), linear.entries)
    chosen = choose_hoisted(
        graph, [*system.rates, *linear.slopes, *linear.time_slopes, *system.readouts]
    )
    hoisted = {node: position for position, node in enumerate(chosen)}
    arguments = ["time", "states", "parameters", "constants"]
    derivatives = {
        "slope": system.rates,
        "jacobian": linear.slopes,
        "time_slope": linear.time_slopes,
    }
    pieces = [
        write_function(graph, "setup", ["parameters"], {"constants": chosen}),
        write_function(graph, "rates", arguments, {"slope": system.rates}, hoisted),
        write_function(graph, "rates_and_jacobian", arguments, derivatives, hoisted),
        write_function(graph, "readouts", arguments, {"outputs": system.readouts}, hoisted),
        write_factor(pattern, linear.entries),
        write_substitute(pattern),
    ]
    return ModelSource(
        "\n".join(pieces),
        states=len(system.states),
        constants=len(chosen),
        jacobian=len(linear.entries),
        factors=len(pattern.slots),
    )


def write_factor(pattern: Factorisation, entries: Sequence[tuple[int, int]]) -> str:
    """Write ``factor``: L and U of ``diagonal`` I - ``scale`` J, row by row, without pivoting.

    Examples
    --------
    >>> print(write_factor(factorise_pattern(1, []), []))
    def factor(diagonal, scale, jacobian, factors):
        r0 = diagonal
        factors[0] = divide(1.0, r0)
    <BLANKLINE>
    """
    places = {entry: position for position, entry in enumerate(entries)}
    lines = ["def factor(diagonal, scale, jacobian, factors):"]
    for i in pattern.order:
        for j in (*pattern.lower[i], i, *pattern.upper[i]):
            start = "diagonal" if i == j else "0.0"
            if (i, j) in places:
                start = f"{start} - scale * jacobian[{places[i, j]}]"
            lines.append(f"    r{j} = {start}")
        for k in pattern.lower[i]:
            lines.append(f"    m = r{k} * factors[{pattern.slots[k, k]}]")
            lines.append(f"    factors[{pattern.slots[i, k]}] = m")
            lines += [f"    r{j} -= m * factors[{pattern.slots[k, j]}]" for j in pattern.upper[k]]
        lines.append(f"    factors[{pattern.slots[i, i]}] = divide(1.0, r{i})")
        lines += [f"    factors[{pattern.slots[i, j]}] = r{j}" for j in pattern.upper[i]]
    return "\n".join([*lines, ""])


def write_substitute(pattern: Factorisation) -> str:
    """Write ``substitute``: solve with the factors, in place.

    Examples
    --------
    >>> print(write_substitute(factorise_pattern(2, [(1, 0)])))
    def substitute(factors, vector):
        x0 = vector[0]
        x1 = vector[1] - factors[1] * x0
        x1 *= factors[2]
        vector[1] = x1
        x0 *= factors[0]
        vector[0] = x0
    <BLANKLINE>
    """
    lines = ["def substitute(factors, vector):"]
    for i in pattern.order:
        terms = [f" - factors[{pattern.slots[i, k]}] * x{k}" for k in pattern.lower[i]]
        lines.append(f"    x{i} = vector[{i}]{''.join(terms)}")
    for i in reversed(pattern.order):
        lines += [f"    x{i} -= factors[{pattern.slots[i, j]}] * x{j}" for j in pattern.upper[i]]
        lines.append(f"    x{i} *= factors[{pattern.slots[i, i]}]")
        lines.append(f"    vector[{i}] = x{i}")
    return "\n".join([*lines, ""])
