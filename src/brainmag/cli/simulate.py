"""``brainmag simulate``: one person, animal or dish, or a whole population of people."""

from __future__ import annotations

import atexit
import threading
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from brainmag.cli.progress import Reporter
from brainmag.commands.simulate_options import SimulateOptions

# How long the drawing library may still take once everything else has ended, s.
LONGEST_LOAD = 10.0


def simulate(options: SimulateOptions) -> int:
    """Run what the options ask for, show it, keep it, and return the exit status."""
    # Heavy imports stand here: a help page and a list of products do without them.
    from brainmag.cli.execute import execute  # noqa: PLC0415
    from brainmag.cli.interrupts import hold_interrupts  # noqa: PLC0415
    from brainmag.commands.job import plan_job, write_request  # noqa: PLC0415
    from brainmag.simulate import load_model  # noqa: PLC0415
    from brainmag.storage import (  # noqa: PLC0415
        begin_run,
        open_new_folder,
        open_temporary_folder,
    )

    job = plan_job(options)
    if options.out is None and job.population is None:
        return execute(job, None, options)
    out = options.out
    with ExitStack() as stack:
        with hold_interrupts():
            kept = open_temporary_folder() if out is None else open_new_folder(Path(out))
            folder = stack.enter_context(kept)
        if out is not None:
            load_drawing()
        on_compile = Reporter(job.lang).show_compiling
        model = load_model(job.scenario.subject.who, on_compile=on_compile)
        with hold_interrupts():
            begin_run(folder, write_request(job, model.key))
        return execute(job, folder, options)


def load_drawing() -> None:
    """Load the drawing library while the solver runs: both together take as long as one.

    The process waits for it at its end, since a thread cut off in an import can take it down; but
    not for ever, since an interrupt in an import elsewhere can leave it waiting for a lock.
    """
    loading = threading.Thread(target=import_module, args=("matplotlib.figure",), daemon=True)
    loading.start()
    atexit.register(loading.join, LONGEST_LOAD)
