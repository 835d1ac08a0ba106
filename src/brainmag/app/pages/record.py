"""The record: every study, published beside what the model says, with filters."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.choices import SPECIES
from brainmag.app.pages.frame import render_page
from brainmag.app.settings import Settings
from brainmag.locales import text
from brainmag.record import list_figures, load_studies
from brainmag.report.rows import label
from brainmag.sources import cite, find_address, find_source
from brainmag.tables import read_table

ROLES = ("calibration", "validation")
LEVELS = ("body", "brain", "synapse", "cognition")
GRADES = ("a", "b", "c")
# Of what some figures count what has passed, which is no observable of a run.
LEDGERS = ("absorbed_ledger", "label_absorbed_ledger", "urine_ledger", "threonate_urine_ledger")
OUTCOMES = {"increased": "up", "decreased": "down", "no change": "same"}


def list_studies(lang: str) -> dict[str, dict[str, Any]]:
    """Return of every study what is told of its publication.

    Examples
    --------
    >>> list_studies("en")["li-2013"]["retracted"]
    True
    """
    found: dict[str, dict[str, Any]] = {}
    for study in load_studies().values():
        source = find_source(study.source)
        found[study.id] = {
            "citation": cite(study.source, lang=lang),
            "address": find_address(source),
            "retracted": source.retracted,
            "retraction": source.retraction_note,
            "caution": source.caution,
            "funding": source.funding,
            "read": source.read,
        }
    return found


def show_record(request: Request, lang: str) -> HTMLResponse:
    """Return the page; filters and the study that is open are read by its script."""
    hindrances = sorted({one.hindrance for one in list_figures() if one.hindrance})
    return render_page(
        request,
        "record",
        lang,
        told={
            "studies": list_studies(lang),
            "observables": {
                **{row["name"]: label(row["name"], lang) for row in read_table("observables.tsv")},
                **{name: text(f"pages.ledger.{name}", lang=lang) for name in LEDGERS},
            },
            "most": Settings.most_figure_draws,
            "outcomes": {
                name: text(f"record.outcomes.{key}", lang=lang) for name, key in OUTCOMES.items()
            },
            "hindrances": {key: text(f"record.hindrances.{key}", lang=lang) for key in hindrances},
            "roles": {name: text(f"record.roles.{name}", lang=lang) for name in ROLES},
        },
        species=[(who, text(f"pages.who.{who}", lang=lang)) for who in SPECIES],
        levels=[(name, text(f"record.levels.{name}", lang=lang)) for name in LEVELS],
        roles=[(name, text(f"record.roles.{name}", lang=lang)) for name in ROLES],
        grades=GRADES,
    )
