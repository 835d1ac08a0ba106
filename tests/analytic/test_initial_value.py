"""Oracle: closed forms of test problems of the literature, nonstiff and stiff."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.optimize import brentq
from scipy.special import ellipj

from brainmag.engine import Status
from problems.engine import compile_all, run
from problems.initial_value import DETEST, STIFF_DETEST, Problem, make_orbit

Reals = NDArray[np.float64]

PURSUED = 25.0


def measure_error(problem: Problem, exact: Callable[[Reals], Reals]) -> float:
    """Return the largest error, relative to the value or a thousandth of the state's largest."""
    # Early ones too: a fast state has its largest value at once.
    times = np.concatenate([[0.0], problem.stop * np.geomspace(1e-4, 1.0, 17)])
    result = run(compile_all(problem.write_antimony()), times, rtol=1e-11, atol=1e-18)
    assert result.status.tolist() == [Status.FINISHED]
    truth = exact(times)
    size = np.abs(truth) + 1e-3 * np.abs(truth).max(axis=0)
    return float(np.max(np.abs(result.outputs[0] - truth) / size))


def decline(t: Reals) -> Reals:
    return np.exp(-t)[:, None]


def flatten_out(t: Reals) -> Reals:
    return (1.0 / np.sqrt(t + 1.0))[:, None]


def swing(t: Reals) -> Reals:
    return np.exp(np.sin(t))[:, None]


def saturate(t: Reals) -> Reals:
    return (20.0 / (1.0 + 19.0 * np.exp(-t / 4.0)))[:, None]


def tumble(t: Reals) -> Reals:
    """Return Euler's free rigid body: Jacobi's elliptic functions."""
    sn, cn, dn, _ = ellipj(t, 0.51)
    return np.stack([sn, cn, dn], axis=-1)


def ring(t: Reals) -> Reals:
    """Return Bessel's function of order one half, and its slope."""
    s = t + 1.0
    sine, scale = np.sin(s), np.sqrt(2.0 / (np.pi * s))
    return np.stack([scale * sine, scale * (np.cos(s) - sine / (2.0 * s))], axis=-1)


def fall(t: Reals) -> Reals:
    """Return a fall through air: it nears a speed at which drag and weight are even."""
    speed = np.sqrt(0.032 / 0.4)
    return np.stack(
        [30.0 + np.log(np.cosh(0.4 * speed * t)) / 0.4, speed * np.tanh(0.4 * speed * t)], axis=-1
    )


def pursue(t: Reals) -> Reals:
    ratio = PURSUED / (PURSUED - t)
    way = 0.5 * (PURSUED * np.log(ratio) - t + t**2 / (2.0 * PURSUED))
    return np.stack([way, 0.5 * (ratio - 1.0 / ratio)], axis=-1)


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("A1", decline),
        ("A2", flatten_out),
        ("A3", swing),
        ("A4", saturate),
        ("B5", tumble),
        ("E1", ring),
        ("E4", fall),
        ("E5", pursue),
    ],
)
def test_detest(name: str, exact: Callable[[Reals], Reals]) -> None:
    assert measure_error(DETEST[name], exact) < 1e-8


@pytest.mark.parametrize("eccentricity", [0.1, 0.5, 0.9])
def test_detest_orbit(eccentricity: float) -> None:
    def find_anomaly(time: float) -> float:
        """Solve Kepler's equation."""
        return float(brentq(lambda x: x - eccentricity * np.sin(x) - time, -1.0, 30.0, xtol=1e-15))

    def follow(t: Reals) -> Reals:
        angle = np.array([find_anomaly(time) for time in t])
        minor = np.sqrt(1.0 - eccentricity**2)
        place = [np.cos(angle) - eccentricity, minor * np.sin(angle)]
        pace = 1.0 / (1.0 - eccentricity * np.cos(angle))
        return np.stack([*place, -np.sin(angle) * pace, minor * np.cos(angle) * pace], axis=-1)

    # What is early by a moment at the near end stays so: the phase gathers every error.
    assert measure_error(make_orbit(eccentricity), follow) < 2e-6


@pytest.mark.parametrize(
    "problem",
    [
        *(pytest.param(DETEST[name], id=name) for name in ("B2", "C1", "C2", "C3")),
        *(
            pytest.param(STIFF_DETEST[name], id=f"stiff {name}")
            for name in ("A1", "A3", "A4", "B1", "B2", "B5")
        ),
    ],
)
def test_a_linear_problem_is_a_matrix_exponential(problem: Problem) -> None:
    rates = problem.make_rates()
    matrix = np.stack([rates(0.0, unit) for unit in np.eye(len(problem.initial))], axis=-1)

    def propagate(t: Reals) -> Reals:
        return np.stack([expm(matrix * time) @ np.array(problem.initial) for time in t])

    assert measure_error(problem, propagate) < 1e-8
