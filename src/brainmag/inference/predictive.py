"""What would be seen: the model's figures with their doubt, the bias and the study's own error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.likelihood import (
    Evidence,
    Noise,
    find_chance,
    find_spread,
    log_mean,
    score_figures,
)
from brainmag.record.measurements import SIGNIFICANT, Figure

Array = NDArray[np.float64]

# Of the error's distribution, at each draw.
NODES = 40
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
COVERED = HIGH - LOW
OUTCOMES = ("decreased", "no change", "increased")


@dataclass(frozen=True)
class Predictive:
    """Draws of what would be seen, for every figure.

    Attributes
    ----------
    seen : ndarray, shape (draws, figures)
        In the unit of each figure; several for each draw of the parameters.
    share : ndarray, shape (draws,)
        Weights that sum to one.
    chances : ndarray, shape (3, figures)
        Of each of `OUTCOMES`, at the size that the study could have told.
    log_score : ndarray, shape (figures,)
        Logarithm of how likely what was published is.
    model : ndarray, shape (draws / `NODES`, figures)
        The model's own figure at each draw of the parameters, with no bias and no error.
    """

    seen: Array
    share: Array
    chances: Array
    log_score: Array
    model: Array

    def find_quantiles(self, column: int) -> tuple[float, float, float]:
        """Return low, median and high of what would be seen of one figure."""
        return _find_quantiles(self.seen[:, column], self.share)

    def find_model_quantiles(self, column: int) -> tuple[float, float, float]:
        """Return low, median and high of the model's own figure."""
        return _find_quantiles(self.model[:, column], self.share.reshape(-1, NODES).sum(axis=1))


def foresee(evidence: Evidence, predicted: Array, noise: Noise) -> Predictive:
    """Return what would be seen, given what the model says at some equally likely draws.

    Parameters
    ----------
    evidence : Evidence
    predicted : ndarray, shape (draws, figures)
        Draws that could not be computed do not count.
    noise : Noise
        One row for each draw.
    """
    whole = np.all(np.isfinite(predicted), axis=1)
    predicted, noise = predicted[whole], Noise(noise.bias[whole], noise.widening[whole])
    centre = predicted + noise.bias[:, None] * evidence.bias_step
    spread = find_spread(evidence, noise)
    steps = find_error_nodes()
    seen = (centre[:, None, :] + spread[:, None, :] * steps[None, :, None]).reshape(
        -1, centre.shape[1]
    )
    edge = SIGNIFICANT * evidence.error
    below = find_chance((-edge - centre) / spread).mean(axis=0)
    above = 1.0 - find_chance((edge - centre) / spread).mean(axis=0)
    return Predictive(
        seen=seen,
        share=np.full(len(seen), 1.0 / len(seen)),
        chances=np.stack([below, 1.0 - below - above, above]),
        log_score=log_mean(score_figures(evidence, predicted, noise).T),
        model=predicted,
    )


def find_error_nodes() -> Array:
    """Return quantiles of the error's distribution, in units of its scale.

    Examples
    --------
    >>> nodes = find_error_nodes()
    >>> len(nodes), bool(abs(nodes.mean()) < 1e-12)
    (40, True)
    """
    from scipy.stats import t  # noqa: PLC0415

    places = (np.arange(NODES) + 0.5) / NODES
    return np.asarray(t(4).ppf(places), dtype=np.float64)


def mix(parts: Sequence[Predictive], weights: Sequence[float]) -> Predictive:
    """Return the mixture of what several explanations foresee."""
    shares = np.asarray(weights) / np.sum(weights)
    both = list(zip(shares, parts, strict=True))
    return Predictive(
        seen=np.concatenate([one.seen for one in parts]),
        share=np.concatenate([w * one.share for w, one in both]),
        chances=np.sum([w * one.chances for w, one in both], axis=0),
        log_score=np.log(np.sum([w * np.exp(one.log_score) for w, one in both], axis=0)),
        model=np.concatenate([one.model for one in parts]),
    )


def judge(figure: Figure, foreseen: Predictive, column: int) -> str:
    """Return ``inside`` or ``outside`` of what was foreseen with nine chances in ten.

    A number is inside when it lies in the interval between the 5th and the 95th percentile. A
    direction is inside when it is among the likeliest outcomes that together have nine chances in
    ten.
    """
    if figure.is_number:
        low, _, high = foreseen.find_quantiles(column)
        return "inside" if low <= figure.value <= high else "outside"
    inside = _list_likely(foreseen.chances[:, column])
    return "inside" if inside[OUTCOMES.index(figure.outcome)] else "outside"


def find_content(figure: Figure, foreseen: Predictive, column: int) -> float:
    """Return the chance that a figure is judged inside if what is foreseen is exactly right.

    Nine in ten for a number. More for a direction: three outcomes cannot be parted at nine in ten.
    """
    if figure.is_number:
        return COVERED
    chances = foreseen.chances[:, column]
    return float(chances[_list_likely(chances)].sum())


def _list_likely(chances: Array) -> NDArray[np.bool_]:
    """Return which outcomes are among the likeliest that together have nine chances in ten.

    Examples
    --------
    >>> _list_likely(np.array([0.01, 0.15, 0.84])).tolist()
    [False, True, True]
    """
    likelier = np.where(chances[None, :] > chances[:, None], chances[None, :], 0.0)
    found: NDArray[np.bool_] = likelier.sum(axis=1) < COVERED
    return found


def _find_quantiles(values: Array, share: Array) -> tuple[float, float, float]:
    order = np.argsort(values)
    share = share[order]
    # Each draw stands for the middle of its share.
    reached = np.cumsum(share) - 0.5 * share
    low, middle, high = (float(np.interp(x, reached, values[order])) for x in (LOW, MIDDLE, HIGH))
    return low, middle, high


def describe_figures(
    figures: Sequence[Figure], parts: Mapping[str, Predictive], weights: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return a row for every figure of the record: published, foreseen, and the verdict.

    Parameters
    ----------
    figures : sequence of Figure
        All of the record asked for; those that can be compared, in the order of the columns.
    parts : mapping of str to Predictive
        By explanation.
    weights : mapping of str to float
        Of the explanations.
    """
    # Without a figure that can be compared nothing was run.
    mixture = mix(list(parts.values()), [weights[name] for name in parts]) if parts else None
    rows: list[dict[str, Any]] = []
    column = 0
    for figure in figures:
        row = describe_published(figure)
        if mixture is None or figure.hindrance:
            row |= {"predicted": {}, "verdict": "not comparable", "reason": figure.hindrance}
        else:
            row["predicted"] = {
                name: _describe_foreseen(figure, part, column) for name, part in parts.items()
            }
            row["mixture"] = _describe_foreseen(figure, mixture, column)
            row["verdict"] = row["mixture"]["verdict"]
            column += 1
        rows.append(row)
    return rows


def describe_published(figure: Figure) -> dict[str, Any]:
    """Return what was published of a figure, with its error where there is one.

    Examples
    --------
    >>> from brainmag.record import list_figures
    >>> described = [describe_published(figure) for figure in list_figures()]
    >>> next(one["unit"] for one in described if one["study"] == "verhas-2002")
    '%'
    """
    low, high = (edge if np.isfinite(edge) else None for edge in figure.interval)
    return {
        "study": figure.study.id,
        "figure": figure.id.partition("/")[2],
        "source": figure.study.source,
        "who": figure.study.who,
        "observable": figure.endpoint.observable,
        "measure": figure.endpoint.measure,
        "level": figure.endpoint.level,
        "grade": figure.grade,
        "industry": figure.study.industry,
        "role": figure.role or None,
        "outcome": figure.outcome,
        "observed": figure.value if figure.is_number else None,
        "observed_low": low,
        "observed_high": high,
        "unit": figure.endpoint.unit,
        "locator": figure.locator,
        "basis": figure.basis,
    }


def _describe_foreseen(figure: Figure, part: Predictive, column: int) -> dict[str, Any]:
    low, median, high = part.find_quantiles(column)
    told: dict[str, Any] = {
        "median": median,
        "low": low,
        "high": high,
        "model": part.find_model_quantiles(column)[1],
        "log_score": float(part.log_score[column]),
        "verdict": judge(figure, part, column),
        "content": find_content(figure, part, column),
    }
    if not figure.is_number:
        told["chance"] = float(part.chances[OUTCOMES.index(figure.outcome), column])
    return told
