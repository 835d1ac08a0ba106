"""Pairs of spikes at a steady rate: how long calcium stays above a threshold, in closed form."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.synapse.plasticity import MILLISECONDS, PlasticitySet, predict_ratio

Array = NDArray[np.float64]


class Span(NamedTuple):
    """A stretch of time, ms, and which thresholds calcium is above."""

    length: float
    potentiating: bool
    depressing: bool


def predict_pairs(chosen: PlasticitySet, interval: ArrayLike, rate: ArrayLike, pairs: int) -> Array:
    """Return the strength after pairs of spikes over that before.

    Parameters
    ----------
    chosen : PlasticitySet
    interval : array_like
        From the presynaptic to the postsynaptic spike, ms; negative when that comes first.
    rate : array_like
        Pairs per second.
    pairs : int

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> [round(float(ratio), 2) for ratio in predict_pairs(find_set("DP"), [-20, 10], 1.0, 60)]
    [0.76, 1.22]
    """
    up = measure_time_above(chosen, interval, rate, chosen.potentiation_threshold)
    down = measure_time_above(chosen, interval, rate, chosen.depression_threshold)
    return predict_ratio(chosen, pairs * up, pairs * down)


def measure_time_above(
    chosen: PlasticitySet, interval: ArrayLike, rate: ArrayLike, threshold: float
) -> Array:
    """Return how long calcium stays above a threshold in each period of a steady train, ms.

    Parameters
    ----------
    chosen : PlasticitySet
    interval, rate : array_like
        As for `predict_pairs`; broadcast against each other.
    threshold : float

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> float(measure_time_above(find_set("P"), 500.0, 1.0, 1.0).round(3))
    27.726
    """
    (after_pre, wait), (after_post, rest) = _list_decays(chosen, interval, rate)
    return _decay_above(chosen, after_pre, wait, threshold) + _decay_above(
        chosen, after_post, rest, threshold
    )


def _list_decays(
    chosen: PlasticitySet, interval: ArrayLike, rate: ArrayLike
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return level and length of the two decays of a period: after the pre, after the post jump."""
    first, period = np.broadcast_arrays(
        np.asarray(interval, float) - chosen.delay, MILLISECONDS / np.asarray(rate, float)
    )
    wait = np.mod(first, period)
    fall, rest = np.exp(-wait / chosen.calcium_time), np.exp(-(period - wait) / chosen.calcium_time)
    settled = -np.expm1(-period / chosen.calcium_time)
    after_pre = (chosen.pre_jump + chosen.post_jump * rest) / settled
    after_post = (chosen.post_jump + chosen.pre_jump * fall) / settled
    return (after_pre, wait), (after_post, period - wait)


def _decay_above(chosen: PlasticitySet, level: Array, span: Array, threshold: float) -> Array:
    """Return how long a level that decays over a span stays above a threshold."""
    return np.clip(chosen.calcium_time * np.log(level / threshold), 0.0, span)


def list_spans(chosen: PlasticitySet, interval: float, rate: float) -> tuple[Span, ...]:
    """Return one period of a steady train as spans in which the pull does not change.

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> [round(span.length, 3) for span in list_spans(find_set("P"), 500.0, 1.0)]
    [8.616, 5.247, 486.137, 8.616, 5.247, 486.137]
    """
    spans: list[Span] = []
    for level, length in _list_decays(chosen, interval, rate):
        up = float(_decay_above(chosen, level, length, chosen.potentiation_threshold))
        down = float(_decay_above(chosen, level, length, chosen.depression_threshold))
        ends = (0.0, *sorted((up, down)), float(length))
        middles = [(begin + end) / 2.0 for begin, end in pairwise(ends)]
        spans += [
            Span(end - begin, middle < up, middle < down)
            for (begin, end), middle in zip(pairwise(ends), middles, strict=True)
            if end > begin
        ]
    return tuple(spans)
