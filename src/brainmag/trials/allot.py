"""Who goes to which arm: permuted blocks within strata, in the order of arrival."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# A block is as large as the smallest that has the shares of all arms, but no larger than this.
LARGEST_BLOCK = 12


def find_pattern(shares: Sequence[float]) -> Integers:
    """Return the arms of one block before they are shuffled.

    Parameters
    ----------
    shares : sequence of float
        Of each arm; they sum to one.

    Examples
    --------
    >>> find_pattern([0.5, 0.5]).tolist(), find_pattern([1 / 3, 2 / 3]).tolist()
    ([0, 0, 1, 1], [0, 1, 1])
    """
    asked = np.asarray(shares)
    sizes = np.arange(max(len(asked), 2), LARGEST_BLOCK + 1)
    # Blocks of two would let the second arm be guessed.
    sizes = sizes[(sizes > len(asked)) | (len(asked) > 2)]
    misfit = [float(np.abs(asked * size - np.round(asked * size)).max()) for size in sizes]
    size = int(sizes[int(np.argmin(np.round(misfit, 6)))])
    counts = np.floor(asked * size).astype(np.int64)
    missing = size - int(counts.sum())
    counts[np.argsort(counts - asked * size, kind="stable")[:missing]] += 1
    return np.repeat(np.arange(len(asked)), counts)


def allot_people(pattern: Integers, stratum: Integers, lots: Array) -> Integers:
    """Return the arm of everybody in each trial.

    Parameters
    ----------
    pattern : ndarray of int, shape (B,)
        As `find_pattern` has it.
    stratum : ndarray of int, shape (R, N)
        Of everybody, in the order of arrival.
    lots : ndarray, shape (R, N)
        Uniform numbers, one for each person.

    Examples
    --------
    >>> arms = allot_people(np.array([0, 0, 1, 1]), np.zeros((1, 8), int), np.arange(8.0)[None] / 8)
    >>> arms.tolist()
    [[0, 0, 1, 1, 0, 0, 1, 1]]
    """
    size = len(pattern)
    arms = np.empty(stratum.shape, dtype=np.int64)
    for one in range(int(stratum.max()) + 1):
        inside = stratum == one
        place = np.cumsum(inside, axis=1) - 1
        block = np.where(inside, place // size, np.iinfo(np.int64).max)
        # Within a block people are ranked by their lots; those of other strata come last.
        order = np.lexsort((lots, block), axis=1)
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.broadcast_to(np.arange(rank.shape[1]), rank.shape), 1)
        arms = np.where(inside, pattern[rank % size], arms)
    return arms
