# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# python-libsbml ships no type information.
"""What an SBML document declares, in plain records: quantities, rules, reactions, events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import libsbml

from brainmag.errors import InputError

Basis = Literal["amount", "concentration"]
Formula = Any


@dataclass(frozen=True)
class Species:
    """A chemical species.

    Attributes
    ----------
    compartment : str
        Where it is.
    meaning : str
        What its name stands for in formulas: ``amount`` or ``concentration``.
    given : str
        What its initial value is: ``amount`` or ``concentration``.
    is_fixed : bool
        Whether reactions leave it as it is.
    factor : str
        Name of what its share of a reaction is multiplied by; empty for none.
    """

    compartment: str
    meaning: Basis
    given: Basis
    is_fixed: bool
    factor: str


@dataclass(frozen=True)
class Participant:
    """A species as consumed (sign -1) or made (sign 1) by a reaction.

    Its stoichiometry is, in this order, a formula, the quantity of that name, or a value.
    """

    species: str
    sign: float
    name: str
    formula: Formula | None
    value: float


@dataclass(frozen=True)
class Reaction:
    """A reaction: its rate, the values known in the rate alone, and who takes part."""

    rate: Formula | None
    local: dict[str, float]
    participants: tuple[Participant, ...]


@dataclass(frozen=True)
class DeclaredEvent:
    """An event as the document has it; what is missing is None."""

    trigger: Formula | None
    starts_true: bool
    is_persistent: bool
    delay: Formula | None
    priority: Formula | None
    is_valued_at_trigger: bool
    changes: dict[str, Formula]


@dataclass(frozen=True)
class Declarations:
    """All that a document declares.

    Attributes
    ----------
    name : str
        Identifier of the model.
    quantities : tuple of str
        Every compartment, species, parameter and named species reference, in that order.
    values : dict
        Initial value of each quantity, NaN where none is given.
    units : dict
        Unit of those quantities other than species that declare one.
    species : dict
        What is known about each species.
    compartments : tuple of str
        Names of the compartments.
    rate_rules, rules, starts : dict
        Formula of each quantity's rate, value at all times, and value at the start; None where
        the formula is empty.
    functions : dict
        Definition of each function; None where it is empty.
    reactions : dict
        By identifier.
    events : tuple
        In document order.
    document : object
        Holds the formulas; they vanish with it.
    """

    name: str
    quantities: tuple[str, ...]
    values: dict[str, float]
    units: dict[str, str]
    species: dict[str, Species]
    compartments: tuple[str, ...]
    rate_rules: dict[str, Formula]
    rules: dict[str, Formula]
    starts: dict[str, Formula]
    functions: dict[str, Formula]
    reactions: dict[str, Reaction]
    events: tuple[DeclaredEvent, ...]
    document: object = field(repr=False)


def list_declarations(document: libsbml.SBMLDocument) -> Declarations:
    """Return what the model of a document declares.

    Raises
    ------
    InputError
        ``engine.algebraic_rule`` and ``engine.fast_reaction``: the engine solves neither.
    """
    model: Any = document.getModel()
    _refuse_unsupported(model)
    species = {one.getId(): _describe_species(one, model) for one in model.getListOfSpecies()}
    compartments, parameters = (
        list(model.getListOfCompartments()),
        list(model.getListOfParameters()),
    )
    given = [*compartments, *model.getListOfSpecies(), *parameters]
    values = {one.getId(): _read_value(one) for one in given}
    reactions = {one.getId(): _describe_reaction(one) for one in model.getListOfReactions()}
    named = {
        participant.name: participant
        for reaction in reactions.values()
        for participant in reaction.participants
        if participant.name
    }
    values |= {name: participant.value for name, participant in named.items()}
    rules = list(model.getListOfRules())
    by_formula = {name: one.formula for name, one in named.items() if one.formula is not None}
    return Declarations(
        name=model.getId(),
        quantities=tuple(values),
        values=values,
        units={
            one.getId(): one.getUnits() for one in (*compartments, *parameters) if one.isSetUnits()
        },
        species=species,
        compartments=tuple(one.getId() for one in compartments),
        rate_rules={rule.getVariable(): rule.getMath() for rule in rules if rule.isRate()},
        rules=_drop_empty(
            {rule.getVariable(): rule.getMath() for rule in rules if rule.isAssignment()}
        )
        | by_formula,
        starts=_drop_empty(
            {start.getSymbol(): start.getMath() for start in model.getListOfInitialAssignments()}
        ),
        functions={one.getId(): one.getMath() for one in model.getListOfFunctionDefinitions()},
        reactions=reactions,
        events=tuple(_describe_event(event) for event in model.getListOfEvents()),
        document=document,
    )


def _drop_empty(formulas: Mapping[str, Formula]) -> dict[str, Formula]:
    return {name: formula for name, formula in formulas.items() if formula is not None}


def _refuse_unsupported(model: libsbml.Model) -> None:
    for rule in model.getListOfRules():
        if rule.isAlgebraic():
            raise InputError(
                "engine.algebraic_rule", given=libsbml.formulaToL3String(rule.getMath()) or "0"
            )
    for reaction in model.getListOfReactions():
        if reaction.isSetFast() and reaction.getFast():
            raise InputError("engine.fast_reaction", given=reaction.getId())


def _read_value(quantity: Any) -> float:
    """Return the number the document gives a quantity, NaN where it gives none."""
    if isinstance(quantity, libsbml.Compartment):
        return quantity.getSize() if quantity.isSetSize() else math.nan
    if isinstance(quantity, libsbml.Parameter):
        return quantity.getValue() if quantity.isSetValue() else math.nan
    if quantity.isSetInitialAmount():
        return quantity.getInitialAmount()
    if quantity.isSetInitialConcentration():
        return quantity.getInitialConcentration()
    return math.nan


def _describe_species(species: libsbml.Species, model: libsbml.Model) -> Species:
    compartment = model.getCompartment(species.getCompartment())
    # A point has no size, so there is no concentration in it.
    is_point = compartment is not None and compartment.getSpatialDimensionsAsDouble() == 0.0
    in_amount = species.getHasOnlySubstanceUnits() or is_point
    meaning: Basis = "amount" if in_amount else "concentration"
    given = meaning
    if species.isSetInitialAmount():
        given = "amount"
    elif species.isSetInitialConcentration():
        given = "concentration"
    return Species(
        compartment=species.getCompartment(),
        meaning=meaning,
        given=given,
        is_fixed=species.getBoundaryCondition() or species.getConstant(),
        factor=species.getConversionFactor() or model.getConversionFactor(),
    )


def _describe_reaction(reaction: libsbml.Reaction) -> Reaction:
    law = reaction.getKineticLaw()
    local: dict[str, float] = {}
    if law is not None:
        parameters = [law.getParameter(i) for i in range(law.getNumParameters())]
        local = {one.getId(): _read_value(one) for one in parameters}
    return Reaction(
        rate=None if law is None else law.getMath(),
        local=local,
        participants=(
            *(_describe_participant(one, -1.0) for one in reaction.getListOfReactants()),
            *(_describe_participant(one, 1.0) for one in reaction.getListOfProducts()),
        ),
    )


def _describe_participant(reference: libsbml.SpeciesReference, sign: float) -> Participant:
    formula = reference.getStoichiometryMath() if reference.isSetStoichiometryMath() else None
    value = reference.getStoichiometry() / reference.getDenominator()
    is_given = reference.getLevel() < 3 or reference.isSetStoichiometry()
    return Participant(
        species=reference.getSpecies(),
        sign=sign,
        name=reference.getId(),
        formula=None if formula is None else formula.getMath(),
        value=value if is_given else math.nan,
    )


def _describe_event(event: libsbml.Event) -> DeclaredEvent:
    trigger, delay, priority = event.getTrigger(), event.getDelay(), event.getPriority()
    changes = {one.getVariable(): one.getMath() for one in event.getListOfEventAssignments()}
    # Level 2 knows neither of the two settings and means these.
    starts_true = is_persistent = True
    if trigger is not None and event.getLevel() >= 3:
        starts_true, is_persistent = trigger.getInitialValue(), trigger.getPersistent()
    return DeclaredEvent(
        trigger=None if trigger is None else trigger.getMath(),
        starts_true=starts_true,
        is_persistent=is_persistent,
        delay=None if delay is None else delay.getMath(),
        priority=None if priority is None else priority.getMath(),
        is_valued_at_trigger=event.getUseValuesFromTriggerTime(),
        changes=_drop_empty(changes),
    )
