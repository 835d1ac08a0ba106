"""Which figures calibrate the model and which only judge it: a seeded draw within strata."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from brainmag.engine import draw_uniform
from brainmag.record.measurements import Figure

# Of every stratum, at least.
VALIDATION_SHARE = 0.25
SEED = 2026


def draw_roles(figures: Sequence[Figure], seed: int = SEED) -> dict[str, str]:
    """Return a role for each figure that can be compared.

    Within every stratum of grade and level a quarter, rounded up, is drawn for validation. A
    figure's lot depends on the seed and on its name alone.

    Parameters
    ----------
    figures : sequence of Figure
    seed : int

    Examples
    --------
    >>> from brainmag.record.library import list_figures, read_roles
    >>> draw_roles(list_figures()) == read_roles()
    True
    """
    strata: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        if not figure.hindrance:
            strata.setdefault((figure.grade, figure.endpoint.level), []).append(figure.id)
    roles: dict[str, str] = {}
    for names in strata.values():
        lots = draw_uniform(seed, np.array([0]), names)[0]
        order: list[int] = np.argsort(lots).tolist()
        chosen = {names[k] for k in order[: math.ceil(VALIDATION_SHARE * len(names))]}
        roles |= {name: "validation" if name in chosen else "calibration" for name in names}
    return {figure.id: roles[figure.id] for figure in figures if figure.id in roles}
