"""How far a result can be believed, under the headings of ASME V&V 40 and ICH M15."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_weight
from brainmag.report.page import Section, Table

HEADS = ("aspect", "known", "from")
HEADINGS = (
    *("question", "context", "influence", "consequence"),
    *("verified", "validated", "applicability"),
)
VERIFIED = {
    "run": ("engine", "balance"),
    "trial": ("engine", "balance", "trials"),
    "calibration": ("engine", "balance", "method"),
}
VALIDATED = ("calibrating", "judging", "narrowing", "score", "alone")
Known = tuple[str, str, str]


@cache
def read_accepted() -> dict[str, dict[str, Any]]:
    """Return what long programmes found, by what it is about.

    Examples
    --------
    >>> read_accepted()["narrowing"]["found"]
    '0.66'
    """
    place = files("brainmag.report").joinpath("accepted.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


def describe_credibility(document: Mapping[str, Any], *, question: str, lang: str) -> Section:
    """Return the section that says how far a run, a trial or a calibration can be believed.

    Parameters
    ----------
    document : mapping
        Of a report, with its ``credibility``.
    question : str
        What it answers.
    lang : str
    """
    rows = {heading: list(_tell(heading, document, question, lang)) for heading in HEADINGS}
    table = Table(
        [text(f"page.credibility.heads.{head}", lang=lang) for head in HEADS],
        [(text(f"page.credibility.heading.{name}", lang=lang), own) for name, own in rows.items()],
        kind="credibility",
    )
    return Section("credibility", text("page.credibility.title", lang=lang), [table])


def _tell(heading: str, document: Mapping[str, Any], question: str, lang: str) -> Iterator[Known]:
    kind, found = document["kind"], document["credibility"]
    here = text("page.credibility.here", lang=lang)
    asked = text("page.credibility.asked", lang=lang)
    if heading == "question":
        yield asked, question, here
    elif heading in ("context", "consequence"):
        told = text(f"page.credibility.{heading}", lang=lang)
        yield asked, told, text("page.credibility.authors", lang=lang)
    elif heading == "influence":
        told = text(f"page.credibility.influence.{kind}", lang=lang)
        yield asked, told, text("page.credibility.authors", lang=lang)
    elif heading == "verified":
        yield from _list_verified(kind, found, lang)
    elif heading == "validated":
        yield from _list_validated(found, lang)
    else:
        yield from _list_applicable(found, lang)


def _list_verified(kind: str, found: Mapping[str, Any], lang: str) -> Iterator[Known]:
    for name in VERIFIED[kind]:
        yield _tell_accepted(name, lang)
    if found["balance"] is not None:
        error = localise(f"{found['balance']:.1e}", lang)
        yield (
            text("page.credibility.aspect.own_balance", lang=lang),
            text("page.credibility.found.own_balance", lang=lang, error=error),
            text("page.credibility.here", lang=lang),
        )


def _list_validated(found: Mapping[str, Any], lang: str) -> Iterator[Known]:
    yield (
        text("page.credibility.aspect.record", lang=lang),
        text("page.credibility.found.record", lang=lang, **found["record"]),
        text("page.credibility.computed", lang=lang),
    )
    for name in VALIDATED:
        yield _tell_accepted(name, lang)
    yield (
        text("page.credibility.aspect.people", lang=lang),
        text("page.credibility.found.people", lang=lang),
        text("page.credibility.authors", lang=lang),
    )


def _list_applicable(found: Mapping[str, Any], lang: str) -> Iterator[Known]:
    computed = text("page.credibility.computed", lang=lang)
    for name, (low, high) in found["weights"].items():
        told = text(
            "page.credibility.found.weight",
            lang=lang,
            low=format_weight(low, lang),
            high=format_weight(high, lang),
        )
        yield text("page.credibility.aspect.weight", lang=lang, name=name), told, computed
    yield (
        text("page.credibility.aspect.grades", lang=lang),
        text("page.credibility.found.grades", lang=lang, **found["grades"]),
        computed,
    )
    for name in ("dose", "subjects"):
        yield (
            text(f"page.credibility.aspect.{name}", lang=lang),
            text(f"page.credibility.found.{name}", lang=lang),
            text("page.credibility.authors", lang=lang),
        )


def _tell_accepted(name: str, lang: str) -> Known:
    """Return what a long programme found, with its day and where it is written."""
    from babel.dates import format_date  # noqa: PLC0415

    fact = read_accepted()[name]
    day = format_date(fact["date"], format="long", locale=lang)
    values = {
        key: localise(value, lang) for key, value in fact.items() if key not in ("date", "place")
    }
    return (
        text(f"page.credibility.aspect.{name}", lang=lang),
        text(f"page.credibility.found.{name}", lang=lang, **values),
        text("page.credibility.dated", lang=lang, place=fact["place"], day=day),
    )
