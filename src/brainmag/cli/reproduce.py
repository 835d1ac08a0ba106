"""``brainmag reproduce``: every published figure beside what the calibrated model says."""

from __future__ import annotations

from pathlib import Path

from brainmag.cli.output import show, show_afterwards, tell
from brainmag.cli.progress import Reporter
from brainmag.commands.reproduce import ReproduceOptions, plan_reproduction
from brainmag.commands.values import check_language
from brainmag.errors import InputError
from brainmag.locales import text

# Endings that a browser shows as a page.
PAGES = (".html", ".htm")


def reproduce(options: ReproduceOptions) -> int:
    """Run the record, show it, keep what was asked for, and return the exit status."""
    from brainmag.inference.reproduce import read_release, reproduce  # noqa: PLC0415
    from brainmag.report.record_table import draw_record_table, list_record_remarks  # noqa: PLC0415
    from brainmag.storage import check_file, check_kept_directory, name_failure  # noqa: PLC0415

    lang = check_language(options.lang)
    figures, draws = plan_reproduction(options)
    report = None if options.report is None else Path(options.report)
    folder = None if options.out is None else Path(options.out)
    if report is not None:
        if report.suffix.lower() not in PAGES:
            raise InputError("cli.report_not_a_page", given=str(report))
        check_file(report, option="--report")
    if folder is not None:
        check_kept_directory(folder)
    if report is not None and folder is not None:
        _check_places(report, folder)
    released = read_release()
    compared = sum(not figure.hindrance for figure in figures)
    tell(text("cli.record_runs", lang=lang, figures=compared, draws=draws))
    with Reporter(lang) as reporter:
        reporter.start_part(0)
        document = reproduce(figures, draws=draws, on_progress=reporter.show_share)
    shown = [draw_record_table(document, lang), *list_record_remarks(document, lang)]
    with show_afterwards(lambda: show(document, shown, as_json=options.as_json)):
        if report is not None:
            from brainmag.report.record_page import write_record_page  # noqa: PLC0415

            with name_failure(report, option="--report"):
                write_record_page(document, report, released=released, lang=lang)
        if folder is not None:
            from brainmag.report.record_figure import draw_studies  # noqa: PLC0415

            with name_failure(folder):
                draw_studies(document, folder, lang=lang)
    for written in (report, folder):
        if written is not None:
            tell(text("cli.written", lang=lang, given=str(written)))
    return 0


def _check_places(report: Path, folder: Path) -> None:
    """Refuse a page that would take the place of the drawings' folder, or of one above it."""
    page, home = report.resolve(), folder.resolve()
    if page == home or page in home.parents:
        given, other = f"--report {report}", f"--out {folder}"
        raise InputError("cli.one_place", given=given, other=other)
