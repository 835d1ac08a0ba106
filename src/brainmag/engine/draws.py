"""Random numbers that depend on what they are for and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.errors import InputError

_ROUNDS = 10
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox(counter: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Return the Philox 4x32-10 block of every counter.

    Parameters
    ----------
    counter : array of uint64, shape (..., 4)
        Four 32-bit words each.
    key : (int, int)
        Two 32-bit words.

    Returns
    -------
    array of uint64, shape (..., 4)
        Four 32-bit words each.

    References
    ----------
    J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3. SC '11 (2011),
    doi:10.1145/2063384.2063405.

    Examples
    --------
    The first of the authors' known answers:

    >>> [hex(word) for word in philox(np.zeros(4, dtype=np.uint64), (0, 0)).tolist()]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    a, b, c, d = (counter[..., i] for i in range(4))
    for turn in range(_ROUNDS):
        first, second = (np.uint64((key[i] + turn * _WEYL[i]) & 0xFFFFFFFF) for i in range(2))
        left, right = _MULTIPLIERS[0] * a, _MULTIPLIERS[1] * c
        a, b, c, d = (
            (right >> _HALF) ^ b ^ first,
            right & _LOW,
            (left >> _HALF) ^ d ^ second,
            left & _LOW,
        )
    return np.stack([a, b, c, d], axis=-1)


def draw_uniform(seed: int, subjects: ArrayLike, parameters: Sequence[str]) -> NDArray[np.float64]:
    """Return one uniform number per subject and parameter.

    A number is a function of the seed, the subject and the parameter's name alone: not of the
    other subjects or parameters, nor of the order they are asked for in.

    Parameters
    ----------
    seed : int
        Not negative, below 2**64.
    subjects : array of int, shape (S,)
        Numbers of the subjects, not negative.
    parameters : sequence of str
        Names of the parameters, P of them.

    Returns
    -------
    array, shape (S, P)
        Numbers strictly between 0 and 1.

    Raises
    ------
    InputError
        ``engine.bad_seed`` or ``engine.bad_subject_number``.

    Examples
    --------
    >>> both = draw_uniform(1, [0, 1], ["clearance", "volume"])
    >>> bool(both[1, 0] == draw_uniform(1, [1], ["clearance"])[0, 0])
    True
    """
    if not 0 <= seed < 2**64:
        raise InputError("engine.bad_seed", given=seed)
    numbers = np.asarray(subjects, dtype=np.int64)
    if numbers.ndim != 1 or np.any(numbers < 0):
        raise InputError("engine.bad_subject_number", given=subjects)
    counter = np.empty((len(numbers), len(parameters), 4), dtype=np.uint64)
    counter[..., 0] = (numbers.astype(np.uint64) & _LOW)[:, np.newaxis]
    counter[..., 1] = (numbers.astype(np.uint64) >> _HALF)[:, np.newaxis]
    for position, name in enumerate(parameters):
        digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
        counter[:, position, 2] = digest & 0xFFFFFFFF
        counter[:, position, 3] = digest >> 32
    words = philox(counter, (seed & 0xFFFFFFFF, seed >> 32))
    bits = (words[..., 0] << _HALF) | words[..., 1]
    # The upper 52 bits and a half keep clear of 0 and of 1.
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
