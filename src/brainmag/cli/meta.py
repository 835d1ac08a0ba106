"""``brainmag meta``: what the trials of one outcome say together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.output import show, show_afterwards, tell
from brainmag.commands.meta import MetaOptions
from brainmag.commands.values import check_language
from brainmag.locales import text

if TYPE_CHECKING:
    from rich.console import RenderableType


def meta(options: MetaOptions) -> int:
    """Pool the trials of an outcome, show and keep it, and return the exit status."""
    from brainmag.evidence.meta import describe_outcome  # noqa: PLC0415
    from brainmag.report.meta_table import draw_meta_tables, list_meta_remarks  # noqa: PLC0415
    from brainmag.storage import check_kept_directory, name_failure  # noqa: PLC0415

    lang = check_language(options.lang)
    if options.outcome is None:
        return _list_outcomes(options, lang)
    document = describe_outcome(options.outcome)
    home = None if options.out is None else Path(options.out)
    if home is not None:
        check_kept_directory(home)
    shown: list[RenderableType] = [
        *draw_meta_tables(document, lang),
        *list_meta_remarks(document, lang),
    ]
    with show_afterwards(lambda: show(document, shown, as_json=options.as_json)):
        if home is not None:
            from brainmag.report.meta_figure import keep_meta  # noqa: PLC0415

            with name_failure(home):
                keep_meta(document, home, lang=lang)
    if home is not None:
        tell(text("cli.written", lang=lang, given=str(home)))
    return 0


def _list_outcomes(options: MetaOptions, lang: str) -> int:
    from brainmag.errors import InputError  # noqa: PLC0415
    from brainmag.evidence.meta import describe_outcomes  # noqa: PLC0415
    from brainmag.report.meta_table import draw_outcome_table  # noqa: PLC0415

    if options.out is not None:
        raise InputError("cli.goes_with", given=f"--out {options.out}", use="OUTCOME")
    document: dict[str, Any] = describe_outcomes()
    shown = [draw_outcome_table(document, lang), text("meta.list.meaning", lang=lang)]
    show(document, shown, as_json=options.as_json)
    return 0
