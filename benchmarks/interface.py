"""What every engine is asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Solver = Callable[[float, int], NDArray[np.float64]]
"""Called with relative tolerance and number of subjects (the first of the case); returns outputs
(subjects, times, outputs), not a number where an engine gave up."""
