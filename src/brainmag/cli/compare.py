"""``brainmag compare``: which explanation the record speaks for, and what that hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.cli.options import option
from brainmag.cli.output import show
from brainmag.cli.progress import Reporter
from brainmag.cli.values import check_language, read_count
from brainmag.errors import InputError


@dataclass(frozen=True)
class CompareOptions:
    """Whether to look back on the record, or ahead to the next experiment."""

    ahead: Annotated[bool, option("next")] = False
    draws: Annotated[str | None, option("draws")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def compare(options: CompareOptions) -> int:
    """Weigh the explanations, show their weights, and return the exit status."""
    from brainmag.inference.compare import compare as weigh  # noqa: PLC0415
    from brainmag.inference.next import DEFAULT_DRAWS, MOST_DRAWS, rank_experiments  # noqa: PLC0415
    from brainmag.inference.posterior import load_pool  # noqa: PLC0415
    from brainmag.people.parameters import HYPOTHESES  # noqa: PLC0415
    from brainmag.record import list_figures  # noqa: PLC0415
    from brainmag.report.compare_table import (  # noqa: PLC0415
        draw_case_table,
        draw_experiment_table,
        list_compare_remarks,
        list_experiment_remarks,
    )

    lang = check_language(options.lang)
    if options.draws is not None and not options.ahead:
        raise InputError("cli.goes_with", given=f"--draws {options.draws}", use="--next")
    draws = read_count(
        "--draws", options.draws, default=DEFAULT_DRAWS, lowest=2, highest=MOST_DRAWS
    )
    with Reporter(lang) as reporter:
        reporter.start_part(0)
        if options.ahead:
            document = rank_experiments(draws=draws, on_progress=reporter.show_share)
        else:
            pools = {name: load_pool(name) for name in HYPOTHESES}
            document = weigh(pools, list_figures(), on_progress=reporter.show_share)
    table = draw_experiment_table if options.ahead else draw_case_table
    remarks = list_experiment_remarks if options.ahead else list_compare_remarks
    shown = [table(document, lang), *remarks(document, lang)]
    show(document, shown, as_json=options.as_json)
    return 0
