"""``brainmag report``: the claims, a run, a trial or a calibration as a page and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.interrupts import hold_interrupts
from brainmag.cli.kept_document import check_stem
from brainmag.cli.output import show, show_afterwards, tell
from brainmag.commands.report import ReportOptions, describe_report
from brainmag.commands.values import check_language
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.report.page import Page

HTML, PDF = ".html", ".pdf"
# What a document that nobody sealed may lack or hold instead.
FAULTS = (
    *(KeyError, TypeError, ValueError, IndexError, AttributeError),
    *(StopIteration, ZeroDivisionError, OverflowError),
)


def report(options: ReportOptions) -> int:
    """Write a report as HTML and as PDF and return the exit status."""
    from brainmag.storage import name_failure  # noqa: PLC0415

    lang = check_language(options.lang)
    document = describe_report(options, lang=lang)
    stem = _choose_stem(options)
    page = _build(document, options, lang)
    missing: ComputationError | None = None
    tell(text("page.words.setting", lang=lang))
    with show_afterwards(lambda: show(document, [], as_json=options.as_json)):
        files, missing = _make_files(page, lang)
        # Both belong together: an interrupt or a full disk takes none or both of them.
        with hold_interrupts(), name_failure(stem):
            _write(stem, files)
    tell(text("cli.written", lang=lang, given=f"{stem}{', '.join(files)}"))
    if missing is not None:
        raise missing
    return 0


def _choose_stem(options: ReportOptions) -> Path:
    """Return under which name the report goes; of its own accord it never goes into a run."""
    if options.out is not None:
        return check_stem(options.out, (HTML, PDF))
    if options.run is None:
        return check_stem("claims", (HTML, PDF))
    home = Path(options.run).resolve()
    here = Path.cwd()
    if home == here or home in here.parents:
        raise InputError("page.inside_run", given=str(home))
    return check_stem(f"{home.name}-report", (HTML, PDF))


def _build(document: Mapping[str, Any], options: ReportOptions, lang: str) -> Page:
    from brainmag.report.reports import build_report  # noqa: PLC0415

    try:
        return build_report(document, lang=lang)
    except FAULTS as error:
        if options.claims:
            raise
        raise InputError("page.damaged", given=str(options.run)) from error


def _make_files(page: Page, lang: str) -> tuple[dict[str, bytes], ComputationError | None]:
    """Return the files by their endings, and why there is no PDF, where there is none."""
    from brainmag.report.pdf import write_html, write_pdf  # noqa: PLC0415

    files = {HTML: write_html(page, lang=lang).encode()}
    try:
        files[PDF] = write_pdf(page, lang=lang)
    except ComputationError as error:
        return files, error
    return files, None


def _write(stem: Path, files: Mapping[str, bytes]) -> None:
    from brainmag.files import make_whole  # noqa: PLC0415

    with make_whole(stem.parent) as folder:
        for ending, content in files.items():
            (folder / f"{stem.name}{ending}").write_bytes(content)
