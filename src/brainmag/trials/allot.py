"""Who goes to which arm: permuted blocks within strata, in the order of arrival."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def find_pattern(counts: Sequence[int]) -> Integers:
    """Return the arms of one block before they are shuffled: the smallest that has their shares.

    Parameters
    ----------
    counts : sequence of int
        People of each arm, as designed.

    Examples
    --------
    >>> find_pattern([50, 50]).tolist(), find_pattern([40, 80]).tolist()
    ([0, 0, 1, 1], [0, 1, 1])
    """
    common = math.gcd(*counts)
    places = np.repeat(np.arange(len(counts)), [one // common for one in counts])
    # Blocks of two would let the second arm be guessed.
    return np.sort(np.tile(places, 2)) if len(places) == len(("one", "other")) else places


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
