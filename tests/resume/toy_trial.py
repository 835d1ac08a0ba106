"""A small trial in a folder: killed by a test, and gone on with.

Words: the folder, and seconds to wait after every part that is kept.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from brainmag.files import format_json
from brainmag.trials import keep
from brainmag.trials.library import load_trial
from brainmag.trials.run import Request, run_trial

home, seconds = Path(sys.argv[1]), float(sys.argv[2])
write_whole = keep.write_whole


def write_slowly(*words: object) -> None:
    write_whole(*words)  # type: ignore[arg-type]
    time.sleep(seconds)


keep.write_whole = write_slowly  # type: ignore[assignment]
request = Request(
    load_trial("wroolie-2017"), (12, 15), ("none", "carrier"), replicates=40, worlds=3, people=4
)
document = run_trial(request, home=home)
(home / "document.json").write_text(format_json(document), encoding="utf-8")
