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
    asked = np.asarray(shares, dtype=np.float64)
    arms = len(shares)
    # Blocks of two would let the second arm be guessed.
    least = max(arms, 3)
    sizes = range(least, max(LARGEST_BLOCK, arms) + 1)
    misfits = [round(float(np.abs(asked * one - np.round(asked * one)).max()), 6) for one in sizes]
    size = sizes[misfits.index(min(misfits))]
    counts = np.floor(asked * size).astype(np.int64)
    missing = size - int(counts.sum())
    counts[np.argsort(counts - asked * size, kind="stable")[:missing]] += 1
    return np.repeat(np.arange(len(asked)), counts)


def count_slots(pattern: Integers, people: int) -> int:
    """Return how many places whole blocks have for so many people.

    Examples
    --------
    >>> count_slots(np.array([0, 1, 1]), 7)
    9
    """
    return -(-people // len(pattern)) * len(pattern)


def allot_people(pattern: Integers, stratum: Integers, lots: Sequence[Array]) -> Integers:
    """Return the arm of everybody in each trial.

    Blocks are shuffled before anybody comes: who is in the last one, or how many, changes nothing.

    Parameters
    ----------
    pattern : ndarray of int, shape (B,)
        As `find_pattern` has it.
    stratum : ndarray of int, shape (R, N)
        Of everybody, in the order of arrival.
    lots : sequence of ndarray, shape (R, slots)
        Uniform numbers for each stratum, one for every place of its blocks.

    Examples
    --------
    >>> lots = [np.array([[0.1, 0.2, 0.3, 0.4, 0.4, 0.3, 0.2, 0.1]])]
    >>> allot_people(np.array([0, 0, 1, 1]), np.zeros((1, 6), int), lots).tolist()
    [[0, 0, 1, 1, 1, 1]]
    """
    arms = np.zeros(stratum.shape, dtype=np.int64)
    for number, one in enumerate(lots):
        inside = stratum == number
        blocks = one.reshape(len(one), -1, len(pattern))
        shuffled = pattern[np.argsort(np.argsort(blocks, axis=2), axis=2)].reshape(len(one), -1)
        place = np.maximum(np.cumsum(inside, axis=1) - 1, 0)
        arms = np.where(inside, np.take_along_axis(shuffled, place, axis=1), arms)
    return arms
