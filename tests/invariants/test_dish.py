"""Invariant: a dish stays within what its quantities mean, however little magnesium it holds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.balance import describe_balances
from brainmag.engine import Status
from brainmag.files import format_json
from brainmag.intake import Intake
from brainmag.people import build_subject
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import Run, simulate

WEEK = 168.0
DRAWS = 60


def run_dish(medium: float, hours: float) -> Run:
    dish = build_subject(who="culture")
    run = simulate(Scenario(dish, Intake("none", 0.0), hours, medium=Medium(medium)), draws=DRAWS)
    assert set(run.status.tolist()) == {Status.FINISHED}
    return run


def read_end(run: Run) -> dict[str, NDArray[np.float64]]:
    return dict(zip(run.trajectories.names, run.trajectories.end.T, strict=True))


@pytest.mark.parametrize("medium", [0.0, 1e-6, 0.01, 100.0])
@pytest.mark.parametrize("weeks", [1, 12, 520])
def test_probabilities_shares_and_balances_stay_what_they_are(medium: float, weeks: int) -> None:
    run = run_dish(medium, weeks * WEEK)
    end = read_end(run)
    young = run.parameters.during[:, run.model.parameters.index("release_young")]
    assert (end["release_probability"] * young <= 1.0 + 1e-12).all()
    assert (end["cell_survival"] >= 0.0).all()
    assert ((end["mgatp_fraction"] >= 0.0) & (end["mgatp_fraction"] <= 1.0)).all()
    # What is lost is lost to transmission.
    losing = end["functional_terminals"] < 1.0
    assert (end["transmission"][losing] < 1.0).all()
    balance = describe_balances(run, np.arange(1 + DRAWS))["balance"]
    assert abs(balance["relative_error"]) < 1e-9
    assert format_json(balance)


def test_a_dish_without_magnesium_settles() -> None:
    # The slowest that can settle takes a month; what a dish loses for good is left out.
    settling = ("mitochondrial_potential", "ros", "amyloid", "nr2b", "functional_terminals")
    sooner, later = (read_end(run_dish(0.0, weeks * WEEK)) for weeks in (260, 520))
    for name in settling:
        np.testing.assert_allclose(later[name], sooner[name], rtol=1e-3, err_msg=name)
        assert 0.02 < np.median(later[name]) < 10.0, name
