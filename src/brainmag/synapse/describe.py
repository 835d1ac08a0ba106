"""A run of a protocol, and a curve, as one document."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine import Status
from brainmag.synapse.block import KAMPA, find_open_fraction
from brainmag.synapse.plasticity import PERCENT, PlasticitySet
from brainmag.synapse.run import SynapseRun

Array = NDArray[np.float64]

LOW, MIDDLE, HIGH = 5.0, 50.0, 95.0
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
    release = run.release[finished]
    quantities = {
        "nmda_charge": run.nmda_charge[finished],
        "peak_calcium": run.peak_calcium[finished],
        "terminals": run.terminals[finished],
        "nr2b": run.nr2b[finished],
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
        "ltp_percent": summarise(run.ltp_percent[finished]),
        "ltp_mean_percent": float(np.mean(run.ltp_percent[finished])),
        "ltp_ceiling_percent": ceiling,
        "share_near_ceiling": float(np.mean(run.ltp_percent[finished] > NEAR_CEILING * ceiling)),
        **{name: summarise(values)["median"] for name, values in quantities.items()},
        "release_per_pulse": np.percentile(release, MIDDLE, axis=0).tolist(),
        "intervals": {
            **{name: summarise(values) for name, values in quantities.items()},
            "release_per_pulse": {
                "low": np.percentile(release, LOW, axis=0).tolist(),
                "high": np.percentile(release, HIGH, axis=0).tolist(),
            },
        },
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
    share, ratio = chosen.share_down, chosen.strength_ratio
    return PERCENT * (ratio / (share + (1.0 - share) * ratio) - 1.0)


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


def summarise(values: Array) -> dict[str, float]:
    """Return median and 5th and 95th percentile.

    Examples
    --------
    >>> summarise(np.array([1.0, 2.0, 3.0]))["median"]
    2.0
    """
    low, middle, high = np.percentile(values, (LOW, MIDDLE, HIGH)).tolist()
    return {"median": middle, "low": low, "high": high}
