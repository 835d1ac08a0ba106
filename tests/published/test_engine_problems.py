"""Oracle: reference solutions of three stiff test problems.

E. Hairer and G. Wanner, Solving Ordinary Differential Equations II (1996),
doi:10.1007/978-3-642-05221-7, problems HIRES and ROBER. F. Mazzia and C. Magherini, Test Set for
Initial Value Problem Solvers, release 2.4 (2008), problem POLLU; its numbers are recalled (grade c)
and agree with CVODE to ten digits.
"""

from __future__ import annotations

import numpy as np

from brainmag.engine import Status
from problems.engine import HIRES, ROBERTSON, compile_all, run
from problems.initial_value import POLLU

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

POLLU_END = [
    0.5646255480022769e-1,
    0.1342484130422339,
    0.4139734331099427e-8,
    0.5523140207484359e-2,
    0.2018977262302196e-6,
    0.1464541863493966e-6,
    0.7784249118997964e-1,
    0.3245075353396018,
    0.7494013383880406e-2,
    0.1622293157301561e-7,
    0.1135863833257075e-7,
    0.2230505975721359e-2,
    0.2087162882798630e-3,
    0.1396921016840158e-4,
    0.8964884856898295e-2,
    0.4352846369330103e-17,
    0.6899219696263405e-2,
    0.1007803037365946e-3,
    0.1772146513969984e-5,
    0.5682943292316392e-4,
]


def test_hires() -> None:
    result = run(compile_all(HIRES), [0.0, 321.8122], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(result.final_states[0], HIRES_END, rtol=1e-6)


def test_robertson() -> None:
    result = run(compile_all(ROBERTSON), [0.0, 1e11], rtol=1e-7, atol=1e-14)
    assert result.status.tolist() == [Status.FINISHED]
    np.testing.assert_allclose(result.final_states[0], ROBERTSON_END, rtol=1e-5)
    assert abs(result.final_states[0].sum() - 1.0) < 1e-12


def test_pollu() -> None:
    result = run(compile_all(POLLU.write_antimony()), [0.0, POLLU.stop], rtol=1e-9, atol=1e-24)
    np.testing.assert_allclose(result.outputs[0, -1], POLLU_END, rtol=1e-8)
