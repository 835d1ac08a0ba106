"""Oracle: a closed form. How long what a dose added stays, read off exponentials."""

from __future__ import annotations

import numpy as np
import pytest

from brainmag.record.readout import DECAY, Readout

USUAL, DOSE = 1.0, 8.0


class Course:
    """A level over time, one row per amount that a dose added and rate at which it goes."""

    def __init__(self, added: list[float], rates: list[float], times: list[float]) -> None:
        self.times = np.array(times)
        decay = np.exp(-np.outer(rates, self.times - DOSE))
        self.outputs = (USUAL + np.array(added)[:, None] * decay)[:, :, None]


def test_a_half_life_is_that_of_the_exponential_and_of_nothing_else() -> None:
    added, rates = [0.5, 0.2, 0.5, 0.5, -0.5, 0.0], [0.1, 0.05, 0.0, -0.1, 0.1, 0.1]
    run = Course(added, rates, [DOSE + hours for hours in DECAY])
    day = Course([0.0] * len(rates), rates, np.arange(0.0, 24.25, 0.25).tolist())
    readout = Readout(("level",), day, run)  # pyright: ignore[reportArgumentType]
    found = readout.find_half_life("level", DOSE)
    assert found[:2] == pytest.approx(np.log(2.0) / np.array(rates[:2]))
    # It keeps, it rises, it is below the usual day, there is nothing to lose.
    assert np.isnan(found[2:]).all()
