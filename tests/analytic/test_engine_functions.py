"""Oracle: the elementary functions of the standard library."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, compile_model

TEXT = """
function double_plus(u, v)
  2*u + v
end
model functions
  s' = 0;  s = x
  x = 1; y = 1
  growth := exp(s); natural := ln(s); decimal := log10(s); square_root := sqrt(s)
  sine := sin(s); cosine := cos(s); tangent := tan(s)
  hyperbolic_tangent := tanh(s); hyperbolic_sine := sinh(s); hyperbolic_cosine := cosh(s)
  raised := s^y; cube := s^3; inverse_square := s^-2; cube_root := root(3, s)
  magnitude := abs(s); lower := floor(s); upper := ceil(s)
  smaller := min(s, y); larger := max(s, y, 0)
  branch := piecewise(1, s < y, 2, s == y, 3); gate := piecewise(1, (s > 0) && !(y >= 2), 0)
  either := piecewise(1, (s > 5) || (s != y), 0)
  called := double_plus(s, y); clock := 3*time
end
"""
OUTPUTS = [
    part.split(":=")[0].strip() for part in TEXT.replace("\n", ";").split(";") if ":=" in part
]


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    return compile_model(TEXT, outputs=OUTPUTS)


def evaluate(
    model: CompiledModel, output: str, x: NDArray[np.float64], y: float = 1.0
) -> NDArray[np.float64]:
    parameters = np.stack([x, np.full_like(x, y)], axis=1)
    assert model.parameters == ("x", "y")
    return model.evaluate(x[:, None], parameters, 2.0)[:, OUTPUTS.index(output)]


def spread(low: float, high: float) -> NDArray[np.float64]:
    return np.random.default_rng(3).uniform(low, high, 4000)


WIDE = np.concatenate([np.exp(spread(-700.0, 700.0)), spread(0.5, 2.0), [5e-324, 1e-310, 1.0]])


@pytest.mark.parametrize(
    ("output", "oracle", "points", "places"),
    [
        ("growth", math.exp, np.concatenate([spread(-708, 709), spread(-1, 1)]), 2),
        ("natural", math.log, WIDE, 2),
        ("decimal", math.log10, WIDE, 3),
        ("square_root", math.sqrt, WIDE, 0),
        ("sine", math.sin, np.concatenate([spread(-7, 7), spread(-1e5, 1e5)]), 2),
        ("cosine", math.cos, np.concatenate([spread(-7, 7), spread(-1e5, 1e5)]), 2),
        ("tangent", math.tan, spread(-7, 7), 4),
        ("hyperbolic_sine", math.sinh, spread(1, 30), 4),
        ("hyperbolic_cosine", math.cosh, spread(-30, 30), 4),
        ("cube", lambda x: x**3, spread(-9, 9), 2),
        ("inverse_square", lambda x: x**-2, spread(1, 9), 2),
        ("cube_root", math.cbrt, spread(1, 9), 3),
        ("magnitude", abs, spread(-9, 9), 0),
        ("lower", math.floor, spread(-9, 9), 0),
        ("upper", math.ceil, spread(-9, 9), 0),
    ],
)
def test_agrees_to_the_last_places(
    model: CompiledModel,
    output: str,
    oracle: Callable[[float], float],
    points: NDArray[np.float64],
    places: int,
) -> None:
    exact = np.array([float(oracle(x)) for x in points.tolist()])
    given = evaluate(model, output, points)
    assert np.max(np.abs(given - exact) / np.spacing(np.abs(exact))) <= places


def test_hyperbolic_tangent_is_exact_to_one_place_of_one(model: CompiledModel) -> None:
    points = spread(-20, 20)
    assert np.max(np.abs(evaluate(model, "hyperbolic_tangent", points) - np.tanh(points))) < 3e-16


@pytest.mark.parametrize("exponent", [-2.5, -1.0, 0.0, 0.3, 2.0, 3.7])
def test_power_with_a_parameter_as_exponent(model: CompiledModel, exponent: float) -> None:
    points = np.exp(spread(-20.0, 20.0))
    given = evaluate(model, "raised", points, exponent)
    assert np.max(np.abs(given / points**exponent - 1)) < 1e-14


def test_values_at_the_borders(model: CompiledModel) -> None:
    inf, nan = math.inf, math.nan
    cases = {
        ("growth", 1.0): {800.0: inf, -800.0: 0.0, nan: nan, inf: inf, -inf: 0.0},
        ("natural", 1.0): {0.0: -inf, -1.0: nan, inf: inf, nan: nan},
        ("raised", 2.0): {0.0: 0.0, -3.0: 9.0, nan: nan},
        ("raised", 3.0): {-2.0: -8.0},
        ("raised", 0.5): {-1e-18: nan, 0.0: 0.0},
        ("raised", 0.0): {0.0: 1.0, -2.0: 1.0},
        ("raised", -1.0): {0.0: inf},
        ("smaller", 1.0): {nan: nan, 0.5: 0.5, 2.0: 1.0},
        ("larger", 1.0): {nan: nan, 0.5: 1.0, 2.0: 2.0},
    }
    for (output, y), expected in cases.items():
        given = evaluate(model, output, np.array(list(expected)), y)
        # An exact power is one: the series may miss it by the last place.
        np.testing.assert_allclose(given, list(expected.values()), rtol=1e-15, err_msg=output)


def test_choices_and_calls(model: CompiledModel) -> None:
    points = np.array([-1.0, 1.0, 3.0, 6.0])
    assert evaluate(model, "branch", points).tolist() == [1, 2, 3, 3]
    assert evaluate(model, "gate", points).tolist() == [0, 1, 1, 1]
    assert evaluate(model, "gate", points, 2.0).tolist() == [0, 0, 0, 0]
    assert evaluate(model, "either", points).tolist() == [1, 0, 1, 1]
    assert evaluate(model, "called", points, 4.0).tolist() == [2, 6, 10, 16]
    assert evaluate(model, "clock", points).tolist() == [6, 6, 6, 6]


def test_truth_values_numbers_and_xor() -> None:
    logic = compile_model(
        """
        model logic
          s' = 0; s = x; x = 1
          both_ways := piecewise(1, xor(s > 0, s > 2), 0)
          always := piecewise(5, true, 7); never := piecewise(5, false, 7)
          constants := pi*s + exponentiale
        end
        """,
        outputs=["both_ways", "always", "never", "constants"],
    )
    states = np.array([[-1.0], [1.0], [3.0]])
    given = logic.evaluate(states, states, 0.0)
    assert given[:, 0].tolist() == [0, 1, 0]
    assert given[:, 1].tolist() == [5, 5, 5]
    assert given[:, 2].tolist() == [7, 7, 7]
    np.testing.assert_allclose(given[:, 3], math.pi * states[:, 0] + math.e, rtol=1e-15)
