"""Oracle: a course does not depend on where it is looked at, nor on what else is printed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from problems.sbml import run

TEXT = """
model m
  x = 1; x' = -x*y + piecewise(1, sin(time) > 0.3, 0); y = 0.5; y' = x - y^2
  at (x > 1.2): y = 2*y
  at 0.7 after (y < 0.4): x = x + 0.1
end
"""


def test_points_do_not_move_the_steps() -> None:
    coarse, fine = run(TEXT, 20.0, 11), run(TEXT, 20.0, 2001)
    assert fine.times[::200].tolist() == coarse.times.tolist()
    assert np.array_equal(fine.values[::200], coarse.values)


def test_a_second_run_is_the_first() -> None:
    assert np.array_equal(run(TEXT, 20.0).values, run(TEXT, 20.0).values)


def test_a_model_run_once_loads_no_compiler() -> None:
    heavy = ("numba", "llvmlite", "scipy", "antimony", "matplotlib", "h5py")
    code = (
        "import sys, brainmag.engine.reading.document, brainmag.engine.reading.sbml\n"
        "import brainmag.engine.once.single\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
