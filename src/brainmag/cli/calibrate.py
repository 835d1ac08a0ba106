"""``brainmag calibrate``: what the record makes of the parameters, under each explanation."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.cli.output import show, tell
from brainmag.cli.progress import Reporter
from brainmag.commands.options import option
from brainmag.commands.values import check_language, choose, read_seed
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.inference.calibrate import Problem


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
    from brainmag.inference.calibration_folder import claim_folders  # noqa: PLC0415
    from brainmag.people.parameters import HYPOTHESES  # noqa: PLC0415
    from brainmag.record import list_figures  # noqa: PLC0415
    from brainmag.storage import name_failure  # noqa: PLC0415

    lang = check_language(options.lang)
    asked = choose("--hypothesis", options.hypothesis or "all", (*HYPOTHESES, "all"))
    names = HYPOTHESES if asked == "all" else (asked,)
    seed = read_seed(options.seed)
    exchange = None if options.petab is None else Path(options.petab)
    home = None if options.out is None else Path(options.out)
    if home is None and exchange is None:
        raise InputError("record.calibration_without_folder")
    _check_places(home, exchange, names)
    with ExitStack() as stack:
        problems: list[Problem] = []
        if home is not None:
            problems = [set_problem(name, list_figures(), seed=seed) for name in names]
            with name_failure(home):
                stack.enter_context(claim_folders(home, problems))
        if exchange is not None:
            _write_petab(exchange, lang)
        return 0 if home is None else _calibrate(home, problems, options, lang)


def _check_places(home: Path | None, exchange: Path | None, names: Sequence[str]) -> None:
    """Refuse folders that cannot be written, or in which something else would be lost."""
    from brainmag.storage import check_kept_directory  # noqa: PLC0415

    if home is not None:
        for folder in (home, *(home / name for name in names)):
            check_kept_directory(folder)
    if exchange is not None:
        from brainmag.inference.petab import check_petab_folder  # noqa: PLC0415

        check_kept_directory(exchange, option="--petab")
        if home is not None and home.resolve() == exchange.resolve():
            given, other = f"--petab {exchange}", f"--out {home}"
            raise InputError("cli.one_place", given=given, other=other)
        check_petab_folder(exchange)


def _calibrate(
    home: Path, problems: Sequence[Problem], options: CalibrateOptions, lang: str
) -> int:
    from brainmag.inference.calibration_folder import calibrate_in  # noqa: PLC0415
    from brainmag.report.calibration_table import (  # noqa: PLC0415
        draw_calibration_table,
        list_calibration_remarks,
    )
    from brainmag.storage import name_failure  # noqa: PLC0415

    found: dict[str, Any] = {}
    try:
        with Reporter(lang, parts=len(problems), subjects=1000) as reporter, name_failure(home):
            for number, problem in enumerate(problems):
                reporter.start_part(number)
                found[problem.hypothesis] = calibrate_in(
                    home, problem, on_progress=reporter.show_progress
                )
    except KeyboardInterrupt:
        raise ComputationError("record.calibration_interrupted", given=str(home)) from None
    first = problems[0]
    document = {"hypotheses": found, "seed": first.seed, "figures": len(first.figures)}
    shown = [draw_calibration_table(document, lang), *list_calibration_remarks(document, lang)]
    show(document, shown, as_json=options.as_json)
    tell(text("cli.written", lang=lang, given=str(home)))
    return 0


def _write_petab(folder: Path, lang: str) -> None:
    from brainmag.inference.petab import write_petab  # noqa: PLC0415
    from brainmag.storage import name_failure  # noqa: PLC0415

    with name_failure(folder, option="--petab"):
        write_petab(folder)
    tell(text("cli.written", lang=lang, given=str(folder)))
