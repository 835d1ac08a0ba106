"""Explore: who takes what, and where along the chain it is felt; two scenarios side by side."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.choices import (
    list_choices_of_products,
    list_conditions,
    list_hypotheses,
    list_observables_told,
    list_species,
)
from brainmag.app.pages.frame import render_page

# The stations of the drawn way, in the order of the magnesium.
STATIONS = (
    "stool_looseness",
    "plasma_mg",
    "urine_mg",
    "plasma_threonate",
    "muscle_mg",
    "csf_mg",
    "isf_mg",
    "neuron_mg",
    "mitochondrial_potential",
    "nmda_open_fraction",
    "nr2b",
    "functional_terminals",
    "synapse_density",
    "ltp",
    "sleep_quality",
    "cortisol",
    "cell_survival",
    "memory",
    "cognition",
)
FIRST_OPEN = "csf_mg"
# Shown before anybody chose: a dose that trials used, beside nothing.
FIRST = {"product": "mgt", "dose": "1", "times_a_day": "2", "age": "65", "weight": "70"}


def show_explore(request: Request, lang: str) -> HTMLResponse:
    """Return the page; what the address says of the scenarios is read by its script."""
    choices = {
        "species": list_species(lang),
        "products": list_choices_of_products(lang),
        "conditions": list_conditions(lang),
        "hypotheses": list_hypotheses(lang),
    }
    return render_page(
        request,
        "explore",
        lang,
        told={
            "species": choices["species"],
            "products": choices["products"],
            "observables": {one["name"]: one for one in list_observables_told(lang)},
            "stations": STATIONS,
            "open": FIRST_OPEN,
            "first": FIRST,
        },
        **choices,
    )
