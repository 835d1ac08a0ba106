"""A case's equations as compiled functions of one subject, for engines that call back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from brainmag.engine.linearise import linearise
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
    system = case.system
    linear = linearise(system.graph, system.rates)
    arguments = ["time", "states", "parameters"]

    def compile_one(name: str, results: dict[str, Sequence[int]]) -> Any:
        scope = dict(_FUNCTIONS)
        exec(write_function(system.graph, name, arguments, results), scope)  # noqa: S102
        return njit(scope[name], error_model="numpy")

    entries = compile_one("entries", {"values": linear.slopes})
    rows, columns = (np.array(side) for side in zip(*linear.entries, strict=True))
    count = len(linear.entries)

    @njit
    def jacobian(time: float, states: Reals, parameters: Reals, matrix: Any) -> None:
        values = np.empty(count)
        entries(time, states, parameters, values)
        for k in range(count):
            matrix[rows[k], columns[k]] = values[k]

    return ScalarCode(
        compile_one("rates", {"slope": system.rates}),
        jacobian,
        compile_one("readouts", {"outputs": system.readouts}),
    )
