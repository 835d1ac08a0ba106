"""The ways to look at the record: what counts how much, and under which noise and priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.record.measurements import Figure

Array = NDArray[np.float64]

DISCOUNT = 2.0
WIDTHS = (0.5, 2.0)


@dataclass(frozen=True)
class Case:
    """One way to look at the record.

    Attributes
    ----------
    kind : str
        ``base``, ``votes``, ``grade``, ``industry``, ``bias``, ``study``, ``figure``, ``width`` or
        ``all``.
    name : str
        What is left out, or how much is changed.
    power : ndarray, shape (figures,)
        How much each figure counts: 1 as it is, 0 not at all.
    discount : float
        Factor on the errors of industry's figures.
    biased : bool
    width : float
        Of the priors of what tells the explanations apart.
    """

    kind: str
    name: str
    power: Array
    discount: float = 1.0
    biased: bool = True
    width: float = 1.0


def list_cases(figures: Sequence[Figure]) -> list[Case]:
    """Return every way the record is looked at, the plain one first.

    Parameters
    ----------
    figures : sequence of Figure
        Those that can be compared.
    """
    base = np.array([float(one.role == "calibration") for one in figures])
    grades = np.array([one.grade for one in figures])
    industry = np.array([one.study.industry for one in figures])
    studies = np.array([one.study.id for one in figures])
    # What one study found on the same animals or people is no several findings.
    votes = np.array(
        [base[k] / max(base[studies == name].sum(), 1.0) for k, name in enumerate(studies)]
    )
    cases = [
        Case("base", "", base),
        Case("votes", "all studies", votes),
        Case("votes", "without industry", votes * ~industry),
        Case("grade", "c", base * (grades != "c")),
        Case("industry", "left out", base * ~industry),
        Case("industry", "discounted", base, discount=DISCOUNT),
        Case("bias", "not allowed", base, biased=False),
        *(Case("width", f"{width:g}", base, width=width) for width in WIDTHS),
        Case("all", "", np.ones(len(figures))),
    ]
    named = dict.fromkeys(studies[base > 0])
    cases += [Case("study", str(name), base * (studies != name)) for name in named]
    for column, figure in enumerate(figures):
        if base[column]:
            power = base.copy()
            power[column] = 0.0
            cases.append(Case("figure", figure.id, power))
    return cases
