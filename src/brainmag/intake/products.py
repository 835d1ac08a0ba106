"""The products a person can take, and what a dose of each holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple, cast

from brainmag.errors import InputError, nearest_match
from brainmag.intake.quantities import MG_PER_MMOL, Dose
from brainmag.locales import text
from brainmag.tables import read_table

Dissolution = Literal["soluble", "hydroxide", "oxide"]
Route = Literal["oral", "iv"]


@dataclass(frozen=True)
class Ingredient:
    """One ingredient of one capsule of a formula."""

    name: str
    product: str
    amount: float
    unit: str


@dataclass(frozen=True)
class Product:
    """One row of ``products.tsv``, or a formula of ``formulas.tsv`` around one such row.

    Attributes
    ----------
    id, name, formula : str
        The formula is without water.
    hydrate : int or None
        Molecules of water; None where the product as sold does not tell.
    molar_mass : float or None
        g/mol with its water; None where the product as sold does not tell.
    mg_atoms, threonate_ions : int
        In one formula unit.
    elemental_fraction : float
        Mass of magnesium over mass of product.
    dissolution : {"soluble", "hydroxide", "oxide"}
    route : {"oral", "iv"}
    source, locator, grade, note : str
        Where the numbers come from.
    ingredients : tuple of Ingredient
        What one capsule of a formula holds; empty for a plain product.
    """

    id: str
    name: str
    formula: str
    hydrate: int | None
    molar_mass: float | None
    mg_atoms: int
    elemental_fraction: float
    threonate_ions: int
    dissolution: Dissolution
    route: Route
    source: str
    locator: str
    grade: str
    note: str
    ingredients: tuple[Ingredient, ...] = ()

    @property
    def capsule_mg(self) -> float:
        """mg of the magnesium (or calcium) salt in one capsule; 0 for a plain product."""
        return sum(item.amount for item in self.ingredients if item.product)


class Portion(NamedTuple):
    """What one dose, or one gram, holds: mmol of elemental magnesium and of threonate."""

    magnesium_mmol: float
    threonate_mmol: float


def list_products() -> tuple[Product, ...]:
    """Return every product, plain ones first, then formulas.

    Examples
    --------
    >>> [product.id for product in list_products()][:2]
    ['mgt', 'mgt-anhydrous']
    """
    return tuple(_catalogue().values())


def find_product(name: str) -> Product:
    """Return the product of that id.

    Raises
    ------
    InputError
        When there is none (``intake.unknown_product``).

    Examples
    --------
    >>> find_product("oxide").dissolution
    'oxide'
    """
    catalogue = _catalogue()
    if name not in catalogue:
        nearest = nearest_match(name, catalogue)
        allowed = ", ".join(catalogue)
        raise InputError("intake.unknown_product", given=name, nearest=nearest, allowed=allowed)
    return catalogue[name]


def name_product(product: str, lang: str) -> str:
    """Return what a product is called.

    Examples
    --------
    >>> name_product("oxide", "nl")
    'magnesiumoxide'
    """
    return text(f"products.names.{product}", lang=lang)


def name_ingredient(ingredient: str, lang: str) -> str:
    """Return what an ingredient of a formula is called.

    Examples
    --------
    >>> name_ingredient("vitamin C", "nl")
    'vitamine C'
    """
    key = ingredient.casefold().replace(" ", "-")
    return text(f"products.ingredients.{key}", lang=lang)


def measure_portion(product: Product, milligrams: float) -> Portion:
    """Return what a mass of product holds; of a formula, the mass of its salt.

    Parameters
    ----------
    product : Product
    milligrams : float
        mg of the salt with its water.

    Examples
    --------
    >>> portion = measure_portion(find_product("mgt"), 1000)
    >>> round(portion.magnesium_mmol, 3), round(portion.threonate_mmol, 3)
    (2.962, 5.925)
    """
    magnesium = milligrams * product.elemental_fraction / MG_PER_MMOL
    if product.mg_atoms:
        return Portion(magnesium, magnesium * product.threonate_ions / product.mg_atoms)
    if product.molar_mass is None:
        raise ValueError(f"products.tsv: {product.id} has neither magnesium nor a molar mass")
    return Portion(0.0, milligrams / product.molar_mass * product.threonate_ions)


def measure_dose(dose: Dose, product: Product, weight_kg: float) -> Portion:
    """Return what one dose of a product holds for a body of that weight.

    Raises
    ------
    InputError
        When dose and product do not go together: capsules of a plain product, the mass of a
        formula, or elemental magnesium of a product without any.

    Examples
    --------
    >>> from brainmag.intake.quantities import parse_dose
    >>> four = measure_dose(parse_dose("4 capsules"), find_product("magtein-ps"), 70)
    >>> round(four.magnesium_mmol * 24.305, 1)
    115.2
    """
    amount = dose.amount * (weight_kg if dose.per_kg else 1.0)
    if dose.basis == "capsule":
        if not product.ingredients:
            formulas = ", ".join(item.id for item in list_products() if item.ingredients)
            raise InputError(
                "intake.no_capsules", given=dose.text, product=product.id, formulas=formulas
            )
        return measure_portion(product, amount * product.capsule_mg)
    if dose.basis == "product":
        if product.ingredients:
            raise InputError("intake.mass_of_formula", given=dose.text, product=product.id)
        return measure_portion(product, amount)
    if not product.mg_atoms:
        raise InputError("intake.no_magnesium", given=dose.text, product=product.id)
    return Portion(amount, amount * product.threonate_ions / product.mg_atoms)


@cache
def _catalogue() -> dict[str, Product]:
    plain = {row["id"]: _read_product(row) for row in read_table("products.tsv")}
    formulas: dict[str, list[dict[str, str]]] = {}
    for row in read_table("formulas.tsv"):
        formulas.setdefault(row["formula"], []).append(row)
    return plain | {name: _read_formula(name, rows, plain) for name, rows in formulas.items()}


def _read_product(row: dict[str, str]) -> Product:
    return Product(
        id=row["id"],
        name=row["name"],
        formula=row["formula"],
        hydrate=int(row["hydrate"]) if row["hydrate"] else None,
        molar_mass=float(row["molar_mass_g_per_mol"]) if row["molar_mass_g_per_mol"] else None,
        mg_atoms=int(row["mg_atoms"]),
        elemental_fraction=float(row["elemental_fraction"]),
        threonate_ions=int(row["threonate_ions"]),
        dissolution=cast(Dissolution, row["dissolution"]),
        route=cast(Route, row["route"]),
        source=row["source"],
        locator=row["locator"],
        grade=row["grade"],
        note=row["note"],
    )


def _read_formula(name: str, rows: list[dict[str, str]], plain: dict[str, Product]) -> Product:
    """Return a formula as its one salt, named anew, with its ingredients."""
    ingredients = tuple(
        Ingredient(row["ingredient"], row["product"], float(row["amount"]), row["unit"])
        for row in rows
    )
    salts = [item for item in ingredients if item.product]
    if len(salts) != 1 or salts[0].unit != "mg":
        raise ValueError(f"formulas.tsv: {name} must hold one product, in mg")
    first = rows[0]
    return replace(
        plain[salts[0].product],
        id=name,
        name=first["name"],
        source=first["source"],
        locator=first["locator"],
        grade=max(row["grade"] for row in rows),
        note=first["note"],
        ingredients=ingredients,
    )
