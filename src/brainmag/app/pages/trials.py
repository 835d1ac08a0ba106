"""Trials: a design built in a form, run as a job, told as power and decisions."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.choices import list_choices_of_products, list_hypotheses
from brainmag.app.pages.frame import render_page
from brainmag.locales import load_catalogue, text
from brainmag.report.rows import label
from brainmag.trials.library import list_trials

# Endpoints of the form: observable, measure, level and unit as a design writes them.
ENDPOINTS = (
    ("cognition", "difference", "cognition", "z"),
    ("memory", "difference", "cognition", "z"),
    ("executive_function", "difference", "cognition", "z"),
    ("sleep_quality", "percent", "cognition", "%"),
    ("csf_mg", "percent", "brain", "%"),
    ("neuron_mg", "percent", "brain", "%"),
    ("plasma_mg", "percent", "body", "%"),
    ("urine_mg", "percent", "body", "%"),
)
CHOSEN = ("cognition", "csf_mg")
ARMS = 4


def show_trials(request: Request, lang: str) -> HTMLResponse:
    """Return the page; the design and the job are read from the address by its script."""
    endpoints = [
        {"observable": name, "measure": measure, "level": level, "unit": unit}
        | {"label": label(name, lang)}
        for name, measure, level, unit in ENDPOINTS
    ]
    return render_page(
        request,
        "trials",
        lang,
        told={
            "endpoints": endpoints,
            "warnings": load_catalogue(lang, "trials")["warnings"],
            "notices": {
                f"intake.{name}": one["sentence"]
                for name, one in load_catalogue(lang, "intake").items()
                if "sentence" in one
            },
            "carrier": text("trials.remarks.carrier", lang=lang),
        },
        endpoints=endpoints,
        chosen=CHOSEN,
        designs=list_trials(),
        products=list_choices_of_products(lang),
        hypotheses=list_hypotheses(lang),
        arms=range(1, ARMS + 1),
    )
