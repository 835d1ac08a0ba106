"""What a browser loads beside a page: styles and scripts of ours, and the charts' library."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from plotly.offline import (  # pyright: ignore[reportMissingTypeStubs]
    get_plotlyjs,
)

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
CHARTS = "plotly.js"
# An address holds the hash of what it names, so a browser may keep it for good.
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
SMALLEST_PACKED = 1000


@cache
def read_assets() -> dict[str, bytes]:
    """Return every file by its name."""
    folder = files("brainmag.app").joinpath("static")
    own = {
        one.name: one.read_bytes()
        for one in folder.iterdir()
        if one.name.rpartition(".")[2] in KINDS
    }
    return {**own, CHARTS: get_plotlyjs().encode()}


@cache
def find_asset_folder() -> str:
    """Return the address under which the files stand: it changes when one of them does.

    Examples
    --------
    >>> find_asset_folder().startswith("/static/")
    True
    """
    digest = hashlib.sha256()
    for name, content in sorted(read_assets().items()):
        digest.update(name.encode() + b"\0" + content)
    return f"/static/{digest.hexdigest()[:16]}"


@cache
def _pack(name: str) -> bytes:
    return gzip.compress(read_assets()[name], mtime=0)


def add_assets(router: APIRouter) -> None:
    """Add the route that serves the files."""

    @router.get("/static/{version}/{name}", include_in_schema=False)
    def read_asset(request: Request, version: str, name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        content = read_assets().get(name)
        if content is None or f"/static/{version}" != find_asset_folder():
            return Response(status_code=404)
        kind = KINDS[name.rpartition(".")[2]]
        accepted = request.headers.get("accept-encoding", "")
        if "gzip" in accepted and len(content) > SMALLEST_PACKED:
            packed = {**FOREVER, "Content-Encoding": "gzip"}
            return Response(_pack(name), media_type=kind, headers=packed)
        return Response(content, media_type=kind, headers=FOREVER)
