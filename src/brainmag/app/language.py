"""Which language a request asks for: ``?lang=nl``, or the header Accept-Language."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from brainmag import locales

# Of a part without blanks, which could be read in many ways.
_ACCEPTED = re.compile(r"([a-zA-Z]{2})[-a-zA-Z0-9]*(?:;q=([01](?:\.[0-9]*)?))?")


def choose_language(scope: Scope) -> str:
    """Return the language of the answer to a request: English where nothing else is asked for.

    Examples
    --------
    >>> choose_language({"headers": [(b"accept-language", b"nl-BE,nl;q=0.9,en;q=0.5")]})
    'nl'
    """
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    accepted = Headers(raw=scope.get("headers", [])).get("accept-language", "")
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        found = _ACCEPTED.fullmatch("".join(part.split()))
        if found is not None:
            ranked.append((-float(found[2] or 1), found[1].lower()))
    asked = [*query.get("lang", []), *(name for _, name in sorted(ranked, key=lambda one: one[0]))]
    known = locales.list_languages()
    return next((name for name in asked if name in known), locales.DEFAULT_LANGUAGE)
