"""Write the coefficients of the LTP surface anew into the parameter table."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from brainmag.synapse.surface import (
    POWERS,
    build_fast_synapse,
    find_capacity,
    fit_surface,
    list_grid,
    name_coefficient,
)

TABLE = Path(__file__).parents[1] / "src" / "brainmag" / "biology" / "parameters.tsv"


def main() -> None:
    """Fit the surface to the fast synapse and replace each coefficient in its row."""
    synapse, points = build_fast_synapse(), list_grid()
    capacities = np.array([find_capacity(synapse, *point) for point in points.tolist()])
    text = TABLE.read_text(encoding="utf-8")
    for powers, value in zip(POWERS, fit_surface(points, capacities), strict=True):
        row = re.compile(
            rf"^({name_coefficient(powers)}(?:\t[^\t\n]*){{3}}\t)[^\t\n]*", re.MULTILINE
        )
        text, count = row.subn(rf"\g<1>{value:.6g}", text)
        if count != 1:
            raise LookupError(name_coefficient(powers))
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
