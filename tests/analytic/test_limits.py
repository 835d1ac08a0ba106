"""Upper limits warn at their own number, and what lies beyond physiology is refused."""

from __future__ import annotations

import pytest

from brainmag.errors import InputError
from brainmag.intake import Feeding, IntakeRequest, check_intake, plan_intake

DAYS = 24.0 * 14


def check(
    request: IntakeRequest,
    *,
    species: str = "human",
    feeding: Feeding = "meals",
    diet: float = 300.0,
    weight: float = 70.0,
) -> list[object]:
    intake = plan_intake(request, feeding=feeding, diet_mg=diet, weight_kg=weight)
    notices = check_intake(intake, species=species, weight_kg=weight, stop=DAYS)
    assert {notice.code for notice in notices} <= {"intake.above_upper_limit"}
    return [notice.values["limit"] for notice in notices]


@pytest.mark.parametrize(
    ("dose", "times_a_day", "limits"),
    [
        ("250 mg Mg", 1, []),
        ("251 mg Mg", 1, [250.0]),
        ("125.5 mg Mg", 2, [250.0]),
        ("350 mg Mg", 1, [250.0]),
        ("351 mg Mg", 1, [250.0, 350.0]),
        ("1 g", 2, []),  # 144 mg magnesium
    ],
)
def test_the_upper_limits(dose: str, times_a_day: int, limits: list[float]) -> None:
    assert check(IntakeRequest("mgt", dose, times_a_day)) == limits


def test_an_infusion_is_no_supplement_and_an_animal_has_no_upper_limit() -> None:
    infusion = IntakeRequest("sulfate-iv", "24 g", infuse="24 h")
    assert check(infusion) == []
    water = IntakeRequest("mgt", "604 mg/kg", in_water=True)
    assert check(water, species="rat", feeding="constant", diet=20.0, weight=0.35) == []


@pytest.mark.parametrize(
    "request_",
    [
        # Large, and done: a cathartic dose, the loading dose of eclampsia, its maintenance.
        IntakeRequest("sulfate", "13.9 g", once=True),
        IntakeRequest("sulfate-iv", "4 g", infuse="4 min", once=True),
        IntakeRequest("sulfate-iv", "40 g", infuse="24 h", once=True),
        IntakeRequest("calcium-threonate", "4050 mg", 2),
    ],
)
def test_what_people_have_had_is_not_refused(request_: IntakeRequest) -> None:
    check(request_)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (IntakeRequest("mgt", "1 kg"), "oral_dose_too_large"),
        (IntakeRequest("oxide", "10.1 g Mg", once=True), "oral_dose_too_large"),
        (IntakeRequest("oxide", "9 g Mg", 3), "oral_day_too_large"),
        (IntakeRequest("calcium-threonate", "500 g"), "threonate_day_too_large"),
        (IntakeRequest("calcium-threonate", "20 g", 24), "threonate_day_too_large"),
        (IntakeRequest("sulfate-iv", "10 g", infuse="2 min"), "infusion_rate_too_large"),
        (IntakeRequest("sulfate-iv", "70 g", infuse="24 h"), "infused_day_too_large"),
        (IntakeRequest("sulfate-iv", "10 g", 7, infuse="1 h"), "infused_day_too_large"),
    ],
)
def test_beyond_physiology(request_: IntakeRequest, code: str) -> None:
    with pytest.raises(InputError) as caught:
        check(request_)
    assert caught.value.code == f"intake.{code}"
    values = caught.value.values
    assert isinstance(values["given"], float)
    assert isinstance(values["limit"], float)
    assert values["given"] > values["limit"]


def test_what_is_drunk_counts_as_swallowed() -> None:
    request = IntakeRequest("mgt", "60 g/kg", in_water=True)
    with pytest.raises(InputError) as caught:
        check(request, species="rat", feeding="constant", diet=20.0, weight=0.35)
    assert caught.value.code == "intake.oral_day_too_large"
