"""Which claims an article makes, sentence by sentence, by the words of the lexicon alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brainmag.evidence.audit.article import Paragraph
from brainmag.evidence.audit.lexicon import Lexicon, Rule, Token, list_tokens, load_rules
from brainmag.evidence.audit.sentences import Sentence, is_question

MADE, DENIED, ASKED = "made", "denied", "asked"
DENY, UNPROVEN, ASK, IT, OTHERS, ANIMALS, MIXTURE = (
    *("deny", "unproven", "ask", "it", "other_salts"),
    *("animals", "mixture"),
)
# A claim's words stand no farther apart than this, in words.
WIDEST = 20
# What parts a sentence: a no in one part says nothing of the next.
_BREAK = re.compile(r"[,;:()]|\s[-–—]\s")
# What lies in one part belongs together: another part is as far as so many words.
APART = 10
_BUT = re.compile(r"but|whereas|while|although|though|maar|terwijl|hoewel")

Places = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class Statement:
    """A claim of the ledger that a sentence makes, denies or asks about.

    Attributes
    ----------
    claim : str
    sentence : Sentence
    status : str
        ``made``, ``denied`` or ``asked``.
    words : tuple of (int, int)
        The words of the paragraph by which it is known, from the first to the last.
    denied_by : str
        The word that denies it.
    of_animals, of_mixture : bool
        Whether the sentence says that it is about animals or cells, or about a mixture.
    """

    claim: str
    sentence: Sentence
    status: str
    words: tuple[tuple[int, int], ...]
    denied_by: str = ""
    of_animals: bool = False
    of_mixture: bool = False


@dataclass(frozen=True)
class _Read:
    """A sentence as the lexicon sees it, and in which part of it each of its words stands."""

    sentence: Sentence
    tokens: list[Token]
    places: Places
    parts: list[int]


def find_statements(
    paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence], lexicon: Lexicon
) -> Iterator[Statement]:
    """Yield each claim of each sentence once, in the order of the text.

    Examples
    --------
    >>> from brainmag.evidence.audit.lexicon import load_lexicon
    >>> page = Paragraph("Magnesium L-threonate does not cross the blood-brain barrier.", ((0, 1),))
    >>> found = find_statements([page], [Sentence(0, 0, len(page.text))], load_lexicon("en"))
    >>> [(one.claim, one.status, one.denied_by) for one in found]
    [('C6', 'denied', 'not')]
    """
    before: _Read | None = None
    for sentence in sentences:
        text = paragraphs[sentence.paragraph].text[sentence.start : sentence.end]
        tokens = list_tokens(text)
        places = lexicon.find(tokens)
        now = _Read(sentence, tokens, places, number_parts(tokens, text) if places else [])
        if before is not None and before.sentence.paragraph != sentence.paragraph:
            before = None
        done: set[str] = set()
        for rule in load_rules():
            if rule.claim in done:
                continue
            if (window := _apply(rule, now, before)) is not None:
                done.add(rule.claim)
                yield _state(rule, now, window, text)
        before = now


def _apply(rule: Rule, now: _Read, before: _Read | None) -> list[tuple[int, int]] | None:
    """Return the nearest places at which a sentence holds what a rule needs."""
    if any(group in now.places for group in rule.without):
        return None
    groups = list(rule.needs)
    if rule.subject and rule.subject in now.places:
        groups.append(rule.subject)
    elif rule.subject and not _is_taken_up(rule, now, before):
        return None
    if not all(group in now.places for group in groups):
        return None
    window = find_nearest([now.places[group] for group in groups], now.parts)
    reach = max(last for _, last in window) - min(first for first, _ in window)
    if reach >= WIDEST or (len(groups) > len(rule.needs) and _is_behind(window, now.parts)):
        return None
    return window


def _is_behind(window: list[tuple[int, int]], parts: Sequence[int]) -> bool:
    """Whether the subject, last of a window, stands in a later part than all else: it did not."""
    *others, (subject, _) = window
    return parts[subject] > max(parts[first] for first, _ in others)


def _is_taken_up(rule: Rule, now: _Read, before: _Read | None) -> bool:
    """Whether a sentence speaks of what the one before has named."""
    if before is None or OTHERS in now.places or IT not in now.places:
        return False
    # A pronoun at the head of a sentence stands for what was spoken of.
    return rule.subject in before.places and now.places[IT][0][0] <= 1


def find_nearest(
    groups: Sequence[Sequence[tuple[int, int]]], parts: Sequence[int]
) -> list[tuple[int, int]]:
    """Return one place of each group, all as near to each other as can be.

    Examples
    --------
    >>> find_nearest([[(0, 0), (4, 4)], [(3, 3)], [(1, 1), (6, 7)]], [0] * 8)
    [(0, 0), (3, 3), (1, 1)]
    >>> find_nearest([[(0, 0), (4, 4)], [(3, 3)], [(1, 1), (6, 7)]], [0, 0, 1, 1, 1, 1, 1, 1])
    [(4, 4), (3, 3), (6, 7)]
    """
    ordered = sorted((place, group) for group, places in enumerate(groups) for place in places)
    last: dict[int, tuple[int, int]] = {}
    best: tuple[int, dict[int, tuple[int, int]]] | None = None
    for place, group in ordered:
        last[group] = place
        if len(last) == len(groups):
            first = min(one for one, _ in last.values())
            reach = place[0] - first + APART * (parts[place[0]] - parts[first])
            if best is None or reach < best[0]:
                best = (reach, dict(last))
    return [] if best is None else [best[1][group] for group in range(len(groups))]


def _state(rule: Rule, now: _Read, window: list[tuple[int, int]], text: str) -> Statement:
    denied_by = _find_denial(now, window, text)
    is_asked = is_question(text) or _is_asked(now, window)
    status = DENIED if denied_by else ASKED if is_asked else MADE
    return Statement(
        claim=rule.claim,
        sentence=now.sentence,
        status=status,
        words=_list_words(now, window),
        denied_by=denied_by,
        of_animals=ANIMALS in now.places,
        of_mixture=MIXTURE in now.places,
    )


def _list_words(now: _Read, window: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return where the words of a window stand in their paragraph, those within others left out."""
    words: list[tuple[int, int]] = []
    end = -1
    for first, last in sorted(window, key=lambda one: (one[0], -one[1])):
        if last > end:
            offset, end = now.sentence.start, last
            words.append((offset + now.tokens[first].start, offset + now.tokens[last].end))
    return tuple(words)


def _find_denial(now: _Read, window: list[tuple[int, int]], text: str) -> str:
    """Return the words that deny: in the same part of the sentence, or of all of it."""
    for first, last in now.places.get(UNPROVEN, ()):
        return text[now.tokens[first].start : now.tokens[last].end]
    if DENY not in now.places:
        return ""
    own = {now.parts[place] for place, _ in window}
    for first, last in now.places[DENY]:
        if now.parts[first] in own:
            return text[now.tokens[first].start : now.tokens[last].end]
    return ""


def _is_asked(now: _Read, window: list[tuple[int, int]]) -> bool:
    """Whether a *whether* stands before the words of a window."""
    first = min(place for place, _ in window)
    return any(last < first for _, last in now.places.get(ASK, ()))


def number_parts(tokens: Sequence[Token], text: str) -> list[int]:
    """Return for each word in which part of its sentence it stands.

    Examples
    --------
    >>> text = "It is old, but it works"
    >>> number_parts(list_tokens(text), text)
    [0, 0, 0, 2, 2, 2]
    """
    parts: list[int] = []
    part, end = 0, 0
    for token in tokens:
        part += bool(_BREAK.search(text, end, token.start)) + bool(_BUT.fullmatch(token.word))
        parts.append(part)
        end = token.end
    return parts
