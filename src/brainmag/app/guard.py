"""The gate before every request: who may ask, what a body may be, and what browsers are told."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brainmag.app.failures import answer_failure, name_fault
from brainmag.app.settings import Settings
from brainmag.errors import BrainmagError, InputError

API = "/api/"
# Scripts from here alone, and none within a page; styles may stand in one, for drawings do.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
# What browsers call the page of another site, or of another port of this machine.
ELSEWHERE = ("cross-site", "same-site")
# How long a body may take to arrive, s.
LONGEST_ARRIVAL = 30.0
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?")


class Guard:
    """Lets a request through to the app, or answers it.

    Parameters
    ----------
    app : callable
        What answers.
    settings : Settings
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_api = scope["path"].startswith(API)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if is_api:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            _check_sender(scope, self._settings)
            body = await _read_body(scope, receive, self._settings.body_bytes)
        except BrainmagError as error:
            await answer_failure(scope, error)(scope, receive, send_guarded)
            return
        except ConnectionError:
            # Who asked has left.
            return
        try:
            await self._app(scope, _replay(body, receive), send_guarded)
        except Exception as error:  # noqa: BLE001  (no traceback reaches who asked)
            traceback.print_exc()
            await answer_failure(scope, name_fault(error))(scope, receive, send_guarded)


def _check_sender(scope: Scope, settings: Settings) -> None:
    """Refuse what another site has a browser ask, under a name of its own or under ours."""
    headers = Headers(raw=scope["headers"])
    host = headers.get("host", "").lower()
    found = _HOST.fullmatch(host)
    if found is None or not settings.is_named(found["name"]):
        raise InputError("app.other_host", given=host)
    origin, asks = headers.get("origin"), headers.get("sec-fetch-site")
    # A browser tells so even of a picture; whoever follows a link to us sees what is there.
    is_link = headers.get("sec-fetch-mode") == "navigate" and scope["method"] not in CHANGING
    if scope["path"].startswith(API) and asks in ELSEWHERE and not is_link:
        raise InputError("app.other_origin", given=origin or asks)
    if scope["method"] not in CHANGING:
        return
    if origin is not None and _read_host(origin) != host:
        raise InputError("app.other_origin", given=origin)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if scope["method"] != "DELETE" and kind != "application/json":
        raise InputError("app.not_json_type", given=kind)


def _read_host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


async def _read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    told = Headers(raw=scope["headers"]).get("content-length", "0")
    too_large = InputError("app.body_too_large", limit=limit / 1e6)
    if not told.isdecimal() or int(told[:20]) > limit:
        raise too_large
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(LONGEST_ARRIVAL):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionResetError
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise InputError("app.body_too_slow", limit=LONGEST_ARRIVAL) from None
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read once more, and then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
