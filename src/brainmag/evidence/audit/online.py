"""Asks PubMed and Crossref about references that are not among the sources; only when told to.

Nothing but identifiers leaves the machine. Each service is asked a few times a second at most, and
no more once it has failed: what could not be asked is said, and the rest of the audit stands.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from brainmag import __version__
from brainmag.errors import InputError
from brainmag.evidence.audit.answers import (
    CROSSREF,
    PUBMED,
    ask_crossref,
    ask_pubmed,
    describe_answer,
)
from brainmag.evidence.audit.decode import clean
from brainmag.evidence.audit.references import DOI, PMC, PMID, Identifier

# Where each service is, and the variable that names another place.
PLACES = {
    PUBMED: ("BRAINMAG_PUBMED", "eutils.ncbi.nlm.nih.gov", "/entrez/eutils"),
    CROSSREF: ("BRAINMAG_CROSSREF", "api.crossref.org", ""),
}
# References asked about in one audit; seconds between two requests, which PubMed asks for, and
# that one request may take; bytes of an answer.
MOST, PAUSE, PATIENCE, LARGEST = 50, 0.4, 10.0, 2_000_000
NOT_FOUND = 404


class ServiceError(Exception):
    """A service could not be asked, or gave no answer that can be read."""


@dataclass
class Services:
    """Where to ask, and what came of it.

    Attributes
    ----------
    places : mapping of str to str
        The base address of each service.
    pause : float
        Seconds between two requests.
    failed : dict of str to str
        Services that gave no answer, and why.
    asked, left : int
        References asked about, and those that could not be, or were too many.
    """

    places: Mapping[str, str]
    pause: float = PAUSE
    failed: dict[str, str] = field(default_factory=dict[str, str])
    asked: int = 0
    left: int = 0

    def ask(self, identifiers: Sequence[Identifier]) -> dict[Identifier, dict[str, Any]]:
        """Return what the services say of each reference; without those that were not answered."""
        known = [one for one in identifiers if one.kind in (DOI, PMID, PMC)]
        answers: dict[Identifier, dict[str, Any]] = {}
        for one in known[:MOST]:
            answer = self._ask_all(one)
            if answer is not None:
                answers[one] = answer
        self.asked = len(answers)
        self.left = len(known) - len(answers)
        return answers

    def _ask_all(self, one: Identifier) -> dict[str, Any] | None:
        """Return the first answer of a service; None where a service failed and no other knew."""
        answer: dict[str, Any] | None = None
        is_sure = True
        for service in (PUBMED, CROSSREF) if one.kind == DOI else (PUBMED,):
            if service in self.failed:
                is_sure = False
                continue
            fetch = partial(self.fetch, service)
            try:
                answer = ask_pubmed(fetch, one) if service == PUBMED else ask_crossref(fetch, one)
            except ServiceError as error:
                self.failed[service] = str(error)
                is_sure = False
            if answer is not None:
                return answer
        return describe_answer() if is_sure else None

    def fetch(self, service: str, path: str, query: Mapping[str, str]) -> Any:
        """Return the JSON at an address of a service; None where it has nothing there.

        Raises
        ------
        ServiceError
            When nothing can be had.
        """
        time.sleep(self.pause)
        base = urlsplit(self.places[service])
        parts = (base.scheme, base.netloc, base.path.rstrip("/") + path, urlencode(query), "")
        asked = Request(  # noqa: S310  (http or https, as choose_services has seen to)
            urlunsplit(parts), headers={"User-Agent": f"brainmag/{__version__}"}
        )
        try:
            with urlopen(asked, timeout=PATIENCE) as response:  # noqa: S310
                return json.loads(_read(response))
        except HTTPError as error:
            with error:
                if error.code == NOT_FOUND:
                    return None
                raise ServiceError(f"HTTP {error.code}") from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None)
            raise ServiceError(clean(str(reason or type(error).__name__))) from error
        except (ValueError, RecursionError) as error:
            raise ServiceError("JSON") from error


def _read(response: Any) -> bytes:
    """Return an answer, unless it is too long or drips in too slowly."""
    end = time.monotonic() + PATIENCE
    parts: list[bytes] = []
    size = 0
    while part := response.read1(65536):
        parts.append(part)
        size += len(part)
        if size > LARGEST or time.monotonic() > end:
            raise TimeoutError
    return b"".join(parts)


def choose_services() -> Services:
    """Return where the services are: at home, or where a variable says.

    Raises
    ------
    InputError
        ``audit.not_an_address``.
    """
    places: dict[str, str] = {}
    for service, (variable, host, path) in PLACES.items():
        given = os.environ.get(variable) or urlunsplit(("https", host, path, "", ""))
        try:
            parts = urlsplit(given)
        except ValueError as error:
            raise InputError("audit.not_an_address", given=given, variable=variable) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("audit.not_an_address", given=given, variable=variable)
        places[service] = given
    return Services(places)
