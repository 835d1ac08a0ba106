"""The parameters that the record may move, and where standard normal scores put them.

The priors of what tells the explanations apart are drawn twice as wide as the table has them. The
table's own width, and half of it, are then weights on the same draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from brainmag.people.parameters import Parameter, read_parameters
from brainmag.tables import parse_table

Array = NDArray[np.float64]

# What tells the explanations apart: the gains, the potency of threonate, the tolerance.
RIVALS = ("barrier_gain", "neuron_gain", "threonate_potency", "tolerance")
WIDE = 2.0


@dataclass(frozen=True)
class FreeParameters:
    """What is free under one explanation.

    Attributes
    ----------
    names : tuple of str
        In the order of the columns of scores.
    """

    names: tuple[str, ...]

    def place(self, scores: Array) -> Mapping[str, Array]:
        """Return where in the table's priors standard normal scores put each parameter.

        A place beyond 0 or 1 is one beyond the table's own width.
        """
        from scipy.special import ndtr  # noqa: PLC0415

        chance = np.clip(ndtr(scores), 1e-15, 1.0 - 1e-15)
        return {
            name: _widen(read_parameters()[name], chance[:, k])
            if name in RIVALS
            else np.ascontiguousarray(chance[:, k])
            for k, name in enumerate(self.names)
        }

    def weigh_width(self, scores: Array, width: float) -> Array:
        """Return the logarithm of priors of some width over those the scores were drawn under.

        Parameters
        ----------
        scores : ndarray, shape (draws, parameters)
        width : float
            Of the rivals' priors, relative to the table's.

        Returns
        -------
        ndarray, shape (draws,)
            Minus infinity beyond that width.
        """
        places = self.place(scores)
        total = np.zeros(len(scores))
        for name in set(RIVALS) & set(self.names):
            parameter = read_parameters()[name]
            total += _weigh(parameter, places[name], width) - _weigh(parameter, places[name], WIDE)
        return total


@cache
def list_free(hypothesis: str) -> FreeParameters:
    """Return what the record may move under an explanation.

    Examples
    --------
    >>> "tolerance" in list_free("none").names, "tolerance" in list_free("carrier").names
    (True, False)
    """
    text = files("brainmag.inference").joinpath("free.tsv").read_text(encoding="utf-8")
    rows = parse_table(text, "free.tsv")
    return FreeParameters(
        tuple(row["parameterId"] for row in rows if hypothesis in row["hypotheses"].split(","))
    )


def _widen(parameter: Parameter, chance: Array) -> Array:
    """Return the place in the table's prior of a quantile of the same prior twice as wide."""
    if parameter.distribution == "log-uniform":
        return 0.5 + WIDE * (chance - 0.5)
    scale, wide = parameter.spread, WIDE * parameter.spread
    value = -wide * np.log1p(np.expm1(-parameter.upper / wide) * chance)
    return np.expm1(-value / scale) / np.expm1(-parameter.upper / scale)


def _weigh(parameter: Parameter, place: Array, width: float) -> Array:
    """Return the log-density, up to a constant of the parameter, of its prior at some width."""
    if parameter.distribution == "log-uniform":
        inside = np.abs(place - 0.5) <= 0.5 * width
        return np.where(inside, -np.log(width), -np.inf)
    scale = width * parameter.spread
    value = -parameter.spread * np.log1p(np.expm1(-parameter.upper / parameter.spread) * place)
    return -value / scale - np.log(-scale * np.expm1(-parameter.upper / scale))
