"""Statistical analyses of trials, each of thousands of simulated trials at once."""

from __future__ import annotations

from brainmag.trials.analysis.ancova import fit_ancova
from brainmag.trials.analysis.boundaries import (
    Boundaries,
    Crossing,
    cross_boundaries,
    find_boundaries,
    find_stops,
)
from brainmag.trials.analysis.crossover import fit_crossover
from brainmag.trials.analysis.effects import Effects
from brainmag.trials.analysis.mixed import MixedFit
from brainmag.trials.analysis.multiplicity import reject_endpoints
from brainmag.trials.analysis.repeated import build_repeated_design, fit_repeated
from brainmag.trials.analysis.responders import Responders, fit_responders
from brainmag.trials.analysis.sample_size import (
    bound_share,
    find_arm_size,
    find_power,
    reestimate_arm_size,
)

__all__ = [
    "Boundaries",
    "Crossing",
    "Effects",
    "MixedFit",
    "Responders",
    "bound_share",
    "build_repeated_design",
    "cross_boundaries",
    "find_arm_size",
    "find_boundaries",
    "find_power",
    "find_stops",
    "fit_ancova",
    "fit_crossover",
    "fit_repeated",
    "fit_responders",
    "reestimate_arm_size",
    "reject_endpoints",
]
