"""Every publication once: what stands behind the numbers, how far it was read, who paid for it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlunsplit

from brainmag import locales
from brainmag.errors import InputError, nearest_match

Grade = Literal["a", "b", "c"]
Read = Literal[
    "full text", "abstract", "figure or table", "figure legend", "code",
    "secondary page", "recalled", "none",
]  # fmt: skip
Kind = Literal[
    "randomised trial", "open-label trial", "observational study", "survey", "meta-analysis",
    "review", "textbook", "encyclopaedia", "pharmacokinetic study", "tracer study",
    "imaging study", "post-mortem study", "animal study", "tissue study", "cell study",
    "biophysical study", "model", "method", "regulatory opinion", "laboratory reference",
    "product label", "constants", "convention", "derivation", "assumption",
]  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One publication, or one way a number can come about without a publication.

    Attributes
    ----------
    key : str
        What tables refer to: first author and year in lower case, such as ``fine-1991``.
    title : str
        Title of the publication, or our own description where `title_known` is false.
    authors : str
        Authors as far as they are known.
    kind : Kind
        What sort of study or text it is.
    species : str
        Whom or what was studied; ``none`` where that does not apply.
    ties : str
        Links of the authors to makers of magnesium products, or how little was checked.
    read : Read
        How much of the source was seen.
    grade : Grade
        Grade of the best figure at hand from it: a seen in the source, b secondary, c recalled.
    says : str
        What it shows for BrainMag, in our own words.
    title_known : bool
        Whether `title` is the publication's own.
    year : int or None
        Year of publication; None when unknown.
    journal, doi, pmid, pmcid, n, funding, caution : str
        Empty when unknown or without need.
    retracted : bool
        Whether the publication was withdrawn; then `retraction_note` says how.

    Examples
    --------
    >>> find_source("wang-2011").doi
    '10.1038/aps.2011.138'
    """

    key: str
    title: str
    authors: str
    kind: Kind
    species: str
    ties: str
    read: Read
    grade: Grade
    says: str
    title_known: bool = True
    year: int | None = None
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    n: str = ""
    funding: str = ""
    retracted: bool = False
    retraction_note: str = ""
    caution: str = ""


@cache
def load_sources() -> Mapping[str, Source]:
    """Return every source by its key, in the order of the file; the mapping is read-only.

    Examples
    --------
    >>> load_sources()["fine-1991"].grade
    'a'
    """
    text = files("brainmag.sources").joinpath("publications.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return MappingProxyType({key: Source(key=key, **table) for key, table in tables.items()})


def find_source(key: str) -> Source:
    """Return the source of a key.

    Raises
    ------
    InputError
        ``sources.unknown_source`` when there is no such key; it names the nearest one.

    Examples
    --------
    >>> find_source("li-2013").retracted
    True
    """
    sources = load_sources()
    if key not in sources:
        nearest = nearest_match(key, sources)
        raise InputError("sources.unknown_source", given=key, nearest=nearest, count=len(sources))
    return sources[key]


def cite(key: str, *, lang: str = locales.DEFAULT_LANGUAGE) -> str:
    """Return a source as one line: authors, year, title, journal and its identifier.

    A title of our own stands in brackets. Of several identifiers the DOI is named first, then
    PMID, then PMC id. A withdrawn publication says so.

    Raises
    ------
    InputError
        As for `find_source`.

    Examples
    --------
    >>> cite("fine-1991").endswith("Journal of Clinical Investigation 88:396-402. PMC295344.")
    True
    """
    source = find_source(key)
    year = source.year or locales.text("sources.citation.undated", lang=lang)
    identifier = (
        (source.doi and f"doi:{source.doi}")
        or (source.pmid and f"PMID {source.pmid}")
        or source.pmcid
    )
    parts = [
        f"{source.authors} ({year})",
        source.title if source.title_known else f"[{source.title}]",
        source.journal,
        identifier,
        locales.text("sources.citation.retracted", lang=lang) if source.retracted else "",
    ]
    return " ".join(f"{part}." for part in parts if part)


def find_address(source: Source) -> str:
    """Return where a source's DOI leads, or the empty string when it has none.

    Examples
    --------
    >>> find_address(find_source("wang-2011")).rpartition("//")[2]
    'doi.org/10.1038/aps.2011.138'
    """
    return urlunsplit(("https", "doi.org", f"/{quote(source.doi)}", "", "")) if source.doi else ""
