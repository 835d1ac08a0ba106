"""Oracle: the page on regimen files names every field, and its examples do what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brainmag.intake import Intake, check_intake, list_events, plan_regimen, sum_intake
from brainmag.intake.regimen import FIELDS

PAGE = Path(__file__).parents[2] / "docs" / "regimen.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
WEEK = 168.0


def plan(folder: Path, example: str, hours: float) -> Intake:
    path = folder / "regimen.toml"
    path.write_text(example, encoding="utf-8")
    intake = plan_regimen(path, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    check_intake(intake, species="human", weight_kg=70.0, stop=hours)
    return intake


@pytest.mark.parametrize("table", FIELDS)
def test_the_page_names_every_field_and_no_other(table: str) -> None:
    section = TEXT.split(f"\n## `[[{table}]]`\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == list(FIELDS[table])


def test_the_page_has_these_examples() -> None:
    assert len(EXAMPLES) == 3


def test_six_weeks_with_meals_and_then_nothing(tmp_path: Path) -> None:
    intake = plan(tmp_path, EXAMPLES[0], 12 * WEEK)
    times = [time for time, name, *_ in list_events(intake, 12 * WEEK) if name == "lumen_label"]
    assert times == [24.0 * day + hour for day in range(42) for hour in (7.5, 18.5)]


def test_loading_and_maintenance_follow_without_a_gap(tmp_path: Path) -> None:
    intake = plan(tmp_path, EXAMPLES[1], 72.0)
    events = list_events(intake, 72.0)
    levels = [(time, value) for time, name, _, value in events if name == "infusion_rate"]
    grams = 246.466
    assert levels[0] == pytest.approx((0.0, 4 * 1000 / grams * 3))
    assert levels[1] == pytest.approx((1 / 3, 1000 / grams))
    assert levels[-1] == pytest.approx((24 + 1 / 3, 0.0))
    assert sum_intake(intake, 72.0).product_magnesium == pytest.approx((4 + 24) * 1000 / grams)


def test_food_changes_when_the_example_says(tmp_path: Path) -> None:
    intake = plan(tmp_path, EXAMPLES[2], 8 * WEEK)
    meals = [(time, value) for time, *_, value in list_events(intake, 8 * WEEK)]
    poor = [value for time, value in meals if time < 4 * WEEK]
    rich = [value for time, value in meals if time >= 4 * WEEK]
    assert len(poor) == len(rich) == 84
    assert sum(poor) / 28 * 24.305 == pytest.approx(150.0)
    assert sum(rich) / 28 * 24.305 == pytest.approx(400.0)
