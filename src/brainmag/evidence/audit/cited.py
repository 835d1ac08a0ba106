"""The references of an article, each once, with what is known of it or was found elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from brainmag.evidence.audit.article import Article
from brainmag.evidence.audit.known import NOBODY, describe_source, index_sources
from brainmag.evidence.audit.references import Identifier, Mention

# Asks elsewhere about references that are not known; gives what it found by identifier.
Ask = Callable[[Sequence[Identifier]], Mapping[Identifier, Mapping[str, Any]]]


def describe_references(
    article: Article, mentions: Sequence[Mention], lang: str, ask: Ask | None
) -> list[dict[str, Any]]:
    """Return each reference once, in the order of first mention."""
    known = index_sources()
    strangers = list(
        dict.fromkeys(one.identifier for one in mentions if one.identifier not in known)
    )
    answers: Mapping[Identifier, Mapping[str, Any]] = {}
    if ask is not None and strangers:
        answers = ask(strangers)
    found: dict[str, dict[str, Any]] = {}
    for one in mentions:
        answer = answers.get(one.identifier)
        key = known.get(one.identifier) or _match(answer, known)
        name = key or str(one.identifier)
        if name not in found:
            found[name] = {
                "id": name,
                "identifiers": [],
                "known": key is not None,
                **(_describe_stranger(answer) if key is None else describe_source(key, lang)),
                "places": [],
            }
        if answer is not None:
            found[name]["online"] = dict(answer)
        if str(one.identifier) not in found[name]["identifiers"]:
            found[name]["identifiers"].append(str(one.identifier))
        found[name]["places"].append(_describe_place(article, one.paragraph, one.start, one.end))
    return list(found.values())


def _match(answer: Mapping[str, Any] | None, known: Mapping[Identifier, str]) -> str | None:
    """Return the source that a reference turned out to be by its other identifiers."""
    given: Mapping[str, str] = {} if answer is None else answer["identifiers"]
    keys = (known.get(Identifier(kind, value)) for kind, value in given.items())
    return next((key for key in keys if key is not None), None)


def _describe_stranger(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "source": None,
        "retracted": bool(answer and answer["retracted"]),
        "retraction_note": "",
        "subject": NOBODY,
        "mixed": False,
        "industry": None,
        "says": "",
        "claims": [],
    }


def _describe_place(article: Article, paragraph: int, start: int, end: int) -> dict[str, Any]:
    own = article.paragraphs[paragraph]
    return {
        "line": own.find_line(start),
        "paragraph": paragraph,
        "start": start,
        "end": end,
        "shown": own.text[start:end],
    }
