"""A small calibration that takes its time: ``toy_calibration.py FOLDER SECONDS``."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.calibrate import Calibration, Effort, Problem
from brainmag.inference.free import FreeParameters
from brainmag.inference.likelihood import gather_evidence
from brainmag.record import list_figures

Array = NDArray[np.float64]
WANTED = ("fine-1991/meal-alone", "lu-2002/steady-rise", "shen-2019/csf-mgt")


def main(folder: Path, seconds: float) -> None:
    """Calibrate, and write down what came of it as bits."""
    chosen = [figure for figure in list_figures() if figure.id in WANTED]
    figures = tuple(replace(figure, error=1.0, role="calibration") for figure in chosen)
    free = FreeParameters(("barrier_gain", "csf_reference"))
    effort = Effort(walkers=32, moves=1, last_moves=2)
    problem = Problem("carrier", free, figures, gather_evidence(figures), 5, effort)
    centres = np.nan_to_num(problem.evidence.value)

    def predict(scores: Array) -> Array:
        time.sleep(seconds)
        return centres + scores @ np.array([[1.0, 0.3, 2.0], [0.2, 1.5, -0.5]])

    pool = Calibration(problem, folder, predict).run()
    content = pool.scores.tobytes() + pool.predicted.tobytes() + pool.log_base.tobytes()
    (folder / "pool.bin").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
