"""Every way a request can fail, as JSON in the language of who asked: code, sentence, remedy."""

from __future__ import annotations

import errno
import json
import math
import os
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from brainmag.app.language import choose_language
from brainmag.errors import BrainmagError, ComputationError, InputError

# What a code answers with, where it is not that of its kind: 422 of input, 500 of a computation.
STATUS = {
    "app.busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "app.too_many_jobs": HTTPStatus.TOO_MANY_REQUESTS,
    "app.too_slow": HTTPStatus.SERVICE_UNAVAILABLE,
    "app.worker_lost": HTTPStatus.SERVICE_UNAVAILABLE,
    "app.stopped": HTTPStatus.SERVICE_UNAVAILABLE,
    "app.superseded": HTTPStatus.CONFLICT,
    "app.not_finished": HTTPStatus.CONFLICT,
    "app.no_result": HTTPStatus.GONE,
    "app.unknown_job": HTTPStatus.NOT_FOUND,
    "app.no_such_address": HTTPStatus.NOT_FOUND,
    "app.method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "app.body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "app.not_json": HTTPStatus.BAD_REQUEST,
    "app.not_json_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "app.other_origin": HTTPStatus.FORBIDDEN,
    "app.other_host": HTTPStatus.BAD_REQUEST,
}
# What goes by itself, and after how many seconds it is worth asking again.
LATER = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
RETRY_AFTER = "5"
# What the framework found missing, by how its name begins.
WANTED = {
    "string_too_long": "shorter",
    "too_long": "shorter",
    "string": "text",
    "int": "number",
    "float": "number",
    "finite": "number",
    "less": "smaller",
    "greater": "smaller",
    "bool": "truth",
    "list": "list",
}
# What the machine lacks is no fault of the program.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
# Of what was given, so much is told again.
LONGEST_TOLD = 200


def find_status(error: BrainmagError) -> int:
    """Return the status that a failure answers with.

    Examples
    --------
    >>> find_status(InputError("app.superseded"))
    409
    """
    kind = HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, InputError):
        kind = HTTPStatus.UNPROCESSABLE_ENTITY
    return int(STATUS.get(error.code, kind))


def describe_failure(error: BrainmagError, lang: str) -> dict[str, Any]:
    """Return a failure as a document.

    Examples
    --------
    >>> describe_failure(InputError("cli.length_missing"), "en")["error"]["code"]
    'cli.length_missing'
    """
    option = str(error.values.get("option", ""))
    told = {
        "code": error.code,
        "message": error.describe(lang),
        "given": _tell(error.values.get("given")),
    }
    if option:
        told["field"] = option.removeprefix("--").replace("-", "_")
    if nearest := error.values.get("nearest"):
        told["nearest"] = str(nearest)
    return {"error": told}


def name_fault(error: BaseException) -> ComputationError:
    """Return what somebody is told of a fault: that the disk is full, or its place, and no path.

    Examples
    --------
    >>> name_fault(ZeroDivisionError()).values["reason"]
    'ZeroDivisionError'
    """
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return ComputationError("app.result_not_written", reason=os.strerror(error.errno))
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return ComputationError("app.unexpected", reason=type(error).__name__, place=place)


def answer_failure(scope: Scope, error: BrainmagError) -> Response:
    """Return the answer to a request that failed."""
    status = find_status(error)
    headers: dict[str, str] = {}
    if status in LATER:
        headers["Retry-After"] = RETRY_AFTER
    # In ASCII: what was given, and is told again, may hold what cannot be written in UTF-8.
    told = json.dumps(describe_failure(error, choose_language(scope)), allow_nan=False)
    return Response(told, status_code=status, headers=headers, media_type="application/json")


def translate_http(request: Request, error: HTTPException) -> BrainmagError:
    """Return what the framework found wrong in our own words."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return InputError("app.method_not_allowed", given=request.method, path=request.url.path)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return InputError("app.no_such_address", given=request.url.path)
    return InputError("app.not_json", reason=str(error.detail))


def translate_validation(error: RequestValidationError) -> BrainmagError:
    """Return what is wrong with a body or a query in our own words: the first of it."""
    first: Mapping[str, Any] = error.errors()[0]
    place = [str(part) for part in first["loc"][1:]]
    field = place[0] if place else ""
    kind, given = str(first["type"]), first.get("input")
    if kind == "json_invalid":
        return InputError("app.not_json", reason=str(first.get("ctx", {}).get("error", "")))
    if not field:
        return InputError("app.not_an_object")
    if kind == "missing":
        return InputError("app.missing_field", given=field, option=field)
    told = next((word for start, word in WANTED.items() if kind.startswith(start)), "other")
    cause = InputError(f"app.wanted_{told}")
    return InputError("app.unusable_value", given=_tell(given), option=field, cause=cause)


def _tell(value: object) -> str | float | None:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return value[:LONGEST_TOLD]
    if value is None or isinstance(value, int | float):
        return value
    return type(value).__name__
