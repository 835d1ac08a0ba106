"""Which report a document is written as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from brainmag.report.calibration_page import build_calibration_report
from brainmag.report.claims_report import build_claims_report
from brainmag.report.page import Page
from brainmag.report.run_report import build_run_report
from brainmag.report.trial_report import build_trial_report

_BUILDERS: Mapping[str, Callable[..., Page]] = {
    "claims": build_claims_report,
    "run": build_run_report,
    "trial": build_trial_report,
    "calibration": build_calibration_report,
}


def build_report(document: Mapping[str, Any], *, lang: str) -> Page:
    """Return the report of a document, by its ``kind``.

    Parameters
    ----------
    document : mapping
        As `brainmag.commands.report.describe_report` gives.
    lang : str
    """
    return _BUILDERS[document["kind"]](document, lang=lang)
