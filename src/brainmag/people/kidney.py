"""Kidney function of a person: eGFR from creatinine or age, filtration from body surface."""

from __future__ import annotations

import math
from functools import cache
from typing import TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainmag.tables import read_table

Array = NDArray[np.float64]
Real = TypeVar("Real", float, Array)


@cache
def read_constants() -> dict[str, float]:
    """Return the constants of ``people.tsv`` by name."""
    return {row["constant"]: float(row["value"]) for row in read_table("people.tsv")}


def estimate_egfr(creatinine: ArrayLike, age: ArrayLike, sex: ArrayLike) -> Array:
    """Return eGFR by the CKD-EPI 2021 creatinine equation.

    Parameters
    ----------
    creatinine : float or array
        Serum creatinine, mg/dL.
    age : float or array
        Years.
    sex : str or array of str
        ``f`` or ``m``.

    Returns
    -------
    array
        mL/min per 1.73 m2.

    References
    ----------
    Source ``inker-2021``.

    Examples
    --------
    >>> round(float(estimate_egfr(0.8, 65, "f")))
    82
    """
    kappa, alpha, high, whole = _read_equation(np.asarray(age, dtype=np.float64), sex)
    ratio = np.asarray(creatinine, dtype=np.float64) / kappa
    return whole * np.minimum(ratio, 1.0) ** alpha * np.maximum(ratio, 1.0) ** high


def find_creatinine(egfr: ArrayLike, age: ArrayLike, sex: ArrayLike) -> Array:
    """Return the serum creatinine, mg/dL, at which `estimate_egfr` gives an eGFR.

    Examples
    --------
    >>> round(float(find_creatinine(estimate_egfr(0.8, 65, "f"), 65, "f")), 6)
    0.8
    """
    kappa, alpha, high, whole = _read_equation(np.asarray(age, dtype=np.float64), sex)
    share = np.asarray(egfr, dtype=np.float64) / whole
    # Both exponents are below zero: below the bend of the equation creatinine is low, eGFR high.
    return kappa * np.where(share > 1.0, share ** (1.0 / alpha), share ** (1.0 / high))


def _read_equation(age: Array, sex: ArrayLike) -> tuple[Array, Array, float, Array]:
    """Return kappa, both exponents and eGFR at kappa."""
    constants = read_constants()
    female = np.asarray(sex) == "f"
    kappa = np.where(female, constants["ckd_epi_kappa_f"], constants["ckd_epi_kappa_m"])
    alpha = np.where(female, constants["ckd_epi_alpha_f"], constants["ckd_epi_alpha_m"])
    factor = np.where(female, constants["ckd_epi_female"], 1.0)
    whole = constants["ckd_epi_scale"] * constants["ckd_epi_age"] ** age * factor
    return kappa, alpha, constants["ckd_epi_high"], whole


def estimate_body_surface(weight: Real) -> Real:
    """Return body surface in m2 from weight in kg (source ``livingston-2001``).

    Examples
    --------
    >>> round(estimate_body_surface(70.0), 2)
    1.83
    """
    constants = read_constants()
    return cast(Real, constants["surface_scale"] * weight ** constants["surface_exponent"])


def convert_egfr_to_filtration(egfr: Real, weight: Real) -> Real:
    """Return absolute filtration in L/h from eGFR (mL/min per 1.73 m2) and weight (kg).

    Examples
    --------
    >>> round(convert_egfr_to_filtration(110.0, 70.0), 1)
    7.0
    """
    constants = read_constants()
    surface = estimate_body_surface(weight) / constants["surface_standard"]
    return egfr * surface * constants["litre_per_hour"]


def decline_egfr(egfr_young: float, decline: float, decades: Real) -> Real:
    """Return eGFR after some decades of a constant relative decline per decade.

    Examples
    --------
    >>> round(decline_egfr(110.0, 0.079, 4.0))
    80
    """
    fallen = -decline * decades
    share = np.exp(fallen) if isinstance(fallen, np.ndarray) else math.exp(fallen)
    return cast(Real, egfr_young * share)
