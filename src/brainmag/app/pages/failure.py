"""What somebody at a browser sees where there is nothing to see."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.failures import find_status
from brainmag.app.language import choose_language
from brainmag.app.pages.frame import LANGUAGES, render_page
from brainmag.errors import BrainmagError


def show_failure(request: Request, error: BrainmagError) -> HTMLResponse:
    """Return the page that tells a failure, in the language of the address or of the browser."""
    first = request.url.path.split("/")[1]
    lang = first if first in LANGUAGES else choose_language(request.scope)
    page = render_page(request, "failure", lang, message=error.describe(lang), code=error.code)
    page.status_code = find_status(error)
    return page
