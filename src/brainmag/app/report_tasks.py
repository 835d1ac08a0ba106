"""The report of a job that has ended, as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainmag.app.exchange import Asked, Progress
from brainmag.errors import InputError

REPORTED = ("trial", "reproduce")


def report(asked: Asked, _advance: Progress) -> Mapping[str, Any]:
    """Return the page of a job's report as HTML.

    Raises
    ------
    InputError
        ``app.job_without_report``.
    """
    kind: str = asked["kind"]
    if kind not in REPORTED:
        raise InputError("app.job_without_report", given=asked["job"])
    result: dict[str, Any] = json.loads(Path(asked["result"]).read_text(encoding="utf-8"))
    write = _report_trial if kind == "trial" else _report_record
    return {"html": write(result, asked["lang"])}


def _report_trial(result: Mapping[str, Any], lang: str) -> str:
    from brainmag.commands.report import describe_result  # noqa: PLC0415
    from brainmag.report.pdf import write_html  # noqa: PLC0415
    from brainmag.report.reports import build_report  # noqa: PLC0415

    document = describe_result({"kind": "trial", "name": "", "result": result})
    return write_html(build_report(document, lang=lang), lang=lang)


def _report_record(result: Mapping[str, Any], lang: str) -> str:
    from brainmag.inference.reproduce import read_release  # noqa: PLC0415
    from brainmag.report.record_page import render_record_page  # noqa: PLC0415

    return render_record_page(result, released=read_release(), lang=lang)
