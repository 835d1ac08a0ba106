"""Sudden changes of states at given times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import InputError, nearest_match

if TYPE_CHECKING:
    from brainmag.engine.model import CompiledModel

ACTIONS = ("add", "set")
Action = Literal["add", "set"]


@dataclass(frozen=True)
class Events:
    """Changes of states, the same for all subjects, in order of time.

    Attributes
    ----------
    time : array of float, shape (M,)
        When, in the model's time unit; not decreasing.
    state : array of int, shape (M,)
        Position of the state that changes.
    add : array of bool, shape (M,)
        Whether the value is added to the state (True) or replaces it (False).
    value : array of float, shape (M,)
        The value. Changes at one time are applied in the order given.
    """

    time: NDArray[np.float64]
    state: NDArray[np.int64]
    add: NDArray[np.bool_]
    value: NDArray[np.float64]

    @staticmethod
    def build(model: CompiledModel, changes: Iterable[tuple[float, str, Action, float]]) -> Events:
        """Return events from (time, state name, "add" or "set", value), sorted by time.

        Changes at one time keep the order in which they are given.

        Raises
        ------
        InputError
            ``engine.unknown_state``, ``engine.unknown_action`` or ``engine.bad_event_number``.
        """
        ordered = sorted(changes, key=lambda change: change[0])
        positions = {name: position for position, name in enumerate(model.states)}
        for time, state, action, value in ordered:
            if state not in positions:
                raise InputError(
                    "engine.unknown_state",
                    given=state,
                    nearest=nearest_match(state, model.states),
                    allowed=", ".join(model.states),
                )
            if action not in ACTIONS:
                raise InputError(
                    "engine.unknown_action", given=action, allowed=" or ".join(ACTIONS)
                )
            if not (np.isfinite(time) and np.isfinite(value)):
                raise InputError("engine.bad_event_number", state=state, time=time, value=value)
        return Events(
            np.array([change[0] for change in ordered], dtype=np.float64),
            np.array([positions[change[1]] for change in ordered], dtype=np.int64),
            np.array([change[2] == "add" for change in ordered], dtype=np.bool_),
            np.array([change[3] for change in ordered], dtype=np.float64),
        )
