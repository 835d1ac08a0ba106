"""How likely the record is at every draw of a pool, under many ways to count its figures at once.

All figures are scored once, at every node of bias and widening; a way to count is then a row of
powers, and all ways together are one product of matrices. In single precision, which leaves a
log-likelihood right to a thousandth: a hundredth of what the draws' own scatter is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.cases import Case
from brainmag.inference.free import list_free
from brainmag.inference.likelihood import (
    LEAST_CHANCE,
    Evidence,
    find_spread,
    list_noise_nodes,
    log_mean,
    place_noise,
    take_evidence,
)
from brainmag.inference.pool import Pool, Weights
from brainmag.inference.posterior import FINE_NODES

Array = NDArray[np.float64]
Single = NDArray[np.float32]

# Draws whose scores are held at a time: few, so that they stay near the processor.
CHUNK = 8
# Logarithm of a chance that is none, yet can be added and taken away.
IMPOSSIBLE = np.float32(-1e5)


@dataclass(frozen=True)
class Look:
    """Some figures and the noise about them, ready to be scored.

    Attributes
    ----------
    evidence : Evidence
    shift : ndarray, shape (figures, nodes)
        What the bias adds.
    spread : ndarray, shape (figures, nodes)
    """

    evidence: Evidence
    shift: Single
    spread: Single


def weigh_cases(
    pool: Pool,
    evidence: Evidence,
    cases: Sequence[Case],
    *,
    nodes: int = FINE_NODES,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Weights]:
    """Return the weights of a pool's draws in every case.

    Parameters
    ----------
    pool : Pool
    evidence : Evidence
        Of the figures in the pool's order.
    cases : sequence of Case
    nodes : int
        Of bias and widening.
    on_progress : callable, optional
        Called with draws done and draws in all.
    """
    plain = look_at(evidence, nodes=nodes)
    industry = np.flatnonzero(evidence.industry)
    # Noise of another kind is about industry's figures alone.
    others = {
        row: look_at(
            take_evidence(evidence.discount(case.discount), industry),
            nodes=nodes,
            biased=case.biased,
        )
        for row, case in enumerate(cases)
        if case.discount != 1.0 or not case.biased
    }
    power = np.array([case.power for case in cases], dtype=np.float32)
    draws = len(pool.predicted)
    likelihood = np.empty((len(cases), draws))
    for start in range(0, draws, CHUNK):
        part = slice(start, start + CHUNK)
        said = pool.predicted[part]
        scores = score_at_nodes(plain, said)
        totals = (power @ scores.reshape(len(scores), -1)).reshape(len(cases), len(said), nodes)
        for row, look in others.items():
            moved = score_at_nodes(look, said[:, industry]) - scores[industry]
            totals[row] += np.tensordot(power[row, industry], moved, 1)
        likelihood[:, part] = log_mean(totals.astype(np.float64))
        if on_progress is not None:
            on_progress(min(start + CHUNK, draws), draws)
    free = list_free(pool.hypothesis)
    widths = {case.width: free.weigh_width(pool.scores, case.width) for case in cases}
    return [
        pool.weigh(row + widths[case.width]) for row, case in zip(likelihood, cases, strict=True)
    ]


def look_at(evidence: Evidence, *, nodes: int, biased: bool = True) -> Look:
    """Return figures with bias and widening at so many nodes."""
    noise = place_noise(list_noise_nodes(nodes), biased=biased)
    shift = evidence.bias_step[:, None] * noise.bias
    spread = find_spread(evidence, noise).T
    return Look(evidence, shift.astype(np.float32), np.ascontiguousarray(spread, dtype=np.float32))


def score_at_nodes(look: Look, predicted: Array) -> Single:
    """Return the logarithm of how likely each figure is, at every draw and node.

    What `brainmag.inference.likelihood.score_figures` tells, in single precision.

    Parameters
    ----------
    look : Look
    predicted : ndarray, shape (draws, figures)

    Returns
    -------
    ndarray, shape (figures, draws, nodes)
    """
    evidence = look.evidence
    is_number = ~np.isnan(evidence.value)
    said = predicted.T[:, :, None]
    scores = np.empty((len(said), len(predicted), look.shift.shape[1]), dtype=np.float32)
    for column in range(len(said)):
        centre = said[column].astype(np.float32) + look.shift[column]
        spread = look.spread[column]
        if is_number[column]:
            away = (np.float32(evidence.value[column]) - centre) / spread
            away *= away
            away *= np.float32(0.25)
            away += np.float32(1.0)
            np.log(away, out=away)
            away *= np.float32(-2.5)
            away += np.log(np.float32(0.375) / spread)
            scores[column] = away
        else:
            np.log(
                _find_chance(centre, spread, evidence.low[column], evidence.high[column]),
                out=scores[column],
            )
    scores[np.isnan(predicted.T)] = IMPOSSIBLE
    return scores


def _find_chance(centre: Single, spread: Single, low: float, high: float) -> Single:
    """Return the chance between two edges, one of which may be open.

    From the tails, since a difference of two chances near one has no digits left.
    """
    if np.isinf(high):
        chance = _find_tail((np.float32(low) - centre) / spread)
    elif np.isinf(low):
        chance = _find_tail((centre - np.float32(high)) / spread)
    else:
        middle, half = np.float32(0.5 * (low + high)), np.float32(0.5 * (high - low))
        away = np.abs(centre - middle)
        chance = _find_tail((away - half) / spread) - _find_tail((away + half) / spread)
    return np.maximum(chance, np.float32(LEAST_CHANCE), out=chance)


def _find_tail(x: Single) -> Single:
    """Return the chance beyond x of Student's t with four degrees of freedom.

    Examples
    --------
    >>> _find_tail(np.float32([0.0, 2.776445, -1e4])).round(3).astype(str).tolist()
    ['0.5', '0.025', '1.0']
    """
    size = np.abs(x)
    root = np.sqrt(x * x + np.float32(4.0))
    size += root
    size *= root
    rest = np.divide(np.float32(4.0), size, out=size)
    rest = np.where(x < 0, np.float32(2.0) - rest, rest)
    return rest * rest * (np.float32(0.75) - np.float32(0.25) * rest)
