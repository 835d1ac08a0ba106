# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportAttributeAccessIssue=false
# numba compiles this file and infers its types.
"""The functions that a model's source calls, for a device and for its simulator."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import config, cuda

device: Any = cuda.jit(device=True)
"""Compile for use by other functions of a device; a division by zero gives infinity or NaN."""


@device
def select(condition, a, b):
    """Return a where the condition holds and b elsewhere."""
    return a if condition else b


@device
def divide(a, b):
    """Return a / b."""
    return a / b


@device
def minimum(a, b):
    """Return the smaller number; NaN as soon as one is NaN."""
    return a if a < b or a != a else b


def fill_rows(rows, width):
    """Return rows of different lengths as a matrix, zero where there is nothing."""
    return np.array([[*row, *[0.0] * (width - len(row))] for row in rows])


@device
def maximum(a, b):
    """Return the larger number; NaN as soon as one is NaN."""
    return a if a > b or a != a else b


_ON_DEVICE: dict[str, Any] = {
    "divide": divide,
    "minimum": minimum,
    "maximum": maximum,
    "power": math.pow,
    "absolute": math.fabs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "atan": math.atan,
    "floor": math.floor,
    "ceil": math.ceil,
}

# The simulator runs Python, whose own functions refuse what a device answers with NaN or infinity.
_names = (
    _ON_DEVICE if not config.ENABLE_CUDASIM else {name: getattr(np, name) for name in _ON_DEVICE}
)

FUNCTIONS: dict[str, Any] = {**_names, "select": select, "NAN": math.nan, "INF": math.inf}
