"""The audit of an article as one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from brainmag.evidence.audit.article import Article
from brainmag.evidence.audit.beside import Beside, place_mentions
from brainmag.evidence.audit.cited import Ask, describe_references
from brainmag.evidence.audit.flags import FLAGS, list_flags
from brainmag.evidence.audit.lexicon import (
    find_language,
    list_languages,
    list_tokens,
    load_lexicon,
)
from brainmag.evidence.audit.notes import find_calls, find_notes
from brainmag.evidence.audit.read import find_listed, read_article
from brainmag.evidence.audit.references import Mention, find_mentions
from brainmag.evidence.audit.sentences import Sentence, split_sentences
from brainmag.evidence.audit.statements import Statement, find_statements
from brainmag.evidence.claims import choose_claims
from brainmag.evidence.ledger import build_ledger

# What is told of a claim of the ledger beside an article.
TOLD = ("id", "claim", "verdict", "because", "certainty", "graded", "needs")
# So many words tell a language.
ENOUGH = 20_000
# Mentions of references, and claims, of which an audit tells, the first ones: more than any
# article has, and little enough for a table.
MOST = 5_000


def audit_article(
    content: bytes, name: str, *, lang: str, ask: Ask | None = None
) -> dict[str, Any]:
    """Return what an article cites and claims beside what the ledger says of it.

    Parameters
    ----------
    content : bytes
        HTML, Markdown or plain text in any common encoding.
    name : str
        What it is called.
    lang : str
        Of the sentences told.
    ask : callable, optional
        Asks elsewhere about references that are not among the sources.

    Raises
    ------
    InputError
        As for `read_article`.

    Examples
    --------
    >>> found = audit_article(b"MgT crosses the blood-brain barrier.", "-", lang="en")
    >>> found["claims"][0]["id"], found["findings"][0]["status"]
    ('C6', 'made')
    """
    article = read_article(content, name)
    sentences = [
        sentence
        for number, one in enumerate(article.paragraphs)
        for sentence in split_sentences(one.text, number)
    ]
    mentions = find_mentions(article.paragraphs)
    notes = find_notes(article.paragraphs, mentions)
    mentions += islice(find_calls(article.paragraphs, notes), MOST + 1)
    mentions.sort(key=lambda one: (one.paragraph, one.start))
    is_crowded = len(mentions) > MOST
    mentions = mentions[:MOST]
    references = describe_references(article, mentions, lang, ask)
    by_identifier = {name: one for one in references for name in one["identifiers"]}
    language, statements = _find_statements(article, sentences, mentions)
    is_crowded |= len(statements) > MOST
    statements = statements[:MOST]
    warnings = {"language": not language, "crowded": is_crowded}
    beside = place_mentions(sentences, mentions)
    findings = [_describe_finding(article, one, beside, by_identifier) for one in statements]
    flags = dict.fromkeys(FLAGS, 0)
    for finding in findings:
        for flag in finding["flags"]:
            flags[flag["flag"]] += 1
    return {
        "article": {
            "name": article.name,
            "form": article.form,
            "encoding": article.encoding,
            "language": language,
            "paragraphs": len(article.paragraphs),
            "sentences": len(sentences),
            "characters": sum(len(one.text) for one in article.paragraphs),
            "warnings": [*article.warnings, *(key for key, holds in warnings.items() if holds)],
        },
        "references": references,
        "claims": _describe_claims({one.claim for one in statements}, lang),
        "findings": findings,
        "flags": flags,
        "text": [one.text for one in article.paragraphs],
    }


def _find_statements(
    article: Article, sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> tuple[str, list[Statement]]:
    """Return the language of an article, if it is one of ours, and the claims in it."""
    words: list[str] = []
    for one in article.paragraphs:
        words += (token.word for token in list_tokens(one.text))
        if len(words) > ENOUGH:
            break
    language = find_language(words)
    listed = find_listed(article, mentions)
    own = [one for one in sentences if one.paragraph not in listed]
    found: dict[tuple[Sentence, str], Statement] = {}
    for lang in (language,) if language else list_languages():
        stated = find_statements(article.paragraphs, own, load_lexicon(lang))
        for one in islice(stated, MOST + 1):
            found.setdefault((one.sentence, one.claim), one)
    order = sorted(found, key=lambda key: (key[0].paragraph, key[0].start))
    return language, [found[key] for key in order]


def _describe_finding(
    article: Article,
    statement: Statement,
    beside: Beside,
    references: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    sentence = statement.sentence
    text = article.paragraphs[sentence.paragraph].text
    own_text = text[sentence.start : sentence.end].rstrip()
    scope, near = beside.find(sentence)
    own = {references[str(one)]["id"]: references[str(one)] for one in near}
    flags = [
        {"flag": flag.name, "reference": name, "says": flag.says}
        for name, reference in own.items()
        for flag in list_flags(statement, reference, scope)
    ]
    return {
        "claim": statement.claim,
        "status": statement.status,
        "denied_by": statement.denied_by,
        "line": article.paragraphs[sentence.paragraph].find_line(sentence.start),
        "paragraph": sentence.paragraph,
        "start": sentence.start,
        "end": sentence.start + len(own_text),
        "sentence": own_text,
        "words": [
            {"start": start, "end": end, "shown": text[start:end]} for start, end in statement.words
        ],
        "scope": scope,
        "references": list(own),
        "flags": sorted(flags, key=lambda one: FLAGS.index(one["flag"])),
    }


def _describe_claims(ids: set[str], lang: str) -> list[dict[str, Any]]:
    if not ids:
        return []
    ledger = build_ledger(choose_claims(sorted(ids)), lang=lang)
    return [{key: one[key] for key in TOLD} for one in ledger["claims"]]
