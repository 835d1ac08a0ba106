"""A run of a protocol as one document."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainmag import __version__
from brainmag.engine import Status
from brainmag.summary import HIGH, LOW, MIDDLE, summarise
from brainmag.synapse.block import KAMPA, find_open_fraction
from brainmag.synapse.plasticity import PERCENT, PlasticitySet
from brainmag.synapse.run import SynapseRun

BLOCK_VOLTAGES = tuple(range(-90, 50, 10))
UNITS = {
    "ltp_percent": "% of the strength before",
    "ltp_mean_percent": "% of the strength before",
    "ltp_ceiling_percent": "% of the strength before, every synapse in the upper well",
    "share_near_ceiling": "share of the draws above 80 % of the ceiling",
    "nmda_charge": "fC, one spine; inward is positive",
    "peak_calcium": "umol/L, one spine, what NMDA receptors add",
    "release_per_pulse": "probability of one terminal",
    "terminals": "1 = in the usual medium",
    "nr2b": "1 = in the usual medium",
    "open_fraction": "share of open channels",
    "magnesium": "mmol/L",
    "calcium": "mmol/L",
    "voltage": "mV",
}
NOTES = ("one_spine", "fit", "no_spikes")
# The slow model, and what was fitted to the fast one, speak of levels within these.
USUAL_CHRONIC, USUAL_NR2B = (0.4, 1.6), (0.6, 2.4)
# From here on a synapse counts as near the ceiling.
NEAR_CEILING = 0.8


def describe_protocol(run: SynapseRun, *, draws: int, seed: int) -> dict[str, Any]:
    """Return what a protocol did: medians, with the 5th and 95th percentile over the draws.

    Parameters
    ----------
    run : SynapseRun
    draws, seed : int
        As the run was asked for.
    """
    scenario = run.scenario
    finished = run.status == Status.FINISHED
    change = run.ltp_percent[finished]
    low, middle, high = np.percentile(run.release[finished], (LOW, MIDDLE, HIGH), axis=0).tolist()
    intervals = {
        "nmda_charge": summarise(run.nmda_charge[finished]),
        "peak_calcium": summarise(run.peak_calcium[finished]),
        "terminals": summarise(run.terminals[finished]),
        "nr2b": summarise(run.nr2b[finished]),
    }
    ceiling = find_ceiling(scenario.preparation.plasticity)
    shares = find_open_fraction(scenario.scheme, BLOCK_VOLTAGES, scenario.bath.magnesium)
    return {
        "brainmag": __version__,
        "protocol": scenario.protocol.name,
        "preparation": scenario.preparation.name,
        "set": scenario.preparation.plasticity.name,
        "block": scenario.scheme,
        "bath": {"magnesium": scenario.bath.magnesium, "calcium": scenario.bath.calcium},
        "reference_bath": {
            "magnesium": scenario.preparation.magnesium,
            "calcium": scenario.preparation.calcium,
        },
        "adapted": {"magnesium": scenario.chronic, "nr2b": scenario.nr2b},
        "ltp_percent": summarise(change),
        "ltp_mean_percent": float(np.mean(change)),
        "ltp_ceiling_percent": ceiling,
        "share_near_ceiling": float(np.mean(change > NEAR_CEILING * ceiling)),
        **{name: found["median"] for name, found in intervals.items()},
        "release_per_pulse": middle,
        "intervals": {**intervals, "release_per_pulse": {"low": low, "high": high}},
        "block_curve": [
            {"x": voltage, "open_fraction": share}
            for voltage, share in zip(BLOCK_VOLTAGES, shares.tolist(), strict=True)
        ],
        "draws": draws,
        "failed": int(np.count_nonzero(~finished)),
        "seed": seed,
        "units": UNITS,
        "notes": list_notes(run, draws),
        "model": run.model_key,
    }


def find_ceiling(chosen: PlasticitySet) -> float:
    """Return the change of strength when every synapse ends in the upper well, percent.

    Examples
    --------
    >>> from brainmag.synapse.plasticity import find_set
    >>> round(find_ceiling(find_set("hippocampal-slices")))
    131
    """
    return PERCENT * (chosen.strength_ratio / chosen.strength_before - 1.0)


def list_notes(run: SynapseRun, draws: int) -> list[str]:
    """Return the keys of what a reader of a run must know."""
    scenario = run.scenario
    lowest, highest = USUAL_CHRONIC
    least, most = USUAL_NR2B
    is_far = scenario.chronic is not None and not lowest <= scenario.chronic <= highest
    is_far = is_far or not least <= float(run.nr2b[0]) <= most
    return [
        "draws" if draws else "nominal",
        *NOTES,
        *(["kampa"] if scenario.scheme == KAMPA else []),
        *(["far"] if is_far else []),
    ]
