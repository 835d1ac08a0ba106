"""``brainmag trial``: what a study would show, how likely it is to, and what it would settle."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.cli.options import argument, option
from brainmag.cli.output import show, show_afterwards, tell
from brainmag.cli.progress import Reporter
from brainmag.cli.values import check_language, choose, read_count, read_seed
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.trials.design import Trial

NEW = "new"
MOST_REPLICATES = 100_000


@dataclass(frozen=True)
class TrialOptions:
    """Which designs, how often, and what is shown and kept."""

    designs: Annotated[list[str] | None, argument("designs")] = None
    compare: Annotated[bool, option("compare")] = False
    replicates: Annotated[str | None, option("replicates")] = None
    n: Annotated[str | None, option("n")] = None
    hypothesis: Annotated[str | None, option("hypothesis", text="calibrated-hypothesis")] = None
    seed: Annotated[str | None, option("seed")] = None
    out: Annotated[str | None, option("out", text="out-trial")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


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
    return _run(options, designs, lang)


def _run(options: TrialOptions, designs: list[str], lang: str) -> int:
    from brainmag.cli.interrupts import hold_interrupts  # noqa: PLC0415
    from brainmag.people.parameters import HYPOTHESES  # noqa: PLC0415
    from brainmag.report.trial_table import (  # noqa: PLC0415
        draw_comparison,
        draw_trial_tables,
        list_trial_remarks,
    )
    from brainmag.storage import name_failure  # noqa: PLC0415
    from brainmag.trials.check import check_size  # noqa: PLC0415
    from brainmag.trials.keep import PARTS, drop_parts  # noqa: PLC0415
    from brainmag.trials.library import load_trial  # noqa: PLC0415
    from brainmag.trials.run import (  # noqa: PLC0415
        DEFAULT_REPLICATES,
        Request,
        choose_sizes,
        run_trial,
    )

    asked = choose("--hypothesis", options.hypothesis or "all", (*HYPOTHESES, "all"))
    replicates = read_count(
        "--replicates",
        options.replicates,
        default=DEFAULT_REPLICATES,
        lowest=10,
        highest=MOST_REPLICATES,
    )
    seed = read_seed(options.seed)
    sizes = _read_sizes(options.n)
    requests: list[Request] = []
    for name in designs:
        plan = load_trial(name)
        if plan.name in [one.trial.name for one in requests]:
            raise InputError("trials.same_name", given=plan.name)
        own = choose_sizes(plan, sizes)
        for size in own:
            check_size(plan, size)
        hypotheses = HYPOTHESES if asked == "all" else (asked,)
        requests.append(Request(plan, own, hypotheses, replicates, seed))
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
    document = documents[0] if len(documents) == 1 else {"trials": documents}
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


def _read_sizes(given: str | None) -> tuple[int, ...]:
    """Return the sizes of a list such as ``40,60,80``."""
    from brainmag.trials.observe import LARGEST_TRIAL  # noqa: PLC0415

    if given is None:
        return ()
    return tuple(
        read_count("--n", word.strip(), default=0, lowest=1, highest=LARGEST_TRIAL)
        for word in given.split(",")
    )


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
    from brainmag.trials.library import list_trials, load_trial  # noqa: PLC0415
    from brainmag.trials.run import describe_trial  # noqa: PLC0415

    known: list[Trial] = [load_trial(name) for name in list_trials()]
    document = {"designs": [describe_trial(one) for one in known]}
    shown = [draw_design_table(document, lang), text("trials.designs.meaning", lang=lang)]
    show(document, shown, as_json=options.as_json)
    return 0
