# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# python-libsbml ships no type information.
"""Read a formula of the model language into a plain tree."""

from __future__ import annotations

from dataclasses import dataclass

import libsbml

_OPERATIONS = {
    libsbml.AST_PLUS: "+",
    libsbml.AST_MINUS: "-",
    libsbml.AST_TIMES: "*",
    libsbml.AST_DIVIDE: "/",
    libsbml.AST_POWER: "^",
    libsbml.AST_FUNCTION_POWER: "^",
    libsbml.AST_FUNCTION_ROOT: "sqrt",
    libsbml.AST_NAME_TIME: "time",
    libsbml.AST_CONSTANT_PI: "pi",
}


@dataclass(frozen=True)
class Formula:
    """One node of a formula.

    Attributes
    ----------
    operation : str
        ``+ - * / ^ sqrt``, the name of a function, ``name``, ``number``, ``time`` or ``pi``.
    children : tuple of Formula
        What it is applied to; a minus with one child is a sign.
    name : str
        Of a ``name``.
    value : float
        Of a ``number``.
    """

    operation: str
    children: tuple[Formula, ...] = ()
    name: str = ""
    value: float = 0.0


def read_formula(text: str) -> Formula:
    """Return the tree of a formula.

    Raises
    ------
    ValueError
        When the text is no formula: a fault of the model file.

    Examples
    --------
    >>> read_formula("a/2").children[1].value
    2.0
    """
    tree = libsbml.parseL3Formula(text)
    if tree is None:
        raise ValueError(libsbml.getLastParseL3Error())
    return _copy(tree)


def _copy(node: libsbml.ASTNode) -> Formula:
    kind = node.getType()
    if node.isNumber():
        return Formula("number", value=float(node.getValue()))
    if kind == libsbml.AST_NAME:
        return Formula("name", name=str(node.getName()))
    children = tuple(_copy(node.getChild(index)) for index in range(node.getNumChildren()))
    if kind == libsbml.AST_FUNCTION_ROOT:
        children = children[-1:]  # in front of the radicand stands the degree, 2
    return Formula(_OPERATIONS.get(kind) or str(node.getName()), children)
