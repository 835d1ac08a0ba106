"""Oracle: what a message must say: what was given, what is allowed, the nearest match."""

from __future__ import annotations

import pytest

from brainmag.errors import InputError
from brainmag.intake import Intake
from brainmag.people import build_subject
from brainmag.report.export import export_model
from brainmag.simulate import Scenario

SCENARIO = Scenario(build_subject(), Intake("meals", 300.0), 24.0)


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        export_model(SCENARIO, "sbmll")
    message = "There is no export format named 'sbmll'. Did you mean 'sbml'? "
    assert str(caught.value) == message + "Formats: sbml, antimony, latex."


def test_a_format_like_no_other_gets_the_list() -> None:
    with pytest.raises(InputError) as caught:
        export_model(SCENARIO, "xyz")
    assert str(caught.value).endswith("named 'xyz'. Formats: sbml, antimony, latex.")
