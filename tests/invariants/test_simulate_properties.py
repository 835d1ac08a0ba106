"""Invariant: what the whole chain keeps to, whatever is taken: balances, draws, days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainmag.balance import describe_balances
from brainmag.engine import Status
from brainmag.intake import Course, Intake, Portion, find_product
from brainmag.people import build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.scenario import Scenario
from brainmag.simulate import Run, simulate
from brainmag.trajectories import FLOWS

AGELESS = build_subject(age=65, weight=70, ageing=False)


def take(product: str, first: float, mmol: float, *, infuse: float | None = None) -> Course:
    portion = Portion(mmol, 2.0 * mmol if product == "mgt" else 0.0)
    return Course(find_product(product), portion, (first,), every=None, infuse=infuse)


def run_courses(*courses: Course, hours: float, draws: int = 0, hypothesis: str = "none") -> Run:
    intake = Intake("meals", 300.0, courses=courses)
    return simulate(Scenario(AGELESS, intake, hours, hypothesis), draws=draws, seed=4)


moments = st.one_of(st.sampled_from([0.0, 7.5, 24.0]), st.floats(0.0, 47.9))
swallowed = st.builds(
    take, st.sampled_from(["mgt", "citrate", "oxide", "hydroxide"]), moments, st.floats(0.1, 20.0)
)
infused = st.builds(
    take,
    st.just("sulfate-iv"),
    moments,
    st.floats(0.1, 20.0),
    infuse=st.floats(1 / 60, 40.0),
)


@settings(max_examples=25)
@given(
    courses=st.lists(st.one_of(swallowed, infused), max_size=6),
    hypothesis=st.sampled_from(HYPOTHESES),
)
def test_magnesium_and_threonate_balance_whatever_is_taken(
    courses: list[Course], hypothesis: str
) -> None:
    run = run_courses(*courses, hours=48.0, draws=2, hypothesis=hypothesis)
    assert set(run.status.tolist()) == {Status.FINISHED}
    for name, balance in describe_balances(run, np.arange(3)).items():
        assert abs(balance["relative_error"]) < 1e-9, name


@pytest.mark.parametrize("hypothesis", HYPOTHESES)
def test_a_draw_is_the_same_among_few_and_among_many(hypothesis: str) -> None:
    dose = take("mgt", 8.0, 3.0)
    few, many = (
        run_courses(dose, hours=30.0, draws=draws, hypothesis=hypothesis) for draws in (4, 13)
    )
    np.testing.assert_array_equal(few.final_states, many.final_states[:5])
    np.testing.assert_array_equal(few.trajectories.series, many.trajectories.series[:5])
    np.testing.assert_array_equal(few.steps, many.steps[:5])


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    dose = take("mgt", 8.0, 3.0)
    short, long = (run_courses(dose, hours=hours, draws=3) for hours in (30.0, 70.0))
    # Both step to the meal at 18:30; what comes after it is nothing to the hours before.
    both = np.intersect1d(short.trajectories.times, long.trajectories.times)
    both = both[both <= 18.5]
    assert len(both) > 50
    first, second = (
        run.trajectories.series[:, np.searchsorted(run.trajectories.times, both)]
        for run in (short, long)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("product", ["mgt", "citrate"])
def test_a_dose_some_days_later_does_the_same_later(product: str) -> None:
    dose = take(product, 8.0, 5.0)
    days = 2
    late = replace(dose, first=(8.0 + 24.0 * days,))
    # Without a band of tolerance: with one, what the day's own ripple did to slow states fades in
    # the days before the dose.
    now, later = (
        run_courses(course, hours=hours, hypothesis="mineral")
        for course, hours in ((dose, 72.0), (late, 72.0 + 24.0 * days))
    )
    # A flow at the very start stands for the day before, so comparing begins after it.
    times = now.trajectories.times[1:]
    places = np.searchsorted(later.trajectories.times, times + 24.0 * days)
    np.testing.assert_array_equal(later.trajectories.times[places], times + 24.0 * days)
    shifted = later.trajectories.series[:, places]
    expected = now.trajectories.series[:, 1:]
    is_flow = np.isin(now.trajectories.names, list(FLOWS))
    # The day before a dose comes back as nearly as the search for it asks.
    np.testing.assert_allclose(
        shifted[..., ~is_flow], expected[..., ~is_flow], rtol=1e-4, atol=1e-6
    )
    # A flow is what some 10 mmol, known to 1e-6, grew by in a quarter of an hour, for a whole day.
    np.testing.assert_allclose(
        shifted[..., is_flow], expected[..., is_flow], rtol=1e-4, atol=10 * 1e-6 * 96
    )
