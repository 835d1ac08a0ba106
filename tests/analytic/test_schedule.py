"""Events on the run's clock, against calendars written out by hand and against sums."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brainmag.intake import (
    MG_PER_MMOL,
    Course,
    DietSpan,
    Drinking,
    Event,
    Intake,
    Portion,
    baseline_day_events,
    find_product,
    initial_inputs,
    list_events,
    sum_intake,
    supplemental_mg_per_day,
)

MGT = find_product("mgt")
MEALS = [7.5, 12.5, 18.5]


def take(
    *first: float,
    every: float | None = 24.0,
    product: str = "mgt",
    portion: Portion = Portion(3.0, 6.0),  # noqa: B008 - immutable
    until: float = math.inf,
    infuse: float | None = None,
    with_meal: bool = False,
) -> Course:
    return Course(find_product(product), portion, first, every, until, infuse, with_meal)


def times_of(events: tuple[Event, ...], state: str) -> list[float]:
    return [time for time, name, _, _ in events if name == state]


def values_of(events: tuple[Event, ...], state: str) -> list[tuple[float, float]]:
    return [(time, value) for time, name, _, value in events if name == state]


def integrate(events: tuple[Event, ...], rate: str, level: float, stop: float) -> float:
    steps = [(0.0, level), *values_of(events, rate), (stop, 0.0)]
    return math.fsum(
        height * (later - time) for (time, height), (later, _) in itertools.pairwise(steps)
    )


def test_meals_share_the_day_in_three() -> None:
    events = list_events(Intake("meals", 300.0), stop=48.0)
    assert times_of(events, "solid_food") == [*MEALS, 31.5, 36.5, 42.5]
    assert {value for _, _, _, value in events} == {100.0 / MG_PER_MMOL}
    assert {what for _, _, what, _ in events} == {"add"}


def test_the_baseline_day_is_the_usual_diet_alone() -> None:
    course = take(8.0)
    intake = Intake("meals", 300.0, (DietSpan(0.0, 0.0, 99.0),), (course,), fasted=True)
    assert baseline_day_events(intake) == list_events(Intake("meals", 300.0), 24.0)
    assert initial_inputs(intake) == {}


def test_an_animal_eats_all_day_and_a_dish_never() -> None:
    intake = Intake("constant", 20.0)
    assert baseline_day_events(intake) == list_events(intake, 240.0) == ()
    assert initial_inputs(intake) == {"feeding_rate": pytest.approx(20.0 / MG_PER_MMOL / 24.0)}
    assert list_events(Intake("none", 0.0), 240.0) == ()


@pytest.mark.parametrize(
    ("product", "states"),
    [
        ("mgt", {"lumen_magnesium": 3.0, "lumen_label": 3.0, "lumen_threonate": 6.0}),
        ("carbonate", {"solid_hydroxide": 3.0, "lumen_threonate": 6.0}),
        ("hydroxide", {"solid_hydroxide": 3.0, "lumen_threonate": 6.0}),
        ("oxide", {"solid_oxide": 3.0, "lumen_threonate": 6.0}),
    ],
)
def test_a_dose_enters_where_its_salt_dissolves(product: str, states: dict[str, float]) -> None:
    events = list_events(Intake("meals", 0.0, courses=(take(8.0, product=product),)), 24.0)
    assert {state: value for _, state, _, value in events} == states
    assert {(time, what) for time, _, what, _ in events} == {(8.0, "add")}


def test_a_salt_without_magnesium_brings_threonate_alone() -> None:
    course = take(8.0, product="calcium-threonate", portion=Portion(0.0, 13.0))
    events = list_events(Intake("meals", 0.0, courses=(course,)), 24.0)
    assert events == ((8.0, "lumen_threonate", "add", 13.0),)


def test_a_dose_at_the_end_of_the_run_is_not_given() -> None:
    intake = Intake("meals", 0.0, courses=(take(8.0),))
    assert times_of(list_events(intake, 32.0), "lumen_magnesium") == [8.0]
    assert times_of(list_events(intake, 32.001), "lumen_magnesium") == [8.0, 32.0]
    assert list_events(intake, 8.0) == ()


def test_no_dose_at_until_or_later() -> None:
    intake = Intake("meals", 0.0, courses=(take(8.0, every=12.0, until=32.0),))
    assert times_of(list_events(intake, 99.0), "lumen_magnesium") == [8.0, 20.0]


def test_a_dose_moves_to_the_nearest_meal() -> None:
    first = (0.0, 8.0, 10.0, 15.5, 23.0, 25.0)  # 10:00 and 15:30 lie halfway: the earlier meal
    course = take(*first, every=None, with_meal=True)
    events = list_events(Intake("meals", 0.0, courses=(course,)), 48.0)
    assert times_of(events, "lumen_magnesium") == [7.5, 7.5, 7.5, 12.5, 18.5, 18.5]


def test_a_fast_lasts_from_eight_in_the_evening_until_noon() -> None:
    intake = Intake("meals", 300.0, courses=(take(8.0),), fasted=True)
    events = list_events(intake, 48.0)
    half = pytest.approx(150.0 / MG_PER_MMOL)
    expected = [(12.5, half), (18.5, half), (36.5, half), (42.5, half)]
    assert values_of(events, "solid_food") == expected


def test_days_without_a_dose_keep_their_three_meals() -> None:
    intake = Intake("meals", 300.0, courses=(take(32.0, every=None),), fasted=True)
    times = times_of(list_events(intake, 72.0), "solid_food")
    assert times == [*MEALS, 36.5, 42.5, *(48 + hour for hour in MEALS)]


def test_the_edges_of_a_fast() -> None:
    # A meal 12 h before a dose is inside its fast, one 4 h after it no longer.
    intake = Intake("meals", 300.0, courses=(take(8.5, every=None),), fasted=True)
    assert times_of(list_events(intake, 24.0), "solid_food") == [12.5, 18.5]
    intake = Intake("meals", 300.0, courses=(take(30.5, every=None),), fasted=True)
    assert times_of(list_events(intake, 48.0), "solid_food") == [7.5, 12.5, 36.5, 42.5]


def test_a_diet_holds_for_the_meals_within_its_span() -> None:
    spans = (DietSpan(150.0, 10.0, 31.5), DietSpan(0.0, 31.5, 48.0))
    events = list_events(Intake("meals", 300.0, spans), 54.0)
    milligrams = [(time, round(value * MG_PER_MMOL, 9)) for time, _, _, value in events]
    assert milligrams == [(7.5, 100.0), (12.5, 50.0), (18.5, 50.0)]


def test_a_constant_diet_steps_at_the_ends_of_its_spans() -> None:
    spans = (DietSpan(10.0, 0.0, 12.0), DietSpan(40.0, 12.0, 36.0), DietSpan(5.0, 48.0, math.inf))
    events = list_events(Intake("constant", 20.0, spans), 240.0)
    milligrams = [
        (time, round(value * MG_PER_MMOL * 24.0, 9))
        for time, value in values_of(events, "feeding_rate")
    ]
    assert milligrams == [(0.0, 10.0), (12.0, 40.0), (36.0, 20.0), (48.0, 5.0)]


def test_drinking_is_a_level_from_the_start() -> None:
    intake = Intake("constant", 20.0, drinking=Drinking(MGT, 0.028, 0.056))
    assert list_events(intake, 576.0) == (
        (0.0, "drinking_rate", "set", 0.028),
        (0.0, "drinking_threonate_rate", "set", 0.056),
    )
    totals = sum_intake(intake, 576.0)
    assert totals.product_magnesium == pytest.approx(0.028 * 576.0)
    assert totals.threonate == pytest.approx(0.056 * 576.0)


def test_overlapping_infusions_add_up_and_end_at_exactly_nothing() -> None:
    course = take(8.0, 8.5, product="sulfate-iv", every=None, infuse=1.0, portion=Portion(0.1, 0.0))
    events = list_events(Intake("none", 0.0, courses=(course,)), 24.0)
    rates = [(8.0, 0.1), (8.5, 0.2), (9.0, 0.1), (9.5, 0.0)]
    assert values_of(events, "infusion_rate") == rates
    assert {what for _, _, what, _ in events} == {"set"}


def test_infusions_that_touch_leave_no_gap_and_no_peak() -> None:
    # 100 min is no finite binary fraction: ends and starts must still meet to the last bit.
    length = 100 / 60
    course = take(8.0, product="sulfate-iv", every=length, infuse=length, portion=Portion(5.0, 0.0))
    events = list_events(Intake("none", 0.0, courses=(course,)), 24.0 * 84)
    times = times_of(events, "infusion_rate")
    assert len(times) == len(set(times)) == math.ceil((24.0 * 84 - 8.0) / length)
    assert min(later - time for time, later in itertools.pairwise(times)) > 1.6
    assert {round(value, 6) for _, value in values_of(events, "infusion_rate")} == {3.0}


def test_an_infusion_cut_by_the_end_counts_as_far_as_it_got() -> None:
    course = take(8.0, product="sulfate-iv", every=None, infuse=8.0, portion=Portion(40.0, 0.0))
    totals = sum_intake(Intake("meals", 300.0, courses=(course,)), 10.0)
    assert (totals.doses, totals.product_magnesium) == (1, 10.0)


def test_the_fullest_day_counts_what_is_swallowed_in_any_24_hours() -> None:
    portion = Portion(100.0 / MG_PER_MMOL, 0.0)
    daily = Intake("meals", 300.0, courses=(take(7.5, 18.5, portion=portion),))
    assert supplemental_mg_per_day(daily, 240.0) == pytest.approx(200.0)
    rare = Intake("meals", 300.0, courses=(take(8.0, every=48.0, portion=portion),))
    assert supplemental_mg_per_day(rare, 240.0) == pytest.approx(100.0)
    # 20:00 of one day and 08:00 and 19:00 of the next lie within 24 h.
    close = Intake("meals", 300.0, courses=(take(20.0, 32.0, 43.0, every=None, portion=portion),))
    assert supplemental_mg_per_day(close, 240.0) == pytest.approx(300.0)
    infused = take(8.0, product="sulfate-iv", infuse=1.0, portion=portion)
    assert supplemental_mg_per_day(Intake("meals", 300.0, courses=(infused,)), 240.0) == 0.0


hours = st.floats(min_value=0.0, max_value=100.0)
amounts = st.floats(min_value=1e-3, max_value=1e3)


@given(
    days=st.integers(min_value=1, max_value=200),
    per_day=st.integers(min_value=1, max_value=24),
    magnesium=amounts,
)
def test_totals_are_dose_times_count(days: int, per_day: int, magnesium: float) -> None:
    first = tuple(8.0 + k * 12.0 / per_day for k in range(per_day))  # all within the day
    course = take(*first, portion=Portion(magnesium, 2 * magnesium))
    totals = sum_intake(Intake("meals", 300.0, courses=(course,)), 24.0 * days)
    assert totals.doses == days * per_day
    assert totals.product_magnesium == pytest.approx(magnesium * days * per_day, rel=1e-14)
    assert totals.threonate == pytest.approx(2 * magnesium * days * per_day, rel=1e-14)
    assert totals.food_magnesium == pytest.approx(300.0 / MG_PER_MMOL * days, rel=1e-14)


@given(days=st.integers(min_value=1, max_value=60), mg=st.floats(min_value=1.0, max_value=3000.0))
def test_fasting_keeps_the_diet_of_the_day(days: int, mg: float) -> None:
    fasting = Intake("meals", mg, courses=(take(8.0),), fasted=True)
    totals = sum_intake(fasting, 24.0 * days)
    assert totals.food_magnesium == pytest.approx(mg / MG_PER_MMOL * days, rel=1e-14)


@given(
    starts=st.lists(hours, min_size=1, max_size=8),
    every=st.one_of(st.none(), st.floats(min_value=1.0, max_value=50.0)),
    length=st.floats(min_value=1 / 60, max_value=60.0),
    magnesium=amounts,
)
def test_infusion_levels_integrate_to_the_dose(
    starts: list[float], every: float | None, length: float, magnesium: float
) -> None:
    stop = 1000.0
    until = stop - 61.0  # every infusion ends within the run
    course = take(
        *starts,
        product="sulfate-iv",
        every=every,
        infuse=length,
        until=until,
        portion=Portion(magnesium, 0.0),
    )
    intake = Intake("none", 0.0, courses=(course,))
    events = list_events(intake, stop)
    totals = sum_intake(intake, stop)
    count = sum(1 if every is None else math.ceil((until - start) / every) for start in starts)
    assume(totals.doses == count)  # a dose within a nanohour of the end may fall on either side
    given_mmol = integrate(events, "infusion_rate", 0.0, stop)
    assert given_mmol == pytest.approx(magnesium * count, rel=1e-9)
    assert totals.product_magnesium == pytest.approx(magnesium * count, rel=1e-9)
    assert values_of(events, "infusion_rate")[-1][1] == 0.0
    assert all(level >= 0.0 for _, level in values_of(events, "infusion_rate"))


@given(
    first=st.lists(hours, min_size=1, max_size=4),
    every=st.floats(min_value=1.0, max_value=30.0),
    stop=st.floats(min_value=1.0, max_value=400.0),
)
def test_events_are_in_order_and_within_the_run(
    first: list[float], every: float, stop: float
) -> None:
    courses = (
        take(*first, every=every),
        take(*first, every=every, product="sulfate-iv", infuse=2.0, portion=Portion(1.0, 0.0)),
    )
    events = list_events(Intake("meals", 300.0, courses=courses), stop)
    times = [time for time, _, _, _ in events]
    assert times == sorted(times)
    assert all(0.0 <= time < stop for time in times)
