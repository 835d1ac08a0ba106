"""What ``brainmag products`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from brainmag.commands.options import option
from brainmag.intake import MG_PER_MMOL, Product, list_products, measure_portion

GRAM = 1000.0


@dataclass(frozen=True)
class ProductsOptions:
    """How the list is shown."""

    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def describe_products() -> list[dict[str, Any]]:
    """Return every product as `describe_product` does."""
    return [describe_product(product) for product in list_products()]


def describe_product(product: Product) -> dict[str, Any]:
    """Return a product with what 1 g of it holds, of a formula what one capsule holds.

    Examples
    --------
    >>> from brainmag.intake import find_product
    >>> described = describe_product(find_product("mgt"))
    >>> described["per"], round(described["magnesium_mg"], 6)
    ('g', 72.0)
    """
    portion = measure_portion(product, product.capsule_mg or GRAM)
    return {
        "product": product.id,
        "name": product.name,
        "per": "capsule" if product.ingredients else "g",
        "magnesium_mg": portion.magnesium_mmol * MG_PER_MMOL,
        "magnesium_mmol": portion.magnesium_mmol,
        "threonate_mmol": portion.threonate_mmol,
        "ingredients": [
            {"name": item.name, "amount": item.amount, "unit": item.unit}
            for item in product.ingredients
        ],
        "formula": product.formula,
        "hydrate": product.hydrate,
        "molar_mass_g_per_mol": product.molar_mass,
        "dissolution": product.dissolution,
        "route": product.route,
        "source": product.source,
        "locator": product.locator,
        "grade": product.grade,
        "note": product.note,
    }
