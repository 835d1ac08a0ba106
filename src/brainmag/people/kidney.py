"""Kidney function of a person: eGFR from creatinine or age, filtration from body surface."""

from __future__ import annotations

import math
from functools import cache

from brainmag.tables import read_table


@cache
def read_constants() -> dict[str, float]:
    """Return the constants of ``people.tsv`` by name."""
    return {row["constant"]: float(row["value"]) for row in read_table("people.tsv")}


def estimate_egfr(creatinine: float, age: float, sex: str) -> float:
    """Return eGFR by the CKD-EPI 2021 creatinine equation.

    Parameters
    ----------
    creatinine : float
        Serum creatinine, mg/dL.
    age : float
        Years.
    sex : str
        ``f`` or ``m``.

    Returns
    -------
    float
        mL/min per 1.73 m2.

    References
    ----------
    Source ``inker-2021``.

    Examples
    --------
    >>> round(estimate_egfr(0.8, 65, "f"))
    82
    """
    constants = read_constants()
    ratio = creatinine / constants[f"ckd_epi_kappa_{sex}"]
    low = min(ratio, 1.0) ** constants[f"ckd_epi_alpha_{sex}"]
    high = max(ratio, 1.0) ** constants["ckd_epi_high"]
    female = constants["ckd_epi_female"] if sex == "f" else 1.0
    return constants["ckd_epi_scale"] * low * high * constants["ckd_epi_age"] ** age * female


def estimate_body_surface(weight: float) -> float:
    """Return body surface in m2 from weight in kg (source ``livingston-2001``).

    Examples
    --------
    >>> round(estimate_body_surface(70.0), 2)
    1.83
    """
    constants = read_constants()
    return constants["surface_scale"] * weight ** constants["surface_exponent"]


def convert_egfr_to_filtration(egfr: float, weight: float) -> float:
    """Return absolute filtration in L/h from eGFR (mL/min per 1.73 m2) and weight (kg).

    Examples
    --------
    >>> round(convert_egfr_to_filtration(110.0, 70.0), 1)
    7.0
    """
    constants = read_constants()
    surface = estimate_body_surface(weight) / constants["surface_standard"]
    return egfr * surface * constants["litre_per_hour"]


def decline_egfr(egfr_young: float, decline: float, decades: float) -> float:
    """Return eGFR after some decades of a constant relative decline per decade.

    Examples
    --------
    >>> round(decline_egfr(110.0, 0.079, 4.0))
    80
    """
    return egfr_young * math.exp(-decline * decades)
