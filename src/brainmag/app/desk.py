"""Where routes hand in what workers answer."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from brainmag.app.jobs import Jobs
from brainmag.app.language import choose_language
from brainmag.app.pool import Errand, Pool
from brainmag.app.settings import Settings
from brainmag.errors import ComputationError, InputError

VIEW = re.compile(r"[A-Za-z0-9_-]{1,64}")
VIEW_HEADER = "X-Brainmag-View"
JSON = "application/json"
# How much what is read gives way to a slider.
READER_NICE = 5


class Desk:
    """What all routes share: the limits, and the workers and jobs while the server runs.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._jobs: Jobs | None = None
        self._pools: dict[str, Pool] = {}

    def open(self) -> None:
        """Start the workers, and go on with the jobs.

        Raises
        ------
        BrainmagError
            ``app.data_in_use``, ``app.data_unwritable``, ``app.journal_unusable``.
        """
        settings = self.settings
        self._jobs = Jobs(settings)
        self._pools["runners"] = Pool(settings, settings.runners, nice=0, warm=True)
        self._pools["readers"] = Pool(settings, settings.readers, nice=READER_NICE, warm=False)

    def dismiss(self) -> None:
        """Tell who waits, and who asks from now on, that the server ends."""
        for pool in self._pools.values():
            pool.dismiss()

    def close(self) -> None:
        """End the workers; a job at work goes on at the next start."""
        for pool in self._pools.values():
            pool.close()
        if self._jobs is not None:
            self._jobs.close()
        self._pools, self._jobs = {}, None

    @property
    def jobs(self) -> Jobs:
        """The jobs.

        Raises
        ------
        ComputationError
            ``app.stopped`` where the server does not run.
        """
        if self._jobs is None:
            raise ComputationError("app.stopped")
        return self._jobs

    @property
    def is_ready(self) -> bool:
        """Whether a run of the model is answered at once: the first start compiles it."""
        return bool(self._pools) and self._pools["runners"].is_ready

    async def run(self, request: Request, task: str, asked: Mapping[str, Any]) -> Response:
        """Return what a run of the model answers, as JSON; parameters as for `read`."""
        return await self._answer(request, "runners", task, asked)

    async def read(self, request: Request, task: str, asked: Mapping[str, Any]) -> Response:
        """Return what a worker answers to a request, as JSON.

        Parameters
        ----------
        request : Request
            Who asks, for which view, and whether they are still there.
        task : str
        asked : mapping
            What the task is told, beside the language.

        Raises
        ------
        BrainmagError
            What the task says, or that it had no turn.
        """
        return await self._answer(request, "readers", task, asked)

    async def check(self, request: Request, task: str, asked: Mapping[str, Any]) -> Any:
        """Return the document that a worker answers with; parameters as for `read`."""
        response = await self._answer(request, "readers", task, asked)
        return json.loads(bytes(response.body))

    async def _answer(
        self, request: Request, pool: str, task: str, asked: Mapping[str, Any]
    ) -> Response:
        view = request.headers.get(VIEW_HEADER)
        if view is not None and not VIEW.fullmatch(view):
            raise InputError("app.unusable_view", given=view)
        if pool not in self._pools:
            raise ComputationError("app.stopped")
        chosen = self._pools[pool]
        lang = choose_language(request.scope)
        errand = Errand(task, {**asked, "lang": lang}, find_address(request), view)
        chosen.submit(errand)
        answer = asyncio.wrap_future(errand.answer)
        leaving = asyncio.ensure_future(_wait_for_leaving(request))
        try:
            await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                chosen.withdraw(errand, InputError("app.superseded"))
            return Response(await answer, media_type=JSON)
        finally:
            leaving.cancel()
            answer.cancel()


def find_address(request: Request) -> str:
    """Return where a request comes from."""
    return "" if request.client is None else request.client.host


async def _wait_for_leaving(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
