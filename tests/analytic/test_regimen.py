"""Regimen files against the courses they describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.intake import (
    MG_PER_MMOL,
    Feeding,
    Intake,
    IntakeRequest,
    list_events,
    plan_intake,
    plan_regimen,
    sum_intake,
)


def plan(folder: Path, text: str, feeding: Feeding = "meals") -> Intake:
    path = folder / "regimen.toml"
    path.write_text(text, encoding="utf-8")
    return plan_regimen(path, feeding=feeding, diet_mg=300.0, weight_kg=70.0)


def hours_of(intake: Intake, stop: float, state: str) -> list[float]:
    return [time for time, name, _, _ in list_events(intake, stop) if name == state]


def test_a_clock_time_comes_back_every_day(tmp_path: Path) -> None:
    text = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "21:15"\nuntil = "2 days"\n'
    assert hours_of(plan(tmp_path, text), 240.0, "lumen_magnesium") == [21.25, 45.25]


def test_a_start_comes_once_and_every_repeats_it(tmp_path: Path) -> None:
    once = '[[dose]]\nproduct = "oxide"\namount = "500 mg"\nstart = "2 h"\n'
    assert hours_of(plan(tmp_path, once), 240.0, "solid_oxide") == [2.0]
    again = once + 'every = "36 h"\nuntil = "4 days"\n'
    assert hours_of(plan(tmp_path, again), 240.0, "solid_oxide") == [2.0, 38.0, 74.0]
    at_once = once.replace("2 h", "0 h")
    assert hours_of(plan(tmp_path, at_once), 240.0, "solid_oxide") == [0.0]


def test_a_clock_time_can_repeat_otherwise(tmp_path: Path) -> None:
    text = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\nevery = "2 days"\n'
    assert hours_of(plan(tmp_path, text), 120.0, "lumen_magnesium") == [8.0, 56.0, 104.0]


def test_with_meal_moves_to_the_nearest_meal(tmp_path: Path) -> None:
    text = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\nwith_meal = true\n'
    assert hours_of(plan(tmp_path, text), 48.0, "lumen_magnesium") == [7.5, 31.5]


def test_several_products_and_diets_in_one_file(tmp_path: Path) -> None:
    text = """
    # loading and maintenance, then a salt by mouth
    [[dose]]
    product = "sulfate-iv"
    amount = "4 g"
    start = "0 h"
    infuse = "20 min"

    [[dose]]
    product = "sulfate-iv"
    amount = "23 g"
    start = "1 h"
    infuse = "23 h"

    [[dose]]
    product = "magtein-ps"
    amount = "2 capsules"
    at = "08:00"

    [[diet]]
    mg = 0
    until = "1 day"

    [[diet]]
    mg = 150.0
    from = "1 day"
    until = "2 days"
    """
    totals = sum_intake(plan(tmp_path, text), 72.0)
    capsules = 3 * 2 * 400 * 0.072 / MG_PER_MMOL
    assert totals.doses == 5
    assert totals.product_magnesium == pytest.approx(27000 / 246.466 + capsules, rel=1e-5)
    assert totals.threonate == pytest.approx(2 * capsules)
    assert totals.food_magnesium == pytest.approx((0 + 150 + 300) / MG_PER_MMOL)


def test_the_command_and_a_file_give_the_same_events(tmp_path: Path) -> None:
    text = "".join(
        f'[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "{hour}"\n' for hour in ("07:30", "18:30")
    )
    request = IntakeRequest(product="mgt", dose="1 g", times_a_day=2)
    asked = plan_intake(request, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    assert list_events(plan(tmp_path, text), 240.0) == list_events(asked, 240.0)


def test_a_file_of_another_editor_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "regimen.toml"
    path.write_bytes(b"\xef\xbb\xbf[[diet]]\r\nmg = 250\r\n")
    intake = plan_regimen(path, feeding="constant", diet_mg=300.0, weight_kg=70.0)
    assert [span.mg_per_day for span in intake.diet_spans] == [250.0]
