"""``brainmag calibrate``: what the record makes of the parameters, under each explanation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from brainmag.cli.options import option
from brainmag.cli.output import show, tell
from brainmag.cli.progress import Reporter
from brainmag.cli.values import check_language, choose, read_seed
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text


@dataclass(frozen=True)
class CalibrateOptions:
    """Which explanation, and where what is finished is kept."""

    hypothesis: Annotated[str | None, option("hypothesis", text="calibrated-hypothesis")] = None
    seed: Annotated[str | None, option("seed")] = None
    out: Annotated[str | None, option("out", text="out-calibration")] = None
    petab: Annotated[str | None, option("petab")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def calibrate(options: CalibrateOptions) -> int:
    """Calibrate, show what came of it, and return the exit status."""
    from brainmag.inference.calibrate import set_problem  # noqa: PLC0415
    from brainmag.inference.calibration_folder import calibrate_in  # noqa: PLC0415
    from brainmag.people.parameters import HYPOTHESES  # noqa: PLC0415
    from brainmag.record import list_figures  # noqa: PLC0415
    from brainmag.report.calibration_table import (  # noqa: PLC0415
        draw_calibration_table,
        list_calibration_remarks,
    )
    from brainmag.storage import check_kept_directory, name_failure  # noqa: PLC0415

    lang = check_language(options.lang)
    asked = choose("--hypothesis", options.hypothesis or "all", (*HYPOTHESES, "all"))
    names = HYPOTHESES if asked == "all" else (asked,)
    seed = read_seed(options.seed)
    if options.petab is not None:
        _write_petab(Path(options.petab), lang)
        if options.out is None:
            return 0
    if options.out is None:
        raise InputError("record.calibration_without_folder")
    home = Path(options.out)
    check_kept_directory(home)
    found: dict[str, Any] = {}
    problems = {name: set_problem(name, list_figures(), seed=seed) for name in names}
    try:
        with Reporter(lang, parts=len(names), subjects=1000) as reporter, name_failure(home):
            for number, name in enumerate(names):
                reporter.start_part(number)
                found[name] = calibrate_in(home, problems[name], on_progress=reporter.show_progress)
    except KeyboardInterrupt:
        raise ComputationError("record.calibration_interrupted", given=str(home)) from None
    document = {"hypotheses": found, "seed": seed, "figures": len(problems[names[0]].figures)}
    shown = [draw_calibration_table(document, lang), *list_calibration_remarks(document, lang)]
    show(document, shown, as_json=options.as_json)
    tell(text("cli.written", lang=lang, given=str(home)))
    return 0


def _write_petab(folder: Path, lang: str) -> None:
    from brainmag.inference.petab import write_petab  # noqa: PLC0415
    from brainmag.storage import check_kept_directory, name_failure  # noqa: PLC0415

    check_kept_directory(folder)
    with name_failure(folder):
        write_petab(folder)
    tell(text("cli.written", lang=lang, given=str(folder)))
