"""Oracle: what a message must say: what was given, what is allowed, the nearest match."""

from __future__ import annotations

import pytest

from brainmag.errors import InputError
from brainmag.intake import Course, Intake, Portion, find_product
from brainmag.people import build_subject
from brainmag.report.export import export_model
from brainmag.scenario import Scenario

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


def test_a_schedule_that_never_repeats_is_refused_before_it_takes_all_memory() -> None:
    # Moments that no even spacing runs through: squares.
    product = find_product("citrate")
    courses = tuple(
        Course(product, Portion(0.1 + number / 1e6, 0.0), (number**2 / 1e5,), every=None)
        for number in range(6000)
    )
    scenario = Scenario(build_subject(), Intake("meals", 300.0, courses=courses), 400.0)
    with pytest.raises(InputError) as caught:
        export_model(scenario, "sbml")
    assert caught.value.code == "export.too_many_events"
    assert str(caught.value) == (
        f"The schedule comes to {caught.value.values['given']} events that repeat at no even "
        "interval; an exported model holds at most 5000. Tell what repeats by 'every', or give a "
        "shorter --for."
    )
    assert 6000 <= int(str(caught.value.values["given"])) < 6010
