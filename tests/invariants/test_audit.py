"""Oracle: what holds of any article: nothing of it runs, every mark lies on its own words.

Damaged pages are long enough that a reader whose time grows with the square of their length would
not come to an end.
"""

from __future__ import annotations

import json
import re
import string
import tomllib
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainmag.cli import main
from brainmag.errors import InputError
from brainmag.evidence.audit import audit_article
from brainmag.evidence.audit.decode import decode
from brainmag.evidence.audit.describe import MOST
from brainmag.evidence.audit.flags import FLAGS
from brainmag.evidence.audit.lexicon import list_languages, load_rules
from brainmag.evidence.audit.markup import read_page
from brainmag.evidence.audit.read import read_article
from brainmag.evidence.audit.references import find_identifiers
from brainmag.evidence.claims import load_claims
from brainmag.locales import load_catalogue
from brainmag.report.audit_page import cut_pieces, render_audit_page
from brainmag.report.audit_table import draw_audit
from brainmag.sources import load_sources

ARTICLES = Path(__file__).parents[1] / "frozen" / "articles"
PIECES = [
    *(
        "<p>",
        "</p>",
        "<a href='",
        "'>",
        "</a>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
    ),
    *(
        "<sup>",
        "</sup>",
        "<ol>",
        "<li>",
        "</ol>",
        "<",
        ">",
        "&",
        "&#",
        "&#99999999999999;",
        "&lt;",
        "=",
    ),
    *(
        '"',
        "'",
        "[",
        "](",
        ")",
        "[^1]",
        "1. ",
        "# ",
        "* ",
        "\n",
        "\n\n",
        " ",
        ". ",
        "? ",
        "\x00",
        "\x1b[31m",
    ),
    *(
        "10.3390/nu14245235",
        "PMID 23658180",
        "PMC12832366",
        "doi.org/10.1000/x",
        "[1]",
        "References",
    ),
    *(
        "MgT ",
        "improves ",
        "memory ",
        "does not ",
        "magnesium ",
        "sleep ",
        "in mice ",
        "het ",
        "de ",
        "geen ",
    ),
    *(
        "verbetert ",
        "geheugen ",
        "é",
        "\ud83e\udde0",
        "\u202e",
        "{{ 7*7 }}",
        "{% raw %}",
        "[/bold]",
        "[red]",
    ),
]
soup = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


class Elements(HTMLParser):
    """The elements and attributes of a page that was made."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {f"{name}={value}" if name == "href" else name for name, value in attrs}


def check(document: dict[str, Any]) -> None:
    """Whether every place lies on what it says, and every name leads somewhere."""
    text = document["text"]
    ids = {one["id"] for one in document["references"]}
    for one in document["references"]:
        for place in one["places"]:
            assert text[place["paragraph"]][place["start"] : place["end"]] == place["shown"]
            assert place["line"] >= 1
    claims = {one["id"] for one in document["claims"]}
    for one in document["findings"]:
        own = text[one["paragraph"]]
        assert own[one["start"] : one["end"]] == one["sentence"].rstrip()
        for word in one["words"]:
            assert own[word["start"] : word["end"]] == word["shown"]
        assert one["claim"] in claims
        assert set(one["references"]) <= ids
        assert {flag["flag"] for flag in one["flags"]} <= set(FLAGS)
    json.dumps(document, allow_nan=False)


def check_page(document: dict[str, Any]) -> None:
    """Whether a page holds our own elements alone, and all of the article's text."""
    page = render_audit_page(document, lang="en")
    found = Elements(page)
    own = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "div"}
    own |= {"table", "thead", "tbody", "tr", "th", "td", "mark", "a", "ul", "li", "strong"}
    assert set(found.names) <= own
    assert not any(name.startswith("on") or name in ("src", "style") for name in found.attributes)
    assert all(
        re.fullmatch(r"href=#[rf]\d+", name) for name in found.attributes if name.startswith("href")
    )
    article = page[page.index('<div class="article"') : page.index('<section id="findings">')]
    shown = [
        unescape(re.sub(r"<a class=\"badge.*?</a>|<[^>]*>", "", one))
        for one in re.findall(r"^<p>(.*)</p>$", article, re.MULTILINE)
    ]
    assert shown == document["text"]


@given(soup)
def test_any_text_is_audited_or_refused(text: str) -> None:
    content = text.encode("utf-8", errors="replace")
    try:
        document = audit_article(content, "soup", lang="en")
    except InputError as error:
        assert error.code in ("audit.empty", "audit.not_text")  # noqa: PT017
        return
    check(document)
    check_page(document)
    assert draw_audit(document, "nl")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        check(audit_article(content, "bytes", lang="nl"))
    except InputError as error:
        assert error.code.startswith("audit.")  # noqa: PT017


@given(st.text(max_size=300))
def test_identifiers_lie_in_their_text(text: str) -> None:
    for identifier, start, end in find_identifiers(text):
        assert 0 <= start < end <= len(text)
        assert identifier.value


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), min_size=1)
)
def test_escaped_text_is_read_back(text: str) -> None:
    escaped = "".join(f"&#{ord(letter)};" for letter in text)
    paragraphs, cut = read_page(f"<p>{escaped}</p>")
    assert "".join(one.text for one in paragraphs) == " ".join(unescape(escaped).split())
    assert not cut


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.just("made")), max_size=6),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.just("1")), max_size=6),
)
def test_pieces_are_the_whole_text(
    text: str, marked: list[tuple[int, int, str]], cited: list[tuple[int, int, str]]
) -> None:
    spans = [
        [(min(a, b, len(text)), min(max(a, b), len(text)), name) for a, b, name in own]
        for own in (marked, cited)
    ]
    pieces = cut_pieces(text, *spans, {})
    assert "".join(one["text"] for one in pieces) == text


HOSTILE = {
    "angles": "<",
    "tags": "<a ",
    "quotes": '<a x=">"',
    "comments": "<!--",
    "scripts": "<script></scrip",
    "nested": "<div><ul><ol>",
    "notes": "<sup>1 ",
    "entities": "<!ENTITY lol '&lol;&lol;'>",
    "brackets": "[](",
    "equals": "<a =",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_page_comes_to_an_end(name: str) -> None:
    piece = HOSTILE[name]
    for start in ("<p>MgT improves memory.</p>", "MgT improves memory.\n\n"):
        text = start + piece * (300_000 // len(piece))
        assert audit_article(text.encode(), name, lang="en")["findings"][0]["claim"] == "C10"


def test_an_endless_number_is_no_character() -> None:
    page = f"<p>one &#{'9' * 5000}; two <a href='&#{'9' * 5000};'>three</a></p>"
    assert audit_article(page.encode(), "-", lang="en")["text"][0].startswith("one &#999")


def test_nothing_of_the_input_runs() -> None:
    page = (
        "<!doctype html><p onclick=x>MgT improves memory <img src=x onerror=alert(1)>"
        "<script>alert('s')</script><svg onload=alert(2)></svg>"
        "&lt;script&gt;alert(3)&lt;/script&gt;"
        "<a href='javascript:alert(4)//10.3390/nu14245235'>{{ 7*7 }}</a></p>"
    )
    document = audit_article(page.encode(), "<script>alert(5)</script>", lang="en")
    check_page(document)
    made = render_audit_page(document, lang="en")
    assert "alert('s')" not in made
    assert "{{ 7*7 }}" in made
    assert "default-src 'none'" in made


@pytest.mark.parametrize("sentence", ["See [1-9]. ", "MgT improves memory. ", "10.1000/a{} "])
def test_what_is_told_of_a_text_is_bounded(sentence: str) -> None:
    body = "".join(sentence.format(number) for number in range(MOST + 100))
    listed = "".join(f"\n\n[{number}] 10.1000/b{number}" for number in range(1, 10))
    document = audit_article(f"{body}{listed}".encode(), "-", lang="en")
    assert "crowded" in document["article"]["warnings"]
    assert len(document["findings"]) <= MOST
    assert sum(len(one["places"]) for one in document["references"]) <= MOST
    few = audit_article(sentence.format(1).encode(), "-", lang="en")
    assert "crowded" not in few["article"]["warnings"]


def test_a_tag_that_is_never_closed_is_told() -> None:
    document = audit_article(b"<p>MgT improves memory.</p><script>and more", "-", lang="en")
    assert "cut" in document["article"]["warnings"]


ENCODED = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_are_read(encoding: str) -> None:
    text = "Magnesium-L-threonaat verbetert het geheugen, zei Zoë in één café."
    assert decode(text.encode(encoding), "-")[0] == text


def test_a_page_says_how_it_is_encoded() -> None:
    page = "<meta charset='iso-8859-2'><p>żółw</p>".encode("iso-8859-2")
    assert read_article(page, "-").paragraphs[0].text == "żółw"
    assert read_article(page, "-").warnings == ()


def test_control_characters_do_not_reach_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "article.txt"
    file.write_text(
        "MgT improves\x1b[2J memory \x9b31m [bold]10.1000/x[/bold]\u202e, so it goes. " * 3
        + "The tale of the day is longer than that, " * 10,
        encoding="utf-8",
    )
    assert main(["audit", str(file)]) == 0
    told = capsys.readouterr().out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert "10.1000/x" in told


def test_every_rule_has_its_words_and_every_claim_a_rule() -> None:
    place = files("brainmag.evidence.audit").joinpath("lexicon.toml")
    groups = tomllib.loads(place.read_text(encoding="utf-8"))["groups"]
    assert list(groups) == list(list_languages()) == ["en", "nl"]
    assert groups["en"].keys() == groups["nl"].keys()
    named = {
        name for one in load_rules() for name in (*one.needs, *one.without, one.subject) if name
    }
    named |= {"deny", "unproven", "ask", "it", "other_salts"}
    assert named == set(groups["en"])
    assert {one.claim for one in load_rules()} == set(load_claims())


def test_both_languages_say_the_same_things() -> None:
    def flatten(entry: object, key: str = "") -> dict[str, str]:
        if isinstance(entry, dict):
            inner = [flatten(value, f"{key}.{name}") for name, value in entry.items()]
            return {name: text for part in inner for name, text in part.items()}
        return {key: str(entry)}

    english, dutch = (flatten(load_catalogue(lang, "audit")) for lang in ("en", "nl"))
    assert english.keys() == dutch.keys()
    for key, said in english.items():
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(one) if field}
            for one in (said, dutch[key])
        ]
        assert fields[0] == fields[1], key


def test_every_kind_of_study_has_a_name() -> None:
    kinds = {one.kind.replace(" ", "-") for one in load_sources().values()}
    assert kinds <= set(load_catalogue("nl", "audit")["study"])


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_folder_holds_document_and_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    article = str(ARTICLES / "threonaat.html")
    assert main(["audit", article, "--out", str(tmp_path), "--json", "--lang", lang]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["audit.html", "result.json"]
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == printed
    check(printed)
    check_page(printed)
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in page
    assert "alert" not in page
    # Each badge and each reference leads to what the page holds.
    ids = set(re.findall(r'id="([rf]\d+)"', page))
    assert set(re.findall(r'href="#([rf]\d+)"', page)) <= ids
