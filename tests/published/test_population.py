"""Oracle: how people of the United States differ, as surveys tell it.

Sources by their keys: nchs-bodies-2016 and -2008, ford-2003, nhanes-intake-2024, coresh-2003,
bertinato-2017, jiao-2026, wallach.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from brainmag.intake import Intake
from brainmag.people import People, Population, build_subject, draw_people
from brainmag.scenario import Scenario
from brainmag.simulate import Run, simulate

Record = Callable[[str, object], None]

# Mean eGFR by age in NHANES III (coresh-2003, by the MDRD equation).
EGFR_BY_AGE = {20: 116, 30: 107, 40: 99, 50: 93, 60: 85}
OLDEST_GROUP, EGFR_OF_OLDEST = 70, 75
KG_PER_POUND, CM_PER_INCH = 0.45359237, 2.54


@cache
def draw_many() -> People:
    return draw_people(Population(size=50_000, seed=1), np.arange(1, 50_001))


@cache
def run_some() -> Run:
    """A thousand people on their usual food for a day."""
    people = draw_people(Population(size=1000, seed=1), np.arange(1, 1001))
    return simulate(Scenario(build_subject(), Intake("meals", 300.0), hours=24.0), people=people)


@pytest.mark.parametrize(
    ("sex", "weight", "height"), [("f", 168.5, 161.9), ("m", 195.7, 175.9)], ids=["f", "m"]
)
def test_weight_and_height_are_those_of_the_survey(sex: str, weight: float, height: float) -> None:
    people = draw_many()
    chosen = people.sex == sex
    assert people.weight[chosen].mean() == pytest.approx(weight * KG_PER_POUND, rel=0.02)
    assert people.height[chosen].mean() == pytest.approx(height, rel=0.005)


def test_the_tails_of_womens_weight_and_height_are_those_of_the_survey() -> None:
    people = draw_many()
    women = people.sex == "f"
    heavy = np.percentile(people.weight[women], [85, 95]) / KG_PER_POUND
    assert heavy.tolist() == pytest.approx([207, 250], rel=0.04)
    assert np.percentile(people.height[women], 95) / CM_PER_INCH == pytest.approx(68.2, rel=0.01)


@pytest.mark.parametrize(("sex", "mean", "median"), [("f", 256, 237), ("m", 338, 326)])
def test_intake_is_that_of_the_surveys(sex: str, mean: float, median: float) -> None:
    # The means set the table; the medians are another survey's and check it.
    people = draw_many()
    diet = people.diet_mg[people.sex == sex]
    assert diet.mean() == pytest.approx(mean, rel=0.02)
    assert np.median(diet) == pytest.approx(median, rel=0.05)


def test_egfr_by_age_is_that_of_the_survey(record_property: Record) -> None:
    # Another equation than ours, of twenty years earlier: a tenth lies between such equations.
    people = draw_many()
    found: dict[int, float] = {}
    for age, expected in EGFR_BY_AGE.items():
        found[age] = float(people.egfr[(people.age >= age) & (people.age < age + 10)].mean())
        assert found[age] == pytest.approx(expected, rel=0.10)
    oldest = float(people.egfr[people.age >= OLDEST_GROUP].mean())
    assert oldest == pytest.approx(EGFR_OF_OLDEST, rel=0.10)
    low = float(np.mean(people.egfr < 60))
    assert low == pytest.approx(0.047, abs=0.01)
    got = ", ".join(f"{age}: {value:.0f}" for age, value in found.items())
    record_property("figure", ("eGFR by age", str(EGFR_BY_AGE), f"{got}, 70: {oldest:.0f}"))
    record_property("figure", ("eGFR below 60", "4.7 % (coresh-2003)", f"{100 * low:.1f} %"))


def test_women_and_the_old_are_as_many_as_counted() -> None:
    people = draw_many()
    assert np.mean(people.sex == "f") == pytest.approx(0.51, abs=0.01)
    assert np.mean(people.age >= 65) == pytest.approx(0.214, abs=0.01)
    assert people.age.min() >= 18


def test_mean_serum_magnesium_lies_in_the_middle_of_both_reference_intervals(
    record_property: Record,
) -> None:
    serum = run_some().read("baseline", "plasma_mg")[1:]
    low, mean, high = np.percentile(serum, 2.5), serum.mean(), np.percentile(serum, 97.5)
    record_property(
        "figure",
        (
            "serum magnesium of a population, central 95 %",
            "0.75-0.955 (bertinato-2017), 0.70-0.93 (jiao-2026) mmol/L",
            f"{low:.3f}-{high:.3f}, mean {mean:.3f}",
        ),
    )
    assert 0.81 <= mean <= 0.86


def test_serum_magnesium_hardly_follows_sex() -> None:
    # Men above women by 0.01-0.02 mmol/L (jiao-2026); in an older survey there was no difference.
    run = run_some()
    assert run.people is not None
    serum, women = run.read("baseline", "plasma_mg")[1:], run.people.sex == "f"
    assert abs(serum[women].mean() - serum[~women].mean()) < 0.03


def test_serum_magnesium_spreads_no_wider_than_the_reference_intervals() -> None:
    serum = run_some().read("baseline", "plasma_mg")[1:]
    assert np.percentile(serum, 97.5) - np.percentile(serum, 2.5) <= 0.955 - 0.70


def test_urine_is_that_of_usual_food() -> None:
    urine = run_some().read("baseline", "urine_mg")[1:]
    assert 3.0 <= np.median(urine) <= 5.0


def test_more_food_and_weaker_kidneys_raise_serum_magnesium() -> None:
    run = run_some()
    assert run.people is not None
    serum = run.read("baseline", "plasma_mg")[1:]
    assert np.corrcoef(run.people.diet_mg, serum)[0, 1] > 0.05
    assert np.corrcoef(run.people.egfr, serum)[0, 1] < -0.05
    assert np.corrcoef(run.people.status, serum)[0, 1] > 0.3
