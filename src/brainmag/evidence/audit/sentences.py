"""A paragraph as sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A sentence keeps the note numbers behind its full stop.
_END = re.compile(
    r"[.!?…]{1,3}[\"'”’»)\]]{0,3}(?:\s?\[\^?[\w,–-]{1,20}\]){0,9}\s(?=[\"'“‘«(\[]{0,2}[A-ZÀ-ÖØ-Þ0-9])"
)
# After these a full stop ends no sentence; in both languages, and never a word by itself.
_SHORT = re.compile(
    r"(?:\b(?:al|approx|bijv|blz|bv|ca|cf|d\.w\.z|dr|drs|e\.g|eds?|enz|etc|fig|figs|i\.e|incl|ir|mevr"
    r"|mr|mrs|ms|m\.n|m\.a\.w|no|nos|nr|nrs|o\.a|pag|pp|prof|resp|St|t\.o\.v|vgl|vol|vs|[A-Z]))\.\s\Z",
    re.IGNORECASE,
)
# Enough before an end to see what stands there.
BEFORE = 12


@dataclass(frozen=True)
class Sentence:
    """One sentence of an article: its paragraph by number, and from where to where it goes."""

    paragraph: int
    start: int
    end: int


def split_sentences(text: str, paragraph: int) -> list[Sentence]:
    """Return the sentences of a paragraph, which together are all of it.

    Examples
    --------
    >>> text = "Slutsky et al. 2010 saw it.[1] It works, e.g. In rats. Does it?"
    >>> [text[one.start : one.end] for one in split_sentences(text, 0)]
    ['Slutsky et al. 2010 saw it.[1] ', 'It works, e.g. In rats. ', 'Does it?']
    """
    ends = [
        one.end()
        for one in _END.finditer(text)
        if not _SHORT.search(text[max(one.end() - BEFORE, 0) : one.end()])
    ]
    starts = [0, *(place for place in ends if place < len(text))]
    stops = [*starts[1:], len(text)]
    return [Sentence(paragraph, start, stop) for start, stop in zip(starts, stops, strict=True)]


def is_question(text: str) -> bool:
    """Return whether a sentence asks.

    Examples
    --------
    >>> is_question("Does it? [2] "), is_question("It does.")
    (True, False)
    """
    return re.search(r"\?[\"'”’»)\]]{0,3}(?:\s?\[[^\]]{1,20}\]){0,9}\s?\Z", text[-250:]) is not None
