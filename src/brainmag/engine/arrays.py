"""Arrays handed to compiled code: checked, contiguous, aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.engine.vectors import LANES, VECTOR_BYTES
from brainmag.engine.verner import INPUT_TIMES
from brainmag.errors import InputError

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]

# Per-lane quantities of a block in brainmag.engine.kernel.blocks.
LANE_REALS = 12
LANE_WHOLES = 9
# Steps of a leading part that are kept until the following part has seen them.
PIECES = 64
# What is kept of one: its beginning and length; and of every input five coefficients.
PIECE_HEAD, PIECE_ROWS = 2, 5
# Inputs are given at every time a step looks at them.
INPUT_ROWS = len(INPUT_TIMES)
# Coefficients of a state's dense output besides both its ends.
BENDS = 4


@dataclass(frozen=True)
class WorkSizes:
    """How many entries each part of a model takes in the working storage.

    Attributes
    ----------
    parameters, constants, outputs : int
    inputs : int
        What the following part sees of the leading one.
    states, scratch : tuple of int
        Of the whole, and of the leading and the following part (0 where it was not cut).
    """

    parameters: int
    constants: int
    outputs: int
    inputs: int
    states: tuple[int, ...]
    scratch: tuple[int, ...]


def check_matrix(
    what: str, given: ArrayLike, names: Sequence[str], *, rows: int | None = None
) -> Reals:
    """Return an array with one row per subject and one column per name.

    Raises
    ------
    InputError
        ``engine.wrong_shape``.
    """
    array = np.ascontiguousarray(given, dtype=np.float64)
    wanted = ("any" if rows is None else rows, len(names))
    if array.ndim != 2 or array.shape[1] != len(names) or rows not in (None, len(array)):
        raise InputError("engine.wrong_shape", what=what, given=array.shape, allowed=wanted)
    return array


def check_vector(what: str, given: ArrayLike, subjects: int) -> Reals:
    """Return an array with one number per subject.

    Raises
    ------
    InputError
        ``engine.wrong_shape``.
    """
    array = np.asarray(given, dtype=np.float64)
    if array.shape != (subjects,):
        raise InputError("engine.wrong_shape", what=what, given=array.shape, allowed=(subjects,))
    return array


def allocate_work(
    sizes: WorkSizes,
    *,
    slots: int = 0,
    rows: int = 0,
    columns: bool = False,
    others: Sequence[int] = (0, 0, 0, 0, 0, 0),
) -> tuple[Wholes, Reals, Wholes]:
    """Return the array of sizes and the working storage of one thread.

    Parameters
    ----------
    sizes : WorkSizes
        Sizes of the model.
    slots : int
        Kinds of events whose step size is remembered.
    rows : int
        Most outputs between two common times.
    columns : bool
        Whether room is needed for the periodic search, which runs the model as a whole.
    others : sequence of int
        Most steps, output times, free states, most iterations, segments and events.
    """
    shared = sizes.parameters + sizes.constants + sizes.outputs + sizes.states[0] + 1
    shared += (INPUT_ROWS + PIECES * PIECE_ROWS) * sizes.inputs + PIECES * PIECE_HEAD
    described, end = list[int](), shared
    for part, (n, scratch) in enumerate(zip(sizes.states, sizes.scratch, strict=True)):
        room = (columns or not sizes.inputs) if part == 0 else not columns
        part_rows = rows if room else 0
        entries = (2 + BENDS + part_rows) * n + LANE_REALS + scratch + slots + 1
        # Inputs shown to others, and tolerances of the part's own.
        entries += 0 if part == 0 else PIECE_ROWS * sizes.inputs + n + 1
        described += [n, scratch, part_rows, slots, end, entries]
        end += entries
    n = sizes.states[0]
    # Sensitivities, the guess, the residuals; and one dense linear system, which has no lanes.
    extra = (n * n + n + 1) if columns else 0
    system = (2 * n * n + 3 * n) if columns else 0
    storage = np.zeros((end + extra) * LANES + system + LANES)
    shift = -storage.ctypes.data % VECTOR_BYTES // storage.itemsize
    head = [sizes.parameters, sizes.constants, sizes.outputs, sizes.inputs]
    return (
        np.array([*head, *others, end, *described], dtype=np.int64),
        storage[shift:],
        np.zeros((1 + 3 * LANE_WHOLES + 2) * LANES, dtype=np.int64),
    )


def spread_tolerances(rtol: float, atol: ArrayLike, names: Sequence[str]) -> Reals:
    """Return the relative tolerance and each state's absolute one, repeated in every lane.

    Raises
    ------
    InputError
        ``engine.bad_tolerance`` unless all are positive numbers.
    """
    try:
        absolute = np.broadcast_to(np.asarray(atol, dtype=np.float64), len(names))
    except ValueError:
        raise InputError(
            "engine.wrong_shape", what="atol", given=np.shape(atol), allowed=(len(names),)
        ) from None
    together = np.concatenate([[rtol], absolute])
    if not np.all(np.isfinite(together) & (together > 0.0)):
        raise InputError("engine.bad_tolerance", rtol=rtol, atol=np.min(absolute))
    return np.repeat(together, LANES)
