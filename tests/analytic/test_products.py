"""What a product holds, against molar masses computed here from atomic weights and formulas."""

from __future__ import annotations

import re

import pytest

from brainmag.errors import InputError
from brainmag.intake import (
    Product,
    find_product,
    list_products,
    measure_dose,
    measure_portion,
    parse_dose,
)

# Standard atomic weights, abridged to five figures (IUPAC).
ATOMIC_WEIGHTS = {
    "H": 1.008,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "Mg": 24.305,
    "S": 32.06,
    "Cl": 35.45,
    "Ca": 40.078,
}
PRODUCTS = """
mgt mgt-anhydrous mgt-monohydrate calcium-threonate citrate chloride sulfate sulfate-iv
glycinate gluconate lactate aspartate acetate taurate malate oxide hydroxide carbonate magtein-ps
"""
PURE = [product for product in list_products() if product.molar_mass is not None]


def count_atoms(formula: str) -> dict[str, int]:
    pairs: list[tuple[str, str]] = re.findall(r"([A-Z][a-z]?)([0-9]*)", formula)
    return {element: int(count or 1) for element, count in pairs}


def weigh(formula: str) -> float:
    return sum(ATOMIC_WEIGHTS[element] * n for element, n in count_atoms(formula).items())


def test_the_catalogue_holds_exactly_the_products_promised() -> None:
    assert [product.id for product in list_products()] == PRODUCTS.split()


@pytest.mark.parametrize("product", PURE, ids=lambda product: product.id)
def test_a_molar_mass_is_the_sum_of_its_atoms(product: Product) -> None:
    assert product.hydrate is not None
    expected = weigh(product.formula) + product.hydrate * weigh("H2O")
    assert product.molar_mass == pytest.approx(expected, abs=0.0006)
    assert product.mg_atoms == count_atoms(product.formula).get("Mg", 0)
    fraction = product.mg_atoms * ATOMIC_WEIGHTS["Mg"] / expected
    assert product.elemental_fraction == pytest.approx(fraction, abs=6e-7)


@pytest.mark.parametrize("product", PURE, ids=lambda product: product.id)
def test_threonate_is_what_the_formula_has_room_for(product: Product) -> None:
    threonate = count_atoms("C4H7O5")
    atoms = count_atoms(product.formula)
    is_threonate = all(atoms.get(element, 0) == 2 * n for element, n in threonate.items())
    assert product.threonate_ions == (2 if is_threonate else 0)


@pytest.mark.parametrize(
    ("name", "milligrams", "magnesium_mg", "threonate_mmol"),
    [
        # Label: 144 mg magnesium in 2 g, two threonate ions to each.
        ("mgt", 2000.0, 144.0, 2 * 144 / 24.305),
        # The two theories of the same 2 g.
        ("mgt-anhydrous", 2000.0, 165.06, 2 * 2000 / 294.495),
        ("mgt-monohydrate", 2000.0, 155.55, 2 * 2000 / 312.51),
        # 2025 mg, the middle dose of the human pharmacokinetic study.
        ("calcium-threonate", 2025.0, 0.0, 2 * 2025 / 310.268),
        # 13.9 g of Epsom salt were reported as 56.5 mmol.
        ("sulfate", 13900.0, 56.4 * 24.305, 0.0),
        ("citrate", 1000.0, 161.63, 0.0),
        ("oxide", 1000.0, 603.04, 0.0),
    ],
)
def test_known_masses_hold_known_amounts(
    name: str, milligrams: float, magnesium_mg: float, threonate_mmol: float
) -> None:
    portion = measure_portion(find_product(name), milligrams)
    assert portion.magnesium_mmol * 24.305 == pytest.approx(magnesium_mg, rel=1e-4)
    assert portion.threonate_mmol == pytest.approx(threonate_mmol, rel=1e-4)


def test_a_formula_holds_what_its_capsules_hold() -> None:
    formula = find_product("magtein-ps")
    listed = {item.name: (item.amount, item.unit) for item in formula.ingredients}
    assert listed == {
        "magnesium L-threonate": (400.0, "mg"),
        "phosphatidylserine": (50.0, "mg"),
        "vitamin C": (12.0, "mg"),
        "vitamin B6": (4.0, "mg"),
        "vitamin D": (80.0, "IU"),
    }
    four = measure_dose(parse_dose("4 capsules"), formula, 70.0)
    assert four == measure_portion(find_product("mgt"), 1600.0)


def test_an_elemental_dose_brings_the_threonate_that_belongs_to_it() -> None:
    portion = measure_dose(parse_dose("12 mmol Mg"), find_product("mgt"), 70.0)
    assert portion == (12.0, 24.0)
    citrate = measure_dose(parse_dose("12 mmol Mg"), find_product("citrate"), 70.0)
    assert citrate == (12.0, 0.0)


def test_a_dose_per_weight_grows_with_the_body() -> None:
    dose, mgt = parse_dose("604 mg/kg"), find_product("mgt")
    assert measure_dose(dose, mgt, 0.35) == pytest.approx(measure_portion(mgt, 604 * 0.35))


def test_salts_differ_in_dissolution_and_route() -> None:
    classes = {product.id: product.dissolution for product in list_products()}
    assert {name for name, kind in classes.items() if kind == "oxide"} == {"oxide"}
    assert {name for name, kind in classes.items() if kind == "hydroxide"} == {
        "hydroxide",
        "carbonate",
    }
    assert [product.id for product in list_products() if product.route == "iv"] == ["sulfate-iv"]


def test_an_unknown_product_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        find_product("citrat")
    assert caught.value.code == "intake.unknown_product"
    assert caught.value.values["nearest"] == "citrate"
