"""From formulas to LaTeX: fractions, powers and names spelled out, long lines broken at signs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from brainmag.report.formulas import Formula, read_formula

LINE_WIDTH = 84
_INDENT = 8

# How tightly a formula holds together: what stands below needs parentheses above.
_SUM, _PRODUCT, _FRACTION, _POWER, _ATOM = range(5)

_RANKS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _FRACTION, "^": _POWER}
_SIGNS = {"pi": r"\pi", "time": "t"}
_FUNCTIONS = {name: rf"\{name}" for name in ("exp", "ln", "sin", "cos", "tanh", "min", "max")}


class Piece(NamedTuple):
    """LaTeX, and about how many letters wide it prints."""

    latex: str
    width: int


def typeset_name(name: str) -> Piece:
    r"""Return a name in upright text, with blanks for underscores.

    Examples
    --------
    >>> typeset_name("plasma_reference").latex
    '\\text{plasma reference}'
    """
    words = name.replace("_", " ")
    return Piece(rf"\text{{{words}}}", len(words))


def typeset_rate(name: str) -> Piece:
    """Return the derivative of a quantity with respect to time."""
    inner = typeset_name(name)
    return Piece(rf"\dfrac{{\mathrm{{d}}~{inner.latex}}}{{\mathrm{{d}}t}}", inner.width + 2)


def typeset_call(name: str, arguments: Iterable[str]) -> Piece:
    """Return a function applied to named arguments."""
    return _call(typeset_name(name), [typeset_name(argument) for argument in arguments])


def typeset_equation(left: Piece, formula: str, unit: str = "") -> str:
    r"""Return an equation, over several lines where it is too wide for one.

    Parameters
    ----------
    left : Piece
        What stands before the equals sign.
    formula : str
        What stands after it, as in the biology's files.
    unit : str
        Unit of both sides, to stand in brackets behind; empty for none.

    Examples
    --------
    >>> print(typeset_equation(typeset_name("y"), "a - b", "mmol"))
    \text{y} = \text{a} - \text{b} \quad [\text{mmol}]
    """
    bracket = rf" \quad [\text{{{unit}}}]" if unit else ""
    terms = _split_sum(read_formula(formula))
    whole = _join(terms)
    lines = [whole.latex]
    if left.width + whole.width + len(unit) > LINE_WIDTH:
        lines = _fill(_cut(terms), LINE_WIDTH - left.width, LINE_WIDTH - _INDENT)
    if len(lines) == 1:
        return f"{left.latex} = {lines[0]}{bracket}"
    rest = "".join(f" \\\\\n&\\quad {line}" for line in lines[1:])
    return f"\\begin{{aligned}}\n{left.latex} &= {lines[0]}{rest}{bracket}\n\\end{{aligned}}"


def _rank(node: Formula) -> int:
    if node.operation == "number" and node.value < 0:
        return _SUM
    return _RANKS.get(node.operation, _ATOM)


def _split_sum(node: Formula, sign: str = "") -> list[tuple[str, Formula]]:
    """Return signs and terms; the sign of a leading term is empty unless it is negative."""
    if node.operation == "+":
        first, *others = node.children
        return [
            *_split_sum(first, sign),
            *(term for one in others for term in _split_sum(one, "+")),
        ]
    if node.operation == "-":
        *first, second = node.children
        return [*(_split_sum(first[0], sign) if first else []), ("-", second)]
    if _is_negative(node):
        return [("-", _drop_sign(node))]
    return [(sign, node)]


def _is_negative(node: Formula) -> bool:
    """Return whether a product or quotient begins with a minus."""
    if node.operation in ("*", "/"):
        return _is_negative(node.children[0])
    return node.operation == "-" and len(node.children) == 1


def _drop_sign(node: Formula) -> Formula:
    first, *others = node.children
    return first if not others else replace(node, children=(_drop_sign(first), *others))


def _split_product(node: Formula) -> list[tuple[Formula, list[Formula]]]:
    """Return factors, each with what it is divided by: a*b/c is a times b over c."""
    if node.operation == "*":
        return [factor for child in node.children for factor in _split_product(child)]
    if node.operation == "/":
        above, below = node.children
        *others, (numerator, divisors) = _split_product(above)
        return [*others, (numerator, [*divisors, below])]
    return [(node, [])]


def _set(node: Formula) -> Piece:
    return _join(_split_sum(node))


def _set_factors(node: Formula) -> list[Piece]:
    factors = _split_product(node)
    if len(factors) == 1 and not factors[0][1]:
        return [_set_atom(node)]
    pieces: list[Piece] = []
    for numerator, divisors in factors:
        if not divisors:
            pieces.append(_enclose(numerator, _PRODUCT))
            continue
        above = _set(numerator)
        alone = len(divisors) == 1
        below = (
            _set(divisors[0])
            if alone
            else _multiply([_enclose(divisor, _PRODUCT) for divisor in divisors])
        )
        width = max(above.width, below.width)
        pieces.append(Piece(rf"\dfrac{{{above.latex}}}{{{below.latex}}}", width))
    return pieces


def _multiply(pieces: Sequence[Piece]) -> Piece:
    width = sum(piece.width for piece in pieces) + 3 * (len(pieces) - 1)
    return Piece(r" \cdot ".join(piece.latex for piece in pieces), width)


def _join(terms: Sequence[tuple[str, Formula]]) -> Piece:
    tokens = _cut(terms, 10**6)
    return Piece(" ".join(latex for latex, _ in tokens), sum(width for _, width in tokens))


def _cut(terms: Sequence[tuple[str, Formula]], limit: int = LINE_WIDTH) -> list[Piece]:
    """Return what may not be broken: terms with their sign, factors of terms wider than a line."""
    tokens: list[Piece] = []
    for sign, node in terms:
        lead = f"{sign} " if sign and tokens else sign
        # Behind a minus a sum keeps its parentheses.
        factors = [_enclose(node, _PRODUCT)] if sign and _rank(node) == _SUM else _set_factors(node)
        whole = _multiply(factors)
        if whole.width <= limit:
            tokens.append(Piece(lead + whole.latex, whole.width + 3))
            continue
        tokens.append(Piece(lead + factors[0].latex, factors[0].width + 3))
        tokens += [Piece(rf"\cdot {factor.latex}", factor.width + 3) for factor in factors[1:]]
    return tokens


def _fill(tokens: Sequence[Piece], first: int, others: int) -> list[str]:
    lines: list[list[str]] = [[]]
    room = first
    for latex, width in tokens:
        if lines[-1] and width > room:
            lines.append([])
            room = others
        lines[-1].append(latex)
        room -= width
    return [" ".join(line) for line in lines]


def _enclose(node: Formula, lowest: int) -> Piece:
    inner = _set(node)
    if _rank(node) >= lowest:
        return inner
    return Piece(rf"\left({inner.latex}\right)", inner.width + 2)


def _call(name: Piece, arguments: Sequence[Piece]) -> Piece:
    inside = ", ".join(argument.latex for argument in arguments)
    width = name.width + 2 + sum(argument.width + 2 for argument in arguments)
    return Piece(rf"{name.latex}\left({inside}\right)", width)


def _set_atom(node: Formula) -> Piece:
    """Return what is neither a sum nor a product."""
    if node.operation == "number":
        return _set_number(node.value)
    if node.operation == "name":
        return typeset_name(node.name)
    if node.operation in _SIGNS:
        return Piece(_SIGNS[node.operation], 1)
    if node.operation == "^":
        base, exponent = _enclose(node.children[0], _ATOM), _set(node.children[1])
        return Piece(f"{base.latex}^{{{exponent.latex}}}", base.width + exponent.width)
    arguments = [_set(child) for child in node.children]
    if node.operation == "sqrt":
        return Piece(rf"\sqrt{{{arguments[0].latex}}}", arguments[0].width + 2)
    if node.operation in _FUNCTIONS:
        return _call(Piece(_FUNCTIONS[node.operation], 3), arguments)
    return _call(typeset_name(node.operation), arguments)


def _set_number(value: float) -> Piece:
    latex = re.sub(r"(.*)e([+-]?)0*(\d+)", r"\1 \\cdot 10^{\2\3}", f"{value:.15g}")
    latex = latex.removeprefix(r"1 \cdot ")
    return Piece(latex, len(latex))
