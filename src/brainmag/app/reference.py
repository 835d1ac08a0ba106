"""The API's own pages: its OpenAPI document in the language asked for, and as one plain page."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from brainmag.app.bodies import describe_fields
from brainmag.app.language import choose_language
from brainmag.app.pages.frame import build_environment
from brainmag.locales import text

TEXTS = ("title", "about", "contents", "field", "kind", "meaning")
# What an example sends, and a word for what stands in a path.
EXAMPLES: dict[str, dict[str, Any]] = {
    "simulate": {"product": "mgt", "dose": "1 g", "times_a_day": 2, "for": "12 weeks"},
    "synapse": {"protocol": "theta-burst", "mg": 0.8},
    "reproduce": {"studies": ["verhas-2002"]},
    "simulations": {"product": "mgt", "dose": "1 g", "for": "12 weeks", "population": 1000},
    "reproductions": {},
    "experiments": {"draws": 100},
    "trials": {"designs": ["head-to-head"], "n": "60,120"},
    "audit": {"text": "MgT crosses the blood-brain barrier."},
}
PLACES = {"{outcome}": "sleep", "{name}": "head-to-head", "{job}": "ID"}


def add_reference(app: FastAPI) -> None:
    """Give an app the routes of its reference."""

    @app.get("/api/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(tell_reference(app, choose_language(request.scope)))

    @app.get("/api/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        lang = choose_language(request.scope)
        host = str(request.base_url).rstrip("/")
        return HTMLResponse(render_reference(tell_reference(app, lang), lang, host))


def tell_reference(app: FastAPI, lang: str) -> dict[str, Any]:
    """Return the OpenAPI document of an app in a language.

    Examples
    --------
    >>> from brainmag.app.server import build_app
    >>> tell_reference(build_app(), "nl")["paths"]["/api/meta"]["get"]["summary"]
    'De uitkomsten waarvan de trials zijn samengevoegd.'
    """
    document = deepcopy(app.openapi())
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["summary"] = text(f"app.routes.{operation['operationId']}", lang=lang)
    for name, schema in document["components"]["schemas"].items():
        told = describe_fields(name, lang)
        for key, values in schema.get("properties", {}).items():
            if key in told:
                values["description"] = told[key]
    return document


def render_reference(document: dict[str, Any], lang: str, host: str) -> str:
    """Return an OpenAPI document as a page that needs no script and no network."""
    entries = [
        _describe_operation(document, path, method, operation, host)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    texts = {name: text(f"app.reference.{name}", lang=lang) for name in TEXTS}
    template = build_environment().get_template("reference.html")
    return template.render(entries=entries, texts=texts, lang=lang)


def _describe_operation(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any], host: str
) -> dict[str, Any]:
    name = operation["operationId"]
    fields = [
        (one["name"], one["schema"], one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        schema = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
        fields += [
            (key, values, values.get("description", ""))
            for key, values in schema["properties"].items()
        ]
    return {
        "id": name,
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "fields": [
            {"name": key, "kind": _tell_kind(values), "meaning": meaning}
            for key, values, meaning in fields
        ],
        "example": _write_example(name, path, method, host),
    }


def _tell_kind(schema: dict[str, Any]) -> str:
    """Return the kinds that a field may have, with how long they may be."""
    if "anyOf" in schema:
        kinds = [_tell_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " | ".join(dict.fromkeys(kinds))
    kind = str(schema.get("type", "")).replace("integer", "number")
    if kind == "array":
        kind = f"[{_tell_kind(schema['items'])}, …]"
    most = schema.get("maxLength", schema.get("maxItems"))
    return kind if most is None else f"{kind} (≤ {most})"


def _write_example(name: str, path: str, method: str, host: str) -> str:
    for place, word in PLACES.items():
        path = path.replace(place, word)
    words = ["curl"]
    if method == "delete":
        words.append("-X DELETE")
    if name in EXAMPLES:
        words.append(f"--json '{json.dumps(EXAMPLES[name])}'")
    return " ".join([*words, host + path])
