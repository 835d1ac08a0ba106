"""Routes of jobs: handed in, followed, fetched, ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from brainmag.app.bodies import Body, make_body, read_body, take
from brainmag.app.desk import JSON, Desk, find_address
from brainmag.app.journal import RUNNING, Entry
from brainmag.app.language import choose_language
from brainmag.app.run_routes import FileText, Reproduction
from brainmag.commands.compare import CompareOptions, read_experiment_draws
from brainmag.commands.reproduce import ReproduceOptions, plan_reproduction
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.trial import TrialOptions
from brainmag.errors import InputError
from brainmag.locales import text

TrialRequest = make_body(
    "TrialRequest",
    TrialOptions,
    without=("compare",),
    more={"design": (FileText, None, "app.fields.design")},
)
People = make_body(
    "People",
    SimulateOptions,
    without=("regimen", "series", "uncertainty"),
    more={"regimen": (FileText, None, "app.fields.regimen")},
)
Experiments = make_body("Experiments", CompareOptions, without=("ahead",))
ACCEPTED = 202
# Before so much is done, how long the rest takes is anybody's guess.
LEAST_SHARE = 0.01


def build_job_router(desk: Desk) -> APIRouter:
    """Return the routes of jobs."""
    router = APIRouter(prefix="/api")

    def add(request: Request, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        entry = desk.jobs.add(kind, asked, address=find_address(request))
        return describe_job(entry, choose_language(request.scope))

    @router.post("/trials", status_code=ACCEPTED, summary=text("app.routes.trials"))
    @take(TrialRequest)
    async def trials(request: Request, body: Body) -> dict[str, Any]:
        options, design = read_body(body, TrialOptions), body.model_dump()["design"]
        asked = {"options": options, "design": design}
        limits = {
            "most_replicates": desk.settings.most_replicates,
            "most_sizes": desk.settings.most_sizes,
        }
        await desk.check(request, "plan_trial", asked | limits)
        return add(request, "trial", asked)

    @router.post("/simulations", status_code=ACCEPTED, summary=text("app.routes.simulations"))
    @take(People)
    async def simulations(request: Request, body: Body) -> dict[str, Any]:
        options = read_body(body, SimulateOptions, without=("regimen",))
        lang = choose_language(request.scope)
        asked = {"options": options, "regimen": body.model_dump()["regimen"], "lang": lang}
        limit = {"most_people": desk.settings.most_people}
        await desk.check(request, "plan_population", asked | limit)
        return add(request, "population", asked)

    @router.post("/reproductions", status_code=ACCEPTED, summary=text("app.routes.reproductions"))
    @take(Reproduction)
    def reproductions(request: Request, body: Body) -> dict[str, Any]:
        options = read_body(body, ReproduceOptions)
        plan_reproduction(ReproduceOptions(**options))
        return add(request, "reproduce", {"options": options, "limit": None})

    @router.post("/experiments", status_code=ACCEPTED, summary=text("app.routes.experiments"))
    @take(Experiments)
    def experiments(request: Request, body: Body) -> dict[str, Any]:
        options = read_body(body, CompareOptions)
        read_experiment_draws(CompareOptions(**options))
        return add(request, "experiments", {"options": options})

    _follow_jobs(router, desk)
    return router


def _follow_jobs(router: APIRouter, desk: Desk) -> None:
    @router.get("/jobs/{job}", summary=text("app.routes.job"))
    def job(request: Request, job: str) -> dict[str, Any]:
        return describe_job(desk.jobs.find(job), choose_language(request.scope))

    @router.get("/jobs/{job}/result", summary=text("app.routes.result"))
    def result(job: str) -> FileResponse:
        return FileResponse(desk.jobs.find_result(job), media_type=JSON)

    @router.get("/jobs/{job}/design", summary=text("app.routes.job_design"))
    def job_design(job: str) -> PlainTextResponse:
        return PlainTextResponse(read_designs(desk.jobs.find(job)))

    @router.get("/jobs/{job}/report", summary=text("app.routes.report"))
    async def report(request: Request, job: str) -> HTMLResponse:
        entry, result = desk.jobs.find(job), desk.jobs.find_result(job)
        asked = {"job": job, "kind": entry.kind, "result": str(result)}
        told = await desk.check(request, "report", asked)
        return HTMLResponse(told["html"])

    @router.delete("/jobs/{job}", summary=text("app.routes.cancel"))
    def cancel(request: Request, job: str) -> dict[str, Any]:
        return describe_job(desk.jobs.cancel(job), choose_language(request.scope))


def describe_job(entry: Entry, lang: str) -> dict[str, Any]:
    """Return what is told of a job: how far it is, and how long the rest may take."""
    share = entry.done / entry.total if entry.total else 0.0
    left = None
    if entry.state == RUNNING and entry.started is not None and share > LEAST_SHARE:
        left = (time.time() - entry.started) * (1.0 - share) / share
    return {
        "id": entry.id,
        "kind": entry.kind,
        "state": entry.state,
        "progress": share,
        "left_s": left,
        "created": _tell_time(entry.created),
        "started": _tell_time(entry.started),
        "ended": _tell_time(entry.ended),
        "error": None if entry.error is None else entry.error.get(lang),
    }


def read_designs(entry: Entry) -> str:
    """Return the designs of a trial as they were run, one after the other.

    Raises
    ------
    InputError
        ``app.job_without_design``.
    """
    from brainmag.trials.library import read_design  # noqa: PLC0415

    if entry.kind != "trial":
        raise InputError("app.job_without_design", given=entry.id)
    texts = [read_design(name) for name in entry.asked["options"].get("designs") or ()]
    own: str | None = entry.asked["design"]
    return "\n".join([*texts, *([] if own is None else [own])])


def _tell_time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
