"""What an article refers to: identifiers in its text and in the targets of its links.

A reference is a DOI, a PMID, a PMC id, a Bookshelf id or a page of Wikipedia, however it is
written: as such, as an address of theirs, or as a publisher's address that holds a DOI.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from brainmag.evidence.audit.article import Paragraph

DOI, PMID, PMC, BOOK, WIKI = "doi", "pmid", "pmc", "nbk", "wikipedia"
# An identifier longer than this is none.
LONGEST = 250
_DOI = re.compile(rf"(?<![\d.])10\.\d{{4,9}}/[^\s\"<>|\\^`{{}}]{{1,{LONGEST}}}")
_NUMBERS = (
    (PMID, re.compile(r"\bPMID(?:[:\s#]{1,3}|\s?:\s?)(\d{1,8})\b", re.IGNORECASE)),
    (PMID, re.compile(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})\b", re.IGNORECASE)),
    (PMID, re.compile(r"ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?(\d{1,8})\b", re.IGNORECASE)),
    (PMC, re.compile(r"\bPMC(?:ID)?:?\s?(?:PMC)?(\d{4,9})\b", re.IGNORECASE)),
    (BOOK, re.compile(r"\bNBK\s?(\d{3,9})\b", re.IGNORECASE)),
    # Nature's addresses hold the DOI without its prefix.
    (DOI, re.compile(r"nature\.com/articles/([a-z]?[\w-]{4,40})", re.IGNORECASE)),
    (WIKI, re.compile(r"wikipedia\.org/wiki/([^\s\"<>#?]{1,200})", re.IGNORECASE)),
)
NATURE = "10.1038/"
# What publishers write behind a DOI in an address.
_BEHIND = re.compile(
    r"(?:/(?:full|fulltext|abstract|pdf|epdf|html|summary|meta|references|figures)"
    r"|\.(?:pdf|full|abstract|html?))?(?:[?#&].*)?\Z"
    r"|/(?:full|fulltext|abstract|html)/.*\Z",
    re.IGNORECASE | re.DOTALL,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'\"*_~…”’»“‘"


@dataclass(frozen=True)
class Identifier:
    """What a reference is known by: ``kind`` is one of the names above."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True)
class Mention:
    """One place at which a reference is named: a stretch of a paragraph."""

    identifier: Identifier
    paragraph: int
    start: int
    end: int


def find_mentions(paragraphs: tuple[Paragraph, ...]) -> list[Mention]:
    """Return every mention of a reference, in the order of the text.

    Examples
    --------
    >>> page = Paragraph("See doi:10.3233/JAD-150538, or PMID 26519439.", ((0, 1),))
    >>> [str(one.identifier) for one in find_mentions((page,))]
    ['doi:10.3233/jad-150538', 'pmid:26519439']
    """
    found: list[Mention] = []
    for number, paragraph in enumerate(paragraphs):
        own = [
            Mention(identifier, number, start, end)
            for identifier, start, end in find_identifiers(paragraph.text)
        ]
        written: dict[Identifier, list[int]] = {}
        for one in own:
            written.setdefault(one.identifier, []).append(one.start)
        for link in paragraph.links:
            for identifier, _, _ in find_identifiers(unquote(link.target), in_link=True):
                # An address written out and linked to itself is one mention.
                starts = written.get(identifier, [])
                place = bisect_left(starts, link.start)
                if place == len(starts) or starts[place] >= link.end:
                    own.append(Mention(identifier, number, link.start, link.end))
        found += sorted(set(own), key=lambda one: (one.start, one.end, str(one.identifier)))
    return found


def find_identifiers(text: str, *, in_link: bool = False) -> Iterator[tuple[Identifier, int, int]]:
    """Yield the identifiers in a text, or in the address of a link, with their places.

    Examples
    --------
    >>> address = "www.frontiersin.org/articles/10.3389/fnut.2025.1729164/full"
    >>> [str(one) for one, _, _ in find_identifiers(address, in_link=True)]
    ['doi:10.3389/fnut.2025.1729164']
    """
    for one in _DOI.finditer(text):
        value = trim(one[0])
        before = text[max(one.start() - 100, 0) : one.start()]
        is_address = in_link or re.search(r"[\w-]\.[a-z]{2,10}/\S{0,90}\Z", before, re.IGNORECASE)
        shown = value
        if is_address:
            value = trim(_BEHIND.sub("", value, count=1))
        if "/" in value and value.rpartition("/")[2]:
            yield Identifier(DOI, value.lower()), one.start(), one.start() + len(shown)
    for kind, pattern in _NUMBERS:
        for one in pattern.finditer(text):
            end = one.start(1) + len(trim(one[1]))
            yield Identifier(kind, _write_number(kind, one[1])), one.start(), end


def _write_number(kind: str, value: str) -> str:
    if kind == DOI:
        return f"{NATURE}{value}".lower()
    if kind == WIKI:
        return trim(unquote(value)).replace("_", " ").lower()
    plain = value.lstrip("0") or "0"
    return {PMC: f"PMC{plain}", BOOK: f"NBK{plain}"}.get(kind, plain)


def trim(value: str) -> str:
    """Return an identifier without what belongs to the sentence around it.

    Examples
    --------
    >>> trim("10.1016/S0140-6736(05)1)."), trim("10.1038/srep26975).**")
    ('10.1016/S0140-6736(05)1', '10.1038/srep26975')
    """
    while value:
        last = value[-1]
        is_loose = last in _PAIRS and value.count(last) > value.count(_PAIRS[last])
        if last not in _TRAILING and not is_loose:
            break
        value = value[:-1]
    return value
