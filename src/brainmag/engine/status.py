"""How the computation of one subject ended."""

from __future__ import annotations

from enum import IntEnum

# In compiled code, of a subject that has not ended.
RUNNING = 0


class Status(IntEnum):
    """Outcome of one subject."""

    FINISHED = 1
    #: The budget of steps was used up: the problem is far harder for this subject than for others.
    TOO_MANY_STEPS = 2
    #: The tolerance asked for cannot be met with steps the clock can still tell apart.
    STEP_TOO_SMALL = 3
    #: A state or rate is no longer a number: the subject left the model's domain.
    NOT_FINITE = 4
    #: The run was stopped from outside.
    INTERRUPTED = 5
    #: The search for a periodic state ran out of iterations.
    NOT_CONVERGED = 6
