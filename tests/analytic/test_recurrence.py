"""Oracle: the list of events itself, which the recurrences must give back."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainmag.intake import DietSpan, Event, Intake, IntakeRequest, list_events, plan_intake
from brainmag.report.recurrence import Recurrence, find_recurrences

Change = tuple[float, str, str, float]

REQUESTS = [
    IntakeRequest(product="mgt", dose="1 g", times_a_day=2),
    IntakeRequest(product="citrate", dose="100 mg Mg", times_a_day=5, meals="between"),
    IntakeRequest(product="oxide", dose="500 mg", meals="fasted"),
    IntakeRequest(product="sulfate-iv", dose="4 g", infuse="20 min"),
    IntakeRequest(),
]


def plan(request: IntakeRequest) -> Intake:
    return plan_intake(request, feeding="meals", diet_mg=300.0, weight_kg=70.0)


def expand(recurrences: tuple[Recurrence, ...]) -> list[Change]:
    """Return every single change."""
    return sorted(
        (round(one.first + k * one.every, 6), state, what, float(f"{value:.9g}"))
        for one in recurrences
        for k in range(one.count)
        for state, what, value in one.changes
    )


def join(events: tuple[Event, ...] | list[Event]) -> list[Change]:
    """Return the events, those that add to one state at one time as one."""
    sums: defaultdict[tuple[float, str, str], list[float]] = defaultdict(list)
    for time, state, what, value in events:
        sums[round(time, 6), state, what].append(value)
    return sorted((*key, float(f"{math.fsum(values):.9g}")) for key, values in sums.items())


@pytest.mark.parametrize("request_", REQUESTS)
def test_recurrences_give_a_plan_back(request_: IntakeRequest) -> None:
    events = list_events(plan(request_), 24.0 * 14)
    assert expand(find_recurrences(events)) == join(events)


moments = st.tuples(
    st.integers(0, 400).map(lambda n: n / 2),
    st.sampled_from(["solid_food", "lumen_magnesium", "lumen_label", "lumen_threonate"]),
    st.just("add"),
    st.sampled_from([1.0, 2.5, 4.25]),
)


@given(st.lists(moments, max_size=40))
def test_recurrences_give_any_events_back(events: list[Event]) -> None:
    found = find_recurrences(events)
    assert expand(found) == join(events)
    assert len({one.name for one in found}) == len(found)
    assert all(one.every > 0 for one in found if one.count > 1)


def test_twelve_weeks_of_two_doses_take_five_lines() -> None:
    events = list_events(plan(REQUESTS[0]), 24.0 * 84)
    found = find_recurrences(events)
    assert [one.name for one in found] == ["dose_1", "meal_1", "meal_2", "dose_2", "meal_3"]
    assert {(one.every, one.count) for one in found} == {(24.0, 84)}


def test_a_change_of_diet_starts_another_recurrence() -> None:
    intake = Intake("meals", 300.0, diet_spans=(DietSpan(150.0, 48.0, 96.0),))
    found = find_recurrences(list_events(intake, 24.0 * 6))
    at_breakfast = [(one.first, one.every, one.count) for one in found if one.first % 24 == 7.5]
    assert at_breakfast == [(7.5, 24.0, 2), (55.5, 24.0, 2), (103.5, 24.0, 2)]


def test_the_last_of_two_settings_holds() -> None:
    events: list[Event] = [(0.0, "infusion_rate", "set", 1.0), (0.0, "infusion_rate", "set", 2.0)]
    assert find_recurrences(events)[0].changes == (("infusion_rate", "set", 2.0),)
