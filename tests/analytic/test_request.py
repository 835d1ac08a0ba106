"""The clock rules of the command: which option puts a dose at which hour."""

from __future__ import annotations

import math

import pytest

from brainmag.intake import (
    MG_PER_MMOL,
    Intake,
    IntakeRequest,
    Portion,
    list_events,
    plan_intake,
    sum_intake,
)


def ask(
    *,
    product: str = "mgt",
    dose: str = "1 g",
    times_a_day: int | None = None,
    meals: str | None = None,
    once: bool = False,
    infuse: str | None = None,
) -> Intake:
    request = IntakeRequest(product, dose, times_a_day, meals, once=once, infuse=infuse)
    return plan_intake(request, feeding="meals", diet_mg=300.0, weight_kg=70.0)


def hours_of_doses(intake: Intake, stop: float, state: str = "lumen_magnesium") -> list[float]:
    return [time for time, name, _, _ in list_events(intake, stop) if name == state]


@pytest.mark.parametrize(
    ("times_a_day", "meals", "expected"),
    [
        (None, None, [7.5]),
        (1, "with", [7.5]),
        (2, "with", [7.5, 18.5]),
        (3, "with", [7.5, 12.5, 18.5]),
        (4, "with", [8.0, 14.0, 20.0]),
        (1, "between", [8.0]),
        (2, "between", [8.0, 20.0]),
        (3, "between", [8.0, 16.0]),
        (1, "fasted", [8.0]),
        (24, "with", [float(hour) for hour in range(8, 24)]),
    ],
)
def test_doses_of_the_first_day(
    times_a_day: int | None, meals: str | None, expected: list[float]
) -> None:
    assert hours_of_doses(ask(times_a_day=times_a_day, meals=meals), 24.0) == expected


@pytest.mark.parametrize("times_a_day", range(1, 25))
@pytest.mark.parametrize("meals", ["with", "between"])
def test_every_later_day_holds_as_many_doses_as_asked(times_a_day: int, meals: str) -> None:
    hours = hours_of_doses(ask(times_a_day=times_a_day, meals=meals), 24.0 * 15)
    for day in range(1, 15):
        assert sum(24.0 * day <= time < 24.0 * (day + 1) for time in hours) == times_a_day


def test_doses_between_are_evenly_spaced_from_eight() -> None:
    hours = hours_of_doses(ask(times_a_day=5, meals="between"), 24.0 * 10)
    assert hours == pytest.approx([8.0 + 4.8 * k for k in range(len(hours))], abs=1e-8)


def test_once_is_at_eight_and_never_again() -> None:
    assert hours_of_doses(ask(once=True), 72.0) == [8.0]


def test_an_infusion_starts_at_eight() -> None:
    intake = ask(product="sulfate-iv", dose="4 g", infuse="20 min", once=True)
    events = [event for event in list_events(intake, 72.0) if event[1] == "infusion_rate"]
    (start, _, _, rate), (end, _, _, level) = events
    assert (start, level) == (8.0, 0.0)
    assert end == pytest.approx(8.0 + 1 / 3)
    # 4 g of the heptahydrate are 16.23 mmol, within a third of an hour.
    assert rate == pytest.approx(3 * 4000 / 246.466, rel=1e-4)


def test_an_infusion_every_day_unless_once() -> None:
    intake = ask(product="sulfate-iv", dose="4 g", infuse="20 min")
    assert sum_intake(intake, 72.0).doses == 3


@pytest.mark.parametrize("times_a_day", range(1, 25))
def test_infusions_back_to_back_are_one_level(times_a_day: int) -> None:
    length = f"{1440 / times_a_day!r} min"
    dose = f"{24 / times_a_day!r} mmol Mg"
    intake = ask(product="sulfate-iv", dose=dose, times_a_day=times_a_day, infuse=length)
    events = [event for event in list_events(intake, 24.0 * 28) if event[1] == "infusion_rate"]
    assert len(events) == sum_intake(intake, 24.0 * 28).doses
    assert [value for _, _, _, value in events] == pytest.approx([1.0] * len(events), rel=1e-8)


def test_the_day_in_water_is_dose_times_count_over_24_hours() -> None:
    request = IntakeRequest("mgt", "604 mg/kg", times_a_day=2, in_water=True)
    intake = plan_intake(request, feeding="constant", diet_mg=20.0, weight_kg=0.35)
    daily = 2 * 604 * 0.35 * 0.072 / MG_PER_MMOL
    totals = sum_intake(intake, 24.0 * 24)
    assert totals.product_magnesium == pytest.approx(24 * daily)
    assert totals.threonate == pytest.approx(48 * daily)
    assert totals.doses == 0


def test_an_animal_without_water_takes_doses_from_eight() -> None:
    request = IntakeRequest("citrate", "10 mg", times_a_day=2)
    intake = plan_intake(request, feeding="constant", diet_mg=20.0, weight_kg=0.35)
    assert hours_of_doses(intake, 24.0) == [8.0, 20.0]


def test_nothing_asked_is_the_diet_alone() -> None:
    intake = plan_intake(IntakeRequest(), feeding="meals", diet_mg=300.0, weight_kg=70.0)
    assert intake == Intake("meals", 300.0)


def test_two_grams_a_day_for_twelve_weeks() -> None:
    totals = sum_intake(ask(times_a_day=2), 12 * 7 * 24.0)
    assert totals.doses == 168
    # The label: 144 mg magnesium a day.
    assert totals.product_magnesium == pytest.approx(84 * 144 / MG_PER_MMOL)
    assert math.isclose(totals.threonate, 2 * totals.product_magnesium)


def test_a_dose_holds_what_its_words_say() -> None:
    assert ask(dose="12 mmol Mg").courses[0].portion == Portion(12.0, 24.0)
