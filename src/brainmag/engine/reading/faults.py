# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false
# python-libsbml ships no type information.
"""What makes a document say two things at once, or nothing: it is refused, not guessed at.

libSBML's own checks take minutes for a chain of a thousand rules, and some end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

import libsbml

from brainmag.errors import InputError, nearest_match

# Elements within elements; libSBML ends the process at some thousands.
DEEPEST = 2000


def check_depth(content: bytes) -> None:
    """Refuse a document whose elements lie too deep in each other.

    Raises
    ------
    InputError
        ``engine.too_deep``.

    Examples
    --------
    >>> check_depth(b"<sbml><model/></sbml>")
    """
    if content.count(b"<") < DEEPEST:
        return
    depth = 0

    def enter(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise InputError("engine.too_deep", highest=DEEPEST)

    def leave(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    try:
        parser.Parse(content, True)  # noqa: FBT003
    except expat.ExpatError:
        # What is wrong is told by the reader that follows.
        return


def check_references(model: libsbml.Model) -> None:
    """Refuse a model whose identifiers are not unique or name nothing.

    Raises
    ------
    InputError
        ``engine.two_of_a_name``, ``engine.two_formulas``, ``engine.dangling_name`` and
        ``engine.constant_changed``.
    """
    compartments = [one.getId() for one in model.getListOfCompartments()]
    species = [one.getId() for one in model.getListOfSpecies()]
    parameters = [one.getId() for one in model.getListOfParameters()]
    reactions = list(model.getListOfReactions())
    references = [
        one
        for reaction in reactions
        for one in (*reaction.getListOfReactants(), *reaction.getListOfProducts())
    ]
    named = [one.getId() for one in references if one.isSetId()]
    quantities = [*compartments, *species, *parameters, *named]
    functions = [one.getId() for one in model.getListOfFunctionDefinitions()]
    _refuse_repeated(
        "engine.two_of_a_name",
        [*quantities, *functions, *(one.getId() for one in reactions)],
    )
    _refuse_unknown([one.getCompartment() for one in model.getListOfSpecies()], compartments)
    _refuse_unknown([one.getSpecies() for one in references], species)
    _check_targets(model, quantities)


def _check_targets(model: libsbml.Model, quantities: list[str]) -> None:
    """Refuse rules, initial assignments and events that set what is not there or may not change."""
    rules = [rule for rule in model.getListOfRules() if not rule.isAlgebraic()]
    ruled = [rule.getVariable() for rule in rules]
    assigned = [rule.getVariable() for rule in rules if rule.isAssignment()]
    starts = [start.getSymbol() for start in model.getListOfInitialAssignments()]
    changed: list[str] = []
    for event in model.getListOfEvents():
        names = [one.getVariable() for one in event.getListOfEventAssignments()]
        _refuse_repeated("engine.two_formulas", [*names, *assigned])
        changed += names
    _refuse_repeated("engine.two_formulas", ruled)
    _refuse_repeated("engine.two_formulas", [*starts, *assigned])
    _refuse_unknown([*ruled, *starts, *changed], quantities)
    constants = {
        one.getId()
        for kind in (model.getListOfCompartments(), model.getListOfSpecies())
        for one in kind
        if one.getConstant()
    } | {one.getId() for one in model.getListOfParameters() if one.getConstant()}
    for name in (*ruled, *changed):
        if name in constants:
            raise InputError("engine.constant_changed", given=name)


def _refuse_repeated(code: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in filter(None, names):
        if name in seen:
            raise InputError(code, given=name)
        seen.add(name)


def _refuse_unknown(names: Iterable[str], known: list[str]) -> None:
    there = frozenset(known)
    for name in names:
        if name not in there:
            raise InputError(
                "engine.dangling_name",
                given=name,
                nearest=nearest_match(name, known),
                allowed=", ".join(known) or "-",
            )


def tidy(message: str) -> str:
    r"""Return a message of a reader on one line, without its last full stop.

    Examples
    --------
    >>> tidy(" Unclosed\n  token. ")
    'Unclosed token'
    """
    return re.sub(r"\s+", " ", message).strip(" .")
