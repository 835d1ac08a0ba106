"""``brainmag simulate``: one person, animal or dish, under one explanation or all three."""

from __future__ import annotations

import shutil
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from brainmag.cli.interrupts import hold_interrupts
from brainmag.cli.options import ScenarioOptions, option
from brainmag.cli.output import tell, tell_error
from brainmag.cli.progress import Reporter
from brainmag.cli.values import check_language, choose, read_count
from brainmag.files import format_json
from brainmag.locales import text
from brainmag.storage import check_directory, write_run

ALL = "all"
DEFAULT_DRAWS = 200
MOST_DRAWS = 100_000
DEFAULT_SEED = 1
LARGEST_SEED = 2**53


@dataclass(frozen=True)
class SimulateOptions(ScenarioOptions):
    """A scenario, how it is run, and what is shown and kept."""

    hypothesis: Annotated[str | None, option("hypothesis")] = None
    uncertainty: Annotated[str | None, option("uncertainty")] = None
    seed: Annotated[str | None, option("seed")] = None
    device: Annotated[str | None, option("device")] = None
    out: Annotated[str | None, option("out")] = None
    series: Annotated[bool, option("series")] = False
    as_json: Annotated[bool, option("json")] = False


def simulate(options: SimulateOptions) -> int:
    """Run what the options ask for, show it, keep it, and return the exit status."""
    # Heavy imports stand here: a help page and a list of products do without them.
    from brainmag.cli.runs import describe_outcome, run_hypotheses  # noqa: PLC0415
    from brainmag.cli.scenario import plan_scenario  # noqa: PLC0415
    from brainmag.engine.devices import CPU, check_device  # noqa: PLC0415
    from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES  # noqa: PLC0415

    lang = check_language(options.lang)
    asked = choose("--hypothesis", options.hypothesis or DEFAULT_HYPOTHESIS, (*HYPOTHESES, ALL))
    names = HYPOTHESES if asked == ALL else (asked,)
    draws = read_count(
        "--uncertainty", options.uncertainty, default=DEFAULT_DRAWS, highest=MOST_DRAWS
    )
    seed = read_count("--seed", options.seed, default=DEFAULT_SEED, highest=LARGEST_SEED)
    device = options.device or CPU
    check_device(device)
    scenario = plan_scenario(options, names[0])
    folder = None if options.out is None else Path(options.out)
    if folder is not None:
        with hold_interrupts():
            check_directory(folder)
        # The drawing library loads while the solver runs: both together take as long as one. The
        # process waits for it at its end: a thread cut off in an import can take it down.
        threading.Thread(target=import_module, args=("matplotlib.figure",)).start()
    with Reporter(lang, parts=len(names), subjects=1 + draws) as reporter:
        outcome = run_hypotheses(
            scenario, names, draws=draws, seed=seed, device=device, reporter=reporter
        )
    with hold_interrupts():
        document = describe_outcome(outcome, lang, series=options.series, side_by_side=asked == ALL)
        # Made before anything is written: should it fail, nothing is.
        shown = _render(document, lang, as_json=options.as_json)
        try:
            if folder is not None:
                write_run(folder, outcome.runs, document, lang=lang)
                tell(text("cli.written", lang=lang, given=str(folder)))
        finally:
            # A disk that is full costs the files, not the result.
            sys.stdout.write(shown)
    if outcome.cause is None:
        return 0
    tell_error(outcome.cause, lang)
    return outcome.cause.exit_status


def _render(document: dict[str, Any], lang: str, *, as_json: bool) -> str:
    if as_json:
        return format_json(document)
    from brainmag.report.table import WIDTH, render_table  # noqa: PLC0415

    columns = shutil.get_terminal_size((WIDTH, 0)).columns
    return render_table(document, lang=lang, width=min(columns, WIDTH))
