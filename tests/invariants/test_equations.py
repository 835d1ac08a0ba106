"""Oracle: the model files themselves, as Antimony and libSBML read them."""

from __future__ import annotations

import re
from collections import Counter

import libsbml
import pytest

from brainmag.biology.assemble import assemble_model, list_parameters
from brainmag.biology.stations import Equation, list_assemblies, read_stations
from brainmag.report.equations import write_equations
from brainmag.report.exchange import translate_to_sbml
from brainmag.tables import read_table
from invariants.source_tree import ROOT


def test_the_page_is_the_generated_one() -> None:
    page = (ROOT / "docs" / "equations.md").read_text(encoding="utf-8")
    assert page == write_equations(), "run `make docs`"


@pytest.mark.parametrize("assembly", list_assemblies())
def test_the_stations_hold_every_equation_that_is_solved(assembly: str) -> None:
    sbml = translate_to_sbml(assemble_model(assembly), assembly)
    model = libsbml.readSBMLFromString(sbml).getModel()
    solved = {
        rule.getVariable(): ("rate" if rule.isRate() else "rule", write(rule.getMath()))
        for rule in model.getListOfRules()
    }
    read = {
        part.name: (part.kind, write(libsbml.parseL3Formula(part.formula)))
        for station in read_stations(assembly)
        for part in station.parts
        if isinstance(part, Equation) and part.kind != "start"
    }
    assert read == solved


@pytest.mark.parametrize("assembly", list_assemblies())
def test_no_quantity_is_defined_twice(assembly: str) -> None:
    # Antimony takes the last of two definitions without a word.
    defined = Counter(
        (part.name, part.kind == "start")
        for station in read_stations(assembly)
        for part in station.parts
        if isinstance(part, Equation)
    )
    assert [name for (name, _), times in defined.items() if times > 1] == []


def write(formula: libsbml.ASTNode) -> str:
    """Return a formula in one spelling; Antimony gives every bare number the same unit."""
    return libsbml.formulaToL3String(formula).replace(" dimensionless", "")


def test_every_parameter_stands_on_the_page_once() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^`]*$", write_equations(), re.MULTILINE)
    used = {name for one in list_assemblies() for name in list_parameters(assemble_model(one))}
    assert Counter(rows) == Counter(used)
    assert used == {row["parameterId"] for row in read_table("parameters.tsv")}
