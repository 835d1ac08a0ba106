"""``brainmag trial``: what a study would show, how likely it is to, and what it would settle."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from brainmag.cli.output import show, show_afterwards, tell
from brainmag.cli.progress import Reporter
from brainmag.commands.trial import (
    TrialOptions,
    combine_trials,
    describe_designs,
    plan_trials,
)
from brainmag.commands.values import check_language
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text

NEW = "new"


def trial(options: TrialOptions) -> int:
    """Run one trial, or two beside each other, or write a new design; return the exit status."""
    lang = check_language(options.lang)
    designs = options.designs or []
    if designs and designs[0] == NEW:
        return _write_template(designs[1:], lang)
    if not designs:
        return _list_designs(options, lang)
    if options.compare != (len(designs) > 1):
        code = "trials.compare_one" if options.compare else "trials.several"
        raise InputError(code, given=", ".join(designs))
    return _run(options, lang)


def _run(options: TrialOptions, lang: str) -> int:
    from brainmag.cli.interrupts import hold_interrupts  # noqa: PLC0415
    from brainmag.report.trial_table import (  # noqa: PLC0415
        draw_comparison,
        draw_trial_tables,
        list_trial_remarks,
    )
    from brainmag.storage import name_failure  # noqa: PLC0415
    from brainmag.trials.keep import PARTS, drop_parts  # noqa: PLC0415
    from brainmag.trials.run import run_trial  # noqa: PLC0415

    requests = plan_trials(options)
    home = None if options.out is None else _check_folder(Path(options.out))
    failing = nullcontext() if home is None else name_failure(home)
    try:
        with Reporter(lang) as reporter, failing:
            reporter.start_part(0)
            documents = [
                run_trial(request, home=home, on_progress=reporter.show_share)
                for request in requests
            ]
    except KeyboardInterrupt:
        if home is None or not (home / PARTS).is_dir():
            raise ComputationError("trials.interrupted_early") from None
        raise ComputationError("trials.interrupted", given=str(home)) from None
    document = combine_trials(documents)
    shown: list[Any] = []
    for one in documents:
        shown += draw_trial_tables(one, lang)
    shown += list_trial_remarks(documents, lang)
    if len(documents) > 1:
        shown.append(draw_comparison(documents, lang))
    with show_afterwards(lambda: show(document, shown, as_json=options.as_json)):
        if home is not None:
            from brainmag.report.trial_figure import keep_trial  # noqa: PLC0415

            # All belongs together: an interrupt or a full disk takes none or all of it.
            with hold_interrupts(), name_failure(home):
                keep_trial(document, home, lang=lang)
                drop_parts(home)
    if home is not None:
        tell(text("cli.written", lang=lang, given=str(home)))
    return 0


def _check_folder(home: Path) -> Path:
    from brainmag.storage import check_kept_directory  # noqa: PLC0415
    from brainmag.trials.check import find_foreign  # noqa: PLC0415

    check_kept_directory(home)
    if other := find_foreign(home):
        raise InputError("storage.folder_in_use", given=str(home), other=other)
    return home


def _write_template(words: list[str], lang: str) -> int:
    """Write a commented design to a new file, or to standard output."""
    import sys  # noqa: PLC0415

    from brainmag.storage import check_file, write_file  # noqa: PLC0415
    from brainmag.trials.library import read_template  # noqa: PLC0415

    if not words:
        sys.stdout.write(read_template())
        return 0
    if len(words) > 1:
        raise InputError("cli.unexpected_argument", given=words[1], command="trial new")
    path = Path(words[0])
    if path.exists():
        raise InputError("trials.file_is_there", given=str(path))
    check_file(path)
    write_file(path, read_template())
    tell(text("cli.written", lang=lang, given=str(path)))
    return 0


def _list_designs(options: TrialOptions, lang: str) -> int:
    from brainmag.report.trial_table import draw_design_table  # noqa: PLC0415

    document = describe_designs()
    shown = [draw_design_table(document, lang), text("trials.designs.meaning", lang=lang)]
    show(document, shown, as_json=options.as_json)
    return 0
