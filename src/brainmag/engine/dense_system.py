# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""A small dense linear system, for the Newton step of the periodic search."""

from __future__ import annotations

import numba

# A pivot below this share of the scaled matrix means that the unknown is not determined.
SMALLEST_PIVOT = 1e-11


@numba.njit(error_model="numpy")
def solve_dense(matrix, vector, size):
    """Solve in place by elimination with row exchanges.

    An unknown that the system does not determine gets 0: a state nothing changes stays where it
    was guessed.

    Parameters
    ----------
    matrix : pointer
        ``size`` by ``size``, row by row; overwritten.
    vector : pointer
        Right side; overwritten with the solution.
    size : int
        Number of unknowns.
    """
    for k in range(size):
        best = k
        for i in range(k + 1, size):
            if abs(matrix[i * size + k]) > abs(matrix[best * size + k]):
                best = i
        if not abs(matrix[best * size + k]) > SMALLEST_PIVOT:
            for i in range(size):
                matrix[i * size + k] = 0.0
            matrix[k * size + k] = 1.0
            for j in range(k + 1, size):
                matrix[k * size + j] = 0.0
            vector[k] = 0.0
            continue
        if best != k:
            for j in range(k, size):
                swapped = matrix[k * size + j]
                matrix[k * size + j] = matrix[best * size + j]
                matrix[best * size + j] = swapped
            swapped = vector[k]
            vector[k] = vector[best]
            vector[best] = swapped
        for i in range(k + 1, size):
            factor = matrix[i * size + k] / matrix[k * size + k]
            if factor != 0.0:
                for j in range(k + 1, size):
                    matrix[i * size + j] -= factor * matrix[k * size + j]
                vector[i] -= factor * vector[k]
    for i in range(size - 1, -1, -1):
        total = vector[i]
        for j in range(i + 1, size):
            total -= matrix[i * size + j] * vector[j]
        vector[i] = total / matrix[i * size + i]
