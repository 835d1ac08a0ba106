"""An HTML page as paragraphs of text. Nothing of it is run, fetched or expanded.

One pass over the page, whose pattern always moves on and never goes back, finds tags, comments
and the elements whose content is no text; `html.parser` reads the attributes of a link, one tag at
a time. Given a whole page, its time grows with the square of the length of some damaged ones.
There is no stack of elements, so depth costs nothing; an entity is a character or stays as it is.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from brainmag.evidence.audit.article import Builder, Paragraph

# Elements whose content a browser does not show, or shows as something else.
_RAW = "script|style|title|textarea|template|iframe|noembed|noframes|xmp"
# As a browser reads it: a comment, tag or quote that nobody closes goes on to the end of the page.
_TOKEN = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->)?"
    r"|<[!?][^>]*+>?"
    r"|</(?![a-zA-Z])[^>]*+>?"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"""(?P<rest>(?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+)(?P<end>>?)""",
    re.DOTALL,
)
BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|div|dl|dt|fieldset"
    "|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|menu|nav|ol|option|p"
    "|pre|search|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# A link's tag longer than this holds no address that a person wrote.
LONGEST_TAG = 10_000
_ENDLESS = re.compile(r"&#(?=[0-9]{9})")
_NOTE = re.compile(r"\[?([0-9]{1,3}(?: ?[,–-] ?[0-9]{1,3}){0,9})\]?")
_IS_PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|section|div|p|h[1-6]|ul|ol|table|br|script|meta)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
# How far into a text its first tag must stand for it to be a page.
HEAD = 4096


def is_page(text: str) -> bool:
    """Return whether a text is HTML, by its first tags.

    Examples
    --------
    >>> is_page("<!DOCTYPE html><p>Hello"), is_page("a < b, and a<b>c")
    (True, False)
    """
    return _IS_PAGE.search(text, 0, HEAD) is not None


def read_page(text: str) -> tuple[list[Paragraph], bool]:
    """Return the paragraphs of a page, and whether it was cut by a tag that nobody closed.

    Examples
    --------
    >>> paragraphs, cut = read_page("<p>One <b>bold</b> word<script>alert(1)</script><p>&amp; two")
    >>> [one.text for one in paragraphs], cut
    (['One bold word', '& two'], False)
    """
    reader = _Reader()
    place, cut = 0, False
    while token := _TOKEN.search(text, place):
        reader.add(text[place : token.start()])
        reader.move(token[0])
        place = token.end()
        name = (token["name"] or "").lower()
        if name and not token["end"]:
            cut = True
        elif name and not token["close"] and re.fullmatch(_RAW, name):
            place, is_closed = _skip(text, place, name, reader)
            cut |= not is_closed
        else:
            reader.mark(name, token[0], is_end=bool(token["close"]))
    reader.add(text[place:])
    reader.builder.end()
    return reader.builder.done, cut


def _skip(text: str, place: int, name: str, reader: _Reader) -> tuple[int, bool]:
    """Return where the content of an element ends, and whether it does before the page."""
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, place)
    end = len(text) if found is None else found.start()
    reader.move(text[place:end])
    return end, found is not None


class _Reader:
    """Where a page is read: the line, the link that is open, and the note that is open."""

    def __init__(self) -> None:
        self.builder = Builder()
        self._line = 1
        self._link: tuple[int, str] | None = None
        self._note: list[str] | None = None
        # Of the lists that are open: the number of the last entry, or None where none is shown.
        self._lists: list[int | None] = []

    def move(self, source: str) -> None:
        """Count the lines of what is not text."""
        self._line += source.count("\n")

    def add(self, source: str) -> None:
        """Add text of the page."""
        text = unescape(_ENDLESS.sub("&amp;#", source))
        if self._note is not None:
            self._note.append(text)
        else:
            self.builder.add(text, self._line)
        self.move(source)

    def mark(self, name: str, tag: str, *, is_end: bool) -> None:
        """Take in a tag."""
        if name == "a":
            self._close_link()
            if not is_end and len(tag) <= LONGEST_TAG:
                self._link = (self.builder.length, read_target(tag))
        elif name == "sup":
            self._close_note()
            self._note = None if is_end else []
        elif BLOCKS.fullmatch(name):
            self._close_note()
            self._close_link()
            self.builder.end()
            self._count(name, is_end=is_end)

    def _count(self, name: str, *, is_end: bool) -> None:
        """Write the number before an entry of an ordered list, as a browser does."""
        if name in ("ol", "ul") and is_end:
            del self._lists[-1:]
        elif name in ("ol", "ul"):
            self._lists.append(0 if name == "ol" else None)
        elif name == "li" and not is_end and self._lists:
            last = self._lists[-1]
            if last is not None:
                self._lists[-1] = last + 1
                self.builder.add(f"{last + 1}. ", self._line)

    def _close_link(self) -> None:
        if self._link is not None and self._link[1]:
            self.builder.link(*self._link)
        self._link = None

    def _close_note(self) -> None:
        """End a raised text: numbers are notes and get the brackets they have in plain text."""
        if self._note is None:
            return
        text = "".join(self._note)
        found = _NOTE.fullmatch(" ".join(text.split()))
        self.builder.add(f"[{found[1]}]" if found else text, self._line)
        self._note = None


class _Target(HTMLParser):
    target = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.target = next((value or "" for name, value in attrs if name == "href"), "")


def read_target(tag: str) -> str:
    """Return where a link's tag leads.

    Examples
    --------
    >>> read_target('<a class=x href="doi.org/10.1/a?b&amp;c">')
    'doi.org/10.1/a?b&c'
    """
    reader = _Target()
    reader.feed(_ENDLESS.sub("&amp;#", tag))
    return reader.target.strip()
