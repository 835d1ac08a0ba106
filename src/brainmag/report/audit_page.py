"""An audited article as one page: its own text with marks, and nothing of its markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from brainmag import __version__
from brainmag.files import format_json, write_whole
from brainmag.locales import text
from brainmag.report.audit_table import (
    CLAIM_HEADS,
    FINDING_HEADS,
    FLAG_HEADS,
    REFERENCE_HEADS,
    list_audit_remarks,
    list_claim_rows,
    list_finding_rows,
    list_flag_rows,
    list_reference_rows,
    write_head,
    write_status,
)
from brainmag.report.claims_table import write_certainty

JSON, PAGE = "result.json", "audit.html"
Span = tuple[int, int, str]


def keep_audit(document: Mapping[str, Any], home: Path, *, lang: str) -> None:
    """Write the document of an audit and its page; both files appear, or none.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    contents = {JSON: format_json(document), PAGE: render_audit_page(document, lang=lang)}
    write_whole(
        home,
        {
            name: lambda one, made=made: one.write_text(made, encoding="utf-8")
            for name, made in contents.items()
        },
    )


def render_audit_page(document: Mapping[str, Any], *, lang: str) -> str:
    """Return the audit as HTML; every word of the article is escaped, and nothing is fetched."""
    from jinja2 import Environment  # noqa: PLC0415

    environment = Environment(autoescape=True, trim_blocks=True)
    template = files("brainmag.report").joinpath("templates", "audit.html")
    rows = {
        "flags": (FLAG_HEADS, list_flag_rows(document, lang)),
        "findings": (FINDING_HEADS, list_finding_rows(document, lang)),
        "claims": (CLAIM_HEADS, list_claim_rows(document, lang)),
        "references": (REFERENCE_HEADS, list_reference_rows(document, lang)),
    }
    tables = {
        name: {
            "title": text(f"audit.{name}.title", lang=lang),
            "none": "" if name == "claims" else text(f"audit.{name}.none", lang=lang),
            "heads": [text(f"audit.{name}.{head}", lang=lang) for head in heads],
            "rows": own,
        }
        for name, (heads, own) in rows.items()
    }
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        lang=lang,
        title=text("audit.head.title", lang=lang, name=Path(document["article"]["name"]).name),
        head=write_head(document, lang),
        version=text("audit.head.version", lang=lang, version=__version__),
        article_lang=document["article"]["language"],
        text_title=text("audit.text.title", lang=lang),
        meaning=text("audit.text.meaning", lang=lang),
        remarks=list_audit_remarks(document, lang),
        tables=tables,
        paragraphs=mark_paragraphs(document, lang),
    )


def mark_paragraphs(document: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return the paragraphs of an article as pieces with their marks, and the notes below each."""
    claims = {one["id"]: one for one in document["claims"]}
    words: dict[int, list[Span]] = {}
    badges: dict[int, dict[int, list[dict[str, Any]]]] = {}
    notes: dict[int, list[dict[str, Any]]] = {}
    for number, finding in enumerate(document["findings"], start=1):
        place, kind = finding["paragraph"], "flagged" if finding["flags"] else finding["status"]
        words.setdefault(place, []).extend(
            (one["start"], one["end"], kind) for one in finding["words"]
        )
        badge = {"number": number, "kind": kind, "claim": finding["claim"]}
        badges.setdefault(place, {}).setdefault(finding["end"], []).append(badge)
        notes.setdefault(place, []).append(
            _write_note(number, finding, claims, lang) | {"kind": kind}
        )
    cited: dict[int, list[Span]] = {}
    for number, reference in enumerate(document["references"], start=1):
        for one in reference["places"]:
            cited.setdefault(one["paragraph"], []).append((one["start"], one["end"], str(number)))
    return [
        {
            "pieces": cut_pieces(
                own, words.get(place, ()), cited.get(place, ()), badges.get(place, {})
            ),
            "notes": notes.get(place, ()),
        }
        for place, own in enumerate(document["text"])
    ]


def _write_note(
    number: int, finding: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]], lang: str
) -> dict[str, Any]:
    claim = claims[finding["claim"]]
    return {
        "number": number,
        "status": write_status(finding, lang),
        "said": text(
            "audit.text.note",
            lang=lang,
            claim=claim["id"],
            says=claim["claim"],
            verdict=text(f"claims.verdict.{claim['verdict']}", lang=lang),
            certainty=write_certainty(claim, lang),
        ),
        "flags": [
            text(
                "audit.text.flag",
                lang=lang,
                reference=flag["reference"],
                flag=text(f"audit.flag.{flag['flag']}", lang=lang),
                says=flag["says"],
            )
            for flag in finding["flags"]
        ],
    }


def cut_pieces(
    words: str,
    marked: Iterable[Span],
    cited: Iterable[Span],
    badges: Mapping[int, Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Return a paragraph in pieces: each with the marks it bears, and the badges behind it.

    Examples
    --------
    >>> pieces = cut_pieces("It works.", [(3, 8, "made")], [], {9: []})
    >>> [(one["text"], one["mark"]) for one in pieces]
    [('It ', ''), ('works', 'made'), ('.', '')]
    """
    marks, links = _part(marked), _part(cited)
    ends = {end for start, stop, _ in (*marks, *links) for end in (start, stop)}
    cuts = sorted(ends | set(badges) | {0, len(words)})
    pieces: list[dict[str, Any]] = []
    at_mark = at_link = 0
    for start, end in pairwise(cuts):
        while at_mark < len(marks) and marks[at_mark][1] <= start:
            at_mark += 1
        while at_link < len(links) and links[at_link][1] <= start:
            at_link += 1
        pieces.append(
            {
                "text": words[start:end],
                "mark": _name(marks, at_mark, start),
                "link": _name(links, at_link, start),
                "badges": badges.get(end, ()),
            }
        )
    return pieces


def _part(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that run into an earlier one cut short or left out."""
    parted: list[Span] = []
    for start, end, name in sorted(spans):
        free = max(start, parted[-1][1] if parted else 0)
        if free < end:
            parted.append((free, end, name))
    return parted


def _name(spans: Sequence[Span], place: int, start: int) -> str:
    return spans[place][2] if place < len(spans) and spans[place][0] <= start else ""
