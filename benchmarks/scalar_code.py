"""A case's equations as compiled functions of one subject, for engines that call back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from brainmag.engine.differentiate import differentiate
from brainmag.engine.graph import STATE
from brainmag.engine.scalar import write_function
from cases import Case, Reals


@njit(error_model="numpy")
def _divide(a: float, b: float) -> float:
    return a / b


@njit
def _power(a: float, b: float) -> float:
    return a**b


@njit
def _select(condition: bool, a: float, b: float) -> float:  # noqa: FBT001 - as the source calls it
    return a if condition else b


_FUNCTIONS: dict[str, Any] = {
    "divide": _divide,
    "power": _power,
    "select": _select,
    "minimum": min,
    "maximum": max,
    "absolute": abs,
    "NAN": math.nan,
    "INF": math.inf,
    **{name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh")},
    **{name: getattr(math, name) for name in ("floor", "ceil")},
}


@dataclass(frozen=True)
class ScalarCode:
    """Compiled functions; each fills its last array.

    Attributes
    ----------
    rates : callable
        (time, states, parameters, slopes).
    jacobian : callable
        (time, states, parameters, dense matrix of zeros).
    readouts : callable
        (time, states, parameters, outputs).
    """

    rates: Callable[..., None]
    jacobian: Callable[..., None]
    readouts: Callable[..., None]


def compile_scalar(case: Case) -> ScalarCode:
    """Return rates, Jacobian and read-outs of a case."""
    system, size = case.system, case.states
    columns = [
        differentiate(system.graph, system.rates, system.graph.symbol(STATE, j))
        for j in range(size)
    ]
    zero = system.graph.constant(0.0)
    places = [(i, j) for i in range(size) for j in range(size) if columns[j][i] != zero]
    arguments = ["time", "states", "parameters"]

    def compile_one(name: str, results: dict[str, list[int]]) -> Any:
        scope = dict(_FUNCTIONS)
        exec(write_function(system.graph, name, arguments, results), scope)  # noqa: S102
        return njit(scope[name], error_model="numpy")

    entries = compile_one("entries", {"values": [columns[j][i] for i, j in places]})
    rows, cols = (np.array(side) for side in zip(*places, strict=True))
    count = len(places)

    @njit
    def jacobian(time: float, states: Reals, parameters: Reals, matrix: Any) -> None:
        values = np.empty(count)
        entries(time, states, parameters, values)
        for k in range(count):
            matrix[rows[k], cols[k]] = values[k]

    return ScalarCode(
        compile_one("rates", {"slope": list(system.rates)}),
        jacobian,
        compile_one("readouts", {"outputs": list(system.readouts)}),
    )
