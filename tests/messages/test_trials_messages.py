"""Oracle: how errors read. What an analysis of a trial cannot use is said before it is fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from brainmag.errors import InputError
from brainmag.locales import load_catalogue
from brainmag.trials.analysis import (
    build_repeated_design,
    find_boundaries,
    fit_ancova,
    fit_crossover,
    fit_repeated,
    fit_responders,
    reject_endpoints,
)

FEW = np.zeros((1, 3))
ARM = np.array([0, 1, 0])
NOTHING = np.empty((3, 1))


def fit_few_repeated() -> object:
    fixed, contrasts = build_repeated_design(ARM, FEW[0], 2)
    return fit_repeated(np.zeros((1, 3, 2)), fixed, contrasts)


def fit_few_crossover() -> object:
    return fit_crossover(np.zeros((1, 2, 2)), np.array([[0, 1], [1, 0]]), np.array([0, 1]))


CALLS: dict[str, tuple[Callable[[], object], str, str]] = {
    "ancova": (lambda: fit_ancova(FEW, NOTHING, ARM), "too_few_people", "at least 4 people"),
    "responders": (
        lambda: fit_responders(FEW, 1.0, NOTHING, ARM),
        "too_few_people",
        "3 people cannot tell 3 parameters",
    ),
    "repeated": (fit_few_repeated, "too_few_people", "at least 5 people"),
    "crossover": (fit_few_crossover, "too_few_people", "at least 3 people"),
    "boundary": (
        lambda: find_boundaries("obrien", [0.5, 1.0]),
        "unknown_boundary",
        "Did you mean 'obrien-fleming'?",
    ),
    "no such boundary": (
        lambda: find_boundaries("zzz", [0.5, 1.0]),
        "unknown_boundary",
        "Boundaries: obrien-fleming, pocock",
    ),
    "looks": (lambda: find_boundaries("pocock", [0.5, 0.4, 1.0]), "looks_not_rising", "0.5, 0.4"),
    "last look": (lambda: find_boundaries("pocock", [0.5]), "looks_not_rising", "the last one 1"),
    "no look": (lambda: find_boundaries("pocock", []), "looks_not_rising", "the last one 1"),
    "endpoints": (
        lambda: reject_endpoints(FEW, "hochber"),
        "unknown_multiplicity",
        "Did you mean 'hochberg'?",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_used_is_refused(name: str) -> None:
    call, code, said = CALLS[name]
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == f"trials.{code}"
    assert said in str(caught.value)


def test_every_code_of_the_catalogue_has_a_test() -> None:
    assert set(load_catalogue("en", "trials")) == {code for _, code, _ in CALLS.values()}
