"""Salts beside each other: the same money, the same magnesium, or what the label says."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.choices import list_hypotheses, list_observables_told
from brainmag.app.pages.frame import render_page
from brainmag.intake import MG_PER_MMOL, find_product, measure_portion, name_product

MILLIGRAMS = 1000.0
SHOWN = ("plasma_mg", "csf_mg", "neuron_mg", "urine_mg", "stool_looseness")
CHOSEN = ("mgt", "citrate", "glycinate", "oxide")


@cache
def read_retail() -> dict[str, dict[str, float]]:
    """Return by product what the label says, g a day, and the price of 100 g, euro.

    Examples
    --------
    >>> read_retail()["mgt"]["label_g"]
    2.0
    """
    content = files("brainmag.app").joinpath("retail.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


def list_salts(lang: str) -> list[dict[str, Any]]:
    """Return the salts of the page with what a gram of each holds.

    Examples
    --------
    >>> round(list_salts("en")[0]["mg_per_g"], 6)
    72.0
    """
    return [
        {
            "name": name,
            "label": name_product(name, lang),
            "mg_per_g": MG_PER_MMOL
            * measure_portion(find_product(name), MILLIGRAMS).magnesium_mmol,
            **retail,
        }
        for name, retail in read_retail().items()
    ]


def show_salts(request: Request, lang: str) -> HTMLResponse:
    """Return the page; what the address says is read by its script."""
    salts = list_salts(lang)
    told = {one["name"]: one for one in list_observables_told(lang)}
    return render_page(
        request,
        "salts",
        lang,
        told={
            "salts": salts,
            "observables": {name: told[name] for name in SHOWN},
            "chosen": CHOSEN,
        },
        salts=salts,
        hypotheses=list_hypotheses(lang),
    )
