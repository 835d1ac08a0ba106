"""Plain text and Markdown as paragraphs: lines joined, the links of Markdown taken apart."""

from __future__ import annotations

import re

from brainmag.evidence.audit.article import Builder, Paragraph

# What begins a paragraph though no empty line stands before it: a heading, an entry of a list, a
# quotation, a note at the foot.
_ENTRY = re.compile(r" {0,8}(?:#{1,6} |[-*+•] |[0-9]{1,3}[.)] |>|\[\^?[\w-]{1,20}\]:? )")
_RULE = re.compile(r"\s*([-=*_])(?:\s?\1){2,}\s*")
_SIGNS = re.compile(r" {0,8}(?:#{1,6} +|[-*+•] +|> ?)")
# [words](target "title"), and <target>; bounded, so that brackets without end cost no time.
_LINK = re.compile(
    r"!?\[(?P<words>[^\[\]\n]{0,500})\]\(\s{0,9}<?(?P<target>(?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})>?"
    r"""(?:\s{1,9}["'][^"'\n]{0,500}["'])?\s{0,9}\)"""
    r"|<(?P<address>[a-z]{3,10}:[^\s<>]{1,2000})>",
)
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)"
)


def read_plain(text: str) -> list[Paragraph]:
    r"""Return the paragraphs of a text.

    Examples
    --------
    >>> found = read_plain("# Head\n\nSee [a *page*](doi.org/10.1/a),\nor two.\n- three")
    >>> [one.text for one in found]
    ['Head', 'See a page, or two.', 'three']
    """
    builder = Builder()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or _RULE.fullmatch(line):
            builder.end()
            continue
        if _ENTRY.match(line):
            builder.end()
        _add_line(builder, _SIGNS.sub("", line, count=1) if _SIGNS.match(line) else line, number)
        if line.lstrip().startswith("#"):
            builder.end()
    builder.end()
    return builder.done


def _add_line(builder: Builder, line: str, number: int) -> None:
    place = 0
    builder.add("\n", number)
    for link in _LINK.finditer(line):
        builder.add(_EMPHASIS.sub("", line[place : link.start()]), number)
        start = builder.length
        words = link["address"] or link["words"]
        builder.add(_EMPHASIS.sub("", words) if link["words"] else words, number)
        builder.link(start, link["address"] or link["target"])
        place = link.end()
    builder.add(_EMPHASIS.sub("", line[place:]), number)
