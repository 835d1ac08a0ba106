"""How well what the model says agrees with what was published.

A published number lies about the model's own with the study's error, widened by its grade and with
the heavy tails of Student's t, since studies disagree by more than they tell. A published direction
is the side on which such a number fell of what the study could have seen. Where a maker took part,
one bias shared by all of them is added to the latent effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from brainmag.record.measurements import GRADES, Figure
from brainmag.tables import parse_table

Array = NDArray[np.float64]

# Of Student's t: tails heavy enough that one figure far off does not widen all the others.
FREEDOM = 4.0
# Of a standard error: with it the middle 95 % of Student's t are those of a normal.
SCALE = 1.959964 / 2.776445
NUISANCES = ("industry_bias", "noise_growth_a", "noise_growth_b", "noise_growth_c")
# No outcome is impossible: a misprint, a mixed-up sample.
LEAST_CHANCE = 1e-12
# Over which bias and widening are integrated out.
NODES = 256
# Scores that are held at a time.
MOST_SCORES = 100_000


@dataclass(frozen=True)
class Evidence:
    """Figures as arrays, one entry each.

    Attributes
    ----------
    value, error : ndarray, shape (figures,)
        NaN where a direction was told; standard error.
    low, high : ndarray, shape (figures,)
        Between which a number fell where a direction was told.
    grade : ndarray of int, shape (figures,)
        Place in `GRADES`.
    bias_step : ndarray, shape (figures,)
        What one unit of bias adds.
    industry : ndarray of bool, shape (figures,)
        Whether a maker paid for it or took part in it.
    counts : ndarray of bool, shape (figures,)
        Whether a figure counts in the sum.
    """

    value: Array
    error: Array
    low: Array
    high: Array
    grade: NDArray[np.intp]
    bias_step: Array
    industry: NDArray[np.bool_]
    counts: NDArray[np.bool_]

    def discount(self, factor: float) -> Evidence:
        """Return the evidence with the errors of industry's figures this many times as wide."""
        error = np.where(self.industry, factor * self.error, self.error)
        return replace(self, error=error)


def gather_evidence(figures: Sequence[Figure]) -> Evidence:
    """Return figures as arrays; those that calibrate count."""
    edges = np.array([one.interval for one in figures]).reshape(-1, 2)
    return Evidence(
        value=np.array([one.value for one in figures]),
        error=np.array([one.error for one in figures]),
        low=edges[:, 0],
        high=edges[:, 1],
        grade=np.array([GRADES.index(one.grade) for one in figures]),
        bias_step=np.array([one.bias_step for one in figures]),
        industry=np.array([one.study.industry for one in figures], dtype=np.bool_),
        counts=np.array([one.role == "calibration" for one in figures]),
    )


@dataclass(frozen=True)
class Noise:
    """Bias and widening, one row for each draw.

    Attributes
    ----------
    bias : ndarray, shape (draws,)
        Standard deviations between members of a group.
    widening : ndarray, shape (draws, 3)
        Factor on the error of grades a, b and c.
    """

    bias: Array
    widening: Array


@cache
def read_scales() -> dict[str, float]:
    """Return the scale of each nuisance's prior.

    Examples
    --------
    >>> read_scales()["industry_bias"]
    0.5
    """
    text = files("brainmag.inference").joinpath("noise.tsv").read_text(encoding="utf-8")
    return {row["name"]: float(row["scale"]) for row in parse_table(text, "noise.tsv")}


def place_noise(uniform: Array, *, biased: bool = True) -> Noise:
    """Return bias and widening at given places of their priors.

    Parameters
    ----------
    uniform : ndarray, shape (draws, 4)
        In the order of `NUISANCES`, between 0 and 1.
    biased : bool
        Whether industry may be biased at all.

    Examples
    --------
    >>> noise = place_noise(np.full((1, 4), 0.5))
    >>> noise.bias.round(3).tolist(), noise.widening.round(2).tolist()
    ([0.337], [[1.32, 1.74, 2.3]])
    """
    from scipy.special import ndtri  # noqa: PLC0415

    scales = read_scales()
    bias = scales[NUISANCES[0]] * ndtri(0.5 + 0.5 * uniform[:, 0])
    growth = np.column_stack(
        [-scales[name] * np.log1p(-uniform[:, k]) for k, name in enumerate(NUISANCES) if k]
    )
    return Noise(bias if biased else np.zeros_like(bias), np.exp(np.cumsum(growth, axis=1)))


def score_figures(evidence: Evidence, predicted: Array, noise: Noise) -> Array:
    """Return the logarithm of how likely each figure is.

    Parameters
    ----------
    evidence : Evidence
    predicted : ndarray, shape (draws, figures)
        What the model says.
    noise : Noise
        One row for each draw, or one row for all.

    Returns
    -------
    ndarray, shape (draws, figures)
        Density of a number, probability of a direction; minus infinity where the model has none.
    """
    spread = find_spread(evidence, noise)
    centre = predicted + noise.bias[:, None] * evidence.bias_step
    is_number = ~np.isnan(evidence.value)
    scores = np.empty(centre.shape)
    away = (evidence.value[is_number] - centre[:, is_number]) / spread[:, is_number]
    scores[:, is_number] = find_log_density(away) - np.log(spread[:, is_number])
    told = ~is_number
    upper, lower = (
        find_chance((edge[told] - centre[:, told]) / spread[:, told])
        for edge in (evidence.high, evidence.low)
    )
    scores[:, told] = np.log(np.maximum(upper - lower, LEAST_CHANCE))
    return np.where(np.isnan(predicted), -np.inf, scores)


def find_spread(evidence: Evidence, noise: Noise) -> Array:
    """Return the scale of Student's t for each draw and figure.

    Without widening its middle 95 % are the study's own 95 % interval.
    """
    return SCALE * evidence.error * noise.widening[:, evidence.grade]


def find_log_density(x: Array) -> Array:
    """Return the logarithm of the density of Student's t with four degrees of freedom.

    Examples
    --------
    >>> np.exp(find_log_density(np.array([0.0, 2.0]))).round(4).tolist()
    [0.375, 0.0663]
    """
    # The density is three eighths of one plus a quarter of the square, to the power of -5 / 2.
    return np.log(0.375) - 2.5 * np.log1p(0.25 * x * x)


def find_chance(x: Array) -> Array:
    """Return the distribution function of Student's t with four degrees of freedom.

    Examples
    --------
    >>> find_chance(np.array([-np.inf, 0.0, 2.776445])).round(4).tolist()
    [0.0, 0.5, 0.975]
    """
    finite = np.clip(x, -1e8, 1e8)
    share = finite / np.sqrt(4.0 + finite * finite)
    return 0.5 + 0.75 * (share - share**3 / 3.0)


@cache
def list_noise_nodes(count: int = NODES) -> Array:
    """Return places over which bias and widening are integrated out, shape (count, 4).

    Examples
    --------
    >>> bool(abs(list_noise_nodes(64).mean() - 0.5) < 0.02)
    True
    """
    from scipy.stats import qmc  # noqa: PLC0415

    return qmc.Sobol(len(NUISANCES), scramble=True, rng=1).random(count)


def integrate_noise(
    evidence: Evidence, predicted: Array, *, count: int = NODES
) -> tuple[Array, Array]:
    """Return the log-likelihood with bias and widening integrated out, and that at each node.

    Parameters
    ----------
    evidence : Evidence
    predicted : ndarray, shape (draws, figures)
    count : int
        Of the nodes over which they are integrated.

    Returns
    -------
    total : ndarray, shape (draws,)
    nodes : ndarray, shape (draws, nodes)
    """
    counting = np.flatnonzero(evidence.counts)
    chosen, said = take_evidence(evidence, counting), predicted[:, counting]
    noise = place_noise(list_noise_nodes(count))
    draws = len(predicted)
    found = np.empty((draws, count))
    # Several nodes at a time where draws are few.
    several = max(1, MOST_SCORES // max(said.size, 1))
    for start in range(0, count, several):
        part = slice(start, min(start + several, count))
        here = part.stop - start
        rows = Noise(np.repeat(noise.bias[part], draws), np.repeat(noise.widening[part], draws, 0))
        scores = score_figures(chosen, np.tile(said, (here, 1)), rows).sum(axis=1)
        found[:, part] = scores.reshape(here, draws).T
    return log_mean(found), found


def log_mean(values: Array) -> Array:
    """Return the logarithm of the mean over the last axis of what is given as logarithms.

    Examples
    --------
    >>> log_mean(np.log([[1.0, 3.0]])).round(4).tolist() == np.log([2.0]).round(4).tolist()
    True
    """
    top = np.max(values, axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.log(np.mean(np.exp(values - top), axis=-1)) + top[..., 0]


def share_out(logs: Array) -> Array:
    """Return shares that sum to one over the last axis, from their logarithms up to a constant.

    Examples
    --------
    >>> share_out(np.log([3.0, 1.0])).round(4).tolist()
    [0.75, 0.25]
    """
    share = np.exp(logs - np.max(logs, axis=-1, keepdims=True))
    return share / share.sum(axis=-1, keepdims=True)


def take_evidence(evidence: Evidence, places: NDArray[np.intp]) -> Evidence:
    """Return some of the figures."""
    return Evidence(*(getattr(evidence, name)[places] for name in Evidence.__dataclass_fields__))
