"""Oracle: reference solutions of two stiff test problems.

E. Hairer and G. Wanner, Solving Ordinary Differential Equations II (1996),
doi:10.1007/978-3-642-05221-7, problems HIRES and ROBER.
"""

from __future__ import annotations

import numpy as np

from brainmag.engine import Status
from problems.engine import HIRES, ROBERTSON, compile_all, run

HIRES_END = [
    0.7371312573325668e-3,
    0.1442485726316185e-3,
    0.5888729740967575e-4,
    0.1175651343283149e-2,
    0.2386356198831331e-2,
    0.6238968252742796e-2,
    0.2849998395185769e-2,
    0.2850001604814231e-2,
]
ROBERTSON_END = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050]


def test_hires() -> None:
    result = run(compile_all(HIRES), [0.0, 321.8122], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(result.final_states[0], HIRES_END, rtol=1e-6)


def test_robertson() -> None:
    result = run(compile_all(ROBERTSON), [0.0, 1e11], rtol=1e-7, atol=1e-14)
    assert result.status.tolist() == [Status.FINISHED]
    np.testing.assert_allclose(result.final_states[0], ROBERTSON_END, rtol=1e-5)
    assert abs(result.final_states[0].sum() - 1.0) < 1e-12
