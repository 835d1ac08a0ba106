"""``brainmag resume``: complete a run that was cut off, to the same bits as if it had not been."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from brainmag.cli.output import tell
from brainmag.cli.progress import Reporter
from brainmag.cli.simulate import load_drawing
from brainmag.commands.options import argument, option
from brainmag.commands.values import check_language
from brainmag.errors import InputError
from brainmag.locales import text


@dataclass(frozen=True)
class ResumeOptions:
    """Which run, who computes it, and what is shown."""

    run: Annotated[str | None, argument("run")] = None
    cluster: Annotated[str | None, option("cluster")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def resume(options: ResumeOptions) -> int:
    """Complete a run, show it, and return the exit status."""
    from brainmag.cli.execute import execute  # noqa: PLC0415
    from brainmag.commands.job import check_making, plan_job, read_options  # noqa: PLC0415
    from brainmag.simulate import load_model  # noqa: PLC0415  # noqa: PLC0415
    from brainmag.storage import open_earlier_folder, reopen_run  # noqa: PLC0415

    lang = check_language(options.lang)
    if options.run is None:
        raise InputError("cli.run_missing")
    with open_earlier_folder(Path(options.run)) as folder:
        if folder.is_complete:
            tell(text("cli.complete", lang=lang, given=options.run))
            return 0
        request = folder.read_request()
        load_drawing()
        with read_options(request) as asked:
            job = plan_job(asked)
            on_compile = Reporter(lang).show_compiling
            model = load_model(job.scenario.subject.who, on_compile=on_compile)
            check_making(request, job, model.key)
            reopen_run(folder)
            return execute(job, folder, options)
