"""The sources of a report: each once, with what identifies it and a link to its DOI."""

from __future__ import annotations

from collections.abc import Iterable

from brainmag.locales import text
from brainmag.report.page import Cell, Section, Table, Words, make_table, name_place
from brainmag.sources import Source, cite, find_address, load_sources

HEADS = ("source", "citation", "kind", "read", "grade")
# What follow are how far a source was read, and its kind, as sources/ has them.
READ, KIND = "claims.read", "audit.study"
# Ways in which a number came about without a publication.
WITHOUT = ("constants", "convention", "derivation", "assumption")


def link_source(key: str) -> Words:
    """Return the key of a source as a link to its row; words that are none as they are.

    Examples
    --------
    >>> link_source("fine-1991").href, link_source("assumed")
    ('#source-fine-1991', 'assumed')
    """
    source = load_sources().get(key)
    if source is None or not _is_publication(source):
        return key
    return Cell(key, f"#{name_place('source', key)}")


def list_sources(keys: Iterable[str], lang: str) -> Section:
    """Return the section of the sources that have been named."""
    known = load_sources()
    named = sorted(key for key in set(keys) if key in known and _is_publication(known[key]))
    heads = [text(f"page.sources.{head}", lang=lang) for head in HEADS]
    table: Table = make_table(heads, [_describe(known[key], lang) for key in named])
    return Section("sources", text("page.sources.title", lang=lang), [table])


def _is_publication(source: Source) -> bool:
    return source.kind not in WITHOUT


def _describe(source: Source, lang: str) -> list[Words]:
    key = source.key
    return [
        Cell(key, name=name_place("source", key)),
        Cell(cite(key, lang=lang), find_address(source), "alarm" if source.retracted else ""),
        text(f"{KIND}.{source.kind.replace(' ', '-')}", lang=lang),
        text(f"{READ}.{source.read.replace(' ', '-')}", lang=lang),
        source.grade,
    ]
