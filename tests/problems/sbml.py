"""SBML documents for tests, and how they are run."""

from __future__ import annotations

import libsbml
import numpy as np
from numpy.typing import NDArray

from brainmag.engine.once.single import Record, solve_once
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_everything

LEVEL3 = 'xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"'
LEVEL2 = 'xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"'
_SETTINGS = libsbml.L3ParserSettings()
_SETTINGS.setParseAvogadroCsymbol(True)


def math(formula: str) -> str:
    """Return the math element of a formula as it is typed."""
    parsed = libsbml.parseL3FormulaWithSettings(formula, _SETTINGS)
    assert parsed is not None, libsbml.getLastParseL3Error()
    return str(libsbml.writeMathMLToString(parsed)).partition("?>")[2]


def document(*parts: str, level: str = LEVEL3, model: str = "") -> str:
    """Return a document of one model; each part is a list of its own or one of its entries."""
    return f"<sbml {level}><model id='m' {model}>{''.join(parts)}</model></sbml>"


def gather(name: str, *entries: str) -> str:
    """Return a list element."""
    return f"<listOf{name}>{''.join(entries)}</listOf{name}>"


def compartment(name: str, size: float | None = 1.0, *, constant: bool = True) -> str:
    """Return a compartment."""
    given = "" if size is None else f"size='{size}'"
    fixed = str(constant).lower()
    return f"<compartment id='{name}' spatialDimensions='3' {given} constant='{fixed}'/>"


def species(name: str, place: str, settings: str = "", *, in_amount: bool = False) -> str:
    """Return a species that changes, with further settings as attributes."""
    defaults = {
        "boundaryCondition": "false",
        "constant": "false",
        "hasOnlySubstanceUnits": str(in_amount).lower(),
    }
    written = " ".join(f"{key}='{value}'" for key, value in defaults.items() if key not in settings)
    return f"<species id='{name}' compartment='{place}' {written} {settings}/>"


def parameter(name: str, value: float | str | None = None, *, constant: bool = True) -> str:
    """Return a parameter."""
    given = "" if value is None else f"value='{value}'"
    return f"<parameter id='{name}' {given} constant='{str(constant).lower()}'/>"


def rate(name: str, formula: str) -> str:
    """Return a rate rule."""
    return f"<rateRule variable='{name}'>{math(formula)}</rateRule>"


def rule(name: str, formula: str) -> str:
    """Return an assignment rule."""
    return f"<assignmentRule variable='{name}'>{math(formula)}</assignmentRule>"


def start(name: str, formula: str) -> str:
    """Return an initial assignment."""
    return f"<initialAssignment symbol='{name}'>{math(formula)}</initialAssignment>"


def takes(name: str, settings: str = "stoichiometry='1' constant='true'", inner: str = "") -> str:
    """Return a species reference."""
    return f"<speciesReference species='{name}' {settings}>{inner}</speciesReference>"


def reaction(name: str, formula: str, left: str = "", right: str = "", local: str = "") -> str:
    """Return a reaction."""
    return (
        f"<reaction id='{name}' reversible='false'>"
        + (gather("Reactants", left) if left else "")
        + (gather("Products", right) if right else "")
        + f"<kineticLaw>{math(formula)}{local}</kineticLaw></reaction>"
    )


def event(
    trigger: str,
    changes: dict[str, str],
    *,
    settings: str = "initialValue='true' persistent='true'",
    delay: str | None = None,
    priority: str | None = None,
    from_trigger: bool = True,
) -> str:
    """Return an event."""
    return (
        f"<event useValuesFromTriggerTime='{str(from_trigger).lower()}'>"
        f"<trigger {settings}>{math(trigger)}</trigger>"
        + ("" if priority is None else f"<priority>{math(priority)}</priority>")
        + ("" if delay is None else f"<delay>{math(delay)}</delay>")
        + gather(
            "EventAssignments",
            *(
                f"<eventAssignment variable='{name}'>{math(formula)}</eventAssignment>"
                for name, formula in changes.items()
            ),
        )
        + "</event>"
    )


def run(
    text: str,
    stop: float = 10.0,
    points: int = 11,
    *,
    begin: float = 0.0,
    amounts: tuple[str, ...] = (),
    concentrations: tuple[str, ...] = (),
) -> Record:
    """Run a model from its text."""
    system = read_everything(
        read_text(text), amounts=amounts, concentrations=concentrations, start=begin
    )
    return solve_once(system, begin, stop, points)


def course(record: Record, name: str) -> NDArray[np.float64]:
    """Return one column of a run that came to its end."""
    assert record.failure is None, record.failure
    return record.values[:, record.names.index(name)]
