"""Which address shows which page."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from brainmag.app.language import choose_language
from brainmag.app.pages.assets import add_assets
from brainmag.app.pages.claims import show_claims
from brainmag.app.pages.explore import show_explore
from brainmag.app.pages.frame import LANGUAGES, NAMES
from brainmag.app.pages.hypotheses import show_hypotheses
from brainmag.app.pages.model import show_model
from brainmag.app.pages.record import show_record
from brainmag.app.pages.salts import show_salts
from brainmag.app.pages.synapse import show_synapse
from brainmag.app.pages.trials import show_trials

Show = Callable[[Request, str], HTMLResponse]

PAGES: dict[str, Show] = {
    "explore": show_explore,
    "salts": show_salts,
    "synapse": show_synapse,
    "hypotheses": show_hypotheses,
    "claims": show_claims,
    "model": show_model,
    "record": show_record,
    "trials": show_trials,
}


def build_router() -> APIRouter:
    """Return the routes of all pages and of what they load."""
    router = APIRouter(include_in_schema=False)
    add_assets(router)

    @router.get("/")
    def find_start(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return RedirectResponse(f"/{choose_language(request.scope)}/{NAMES[0]}", status_code=303)

    for lang in LANGUAGES:
        router.add_api_route(f"/{lang}", _lead_to(f"/{lang}/{NAMES[0]}"))
        for name, show in PAGES.items():
            router.add_api_route(f"/{lang}/{name}", _show_in(show, lang))
    return router


def _lead_to(address: str) -> Callable[[], Response]:
    def lead() -> Response:
        return RedirectResponse(address, status_code=303)

    return lead


def _show_in(show: Show, lang: str) -> Callable[[Request], HTMLResponse]:
    def show_page(request: Request) -> HTMLResponse:
        return show(request, lang)

    return show_page
