"""What every page has: its language, navigation, a block to cite it by, and what scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from babel.dates import format_date
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from brainmag import __version__
from brainmag.app.pages.assets import find_asset_folder
from brainmag.locales import DEFAULT_LANGUAGE, list_languages, load_catalogue, localise, text

LANGUAGES = list_languages()
NAMES = (
    "explore",
    "salts",
    "synapse",
    "record",
    "hypotheses",
    "trials",
    "claims",
    "model",
)


@dataclass(frozen=True)
class Link:
    """An entry of the navigation or of the language switch."""

    name: str
    label: str
    address: str
    is_current: bool


@cache
def build_environment() -> Environment:
    """Return the templates; what they print is escaped, and a name they lack is an error."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("brainmag.app"), PackageLoader("brainmag.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # What scripts read keeps its order: observables stand as the magnesium meets them.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def render_page(
    request: Request,
    name: str,
    lang: str,
    *,
    told: Mapping[str, Any] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    request : Request
    name : str
        One of `NAMES`, or ``failure``; its template is ``name.html``, its script ``name.js``.
    lang : str
    told : mapping, optional
        What its script reads, beside texts; it must be JSON.
    **context
        What its template reads.
    """
    template = build_environment().get_template(f"{name}.html")
    page = template.render(
        lang=lang,
        name=name,
        t=partial(text, lang=lang),
        number=partial(localise, lang=lang),
        assets=find_asset_folder(),
        version=__version__,
        today=format_date(date.today(), format="long", locale=lang),  # noqa: DTZ011
        navigation=[
            Link(one, text(f"pages.name.{one}", lang=lang), f"/{lang}/{one}", one == name)
            for one in NAMES
        ],
        languages=[
            Link(
                one,
                text(f"pages.languages.{one}", lang=lang),
                write_address(request, one),
                one == lang,
            )
            for one in LANGUAGES
        ],
        page={
            "lang": lang,
            "name": name,
            "texts": {**merge_texts(lang, "script"), **merge_texts(lang, name)},
            **(told or {}),
        },
        **context,
    )
    return HTMLResponse(page)


def merge_texts(lang: str, section: str) -> dict[str, Any]:
    """Return the texts of a section of the app's catalogue, in English where a language lacks them.

    Examples
    --------
    >>> merge_texts("en", "name")["explore"]
    'Explore'
    """
    known: dict[str, Any] = load_catalogue(DEFAULT_LANGUAGE, "pages").get(section, {})
    own: dict[str, Any] = load_catalogue(lang, "pages").get(section, {})
    return {**known, **own}


def write_address(request: Request, lang: str) -> str:
    """Return the address of the same view in another language."""
    _, _, rest = request.url.path.removeprefix("/").partition("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/{lang}/{rest}{query}"
