"""One step of Rodas5P with NumPy, for a single system (method: :mod:`brainmag.engine.tableau`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import tableau
from brainmag.engine.once.interpret import Equations, Values

Reals = NDArray[np.float64]

_A = [np.array(row) for row in tableau.A]
_C = [np.array(row) for row in tableau.C]
_DENSE = np.array(tableau.DENSE)
_LAST = tableau.STAGES - 1


@dataclass(frozen=True)
class Step:
    """A step and its dense output.

    Attributes
    ----------
    time, size : float
        Where it begins and how long it is.
    before, after : array
        Moving states at both ends.
    error : array
        Estimated error of the latter.
    bends : array, shape (3, N)
        Coefficients of the dense output.
    """

    time: float
    size: float
    before: Reals
    after: Reals
    error: Reals
    bends: Reals

    def at(self, time: float) -> Reals:
        """Return the moving states at a time within the step."""
        if not len(self.before):
            return self.before
        s = (time - self.time) / self.size
        first, second, third = self.bends
        rest = 1.0 - s
        return rest * self.before + s * (self.after + rest * (first + s * (second + s * third)))


class Stepper:
    """Steps of one system.

    Parameters
    ----------
    equations : Equations
        What is integrated.
    """

    def __init__(self, equations: Equations) -> None:
        self._equations = equations
        self._moving = equations.moving
        self._size = len(equations.moving)
        self._identity = np.eye(self._size) / tableau.GAMMA

    def attempt(self, time: float, states: Values, modes: Values, size: float) -> Step:
        """Return a step; what cannot be computed is NaN in it.

        Parameters
        ----------
        time : float
        states : list of float
            All states; those that do not move keep their values.
        modes : list of float
            Modes that hold during the step.
        size : float
            Length of the step.
        """
        equations, count = self._equations, self._size
        before = np.array([states[position] for position in self._moving])
        if not count:
            return Step(time, size, before, before, before, before)
        known = np.array(equations.slopes(time, states, modes))
        entries = len(equations.rows)
        jacobian = np.zeros((count, count))
        jacobian[equations.rows, equations.columns] = known[count : count + entries]
        by_time = np.zeros(count)
        by_time[equations.timed] = known[count + entries :]
        matrix = self._identity - size * jacobian
        try:
            # The inverse of what is infinite would be 0, and hold the states where they are.
            inverse = np.linalg.inv(matrix if np.isfinite(matrix).all() else np.nan * matrix)
        except np.linalg.LinAlgError:
            inverse = np.full_like(matrix, np.nan)
        stages = np.empty((tableau.STAGES, count))
        by_time *= size * size
        slope, point = known[:count], before
        inner = list(states)
        for stage in range(tableau.STAGES):
            right = size * slope + tableau.TIME_DERIVATIVE[stage] * by_time
            if stage:
                right += _C[stage] @ stages[:stage]
            stages[stage] = inverse @ right
            if stage < _LAST:
                following = stage + 1
                point = before + _A[following] @ stages[:following]
                for position, value in zip(self._moving, point.tolist(), strict=True):
                    inner[position] = value
                moment = time + tableau.STAGE_TIME[following] * size
                slope = np.array(equations.rates(moment, inner, modes))
        return Step(time, size, before, point + stages[_LAST], stages[_LAST], _DENSE @ stages)
