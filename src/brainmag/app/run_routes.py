"""Routes that run the model while somebody waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, StrictBool, StrictStr

from brainmag.app.bodies import MOST_WORDS, Body, make_body, read_body, take
from brainmag.app.desk import Desk
from brainmag.commands.reproduce import ReproduceOptions
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import read_draws
from brainmag.errors import InputError
from brainmag.locales import text

LONGEST_FILE = 5_000_000
Series = StrictBool | Annotated[list[StrictStr], Field(max_length=MOST_WORDS)]
# The text of a file that the command would be given by its name.
FileText = Annotated[StrictStr, Field(max_length=LONGEST_FILE)] | None

Simulation = make_body(
    "Simulation",
    SimulateOptions,
    without=("series", "regimen", "population"),
    more={
        "series": (Series, False, "app.fields.series"),
        "regimen": (FileText, None, "app.fields.regimen"),
    },
)
Synapse = make_body(
    "Synapse",
    SynapseOptions,
    more={"protocol_text": (FileText, None, "app.fields.protocol_text")},
)
Reproduction = make_body("Reproduction", ReproduceOptions)


def build_run_router(desk: Desk) -> APIRouter:
    """Return the routes that run the model."""
    router = APIRouter(prefix="/api")
    most_draws = desk.settings.most_draws

    @router.post("/simulate", summary=text("app.routes.simulate"))
    @take(Simulation)
    async def simulate(request: Request, body: Body) -> Response:
        options = read_body(body, SimulateOptions, without=("regimen", "series"))
        given = body.model_dump()
        _limit_draws(options.get("uncertainty"), most_draws)
        asked = {"options": options, "regimen": given["regimen"], "series": given["series"]}
        return await desk.run(request, "simulate", asked)

    @router.post("/synapse", summary=text("app.routes.synapse"))
    @take(Synapse)
    async def synapse(request: Request, body: Body) -> Response:
        options, given = read_body(body, SynapseOptions), body.model_dump()
        _limit_draws(options.get("uncertainty"), most_draws)
        asked = {"options": options, "protocol_text": given["protocol_text"]}
        return await desk.run(request, "synapse", asked)

    @router.post("/reproduce", summary=text("app.routes.reproduce"))
    @take(Reproduction)
    async def reproduce(request: Request, body: Body) -> Response:
        limit = desk.settings.most_figure_draws
        asked = {"options": read_body(body, ReproduceOptions), "limit": limit}
        return await desk.read(request, "reproduce", asked)

    return router


def _limit_draws(given: str | None, limit: int) -> None:
    draws = read_draws(given)
    if draws > limit:
        raise InputError("app.too_many_draws", given=draws, limit=limit, option="--uncertainty")
