"""What a document says of a run adds up, whatever the run."""

from __future__ import annotations

import pytest

from brainmag.document import describe_run
from brainmag.intake import Intake
from brainmag.people import build_subject
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import simulate

CLOSED = 1e-9


@pytest.mark.parametrize("magnesium", [None, 0.8, 0.8001, 1.2])
def test_a_dish_closes_also_where_the_medium_gives_next_to_nothing(
    magnesium: float | None,
) -> None:
    dish = build_subject(who="culture")
    scenario = Scenario(dish, Intake("none", 0.0), 72.0, medium=Medium(magnesium))
    balance = describe_run(simulate(scenario, draws=20, seed=1))["balance"]
    assert balance["relative_error"] <= CLOSED
    assert {balance[part] for part in ("intake", "urine", "faecal", "sweat")} == {0.0}
    # The net of what the medium gave stands there, not the gross that the error is measured by.
    assert balance["supplied_by_medium"] == pytest.approx(balance["stored"], rel=1e-3, abs=1e-12)


def test_the_intake_is_told_as_the_condition_gives_it() -> None:
    rat = build_subject(who="rat", conditions=("low-mg-diet",))
    scenario = Scenario(rat, Intake("constant", 20.0), 48.0)
    document = describe_run(simulate(scenario, draws=0))
    assert document["balance"]["relative_error"] <= CLOSED
    intake = document["intake"]
    assert intake["diet_spans"] == [{"mg_per_day": 4.0, "start_hours": 0.0, "stop_hours": 48.0}]
    eaten = intake["totals_mmol"]["food_magnesium"]
    assert eaten == pytest.approx(document["balance"]["intake"], rel=CLOSED)
    assert eaten * 24.305 == pytest.approx(8.0)


@pytest.mark.parametrize("ageing", [True, False])
def test_a_note_says_that_age_is_in_the_change(ageing: bool) -> None:  # noqa: FBT001
    person = build_subject(ageing=ageing)
    document = describe_run(simulate(Scenario(person, Intake("meals", 300.0), 24.0), draws=0))
    assert ("age_in_change" in [note["code"] for note in document["notes"]]) == ageing
