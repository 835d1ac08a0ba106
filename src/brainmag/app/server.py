"""The app: its routes, its gate, and the workers that live as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from brainmag import __version__
from brainmag.app.desk import Desk
from brainmag.app.failures import answer_failure, translate_http, translate_validation
from brainmag.app.guard import Guard
from brainmag.app.job_routes import build_job_router
from brainmag.app.pages import build_router
from brainmag.app.pages.failure import show_failure
from brainmag.app.reading_routes import build_reading_router, build_table_router
from brainmag.app.reference import add_reference
from brainmag.app.run_routes import build_run_router
from brainmag.app.settings import Settings, find_data_folder
from brainmag.errors import BrainmagError


class Problem(BaseModel):
    """What every failure answers with; the status says whose fault it is."""

    error: dict[str, Any]


PROBLEMS: dict[int | str, dict[str, Any]] = {422: {"model": Problem}, "default": {"model": Problem}}


def build_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; its workers start and end with it.

    Parameters
    ----------
    settings : Settings, optional
        The limits; the usual ones unless given.

    Examples
    --------
    >>> app = build_app()
    >>> app.openapi()["info"]["title"]
    'BrainMag'
    """
    desk = Desk(settings or Settings(find_data_folder()))

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncGenerator[None]:
        try:
            desk.open()
        except Exception as error:
            # The server would end without a word.
            app.state.failure = error
            desk.close()
            raise
        try:
            yield
        finally:
            desk.close()

    app = FastAPI(
        title="BrainMag",
        version=__version__,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
        lifespan=live,
    )
    app.state.desk = desk
    app.state.failure = None
    for build in (build_run_router, build_reading_router, build_table_router, build_job_router):
        app.include_router(build(desk), responses=PROBLEMS)
    add_reference(app)
    app.include_router(build_router())
    _name_failures(app)
    app.add_middleware(Guard, settings=desk.settings)
    return app


def _name_failures(app: FastAPI) -> None:
    """Let every failure be told in our own words."""

    def tell(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            error = translate_validation(error)
        elif isinstance(error, HTTPException):
            error = translate_http(request, error)
        told = cast(BrainmagError, error)
        if request.url.path.startswith("/api"):
            return answer_failure(request.scope, told)
        return show_failure(request, told)

    for kind in (BrainmagError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, tell)
