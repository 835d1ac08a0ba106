"""From a system of equations to the Python source of the functions a thread calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainmag.engine.analysis import (
    MODEL_ARGUMENTS,
    PART_ARGUMENTS,
    WHOLE,
    analyse_parts,
    list_parts,
)
from brainmag.engine.cascade import Cascade, PartEquations, cut_system
from brainmag.engine.graph import Graph
from brainmag.engine.linearise import Linearisation
from brainmag.engine.scalar import write_function
from brainmag.engine.sparse import Factorisation, factorise_pattern
from brainmag.engine.system import EquationSystem


@dataclass(frozen=True)
class PartSource:
    """How large a part of a model is.

    Attributes
    ----------
    prefix : str
        Begins the names of its functions: ``rates`` and, where it may be stiff,
        ``rates_and_jacobian``, ``factor`` and ``substitute``.
    states, jacobian, factors : int
        Entries of the arrays of these names.
    completed : int
        States that are remainders, see :mod:`brainmag.engine.cascade`.
    """

    prefix: str
    states: int
    jacobian: int
    factors: int
    completed: int


@dataclass(frozen=True)
class ModelSource:
    """Functions of a model as text, and how large it is.

    Attributes
    ----------
    text : str
        ``setup``, ``readouts``, the functions of every part; ``cut`` and ``join`` where there are
        two.
    states, constants, inputs : int
        States of the whole, numbers computed once per subject, and what the second part sees of
        the first.
    parts : tuple of PartSource
        The whole, or the leading and the following part.
    """

    text: str
    states: int
    constants: int
    inputs: int
    parts: tuple[PartSource, ...]


def write_model(system: EquationSystem, drivers: Sequence[str] = ()) -> ModelSource:
    """Write all functions of a model; the graph of its equations grows by the derivatives.

    Examples
    --------
    >>> from brainmag.engine.reading.document import read_text
    >>> from brainmag.engine.reading.sbml import read_equations
    >>> text = "model decay; x = 1; x' = -k*x; k = 0.5; end"
    >>> source = write_model(read_equations(read_text(text), ["x"]))
    >>> source.states, source.parts[0].jacobian, "slope[0] = " in source.text
    (1, 1, True)
    """
    graph, cascade = system.graph, cut_system(system, drivers)
    parts = {WHOLE: PartEquations(system.rates)} if cascade is None else list_parts(cascade)
    analysis = analyse_parts(system, parts)
    linear, hoisted = analysis.linear, analysis.hoisted
    pieces = [
        write_function(graph, "setup", ["parameters"], {"constants": [*hoisted]}),
        write_function(graph, "readouts", MODEL_ARGUMENTS, {"outputs": system.readouts}, hoisted),
    ]
    described: list[PartSource] = []
    for prefix, part in parts.items():
        results = {"slope": part.rates}
        pieces.append(write_function(graph, prefix + "rates", PART_ARGUMENTS, results, hoisted))
        jacobian = factors = 0
        if prefix in linear:
            pattern = factorise_pattern(len(part.rates), linear[prefix].entries)
            jacobian, factors = len(linear[prefix].entries), len(pattern.slots)
            pieces += _write_linear(graph, prefix, part, linear[prefix], pattern, hoisted)
        described.append(PartSource(prefix, len(part.rates), jacobian, factors, part.completed))
    if cascade is not None:
        pieces += [write_cut(cascade), write_join(cascade)]
    inputs = 0 if cascade is None else cascade.inputs
    return ModelSource(
        "\n".join(pieces), len(system.states), len(hoisted), inputs, tuple(described)
    )


def _write_linear(
    graph: Graph,
    prefix: str,
    part: PartEquations,
    linear: Linearisation,
    pattern: Factorisation,
    hoisted: Mapping[int, int],
) -> list[str]:
    """Write what a Rosenbrock method needs besides the rates."""
    results = {
        "slope": part.rates,
        "jacobian": linear.slopes,
        "time_slope": linear.time_slopes,
    }
    name = prefix + "rates_and_jacobian"
    return [
        write_function(graph, name, PART_ARGUMENTS, results, hoisted),
        write_factor(pattern, linear.entries, prefix),
        write_substitute(pattern, prefix),
    ]


def write_cut(cascade: Cascade) -> str:
    """Write ``cut``: states and tolerances of the whole, as those of its two parts.

    What flows from one part to the other is integrated from nothing, and what that may err is
    measured by the size of the states it flows into.
    """
    results = ["leading", "following", "leading_tolerances", "following_tolerances"]
    lines = [f"def cut({', '.join(['states', 'tolerances', *results])}):"]
    lines.append("    relative = tolerances[0]")
    lines += [f"    {part}_tolerances[0] = relative" for part in ("leading", "following")]
    completed = cascade.following.completed
    for place, k in enumerate(cascade.followers):
        lines.append(f"    following[{place}] = states[{k}]")
        lines.append(f"    following_tolerances[{place + 1}] = tolerances[{k + 1}]")
        if place < completed:
            allowed = f"relative * absolute(states[{k}]) + tolerances[{k + 1}]"
            lines.append(f"    leading[{place}] = 0.0")
            lines.append(f"    leading_tolerances[{place + 1}] = {allowed}")
    for place, k in enumerate(cascade.leaders, completed):
        lines.append(f"    leading[{place}] = states[{k}]")
        lines.append(f"    leading_tolerances[{place + 1}] = tolerances[{k + 1}]")
    return "\n".join([*lines, ""])


def write_join(cascade: Cascade) -> str:
    """Write ``join``: the states of the whole from those of its parts."""
    lines = ["def join(leading, following, states):"]
    completed = cascade.following.completed
    for place, k in enumerate(cascade.followers):
        flow = f" + leading[{place}]" if place < completed else ""
        lines.append(f"    states[{k}] = following[{place}]{flow}")
    for place, k in enumerate(cascade.leaders, completed):
        lines.append(f"    states[{k}] = leading[{place}]")
    return "\n".join([*lines, ""])


def write_factor(
    pattern: Factorisation, entries: Sequence[tuple[int, int]], prefix: str = ""
) -> str:
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
    lines = [f"def {prefix}factor(diagonal, scale, jacobian, factors):"]
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


def write_substitute(pattern: Factorisation, prefix: str = "") -> str:
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
    lines = [f"def {prefix}substitute(factors, vector):"]
    for i in pattern.order:
        terms = [f" - factors[{pattern.slots[i, k]}] * x{k}" for k in pattern.lower[i]]
        lines.append(f"    x{i} = vector[{i}]{''.join(terms)}")
    for i in reversed(pattern.order):
        lines += [f"    x{i} -= factors[{pattern.slots[i, j]}] * x{j}" for j in pattern.upper[i]]
        lines.append(f"    x{i} *= factors[{pattern.slots[i, i]}]")
        lines.append(f"    vector[{i}] = x{i}")
    return "\n".join([*lines, ""])
