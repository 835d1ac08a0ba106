"""Numbered references: a number in brackets stands for what the list at the end names under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from brainmag.evidence.audit.article import Paragraph
from brainmag.evidence.audit.references import Mention

_DEFINED = re.compile(r"(?:\[\^?(?P<mark>[\w-]{1,20})\]:?|(?P<number>[0-9]{1,3})[.)])\s")
_CALL = re.compile(r"\[([^\[\]]{1,80})\]")
_RANGE = re.compile(r"([0-9]{1,3})[–-]([0-9]{1,3})")
# References of one note and numbers in brackets that are read, the first ones.
MOST_IN_NOTE, MOST_IN_CALL = 3, 10


def find_notes(
    paragraphs: Sequence[Paragraph], mentions: Sequence[Mention]
) -> dict[str, list[Mention]]:
    """Return the references of each note by its number or mark; the last list with it counts."""
    own: dict[int, list[Mention]] = {}
    for one in mentions:
        own.setdefault(one.paragraph, []).append(one)
    notes: dict[str, list[Mention]] = {}
    for number, held in own.items():
        if found := _DEFINED.match(paragraphs[number].text):
            notes[found["mark"] or found["number"]] = held[:MOST_IN_NOTE]
    return notes


def find_calls(
    paragraphs: Sequence[Paragraph], notes: Mapping[str, Sequence[Mention]]
) -> Iterator[Mention]:
    """Yield a mention of each reference that a number in brackets stands for.

    Examples
    --------
    >>> from brainmag.evidence.audit.references import Identifier
    >>> text, listed = "So it is [2, 3].", Mention(Identifier("pmid", "1"), 7, 0, 9)
    >>> [one.start for one in find_calls([Paragraph(text, ((0, 1),))], {"3": [listed]})]
    [9]
    """
    for number, paragraph in enumerate(paragraphs):
        for call in _CALL.finditer(paragraph.text):
            defined = {one.paragraph for label in expand(call[1]) for one in notes.get(label, ())}
            if number in defined:
                # The number that the list itself begins with.
                continue
            for label in expand(call[1]):
                for one in notes.get(label, ()):
                    yield Mention(one.identifier, number, call.start(), call.end())


def expand(call: str) -> list[str]:
    """Return the labels of what stands in brackets.

    Examples
    --------
    >>> expand("2, 4-6"), expand("liu-2016")
    (['2', '4', '5', '6'], ['liu-2016'])
    """
    labels: list[str] = []
    for part in re.split("[,;]", call):
        span = _RANGE.fullmatch(part.replace(" ", ""))
        if span and int(span[1]) < int(span[2]):
            last = min(int(span[2]), int(span[1]) + MOST_IN_CALL)
            labels += [str(label) for label in range(int(span[1]), last + 1)]
        else:
            labels.append(part.strip().removeprefix("^"))
    return labels[:MOST_IN_CALL]
