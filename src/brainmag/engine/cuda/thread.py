# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportCallIssue=false
# numba compiles this file and infers its types.
"""The working arrays of one subject on a device, and the functions of its model."""

from __future__ import annotations

from typing import Any, NamedTuple

from brainmag.engine.cuda.functions import device
from brainmag.engine.status import RUNNING


class Part(NamedTuple):
    """What belongs to a part of a model.

    :mod:`brainmag.engine.cuda.source` writes the first four functions, of which an explicit method
    needs the first only.
    """

    rates: Any
    rates_and_jacobian: Any
    factor: Any
    substitute: Any
    attempt: Any
    """One step of the method it is stepped by."""
    exponent: float
    """The power of a step's error by which the next one grows."""
    commit: Any
    interpolate: Any
    record: Any
    """What becomes of the states at an output."""


class Thread(NamedTuple):
    """The working arrays of one subject, for the whole model or one part of it.

    What would be a plain number has one entry.
    """

    size: int
    """Number of states."""
    completed: int
    """How many states, from the first on, are completed by an input."""
    sees: int
    """Number of inputs."""
    shows: int
    """Number of states that are others' inputs."""
    parameters: Any
    constants: Any
    """What depends on parameters only."""
    held: Any
    """States of the whole model, for those that nothing but events moves."""
    tolerances: Any
    """The relative one and then each state's absolute one."""
    memory: Any
    """First step after the last event of each kind."""
    inputs: Any
    """What a step sees at each of its times."""
    pieces: Any
    """Steps of the leading part, until the following one has seen them."""
    piece_count: Any
    states: Any
    new_states: Any
    point: Any
    """States in the middle of a step."""
    slope: Any
    """Rates at the beginning of a step."""
    time_slope: Any
    jacobian: Any
    factors: Any
    stages: Any
    time: Any
    target: Any
    limit: Any
    """Where the time of a stage ends: just before the end of the segment."""
    step: Any
    wanted: Any
    """The step to take if nothing cuts it short."""
    status: Any
    attempts: Any
    fresh: Any
    """1 until the first step after an event is accepted."""
    refused: Any
    """1 after a refused step."""
    invalid: Any
    """Steps in a row whose error was not a number."""
    cursor: Any
    """Next output."""
    place: Any
    """The piece of the leading part that holds the time."""


REALS_PER_THREAD = 5
WHOLES_PER_THREAD = 7


@device
def make_thread(sizes, shared, tolerances, memory, vectors, reals, wholes):
    """Return the arrays of a thread under their names."""
    return Thread(
        *sizes,
        *shared[:3],
        tolerances,
        memory,
        *shared[3:],
        *vectors,
        reals[0:],
        reals[1:],
        reals[2:],
        reals[3:],
        reals[4:],
        wholes[0:],
        wholes[1:],
        wholes[2:],
        wholes[3:],
        wholes[4:],
        wholes[5:],
        wholes[6:],
    )


@device
def reset(thread, begin):
    """Put a subject at the start."""
    thread.time[0] = begin
    thread.step[0] = 1.0
    thread.wanted[0] = 0.0
    thread.status[0] = RUNNING
    thread.attempts[0] = 0
    thread.fresh[0] = 0
    thread.refused[0] = 0
    thread.invalid[0] = 0
    thread.cursor[0] = 0
    thread.place[0] = 0
