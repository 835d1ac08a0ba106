"""Symbolic factorisation of a sparse matrix: which entries there will be, and in what order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Factorisation:
    """The pattern of L and U for a matrix eliminated along its diagonal.

    Attributes
    ----------
    order : tuple of int
        Rows (and columns) in the order they are eliminated.
    lower : tuple of tuple of int
        For every row, the earlier pivots it is reduced by, in the order of elimination.
    upper : tuple of tuple of int
        For every row, the later columns it keeps, in the order of elimination.
    slots : dict
        Storage position of every entry (row, column); diagonal entries hold the pivot's reciprocal.
    """

    order: tuple[int, ...]
    lower: tuple[tuple[int, ...], ...]
    upper: tuple[tuple[int, ...], ...]
    slots: dict[tuple[int, int], int]


def factorise_pattern(size: int, entries: Iterable[tuple[int, int]]) -> Factorisation:
    """Return the factorisation of a pattern, keeping new entries few.

    The next pivot is the diagonal entry with the smallest Markowitz product, that is with the
    fewest other entries in its row times those in its column; ties go to the smaller index. There
    is no pivoting by value: the matrices are I - h J with h small enough for accuracy.

    Parameters
    ----------
    size : int
        Number of rows and columns.
    entries : iterable of (int, int)
        Row and column of all entries; the diagonal is added.

    References
    ----------
    H. M. Markowitz, Management Science 3:255 (1957), doi:10.1287/mnsc.3.3.255.

    Examples
    --------
    An arrow pointing up is eliminated from its tip last, without fill.

    >>> result = factorise_pattern(3, [(0, 1), (0, 2), (1, 0), (2, 0)])
    >>> result.order, len(result.slots)
    ((1, 0, 2), 7)
    """
    rows: list[set[int]] = [{i} for i in range(size)]
    columns: list[set[int]] = [{i} for i in range(size)]
    for i, j in entries:
        rows[i].add(j)
        columns[j].add(i)
    order: list[int] = []
    waiting = set(range(size))
    while waiting:
        pivot = min(
            waiting,
            key=lambda k: (
                (len(rows[k] & waiting) - 1) * (len(columns[k] & waiting) - 1),
                k,
            ),
        )
        waiting.remove(pivot)
        order.append(pivot)
        for i in columns[pivot] & waiting:
            for j in rows[pivot] & waiting:
                rows[i].add(j)
                columns[j].add(i)
    return _describe(order, rows)


def _describe(order: list[int], rows: list[set[int]]) -> Factorisation:
    rank = {row: position for position, row in enumerate(order)}
    lower: list[tuple[int, ...]] = []
    upper: list[tuple[int, ...]] = []
    for i, columns in enumerate(rows):
        ordered = sorted(columns, key=rank.__getitem__)
        lower.append(tuple(j for j in ordered if rank[j] < rank[i]))
        upper.append(tuple(j for j in ordered if rank[j] > rank[i]))
    places = [(i, j) for i in order for j in (*lower[i], i, *upper[i])]
    slots = {place: slot for slot, place in enumerate(places)}
    return Factorisation(tuple(order), tuple(lower), tuple(upper), slots)
