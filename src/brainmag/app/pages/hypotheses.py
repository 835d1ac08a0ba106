"""Which explanation holds: weights, what moves them, and the next experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from brainmag.app.pages.choices import list_hypotheses
from brainmag.app.pages.frame import render_page
from brainmag.inference.compare import read_comparison
from brainmag.inference.next import load_candidates
from brainmag.locales import text
from brainmag.report.compare_table import label_case, list_deciding_rows, write_span


def list_cases(document: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Return every way to look at the record, with its key and its label.

    Examples
    --------
    >>> list_cases(read_comparison(), "en")[0]["key"]
    'base'
    """
    return [
        {
            "key": f"{case['kind']}:{case['name']}" if case["name"] else case["kind"],
            "kind": case["kind"],
            "label": label_case(case, lang),
            "weights": case["weights"],
            "log_evidence": case["log_evidence"],
            "effective": case["effective"],
            "is_thin": case["is_thin"],
            "figures": case["figures"],
        }
        for case in document["cases"]
    ]


def show_hypotheses(request: Request, lang: str) -> HTMLResponse:
    """Return the page; which way to look is read from the address by its script."""
    document = read_comparison()
    cases = list_cases(document, lang)
    return render_page(
        request,
        "hypotheses",
        lang,
        told={
            "cases": cases,
            "range": document["range"],
            "experiments": {
                name: text(f"record.next.names.{name}", lang=lang) for name in load_candidates()
            },
        },
        hypotheses=list_hypotheses(lang),
        switches=[case for case in cases if case["kind"] not in ("study", "figure")],
        studies=[case for case in cases if case["kind"] == "study"],
        figures=[case for case in cases if case["kind"] == "figure"],
        deciding=list_deciding_rows(document, lang),
        span=write_span(document, lang),
    )
