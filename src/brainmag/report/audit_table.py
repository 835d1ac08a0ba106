"""An audited article as tables: what does not hold up, what is claimed, what is cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brainmag.locales import text
from brainmag.report.claims_table import write_certainty
from brainmag.report.rich_table import start_table
from brainmag.sources import load_sources

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

FLAG_HEADS = ("line", "claim", "reference", "flag", "says")
FINDING_HEADS = ("line", "claim", "status", "words", "verdict", "certainty", "references")
CLAIM_HEADS = ("claim", "says", "verdict", "certainty")
REFERENCE_HEADS = ("reference", "lines", "study", "subject", "claims", "remarks", "says")
# What follows is a kind of study, as sources/ has it.
STUDY = "audit.study"
# Places of a reference that a table names.
MOST_LINES = 6


def draw_audit(document: Mapping[str, Any], lang: str) -> list[RenderableType]:
    """Return an audit as a person reads it in a terminal."""
    parts = [
        ("flags", FLAG_HEADS, list_flag_rows(document, lang)),
        ("findings", FINDING_HEADS, list_finding_rows(document, lang)),
        ("claims", CLAIM_HEADS, list_claim_rows(document, lang)),
        ("references", REFERENCE_HEADS, list_reference_rows(document, lang)),
    ]
    shown: list[RenderableType] = [_quote(one) for one in (write_head(document, lang), "")]
    for name, heads, rows in parts:
        if rows:
            shown.append(_draw(name, heads, rows, lang))
        elif name != "claims":
            shown += [text(f"audit.{name}.none", lang=lang), ""]
    return [*shown, *(_quote(one) for one in list_audit_remarks(document, lang))]


def _draw(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> Table:
    title = text(f"audit.{name}.title", lang=lang)
    table = start_table(title, [text(f"audit.{name}.{head}", lang=lang) for head in heads])
    for row in rows:
        table.add_row(*(_quote(cell) for cell in row))
    return table


def _quote(words: str) -> RenderableType:
    """Return words of an article as they are: brackets in them are no markup."""
    from rich.text import Text  # noqa: PLC0415

    return Text(words, overflow="fold")


def write_head(document: Mapping[str, Any], lang: str) -> str:
    """Return what was read, in a line."""
    article = document["article"]
    return text(
        "audit.head.read",
        lang=lang,
        form=text("audit.head.page" if article["form"] == "html" else "audit.head.text", lang=lang),
        encoding=article["encoding"],
        language=text(f"audit.language.{article['language'] or 'none'}", lang=lang),
        paragraphs=article["paragraphs"],
        sentences=article["sentences"],
        references=len(document["references"]),
        known=sum(one["known"] for one in document["references"]),
        findings=len(document["findings"]),
    )


def list_flag_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return what does not hold up, in the order of the text."""
    return [
        [
            str(finding["line"]),
            finding["claim"],
            flag["reference"],
            text(f"audit.flag.{flag['flag']}", lang=lang),
            flag["says"],
        ]
        for finding in document["findings"]
        for flag in finding["flags"]
    ]


def list_finding_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return the claims that an article makes, denies or asks about."""
    claims = {one["id"]: one for one in document["claims"]}
    return [
        [
            str(finding["line"]),
            finding["claim"],
            write_status(finding, lang),
            " … ".join(word["shown"] for word in finding["words"]),
            text(f"claims.verdict.{claims[finding['claim']]['verdict']}", lang=lang),
            write_certainty(claims[finding["claim"]], lang),
            _write_near(finding, lang),
        ]
        for finding in document["findings"]
    ]


def write_status(finding: Mapping[str, Any], lang: str) -> str:
    """Return whether a claim is made, denied or asked about, and by which word it is denied."""
    status = text(f"audit.status.{finding['status']}", lang=lang)
    if not finding["denied_by"]:
        return status
    return text("audit.findings.denied_by", lang=lang, status=status, word=finding["denied_by"])


def _write_near(finding: Mapping[str, Any], lang: str) -> str:
    names = ", ".join(finding["references"])
    if finding["scope"] != "paragraph":
        return names
    return text("audit.findings.near", lang=lang, references=names)


def list_claim_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return what the ledger says of the claims that were found."""
    return [
        [
            one["id"],
            one["claim"],
            text(f"claims.verdict.{one['verdict']}", lang=lang),
            write_certainty(one, lang),
        ]
        for one in document["claims"]
    ]


def list_reference_rows(document: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return the references of an article, each once."""
    return [
        [
            one["id"],
            _write_lines(one["places"], lang),
            _write_study(one, lang),
            text(f"audit.subject.{one['subject']}", lang=lang),
            ", ".join(
                text(
                    "audit.references.stance",
                    lang=lang,
                    claim=claim["id"],
                    stance=text(f"claims.stance.{claim['stance']}", lang=lang),
                )
                for claim in one["claims"]
            ),
            ", ".join(
                text(f"audit.remark.{key}", lang=lang) for key in list_reference_remarks(one)
            ),
            write_says(one, lang),
        ]
        for one in document["references"]
    ]


def _write_study(reference: Mapping[str, Any], lang: str) -> str:
    if not reference["known"]:
        return ""
    return text(f"{STUDY}.{reference['study'].replace(' ', '-')}", lang=lang)


def _write_lines(places: Sequence[Mapping[str, Any]], lang: str) -> str:
    lines = list(dict.fromkeys(str(place["line"]) for place in places))
    shown = ", ".join(lines[:MOST_LINES])
    if len(lines) <= MOST_LINES:
        return shown
    return text("audit.references.more", lang=lang, lines=shown, count=len(lines) - MOST_LINES)


def list_reference_remarks(reference: Mapping[str, Any]) -> list[str]:
    """Return what must be known of a reference, as keys of texts.

    Examples
    --------
    >>> list_reference_remarks({"known": False, "retracted": True, "mixed": False, "claims": []})
    ['retracted', 'unknown']
    """
    remarks = [key for key in ("retracted", "mixed") if reference[key]]
    if not reference["known"]:
        found = reference.get("online")
        is_nowhere = found is not None and found["service"] is None
        return [*remarks, "asked_unknown" if is_nowhere else "unknown"]
    if reference["industry"]:
        remarks.append("industry")
    elif reference["industry"] is None:
        remarks.append("unchecked")
    return remarks if reference["claims"] else [*remarks, "outside"]


def write_says(reference: Mapping[str, Any], lang: str) -> str:
    """Return what a source says itself: of each claim, of BrainMag's matter, or as found online."""
    if reference["claims"]:
        return " ".join(dict.fromkeys(claim["says"] for claim in reference["claims"]))
    found = reference.get("online")
    if reference["known"] or found is None or found["service"] is None:
        return reference["says"]
    service = text(f"audit.service.{found['service']}", lang=lang)
    shown = {key: found[key] for key in ("title", "journal", "year")}
    return text("audit.references.online", lang=lang, service=service, **shown)


def list_audit_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what a reader of an audit must know."""
    article = document["article"]
    sources = load_sources().values()
    without = sum(not (one.doi or one.pmid or one.pmcid) for one in sources)
    remarks = [
        text(f"audit.warning.{key}", lang=lang, encoding=article["encoding"])
        for key in article["warnings"]
    ]
    if document.get("online", {}).get("left"):
        remarks.append(text("audit.remarks.left", lang=lang, left=document["online"]["left"]))
    return [
        *remarks,
        text("audit.remarks.words", lang=lang),
        text("audit.remarks.references", lang=lang, without=without, sources=len(sources)),
        text("audit.remarks.honest", lang=lang),
    ]
