"""How some draws are told in a document: their median, and how far they spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOW, MIDDLE, HIGH = 5.0, 50.0, 95.0


def summarise(values: NDArray[np.float64]) -> dict[str, float]:
    """Return median and the 5th and 95th percentile of some draws.

    Examples
    --------
    >>> summarise(np.array([1.0]))
    {'median': 1.0, 'low': 1.0, 'high': 1.0}
    """
    low, median, high = np.percentile(values, [LOW, MIDDLE, HIGH]).tolist()
    return {"median": median, "low": low, "high": high}
