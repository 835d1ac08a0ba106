"""What can be chosen on the pages, from the tables: species, products, conditions, observables."""

from __future__ import annotations

from typing import Any

from brainmag.intake import list_products, name_product
from brainmag.locales import text
from brainmag.people import CULTURE
from brainmag.people.parameters import HYPOTHESES
from brainmag.people.species import read_species
from brainmag.report.rows import label, name_unit
from brainmag.tables import read_table

SPECIES = ("human", "rat", "mouse", CULTURE)
BODIES = SPECIES[:3]
# Of each body, where its sliders begin and end: within what the tables allow, where most of them
# live. Ages are in years for people and in months for animals.
RANGES: dict[str, dict[str, tuple[float, float, float]]] = {
    "human": {
        "age": (18, 95, 1),
        "weight": (40, 150, 1),
        "egfr": (10, 130, 1),
        "diet_mg": (100, 600, 10),
    },
    "rat": {"age": (2, 36, 1), "weight": (0.15, 0.7, 0.01), "diet_mg": (2, 60, 1)},
    "mouse": {"age": (2, 36, 1), "weight": (0.015, 0.05, 0.001), "diet_mg": (0.5, 12, 0.5)},
}


def list_species(lang: str) -> list[dict[str, Any]]:
    """Return the preparations with the ranges of their sliders and what stands there first.

    Examples
    --------
    >>> [one["name"] for one in list_species("en")]
    ['human', 'rat', 'mouse', 'culture']
    """
    return [
        {
            "name": who,
            "label": text(f"pages.who.{who}", lang=lang),
            "ranges": RANGES.get(who, {}),
            "usual": _find_usual(who),
        }
        for who in SPECIES
    ]


def _find_usual(who: str) -> dict[str, float]:
    if who == CULTURE:
        return {}
    table = read_species(who)
    years = float(table["age_default"])
    return {
        "age": years if who == "human" else round(12 * years),
        "weight_f": float(table["weight_female"]),
        "weight_m": float(table["weight_male"]),
        "diet_mg": float(table["diet_default"]),
    }


def list_choices_of_products(lang: str) -> list[dict[str, Any]]:
    """Return what can be swallowed, with what it holds.

    Examples
    --------
    >>> "sulfate-iv" in [one["name"] for one in list_choices_of_products("en")]
    False
    """
    return [
        {
            "name": product.id,
            "label": name_product(product.id, lang),
            "is_formula": bool(product.capsule_mg),
            "is_soluble": product.dissolution == "soluble",
        }
        for product in list_products()
        if product.route == "oral"
    ]


def list_conditions(lang: str) -> list[dict[str, Any]]:
    """Return the conditions, each with the preparations it is known in.

    Examples
    --------
    >>> "stressed" in [one["name"] for one in list_conditions("en")]
    True
    """
    found: dict[str, dict[str, Any]] = {}
    for row in read_table("conditions.tsv"):
        name = row["condition"]
        found[name] = {
            "name": name,
            "label": text(f"pages.condition.{name}", lang=lang),
            "who": row["preparations"].split(","),
        }
    return list(found.values())


def list_observables_told(lang: str) -> list[dict[str, Any]]:
    """Return every observable with its label, its meaning and its unit.

    Examples
    --------
    >>> list_observables_told("en")[2]["label"]
    'Plasma magnesium'
    """
    return [
        {
            "name": row["name"],
            "label": label(row["name"], lang),
            "explanation": text(f"observables.{row['name']}.explanation", lang=lang),
            "unit": name_unit(row["unit"], lang),
            "station": row["station"],
            "who": row["preparations"].split(","),
            "cells": row["cells"],
        }
        for row in read_table("observables.tsv")
    ]


def list_hypotheses(lang: str) -> list[dict[str, str]]:
    """Return the explanations with what each says.

    Examples
    --------
    >>> [one["name"] for one in list_hypotheses("en")]
    ['none', 'mineral', 'carrier']
    """
    return [
        {
            "name": name,
            "label": text(f"report.hypothesis.{name}", lang=lang),
            "gloss": text(f"report.hypothesis_gloss.{name}", lang=lang),
        }
        for name in HYPOTHESES
    ]
