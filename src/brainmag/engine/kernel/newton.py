# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# numba compiles this file; its functions take raw pointers, which Python's types cannot say.
"""The search for a periodic state in compiled code."""

from __future__ import annotations

from brainmag.engine.kernel.blocks import (
    FINISHED,
    NOT_CONVERGED,
    RUNNING,
    compiled,
    reset_lanes,
    shift,
)
from brainmag.engine.kernel.lanes import LANES
from brainmag.engine.kernel.stepping import advance, apply_events, begin_segment

# A pivot below this share of the scaled matrix means that an unknown is not determined.
SMALLEST_PIVOT = 1e-11


@compiled
def exchange(array, first, second, stride, count):
    """Exchange two rows (stride 1) or two columns (stride the row length) of a matrix."""
    for j in range(count):
        a, b = first + j * stride, second + j * stride
        kept = array[a]
        array[a] = array[b]
        array[b] = kept


@compiled
def bring_pivot(matrix, vector, history, order, k, size):
    """Move the largest entry left to place k; return its size."""
    row, column, largest = k, k, 0.0
    for i in range(k, size):
        for j in range(k, size):
            if abs(matrix[i * size + j]) > largest:
                row, column, largest = i, j, abs(matrix[i * size + j])
    if row != k:
        exchange(matrix, row * size, k * size, 1, size)
        exchange(history, row * size, k * size, 1, size)
        exchange(vector, row, k, 1, 1)
    if column != k:
        exchange(matrix, column, k, size, size)
        exchange(order, column, k, 1, 1)
    return largest


@compiled
def reduce_row(matrix, vector, history, i, k, size):
    """Subtract from row i what makes its entry in column k zero."""
    factor = matrix[i * size + k] / matrix[k * size + k]
    if factor != 0.0:
        for j in range(size):
            matrix[i * size + j] -= factor * matrix[k * size + j]
            history[i * size + j] -= factor * history[k * size + j]
        vector[i] -= factor * vector[k]


@compiled
def solve_dense(matrix, vector, history, order, size):
    """Solve a linear system in place by elimination with full pivoting.

    Where the matrix is singular because the model keeps something constant (a state that nothing
    changes, or the sum of some states), the equations left over say nothing. Each is replaced by
    the demand that the solution leave that constant alone: its weights are the combination of
    rows that vanished.

    Parameters
    ----------
    matrix : pointer
        ``size`` by ``size``, row by row; overwritten.
    vector : pointer
        Right side; overwritten with the solution.
    history : pointer
        Room for the combination of rows behind each row, ``size`` by ``size``.
    order : pointer
        Room for two rows of ``size``.
    size : int
        Number of unknowns.
    """
    for i in range(size):
        order[i] = i
        for j in range(size):
            history[i * size + j] = 1.0 if i == j else 0.0
    rank = 0
    while rank < size and bring_pivot(matrix, vector, history, order, rank, size) > SMALLEST_PIVOT:
        for i in range(rank + 1, size):
            reduce_row(matrix, vector, history, i, rank, size)
        rank += 1
    for i in range(rank, size):
        vector[i] = 0.0
        for j in range(size):
            matrix[i * size + j] = history[i * size + int(order[j])]
        for k in range(rank):
            reduce_row(matrix, vector, history, i, k, size)
    for k in range(rank, size):
        if bring_pivot(matrix, vector, history, order, k, size) > SMALLEST_PIVOT:
            for i in range(k + 1, size):
                reduce_row(matrix, vector, history, i, k, size)
        else:
            matrix[k * size + k] = 1.0
    for i in range(size - 1, -1, -1):
        total = vector[i]
        for j in range(i + 1, size):
            total -= matrix[i * size + j] * vector[j]
        vector[i] = total / matrix[i * size + i]
    for j in range(size):
        order[size + int(order[j])] = vector[j]
    for j in range(size):
        vector[j] = order[size + j]


@compiled
def reset_columns(block):
    """Make the sensitivity to the start the identity."""
    for j in range(block.size):
        for i in range(block.size):
            for lane in range(LANES):
                block.columns[(j * block.size + i) * LANES + lane] = 1.0 if i == j else 0.0


@compiled
def measure_residual(block, lane, guess, free, n_free):
    """Return the largest relative change of a free state over one period."""
    residual = 0.0
    for f in range(n_free):
        k = free[f] * LANES + lane
        scale = abs(guess[k]) + block.tolerances[(free[f] + 1) * LANES]
        change = abs(block.states[k] - guess[k]) / scale
        if not change <= residual:
            residual = change
    return residual


@compiled
def measure_size(block, lane, guess, state):
    """Return the size of a state, at the start of the period or after it."""
    k = state * LANES + lane
    return max(abs(guess[k]), abs(block.states[k])) + block.tolerances[(state + 1) * LANES]


@compiled
def improve_guess(block, lane, guess, free, n_free, system):
    """Take one Newton step towards the periodic state.

    Unknowns are measured in units of the state's size. Where the step would cut a positive state
    to less than a tenth of its value after the period, all go only part of the way from there:
    both ends keep what the model conserves, and so does every point between.
    """
    matrix, vector = system, shift(system, n_free * n_free)
    history = shift(vector, n_free)
    order = shift(history, n_free * n_free)
    for r in range(n_free):
        row = free[r] * LANES + lane
        row_scale = measure_size(block, lane, guess, free[r])
        vector[r] = (block.states[row] - guess[row]) / row_scale
        for s in range(n_free):
            column_scale = measure_size(block, lane, guess, free[s])
            entry = block.columns[(free[s] * block.size + free[r]) * LANES + lane]
            identity = 1.0 if r == s else 0.0
            matrix[r * n_free + s] = identity - entry * column_scale / row_scale
    solve_dense(matrix, vector, history, order, n_free)
    share = 1.0
    for r in range(n_free):
        k = free[r] * LANES + lane
        least = block.tolerances[(free[r] + 1) * LANES]
        vector[r] = guess[k] + vector[r] * measure_size(block, lane, guess, free[r])
        after = block.states[k]
        if after > least and vector[r] < 0.1 * after:
            share = min(share, 0.9 * after / (after - vector[r]))
    for r in range(n_free):
        k = free[r] * LANES + lane
        after = block.states[k]
        guess[k] = after + share * (vector[r] - after)
        if guess[k] < 0.0 <= after:
            # What is below the tolerance does not hold the others back.
            guess[k] = after


@compiled
def search_period(block, plan, count, sizes, guess, residuals, free, system, settled, tolerance):
    """Iterate one block of subjects to its periodic state.

    ``settled`` holds per lane the outcome, and behind it the iterations made.
    """
    n_free, most = sizes.free, sizes.max_iterations
    # Not a literal: the stepping is compiled once for both kinds of run.
    with_columns = n_free > 0
    n = block.size
    for lane in range(LANES):
        settled[lane] = RUNNING if lane < count else FINISHED
        settled[LANES + lane] = 0
    for iteration in range(1, most + 1):
        reset_lanes(block, plan.target[0], count)
        reset_columns(block)
        waiting = 0
        for lane in range(LANES):
            if settled[lane] != RUNNING:
                block.status[lane] = FINISHED
            else:
                waiting += 1
            for i in range(n):
                block.states[i * LANES + lane] = guess[i * LANES + lane]
        if waiting == 0:
            return
        for segment in range(plan.segments):
            begin_segment(block, plan, segment, sizes.max_steps)
            advance(block, plan, segment, with_columns)
            if plan.cancel[0] != 0:
                return
            apply_events(block, plan, segment, with_columns)
        for lane in range(LANES):
            if settled[lane] == RUNNING:
                settled[LANES + lane] = iteration
                if block.status[lane] != RUNNING:
                    settled[lane] = block.status[lane]
                    continue
                residual = measure_residual(block, lane, guess, free, n_free)
                residuals[lane] = residual
                if residual <= tolerance:
                    settled[lane] = FINISHED
                elif iteration == most:
                    settled[lane] = NOT_CONVERGED
                else:
                    improve_guess(block, lane, guess, free, n_free, system)
