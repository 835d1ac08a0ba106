"""Which references stand beside a sentence: in it, or else in its paragraph."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainmag.evidence.audit.references import Identifier, Mention
from brainmag.evidence.audit.sentences import Sentence

IN_SENTENCE, IN_PARAGRAPH, NONE = "sentence", "paragraph", "none"
# So many references beside one sentence are looked at, the first ones.
MOST = 20


@dataclass(frozen=True)
class Beside:
    """The references of each sentence and of each paragraph, each once and in order."""

    by_sentence: Mapping[Sentence, Sequence[Identifier]]
    by_paragraph: Mapping[int, Sequence[Identifier]]

    def find(self, sentence: Sentence) -> tuple[str, Sequence[Identifier]]:
        """Return where the references beside a sentence stand, and which they are."""
        if own := self.by_sentence.get(sentence):
            return IN_SENTENCE, own
        if own := self.by_paragraph.get(sentence.paragraph):
            return IN_PARAGRAPH, own
        return NONE, ()


def place_mentions(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Beside:
    """Return which references stand beside which sentence.

    Examples
    --------
    >>> first, second = Sentence(0, 0, 10), Sentence(0, 10, 20)
    >>> found = place_mentions([first, second], [Mention(Identifier("pmid", "1"), 0, 12, 15)])
    >>> found.find(first)[0], found.find(second)[0]
    ('paragraph', 'sentence')
    """
    by_sentence: dict[Sentence, dict[Identifier, None]] = {}
    by_paragraph: dict[int, dict[Identifier, None]] = {}
    starts = [(one.paragraph, one.start) for one in sentences]
    for one in mentions:
        place = bisect_right(starts, (one.paragraph, one.start)) - 1
        groups = [by_paragraph.setdefault(one.paragraph, {})]
        if place >= 0 and sentences[place].paragraph == one.paragraph:
            groups.append(by_sentence.setdefault(sentences[place], {}))
        for group in groups:
            if len(group) < MOST:
                group[one.identifier] = None
    return Beside(
        {sentence: tuple(own) for sentence, own in by_sentence.items()},
        {paragraph: tuple(own) for paragraph, own in by_paragraph.items()},
    )
