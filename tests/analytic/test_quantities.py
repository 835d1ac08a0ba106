"""Amounts as people write them, against unit conversions done by hand."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brainmag.errors import InputError
from brainmag.intake import MG_PER_MMOL, parse_concentration, parse_dose, parse_duration


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("20 min", 20 / 60),
        ("72 h", 72.0),
        ("72h", 72.0),
        (" 72  hours ", 72.0),
        ("3 days", 72.0),
        ("1 d", 24.0),
        ("12 weeks", 2016.0),
        ("1 WEEK", 168.0),
        ("24 months", 2 * 365.25 * 24),
        ("30 years", 30 * 365.25 * 24),
        ("1.5e1 min", 0.25),
        (".5 h", 0.5),
        ("+2. h", 2.0),
    ],
)
def test_durations(text: str, hours: float) -> None:
    assert parse_duration(text) == hours


@pytest.mark.parametrize(
    ("text", "millimolar"),
    [
        ("1.2 mmol/L", 1.2),
        ("1.2 mmol/l", 1.2),
        ("1.2mM", 1.2),
        ("100 umol/L", 0.1),
        ("100 \u00b5mol/L", 0.1),  # micro sign
        ("100 \u03bcmol/L", 0.1),  # Greek mu
        ("100 \u00b5M", 0.1),
        ("0.002 mol/L", 2.0),
        ("250 nmol / L", 0.00025),
    ],
)
def test_concentrations(text: str, millimolar: float) -> None:
    assert parse_concentration(text) == millimolar


@pytest.mark.parametrize(
    ("text", "amount", "basis", "per_kg"),
    [
        ("1 g", 1000.0, "product", False),
        ("500 mg", 500.0, "product", False),
        ("0.5 kg", 500_000.0, "product", False),
        ("250 ug", 0.25, "product", False),
        ("72 mg Mg", 72 / 24.305, "magnesium", False),
        ("12 mmol Mg", 12.0, "magnesium", False),
        ("1500 \u00b5mol Mg", 1.5, "magnesium", False),
        ("604 mg/kg", 604.0, "product", True),
        ("0.6 g / kg", 600.0, "product", True),
        ("0.5 mmol/kg Mg", 0.5, "magnesium", True),
        ("0.5 mmol Mg/kg", 0.5, "magnesium", True),
        ("50 mg Mg/kg", 50 / 24.305, "magnesium", True),
        ("1 capsule", 1.0, "capsule", False),
        ("4 capsules", 4.0, "capsule", False),
    ],
)
def test_doses(text: str, amount: float, basis: str, *, per_kg: bool) -> None:
    dose = parse_dose(text)
    assert (dose.amount, dose.basis, dose.per_kg, dose.text) == (amount, basis, per_kg, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_quantity"),
        ("g", "not_a_quantity"),
        ("one g", "not_a_quantity"),
        ("\u0661 g", "not_a_quantity"),  # an Arabic-Indic digit
        ("--1 g", "not_a_quantity"),
        ("1,5 g", "decimal_comma"),
        ("1,000 mg", "decimal_comma"),
        ("1", "missing_unit"),
        ("1e3", "missing_unit"),
        ("nan g", "not_finite"),
        ("-inf mg", "not_finite"),
        ("1e999 g", "not_finite"),
        ("1e308 kg", "not_finite"),
        ("-1 g", "not_positive"),
        ("0 mg", "not_positive"),
        ("1 pound", "unknown_unit"),
        ("1 Mg", "unknown_unit"),
        ("1 MG", "unknown_unit"),
        ("1_0 g", "unknown_unit"),
        ("1.2.3 g", "unknown_unit"),
        ("604 mg/kg/d", "unknown_unit"),
        ("1 mg Mg/kg Mg", "unknown_unit"),
        ("4 capsules/kg", "unknown_unit"),
        ("4 capsules Mg", "unknown_unit"),
        ("12 mmol", "moles_of_what"),
    ],
)
def test_what_is_no_dose_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_dose(text)
    assert caught.value.code == f"intake.{code}"


def test_zero_passes_only_where_it_means_something() -> None:
    assert parse_duration("0 h", allow_zero=True) == 0.0
    assert parse_concentration("0 umol/L", allow_zero=True) == 0.0
    for parse in (parse_duration, parse_concentration):
        with pytest.raises(InputError) as caught:
            parse("0 h" if parse is parse_duration else "0 mM")
        assert caught.value.code == "intake.not_positive"
    with pytest.raises(InputError) as caught:
        parse_duration("-1 h", allow_zero=True)
    assert caught.value.code == "intake.negative"


@given(milligrams=st.floats(min_value=1e-3, max_value=1e6))
def test_grams_and_milligrams_and_moles_say_the_same(milligrams: float) -> None:
    mass = parse_dose(f"{milligrams!r} mg")
    assert parse_dose(f"{milligrams / 1000!r} g").amount == pytest.approx(mass.amount, rel=1e-15)
    elemental = parse_dose(f"{milligrams!r} mg Mg")
    moles = parse_dose(f"{milligrams / MG_PER_MMOL!r} mmol Mg")
    assert moles.amount == pytest.approx(elemental.amount, rel=1e-15)


def read_amount(text: str) -> float:
    return parse_dose(text).amount


@given(text=st.text())
@example("1e-330 g")
@example("1 /kg")
@example("nan")
def test_any_text_gives_an_amount_or_an_error_a_person_can_read(text: str) -> None:
    for parse in (read_amount, parse_duration, parse_concentration):
        with contextlib.suppress(InputError):
            assert 0 < parse(text) < math.inf
