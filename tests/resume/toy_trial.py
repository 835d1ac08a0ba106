"""A small trial in a folder: killed by a test, and gone on with.

Words: the folder, and seconds to wait after every part that is kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from brainmag.files import format_json, write_whole
from brainmag.trials import keep
from brainmag.trials.library import load_trial
from brainmag.trials.run import Request, run_trial


def run_slowly(home: Path, seconds: float) -> None:
    """Run the trial and write what came of it."""

    def write_slowly(folder: Path, writers: Mapping[str, Callable[[Path], object]]) -> None:
        write_whole(folder, writers)
        time.sleep(seconds)

    keep.write_whole = write_slowly
    trial = load_trial("wroolie-2017")
    request = Request(trial, (12, 15), ("none", "carrier"), replicates=40, worlds=3, people=4)
    document = run_trial(request, home=home)
    (home / "document.json").write_text(format_json(document), encoding="utf-8")


if __name__ == "__main__":
    run_slowly(Path(sys.argv[1]), float(sys.argv[2]))
