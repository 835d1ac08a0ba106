"""What a synapse has adapted to: the slow model's answer to magnesium that stays as it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from brainmag.clock import DAY
from brainmag.intake import Intake
from brainmag.people import CULTURE, build_subject
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import simulate

Array = NDArray[np.float64]

# Terminals take four days, and the slowest draws twice as long.
ADAPTATION_DAYS = 60


def adapt_synapses(
    chronic: float | None,
    nr2b: float | None,
    *,
    draws: int,
    seed: int,
    on_compile: Callable[[], None] | None = None,
) -> dict[str, Array]:
    """Return terminals and NR2B of the nominal synapse and its draws, 1 = in the usual medium.

    Parameters
    ----------
    chronic : float or None
        Magnesium in which the cells have lived, mmol/L; None: in the usual medium.
    nr2b : float or None
        What NR2B is held at instead.
    draws, seed : int
        The same draws as those of the synapse.
    on_compile : callable, optional
        Called when the slow model must be compiled first.

    Examples
    --------
    >>> adapted = adapt_synapses(1.2, None, draws=0, seed=1)
    >>> bool(adapted["terminals"][0] > 1.0 and adapted["nr2b_level"][0] > 1.0)
    True
    """
    found = {name: np.ones(1 + draws) for name in ("terminals", "nr2b_level")}
    if chronic is not None:
        scenario = Scenario(
            build_subject(who=CULTURE),
            Intake("none", 0.0),
            hours=ADAPTATION_DAYS * DAY,
            medium=Medium(magnesium=chronic),
        )
        run = simulate(scenario, draws=draws, seed=seed, on_compile=on_compile)
        found["terminals"] = run.read("end", "functional_terminals")
        found["nr2b_level"] = run.read("end", "nr2b")
    if nr2b is not None:
        found["nr2b_level"] = np.full(1 + draws, nr2b)
    return found
