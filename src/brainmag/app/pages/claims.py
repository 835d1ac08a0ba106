"""The claims: verdict, certainty and why; and an article audited beside them."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.frame import render_page
from brainmag.commands.claims import ClaimsOptions, describe_claims
from brainmag.evidence.audit.describe import MOST
from brainmag.evidence.claims import choose_claims
from brainmag.locales import DEFAULT_LANGUAGE, load_catalogue, text
from brainmag.report.claims_report import build_claims_report
from brainmag.report.claims_table import write_certainty
from brainmag.report.page import Page

# Parts of the audit's catalogue that its tables are made of.
AUDIT = ("flag", "status", "subject", "remark", "flags", "findings", "references")


@cache
def read_ledger(lang: str) -> tuple[dict[str, Any], Page]:
    """Return the ledger with its evidence, as a document and as sections.

    Examples
    --------
    >>> len(read_ledger("en")[0]["claims"])
    15
    """
    document = describe_claims(ClaimsOptions(evidence=True), choose_claims([]), lang=lang)
    return document, build_claims_report(document, lang=lang)


def show_claims(request: Request, lang: str) -> HTMLResponse:
    """Return the page; which claims are open is read from the address by its script."""
    document, page = read_ledger(lang)
    overview, claims, limits, sources = page.sections
    told = {name: _merge(name, lang) for name in AUDIT}
    # The script knows how an article was encoded, when it has an answer.
    told["warning"] = {
        key: text(f"audit.warning.{key}", lang=lang, encoding="{encoding}", most=MOST)
        for key in load_catalogue(DEFAULT_LANGUAGE, "audit")["warning"]
    }
    return render_page(
        request,
        "claims",
        lang,
        told={
            "audit": told,
            "verdicts": {
                one["verdict"]: text(f"claims.verdict.{one['verdict']}", lang=lang)
                for one in document["claims"]
            },
            "ledger": document,
        },
        overview=overview,
        claims=[
            (one, told, write_certainty(one, lang))
            for one, told in zip(document["claims"], claims.sections, strict=True)
        ],
        how=claims.blocks,
        rest=(limits, sources),
    )


def _merge(name: str, lang: str) -> dict[str, str]:
    known: dict[str, str] = load_catalogue(DEFAULT_LANGUAGE, "audit")[name]
    return {key: text(f"audit.{name}.{key}", lang=lang) for key in known if "{" not in known[key]}
