"""Oracle: libSBML's consistency check, units and modelling practice included."""

from __future__ import annotations

import libsbml
import pytest

from brainmag.biology.assemble import assemble_model, fill_values, list_parameters
from brainmag.people import build_parameters, build_subject
from brainmag.people.parameters import read_parameters
from brainmag.report.exchange import translate_to_sbml
from invariants.source_tree import PACKAGE

ASSEMBLIES = [
    ("human", "chain"),
    ("rat", "chain"),
    ("mouse", "chain"),
    ("culture", "dish"),
    ("human", "gut_alone"),
    ("culture", "synapse_ms"),
    ("culture", "synapse_ms_kampa"),
]


def list_issues(sbml: str) -> list[str]:
    """Return everything libSBML has to say against a document."""
    document = libsbml.readSBMLFromString(sbml)
    for category in (libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, libsbml.LIBSBML_CAT_MODELING_PRACTICE):
        document.setConsistencyChecks(category, True)  # noqa: FBT003
    document.checkConsistency()
    return [document.getError(index).getMessage() for index in range(document.getNumErrors())]


@pytest.mark.parametrize(("who", "assembly"), ASSEMBLIES)
@pytest.mark.parametrize("hypothesis", ["none", "mineral", "carrier"])
def test_units_are_consistent(who: str, assembly: str, hypothesis: str) -> None:
    text = assemble_model(assembly)
    names = list_parameters(text)
    values = build_parameters(build_subject(who=who), names, hypothesis, draws=0, seed=0).during[0]
    units = {name: read_parameters()[name].unit for name in names}
    filled = fill_values(text, dict(zip(names, map(float, values), strict=True)), units)
    assert list_issues(translate_to_sbml(filled, assembly)) == []


def test_the_check_sees_a_wrong_unit() -> None:
    units = "unit hour = 3600 second; x has hour; y has dimensionless;"
    text = f"model m()\n{units}\nx = 1 hour; y := x;\nend"
    assert list_issues(translate_to_sbml(text, "m"))


def test_every_quantity_of_the_files_has_a_unit() -> None:
    for path in sorted((PACKAGE / "biology").glob("*.ant")):
        if path.stem in {assembly for _, assembly in ASSEMBLIES}:
            model = libsbml.readSBMLFromString(
                translate_to_sbml(assemble_model(path.stem), path.stem)
            )
            parameters = model.getModel().getListOfParameters()
            assert [one.getId() for one in parameters if not one.isSetUnits()] == []
