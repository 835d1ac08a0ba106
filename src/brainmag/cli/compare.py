"""``brainmag compare``: which explanation the record speaks for, and what that hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brainmag.cli.output import show, tell
from brainmag.cli.progress import Reporter
from brainmag.commands.compare import CompareOptions, read_experiment_draws
from brainmag.commands.values import check_language
from brainmag.errors import InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from rich.console import RenderableType


def compare(options: CompareOptions) -> int:
    """Show the weights of the explanations, or what would tell more; return the exit status."""
    lang = check_language(options.lang)
    document, shown = _look_ahead(options, lang) if options.ahead else _look_back(options, lang)
    show(document, shown, as_json=options.as_json)
    return 0


def _look_back(options: CompareOptions, lang: str) -> tuple[dict[str, Any], list[RenderableType]]:
    from brainmag.inference.compare import read_comparison  # noqa: PLC0415
    from brainmag.report.compare_table import (  # noqa: PLC0415
        draw_case_table,
        draw_deciding_table,
        list_compare_remarks,
    )

    if options.draws is not None:
        raise InputError("cli.goes_with", given=f"--draws {options.draws}", use="--next")
    document = read_comparison()
    return document, [
        draw_case_table(document, lang),
        draw_deciding_table(document, lang),
        *list_compare_remarks(document, lang),
    ]


def _look_ahead(options: CompareOptions, lang: str) -> tuple[dict[str, Any], list[RenderableType]]:
    from brainmag.inference.next import rank_experiments  # noqa: PLC0415
    from brainmag.report.compare_table import (  # noqa: PLC0415
        draw_experiment_table,
        draw_foreseen_table,
        list_experiment_remarks,
    )

    draws = read_experiment_draws(options)
    tell(text("cli.experiments_run", lang=lang, draws=draws))
    with Reporter(lang) as reporter:
        reporter.start_part(0)
        document = rank_experiments(draws=draws, on_progress=reporter.show_share)
    return document, [
        draw_experiment_table(document, lang),
        draw_foreseen_table(document, lang),
        *list_experiment_remarks(document, lang),
    ]
