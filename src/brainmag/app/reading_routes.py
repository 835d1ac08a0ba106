"""Routes that read: products, claims, trials pooled, the record, designs, parameters; articles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StrictStr

from brainmag import __version__
from brainmag.app.bodies import LONGEST_TEXT, MOST_WORDS, Body
from brainmag.app.desk import Desk
from brainmag.app.texts import check_shipped
from brainmag.commands.products import describe_products
from brainmag.locales import list_languages, text
from brainmag.tables import read_table

LONGEST_ARTICLE = 5_000_000
Words = Annotated[
    list[Annotated[str, Field(max_length=LONGEST_TEXT)]] | None, Query(max_length=MOST_WORDS)
]


class Article(Body):
    """The text of an article: HTML, Markdown or plain."""

    text: Annotated[StrictStr, Field(max_length=LONGEST_ARTICLE)]


def build_reading_router(desk: Desk) -> APIRouter:
    """Return the routes that workers answer by reading."""
    router = APIRouter(prefix="/api")

    @router.get("/claims", summary=text("app.routes.claims"))
    async def claims(
        request: Request,
        claim: Words = None,
        *,
        evidence: bool = False,
        grade: Words = None,
    ) -> Response:
        options = {"claims": claim, "evidence": evidence, "grade": grade}
        return await desk.read(request, "claims", {"options": options})

    @router.get("/meta", summary=text("app.routes.meta"))
    async def meta(request: Request) -> Response:
        return await desk.read(request, "meta", {"outcome": None})

    @router.get("/meta/{outcome}", summary=text("app.routes.outcome"))
    async def outcome(request: Request, outcome: str) -> Response:
        return await desk.read(request, "meta", {"outcome": outcome})

    @router.get("/compare", summary=text("app.routes.compare"))
    async def compare(request: Request) -> Response:
        return await desk.read(request, "compare", {})

    @router.get("/record", summary=text("app.routes.record"))
    async def record(request: Request) -> Response:
        return await desk.read(request, "record", {})

    @router.get("/designs", summary=text("app.routes.designs"))
    async def designs(request: Request) -> Response:
        return await desk.read(request, "designs", {})

    @router.post("/audit", summary=text("app.routes.audit"))
    async def audit(request: Request, body: Article) -> Response:
        return await desk.read(request, "audit", {"text": body.text})

    return router


def build_table_router(desk: Desk) -> APIRouter:
    """Return the routes that show what comes along as it is."""
    router = APIRouter(prefix="/api")

    @router.get("/version", summary=text("app.routes.version"))
    def version() -> dict[str, Any]:
        return {"brainmag": __version__, "languages": list_languages()}

    @router.get("/health", summary=text("app.routes.health"))
    def health() -> dict[str, Any]:
        return {"ready": desk.is_ready}

    @router.get("/products", summary=text("app.routes.products"))
    def products() -> dict[str, Any]:
        return {"products": describe_products()}

    @router.get("/parameters", summary=text("app.routes.parameters"))
    def parameters(search: Annotated[str, Query(max_length=LONGEST_TEXT)] = "") -> dict[str, Any]:
        words = search.casefold().split()
        rows = [
            row
            for row in read_table("parameters.tsv")
            if all(word in " ".join(row.values()).casefold() for word in words)
        ]
        return {"parameters": rows}

    @router.get("/protocols", summary=text("app.routes.protocols"))
    def protocols() -> dict[str, Any]:
        from brainmag.synapse.protocol import list_protocols, read_shipped  # noqa: PLC0415

        return {
            "protocols": [{"name": name, "toml": read_shipped(name)} for name in list_protocols()]
        }

    @router.get("/template", summary=text("app.routes.template"))
    def template() -> dict[str, Any]:
        from brainmag.trials.library import read_template  # noqa: PLC0415

        return {"toml": read_template()}

    @router.get("/designs/{name}", summary=text("app.routes.design"))
    def design(name: str) -> dict[str, Any]:
        from brainmag.trials.library import list_trials, read_design  # noqa: PLC0415

        return {"name": name, "toml": read_design(check_shipped("name", name, list_trials()))}

    return router
