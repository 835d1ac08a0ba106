"""From a file's bytes to an article, and which of its paragraphs only list references."""

from __future__ import annotations

from collections.abc import Sequence

from brainmag.errors import InputError
from brainmag.evidence.audit.article import Article
from brainmag.evidence.audit.decode import decode
from brainmag.evidence.audit.lexicon import list_languages, list_tokens, load_lexicon
from brainmag.evidence.audit.markup import is_page, read_page
from brainmag.evidence.audit.notes import find_notes
from brainmag.evidence.audit.plain import read_plain
from brainmag.evidence.audit.references import Mention

HTML, TEXT = "html", "text"
# A head of a list is no longer than this.
LONGEST_HEAD = 100


def read_article(content: bytes, name: str) -> Article:
    """Return an article as it can be read.

    Raises
    ------
    InputError
        ``audit.no_text`` or ``audit.not_text`` as `decode` says, ``audit.empty``.

    Examples
    --------
    >>> read_article(b"<p>One</p><p>Two", "page").form
    'html'
    """
    text, encoding, assumed = decode(content, name)
    warnings = ["encoding"] if assumed else []
    if is_page(text):
        form = HTML
        paragraphs, is_cut = read_page(text)
        warnings += ["cut"] if is_cut else []
    else:
        form = TEXT
        paragraphs = read_plain(text)
    if not any(one.text for one in paragraphs):
        raise InputError("audit.empty", given=name)
    return Article(name, form, encoding, tuple(paragraphs), tuple(warnings))


def find_listed(article: Article, mentions: Sequence[Mention]) -> set[int]:
    """Return the paragraphs that list references: titles there are not the article's own claims."""
    cited = {one.paragraph for one in mentions}
    listed = {
        one.paragraph for held in find_notes(article.paragraphs, mentions).values() for one in held
    }
    is_list = False
    for number, paragraph in enumerate(article.paragraphs):
        tokens = list_tokens(paragraph.text[: LONGEST_HEAD + 1])
        heads = [load_lexicon(lang).find(tokens).get("lists", ()) for lang in list_languages()]
        if tokens and any((0, len(tokens) - 1) in places for places in heads):
            is_list = True
        elif is_list and number in cited:
            listed.add(number)
    return listed
