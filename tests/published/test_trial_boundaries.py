"""Oracle: tables of Jennison and Turnbull, 2000, for two-sided tests at 5 % with even looks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtri

from brainmag.trials.analysis import Boundaries, cross_boundaries, find_boundaries

# By method, for K = 2, ...: critical value at the last look.
CONSTANTS = {
    "obrien-fleming": (1.977, 2.004, 2.024, 2.040),
    "pocock": (2.178, 2.289, 2.361, 2.413),
}
# Largest sample over that of a plain test, power 90 %.
INFLATION = {
    "obrien-fleming": (1.007, 1.016, 1.022, 1.026),
    "pocock": (1.100, 1.151, 1.183, 1.207),
}
# The tables have three decimals, some of them cut off.
LAST_DECIMAL = 0.001


@pytest.mark.parametrize("method", CONSTANTS)
def test_constants(method: str) -> None:
    for looks, expected in enumerate(CONSTANTS[method], start=2):
        found = find_boundaries(method, np.arange(1, looks + 1) / looks)
        assert found.critical[-1] == pytest.approx(expected, abs=LAST_DECIMAL)
        shape = np.sqrt(looks / np.arange(1, looks + 1)) if method == "obrien-fleming" else 1.0
        assert found.critical == pytest.approx(found.critical[-1] * shape)


@pytest.mark.parametrize("method", INFLATION)
def test_inflation(method: str) -> None:
    plain = float(ndtri(0.975) + ndtri(0.9))
    for looks, expected in enumerate(INFLATION[method], start=2):
        found = find_boundaries(method, np.arange(1, looks + 1) / looks)

        def miss(drift: float, found: Boundaries = found) -> float:
            return cross_boundaries(found, drift).power - 0.9

        drift = brentq(miss, 1.0, 6.0)
        assert (drift / plain) ** 2 == pytest.approx(expected, abs=LAST_DECIMAL)
