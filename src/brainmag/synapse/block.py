"""How much of an open NMDA channel magnesium leaves unblocked, by three descriptions."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.people.parameters import read_parameters
from brainmag.tables import read_table

Scheme = Literal["jahr-stevens", "cortical", "kampa"]
# The one in which block is a change of state and not instantaneous.
KAMPA: Scheme = "kampa"
SCHEMES: tuple[Scheme, ...] = ("jahr-stevens", "cortical", KAMPA)

# Where block is told when magnesium alone is varied, mV.
REST = -70.0


@cache
def read_constants(scheme: Scheme) -> tuple[float, float]:
    """Return half block (mmol/L) and slope (per mV) of an instantaneous scheme.

    Examples
    --------
    >>> read_constants("jahr-stevens")
    (3.57, 0.062)
    """
    row = next(row for row in read_table("blocks.tsv") if row["scheme"] == scheme)
    return float(row["half"]), float(row["slope"])


def find_open_fraction(
    scheme: Scheme, voltage: ArrayLike, magnesium: ArrayLike
) -> NDArray[np.float64]:
    """Return the share of open channels that conduct.

    Parameters
    ----------
    scheme : {"jahr-stevens", "cortical", "kampa"}
        Of the ten-state scheme it is the equilibrium of the open state with its blocked twin.
    voltage : array_like
        mV.
    magnesium : array_like
        mmol/L.

    Notes
    -----
    Jahr & Stevens 1990 (jahr-1990); the refit of vargas-caballero-2003 in chindemi-2022; Kampa et
    al. 2004 (kampa-2004).

    Examples
    --------
    >>> float(find_open_fraction("jahr-stevens", -70.0, 0.8).round(4))
    0.055
    """
    voltage, magnesium = np.asarray(voltage, float), np.asarray(magnesium, float)
    table = read_parameters()
    if scheme == KAMPA:
        entry, leave, depth, valence, middle, thermal, micromoles = (
            table[name].nominal
            for name in (
                "kampa_block",
                "kampa_unblock",
                "kampa_depth",
                "kampa_valence",
                "kampa_voltage",
                "kampa_thermal",
                "micromoles",
            )
        )
        pull = valence * (voltage - middle) / thermal
        blocking = entry * micromoles * magnesium * np.exp(depth * pull)
        leaving = leave * np.exp(-(1.0 - depth) * pull)
        return leaving / (leaving + blocking)
    half, slope = read_constants(scheme)
    return 1.0 / (1.0 + magnesium / half * np.exp(-slope * voltage))
