"""What PubMed and Crossref say of a reference, taken from answers whose shape nobody vouches for.

References
----------
E. Sayers, A general introduction to the E-utilities, Entrez Programming Utilities Help, NBK25497.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import quote

from brainmag.evidence.audit.decode import clean
from brainmag.evidence.audit.references import DOI, PMC, PMID, Identifier

PUBMED, CROSSREF = "pubmed", "crossref"
# Gives the JSON at a path of a service, given a query; None where there is nothing.
Fetch = Callable[[str, Mapping[str, str]], Any]
LONGEST = 500
_TAG = re.compile(r"</?[a-zA-Z]{1,10}>")
RETRACTED = "Retracted Publication"


def describe_answer(
    service: str = "",
    *,
    title: str = "",
    journal: str = "",
    year: str = "",
    retracted: bool = False,
    identifiers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return an answer as the document tells it; without a service nobody knows the reference."""
    shown = {"title": title, "journal": journal, "year": year}
    return {
        "service": service or None,
        **{key: clean(_TAG.sub("", value))[:LONGEST] for key, value in shown.items()},
        "retracted": retracted,
        "identifiers": dict(identifiers or {}),
    }


def ask_pubmed(fetch: Fetch, one: Identifier) -> dict[str, Any] | None:
    """Return what PubMed has of a reference, or None."""
    number = one.value
    if one.kind == DOI:
        term = {
            "db": "pubmed",
            "term": f'"{one.value}"[aid]',
            "retmode": "json",
            "tool": "brainmag",
        }
        found = fetch("/esearch.fcgi", term)
        listed = _dig(found, "esearchresult", "idlist")
        if not isinstance(listed, list) or len(cast(list[Any], listed)) != 1:
            return None
        number = str(cast(list[Any], listed)[0])
    elif one.kind == PMC:
        archived = _summarise(fetch, "pmc", number.removeprefix("PMC"))
        number = {} if archived is None else _list_identifiers(archived)
        number = number.get(PMID, "")
    summary = _summarise(fetch, "pubmed", number) if number.isdigit() else None
    if summary is None:
        return None
    identifiers = {PMID: number, **_list_identifiers(summary)}
    if one.kind == DOI and identifiers.get(DOI) != one.value:
        # A search that found something near.
        return None
    kinds = summary.get("pubtype")
    return describe_answer(
        PUBMED,
        title=str(summary.get("title", "")),
        journal=str(summary.get("source", "")),
        year=str(summary.get("pubdate", ""))[:4],
        retracted=isinstance(kinds, list) and RETRACTED in kinds,
        identifiers=identifiers,
    )


def _summarise(fetch: Fetch, database: str, number: str) -> dict[str, Any] | None:
    query = {"db": database, "id": number, "retmode": "json", "tool": "brainmag"}
    summary = _dig(fetch("/esummary.fcgi", query), "result", number)
    if not isinstance(summary, dict) or "error" in summary:
        return None
    return cast(dict[str, Any], summary)


def _list_identifiers(summary: Mapping[str, Any]) -> dict[str, str]:
    kinds = {"doi": DOI, "pubmed": PMID, "pmid": PMID, "pmc": PMC, "pmcid": PMC}
    found: dict[str, str] = {}
    listed = summary.get("articleids")
    for one in cast(list[Any], listed) if isinstance(listed, list) else []:
        kind, value = kinds.get(_dig(one, "idtype")), str(_dig(one, "value") or "")
        if kind == PMC:
            number = re.search(r"PMC\d{4,9}", value)
            value = number[0] if number else ""
        if kind is not None and value not in ("", "0"):
            found.setdefault(kind, value.lower() if kind == DOI else value)
    return found


def ask_crossref(fetch: Fetch, one: Identifier) -> dict[str, Any] | None:
    """Return what Crossref has of a DOI, or None."""
    found = fetch(f"/works/{quote(one.value, safe='')}", {})
    work = _dig(found, "message")
    if not isinstance(work, dict):
        return None
    updates = _dig(work, "updated-by")
    kinds = (
        [_dig(update, "type") for update in cast(list[Any], updates)]
        if isinstance(updates, list)
        else []
    )
    title = str(_dig(work, "title", 0) or "")
    return describe_answer(
        CROSSREF,
        title=title,
        journal=str(_dig(work, "container-title", 0) or ""),
        year=str(_dig(work, "issued", "date-parts", 0, 0) or ""),
        retracted="retraction" in kinds or title.lower().startswith("retracted"),
        identifiers={DOI: one.value},
    )


def _dig(value: Any, *path: str | int) -> Any:
    """Return what lies at a path in an answer, or None: nobody vouches for its shape."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value
