"""Following one subject from event to event with a solver that knows none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cases import Case, Reals, Segment
from scalar_code import ScalarCode

Cross = Callable[[Reals, Reals], Reals | None]
"""From times and the state at the first to the states at all; None where the solver fails."""


def follow_subject(
    case: Case, code: ScalarCode, segments: Sequence[Segment], subject: int, cross: Cross
) -> Reals:
    """Return the outputs of one subject, NaN from where the solver failed."""
    parameters, state = case.parameters[subject], case.initial[subject].copy()
    outputs = np.full((len(case.times), len(case.system.outputs)), np.nan)
    code.readouts(case.times[0], state, parameters, outputs[0])
    row = 1
    for segment in segments:
        for place, add, value in segment.changes:
            state[place] = value + (state[place] if add else 0.0)
        span = np.unique([segment.start, *segment.times, segment.stop])
        states = cross(span, state)
        if states is None:
            break
        for time, point in zip(span[1:], states[1:], strict=True):
            if time in segment.times:
                code.readouts(time, point, parameters, outputs[row])
                row += 1
        state = states[-1].copy()
    return outputs
