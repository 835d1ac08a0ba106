"""``brainmag export``: the flattened model of a scenario, for other programmes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from brainmag.cli.interrupts import check_interrupts, hold_interrupts, repeat_interrupts
from brainmag.cli.output import tell, write
from brainmag.cli.progress import Reporter
from brainmag.commands.options import ScenarioOptions, option
from brainmag.commands.values import check_language, choose
from brainmag.locales import text

DEFAULT_FORMAT = "sbml"


@dataclass(frozen=True)
class ExportOptions(ScenarioOptions):
    """A scenario, what is written and where."""

    hypothesis: Annotated[str | None, option("hypothesis", text="hypothesis-of-model")] = None
    form: Annotated[str | None, option("format")] = None
    out: Annotated[str | None, option("out", text="out-file")] = None


def export(options: ExportOptions) -> int:
    """Write the model of a scenario to a file or to standard output."""
    from brainmag.commands.scenario import plan_scenario  # noqa: PLC0415
    from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES  # noqa: PLC0415
    from brainmag.report.export import export_model  # noqa: PLC0415
    from brainmag.storage import check_file, write_file  # noqa: PLC0415

    lang = check_language(options.lang)
    hypothesis = choose("--hypothesis", options.hypothesis or DEFAULT_HYPOTHESIS, HYPOTHESES)
    scenario = plan_scenario(options, hypothesis)
    path = None if options.out is None else Path(options.out)
    if path is not None:
        with hold_interrupts():
            check_file(path)
    reporter = Reporter(lang)
    with repeat_interrupts():
        model = export_model(
            scenario, options.form or DEFAULT_FORMAT, on_compile=reporter.show_compiling
        )
    check_interrupts()
    if path is None:
        write(model)
    else:
        with hold_interrupts():
            write_file(path, model)
        tell(text("cli.written", lang=lang, given=str(path)))
    return 0
