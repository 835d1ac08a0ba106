"""Fisher scoring of restricted likelihood, many trials at once, each with its own step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.trials.analysis.missingness import (
    Array,
    SeenData,
    Truth,
    find_regular,
    invert_regular,
)
from brainmag.trials.analysis.restricted import evaluate_likelihood, form_covariance

# Converged when the likelihood could rise by no more than this, judged by its own curvature: the
# parameters are then within a millionth of their standard errors.
TOLERANCE = 1e-12
MOST_PASSES = 200
# A step is halved until the likelihood does not fall by more than rounding does.
ROUNDING = 1e-10
# Factors of a step of scoring.
SHORTEST, LONGEST = 0.25, 4.0


@dataclass(frozen=True)
class Maximum:
    """Where restricted likelihood is highest.

    Parameters
    ----------
    parameters : ndarray, shape (R, M)
        Those of the covariance.
    converged : ndarray of bool, shape (R,)
        False where no maximum was found, or where there is none.
    """

    parameters: Array
    converged: Truth


def find_maximum(data: SeenData, basis: Array) -> Maximum:
    """Return the parameters of the covariance that make restricted likelihood highest.

    Every pass tries one step for every trial that is under way: it takes it where the covariance
    stays positive definite and the likelihood does not fall, and halves it elsewhere. R. I.
    Jennrich and M. D. Schluchter, 1986, doi:10.2307/2530695.

    Parameters
    ----------
    data : SeenData
        What was seen in R trials.
    basis : ndarray, shape (M, V, V)
        What the covariance is a sum of; the unit matrix must be among the sums.

    Returns
    -------
    Maximum
        Not converged after `MOST_PASSES` passes, where the data cannot tell the parameters, or
        where likelihood rises towards a covariance that is singular, as it can in small trials
        with many visits missing.
    """
    climb = _Climb(data, basis)
    for _ in range(MOST_PASSES):
        if not climb.move():
            break
    return Maximum(climb.parameters, climb.converged)


class _Climb:
    """The trials under way: where each stands and the step that it tries next."""

    def __init__(self, data: SeenData, basis: Array) -> None:
        size, visits = basis.shape[:2]
        unit = np.linalg.lstsq(basis.reshape(size, -1).T, np.eye(visits).ravel())[0]
        self.data, self.basis = data, basis
        self.parameters: Array = data.scale[:, None] * unit
        self.log_likelihood: Array = np.full(len(data.scale), -np.inf)
        self.step: Array = np.zeros_like(self.parameters)
        self.score: Array = np.zeros_like(self.parameters)
        self.converged: Truth = np.zeros(len(data.scale), dtype=np.bool_)
        # Outcomes without any scatter have no likelihood.
        usable = np.isfinite(data.coefficients).all(axis=1) & (data.scale > 0.0)
        self.active: NDArray[np.intp] = np.flatnonzero(usable)

    def move(self) -> bool:
        """Try one step for every trial under way; tell whether any is left."""
        rows = self.active
        trial = self.parameters[rows] + self.step[rows]
        inside = find_regular(form_covariance(self.basis, trial))
        self.step[rows[~inside]] *= 0.5
        tried, trial = rows[inside], trial[inside]
        if tried.size:
            found = evaluate_likelihood(
                [pattern.take(tried) for pattern in self.data.patterns], self.basis, trial
            )
            old = self.log_likelihood[tried]
            floor = np.where(np.isfinite(old), old - ROUNDING * np.abs(old), old)
            risen = found.log_likelihood >= floor
            self.step[tried[~risen]] *= 0.5
            kept = tried[risen]
            self.parameters[kept] = trial[risen]
            self.log_likelihood[kept] = found.log_likelihood[risen]
            self._turn(kept, found.score[risen], found.information[risen])
        going = ~self.converged[rows] & np.isfinite(self.step[rows]).all(axis=1)
        self.active = rows[going]
        return bool(self.active.size)

    def _turn(self, rows: NDArray[np.intp], score: Array, information: Array) -> None:
        """Set the next step of trials that have taken one."""
        # The last step's secant says by what factor it was too long or too short: with outcomes
        # missing, information that is expected can be far from what these data hold.
        before = np.einsum("rk,rk->r", self.step[rows], self.score[rows])
        behind = np.einsum("rk,rk->r", self.step[rows], score)
        bent = before > behind
        factor = np.where(bent, before / np.where(bent, before - behind, 1.0), LONGEST)
        factor[before <= 0.0] = 1.0
        step = np.einsum("rkl,rl->rk", invert_regular(information), score)
        self.converged[rows] = np.einsum("rk,rk->r", step, score) < TOLERANCE
        self.step[rows] = np.clip(factor, SHORTEST, LONGEST)[:, None] * step
        self.score[rows] = score
