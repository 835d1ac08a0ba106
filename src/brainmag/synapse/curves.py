"""Curves: what changes when one thing at a synapse is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from brainmag.synapse.adapt import adapt_synapses
from brainmag.synapse.pairs import predict_pairs
from brainmag.synapse.plasticity import PlasticitySet
from brainmag.synapse.run import SynapseRun, SynapseScenario, run_protocol
from brainmag.synapse.stochastic import simulate_pairs

Formula = Literal["analytic", "stochastic"]
FORMULAS: tuple[Formula, ...] = ("analytic", "stochastic")

SYNAPSES = 5000


@dataclass(frozen=True)
class Pairing:
    """Pairs of spikes, and how what they leave is found.

    Attributes
    ----------
    plasticity : PlasticitySet
    pairs : int
    formula : {"analytic", "stochastic"}
    seed : int
        Of the simulated synapses' noise.
    """

    plasticity: PlasticitySet
    pairs: int
    formula: Formula = "analytic"
    seed: int = 1


def draw_pairing_curve(
    pairing: Pairing, intervals: Sequence[float], rates: Sequence[float]
) -> list[float]:
    """Return the strength after pairs over that before, for each interval with its rate.

    Parameters
    ----------
    pairing : Pairing
    intervals : sequence of float
        From the presynaptic to the postsynaptic spike, ms.
    rates : sequence of float
        Pairs per second, one for each interval.

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> curve = draw_pairing_curve(Pairing(find_set("DP"), 60), [-20.0, 10.0], [1.0, 1.0])
    >>> [round(ratio, 2) for ratio in curve]
    [0.76, 1.22]
    """
    if pairing.formula == "stochastic":
        return [
            simulate_pairs(
                pairing.plasticity,
                interval,
                rate,
                pairing.pairs,
                synapses=SYNAPSES,
                seed=pairing.seed,
            )
            for interval, rate in zip(intervals, rates, strict=True)
        ]
    ratios: list[float] = predict_pairs(
        pairing.plasticity, intervals, rates, pairing.pairs
    ).tolist()
    return ratios


def draw_protocol_curve(
    scenario: SynapseScenario,
    magnesium: Sequence[float],
    *,
    draws: int,
    seed: int,
    on_compile: Callable[[], None] | None = None,
) -> list[SynapseRun]:
    """Return what a protocol does at each magnesium of the bath (mmol/L)."""
    # The bath of the test is no part of what the synapse has adapted to.
    adapted = adapt_synapses(
        scenario.chronic, scenario.nr2b, draws=draws, seed=seed, on_compile=on_compile
    )
    return [
        run_protocol(
            replace(scenario, bath=replace(scenario.bath, magnesium=level)),
            draws=draws,
            seed=seed,
            adapted=adapted,
            on_compile=on_compile,
        )
        for level in magnesium
    ]
