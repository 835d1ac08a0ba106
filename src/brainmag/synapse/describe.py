"""A run of a protocol, and a curve, as one document."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine import Status
from brainmag.synapse.block import find_open_fraction
from brainmag.synapse.run import SynapseRun

Array = NDArray[np.float64]

LOW, MIDDLE, HIGH = 5.0, 50.0, 95.0
BLOCK_VOLTAGES = tuple(range(-90, 50, 10))
UNITS = {
    "ltp_percent": "% of the strength before",
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
NOTES = ("draws", "one_spine", "fit", "no_spikes")


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
        "notes": list(NOTES),
        "model": run.model_key,
    }


def summarise(values: Array) -> dict[str, float]:
    """Return median and 5th and 95th percentile.

    Examples
    --------
    >>> summarise(np.array([1.0, 2.0, 3.0]))["median"]
    2.0
    """
    low, middle, high = np.percentile(values, (LOW, MIDDLE, HIGH)).tolist()
    return {"median": middle, "low": low, "high": high}
