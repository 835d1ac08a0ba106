"""The words by which claims are known, as data, and where a text holds them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# A word of the lexicon, as a pattern for a word of a text.
Word = re.Pattern[str]
BACK, ANY = "!", "*"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True)
class Rule:
    """What a sentence must hold to make a claim; the head of ``lexicon.toml`` says how."""

    claim: str
    needs: tuple[str, ...]
    subject: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """A phrase of one group; ``takes_back`` where it says that the group's others are not meant."""

    group: str
    words: tuple[Word, ...]
    takes_back: bool


@dataclass(frozen=True)
class Token:
    """A word of a text as the lexicon sees it, and where it stands."""

    word: str
    start: int
    end: int


class Lexicon:
    """The phrases of one language.

    Attributes
    ----------
    lang : str
    phrases : tuple of Phrase
    """

    def __init__(self, lang: str, groups: Mapping[str, Iterable[str]]) -> None:
        self.lang = lang
        self.phrases = tuple(
            read_phrase(group, phrase) for group, phrases in groups.items() for phrase in phrases
        )
        # Which phrases may begin with a word: looked up once for each word of a text.
        self._beginning: dict[str, tuple[Phrase, ...]] = {}
        firsts = {one.words[0].pattern for one in self.phrases}
        self._first = re.compile("|".join(sorted(firsts)))

    def find(self, tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
        """Return where each group has a phrase: the first and last of its tokens, by number."""
        found: dict[str, list[tuple[int, int]]] = {}
        taken: dict[str, set[int]] = {}
        for place, token in enumerate(tokens):
            for phrase in self._list_beginning(token.word):
                last = place + len(phrase.words) - 1
                if last >= len(tokens) or not all(
                    word.fullmatch(tokens[place + offset].word)
                    for offset, word in enumerate(phrase.words[1:], start=1)
                ):
                    continue
                if phrase.takes_back:
                    taken.setdefault(phrase.group, set()).update(range(place, last + 1))
                else:
                    found.setdefault(phrase.group, []).append((place, last))
        for group, places in taken.items():
            kept = [
                one for one in found.get(group, ()) if places.isdisjoint(range(one[0], one[1] + 1))
            ]
            found[group] = kept
        return {group: places for group, places in found.items() if places}

    def _list_beginning(self, word: str) -> tuple[Phrase, ...]:
        known = self._beginning.get(word)
        if known is None:
            known = ()
            if self._first.fullmatch(word):
                known = tuple(one for one in self.phrases if one.words[0].fullmatch(word))
            self._beginning[word] = known
        return known


def read_phrase(group: str, phrase: str) -> Phrase:
    """Return a phrase of the lexicon.

    Examples
    --------
    >>> [word.pattern for word in read_phrase("x", "!L-threona* barrière").words]
    ['l', 'threona.*', 'barriere']
    """
    plain = phrase.removeprefix(BACK)
    words = tuple(
        re.compile(ANY.join(re.escape(fold(part)) for part in word.split(ANY)).replace(ANY, ".*"))
        for word in plain.replace("-", " ").split()
    )
    return Phrase(group, words, phrase.startswith(BACK))


def list_tokens(text: str) -> list[Token]:
    """Return the words of a text, in the lexicon's spelling.

    Examples
    --------
    >>> [one.word for one in list_tokens("It doesn’t pass the bloed-hersenbarrière")]
    ['it', "doesn't", 'pass', 'the', 'bloed', 'hersenbarriere']
    """
    return [Token(fold(one[0]), one.start(), one.end()) for one in _WORD.finditer(text)]


def fold(word: str) -> str:
    """Return a word without capitals and accents.

    Examples
    --------
    >>> fold("Cognitieve"), fold("hersenbarrière")
    ('cognitieve', 'hersenbarriere')
    """
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.replace("’", "'").casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _read_table() -> dict[str, Any]:
    place = files("brainmag.evidence.audit").joinpath("lexicon.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return the rules of all claims.

    Examples
    --------
    >>> load_rules()[0].claim
    'C1'
    """
    return tuple(
        Rule(
            one["claim"], tuple(one["needs"]), one.get("subject", ""), tuple(one.get("without", ()))
        )
        for one in _read_table()["rule"]
    )


def list_languages() -> tuple[str, ...]:
    """Return the languages in which claims are known.

    Examples
    --------
    >>> list_languages()
    ('en', 'nl')
    """
    return tuple(_read_table()["groups"])


@cache
def load_lexicon(lang: str) -> Lexicon:
    """Return the phrases of a language."""
    table = _read_table()
    own = {"mixture": table["mixture"][lang], "lists": table["lists"][lang]}
    return Lexicon(lang, {**table["groups"][lang], **own})


def find_language(words: Iterable[str]) -> str:
    """Return the language whose commonest words are most among some words, or the empty string.

    Examples
    --------
    >>> find_language("de werking van het middel op een dag".split())
    'nl'
    >>> find_language(["Magnesium", "10.1038/srep26975"])
    ''
    """
    common = {lang: set(listed) for lang, listed in _read_table()["common"].items()}
    counts = dict.fromkeys(common, 0)
    for word in words:
        for lang, listed in common.items():
            counts[lang] += word in listed
    best, second = sorted(counts, key=lambda lang: -counts[lang])[:2]
    return best if counts[best] > counts[second] else ""
