"""One synapse: block, bursts, the window of spike timing, and what magnesium leaves of LTP."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.frame import render_page
from brainmag.locales import DEFAULT_LANGUAGE, load_catalogue, text
from brainmag.synapse.block import SCHEMES
from brainmag.synapse.plasticity import read_sets
from brainmag.synapse.preparation import DEFAULT_PREPARATION, read_preparations
from brainmag.synapse.protocol import list_protocols


def list_notes() -> list[str]:
    """Return the codes of all notes that may stand under a result.

    Examples
    --------
    >>> "draws" in list_notes()
    True
    """
    return list(load_catalogue(DEFAULT_LANGUAGE, "synapse")["notes"])


def show_synapse(request: Request, lang: str) -> HTMLResponse:
    """Return the page; what the address says is read by its script."""
    preparations = read_preparations()
    return render_page(
        request,
        "synapse",
        lang,
        told={
            "baths": {one.name: one.magnesium for one in preparations.values()},
            "notes": {name: text(f"synapse.notes.{name}", lang=lang) for name in list_notes()},
        },
        protocols=list_protocols(),
        schemes=SCHEMES,
        sets=list(read_sets()),
        preparations=list(preparations),
        first=DEFAULT_PREPARATION,
    )
