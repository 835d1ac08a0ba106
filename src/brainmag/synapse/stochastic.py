"""The same plasticity, synapse by synapse: noise, and two wells that hold all along."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brainmag.synapse.pairs import Span, list_spans
from brainmag.synapse.plasticity import MILLISECONDS, PlasticitySet

Array = NDArray[np.float64]

# Efficacy within the longest step, in time constants of the wells: an error below 1e-4.
LONGEST_STEP = 0.02


def simulate_pairs(
    chosen: PlasticitySet, interval: float, rate: float, pairs: int, *, synapses: int, seed: int
) -> float:
    """Return the strength of simulated synapses after pairs of spikes over that before.

    Parameters
    ----------
    chosen : PlasticitySet
    interval, rate : float
        ms from the presynaptic to the postsynaptic spike; pairs per second.
    pairs : int
    synapses, seed : int
        How many are simulated; the seed of their noise.

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> ratio = simulate_pairs(find_set("DP"), 10.0, 1.0, 60, synapses=500, seed=1)
    >>> bool(1.1 < ratio < 1.35)
    True
    """
    spans = list_spans(chosen, interval, rate) * pairs
    return simulate_ratio(chosen, spans, synapses=synapses, seed=seed)


def simulate_ratio(
    chosen: PlasticitySet, spans: Sequence[Span], *, synapses: int, seed: int
) -> float:
    """Return the strength of simulated synapses after some spans over that before.

    Where calcium is above a threshold, pull and noise are linear in the efficacy and each span is
    drawn exactly; the two wells act in half steps before and after it.
    """
    noise = np.random.Generator(np.random.Philox(seed))
    begins_down = np.arange(synapses) < round(chosen.share_down * synapses)
    efficacy = np.where(begins_down, 0.0, 1.0)
    before = _weigh(chosen, begins_down)
    for span in spans:
        length = span.length / MILLISECONDS / chosen.time_constant
        efficacy = _fall_into_wells(chosen, efficacy, length / 2.0)
        if span.potentiating or span.depressing:
            efficacy = _pull(chosen, efficacy, span, length, noise)
        efficacy = _fall_into_wells(chosen, efficacy, length / 2.0)
    return _weigh(chosen, efficacy < chosen.unstable_efficacy) / before


def _weigh(chosen: PlasticitySet, is_down: NDArray[np.bool_]) -> float:
    return float(np.mean(np.where(is_down, 1.0, chosen.strength_ratio)))


def _pull(
    chosen: PlasticitySet, efficacy: Array, span: Span, length: float, noise: np.random.Generator
) -> Array:
    up = chosen.potentiation_rate * span.potentiating
    pull = up + chosen.depression_rate * span.depressing
    decay = math.exp(-pull * length)
    variance = chosen.noise**2 * (span.potentiating + span.depressing) / (2.0 * pull)
    spread = math.sqrt(variance * -math.expm1(-2.0 * pull * length))
    return up / pull * (1.0 - decay) + efficacy * decay + spread * noise.normal(size=efficacy.shape)


def _fall_into_wells(chosen: PlasticitySet, efficacy: Array, length: float) -> Array:
    steps = max(1, math.ceil(length / LONGEST_STEP))
    for _ in range(steps):
        drift = -efficacy * (1.0 - efficacy) * (chosen.unstable_efficacy - efficacy)
        efficacy = efficacy + length / steps * drift
    return efficacy
