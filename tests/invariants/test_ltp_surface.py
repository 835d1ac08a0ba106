"""Oracle: the fast synapse itself. What the slow model reads of it is within 2 %."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from brainmag.people.parameters import read_parameters
from brainmag.synapse.block import read_constants
from brainmag.synapse.surface import (
    POWERS,
    VARIABLES,
    build_fast_synapse,
    find_capacity,
    fit_surface,
    list_grid,
    list_range,
    name_coefficient,
    read_surface,
)

WITHIN = 0.02


def sample_points(count: int) -> np.ndarray:
    """Points spread over the range, the same at every call."""
    noise = np.random.default_rng(11)
    ranges = [np.log(list_range(variable)) for variable in VARIABLES]
    return np.stack([np.exp(noise.uniform(*ends, count)) for ends in ranges], axis=1)


def measure_error(points: np.ndarray) -> float:
    synapse = build_fast_synapse()
    exact = np.array([find_capacity(synapse, *point) for point in points.tolist()])
    return float(np.abs(read_surface(points) / exact - 1.0).max())


def test_the_slow_model_reads_what_the_fast_one_gives() -> None:
    usual = np.array([[1.2, 1.0, 1.0], [0.8, 1.0, 1.0], [1.2, 1.25, 1.05], [1.2, 1.25, 1.5]])
    assert measure_error(np.vstack([usual, sample_points(16)])) < WITHIN


@pytest.mark.accept
def test_a_new_fit_gives_the_coefficients_of_the_table(
    record_property: Callable[[str, object], None],
) -> None:
    synapse, points = build_fast_synapse(), list_grid()
    exact = np.array([find_capacity(synapse, *point) for point in points.tolist()])
    table = read_parameters()
    stored = [table[name_coefficient(powers)].nominal for powers in POWERS]
    assert fit_surface(points, exact) == pytest.approx(stored, rel=1e-3, abs=1e-3)
    error = float(np.abs(read_surface(points) / exact - 1.0).max())
    far = measure_error(sample_points(300))
    got = f"{100 * error:.2f} %, {100 * far:.2f} %"
    record_property("figure", ("LTP surface: fitted points, other points", "below 2 %", got))
    assert max(error, far) < WITHIN


def test_the_share_of_nr2b_in_the_charge_is_that_of_the_fast_synapse() -> None:
    table = {name: row.nominal for name, row in read_parameters().items()}
    bound_a = table["nmda_binding"]
    bound_b = 1.0 - (1.0 - bound_a) ** table["nr2b_binding"]
    charge_a = (1.0 - table["nr2b_share"]) * bound_a * table["nr2a_decay"]
    charge_b = table["nr2b_share"] * bound_b * table["nr2b_decay"]
    share = charge_b / (charge_a + charge_b)
    assert table["nr2b_charge_share"] == pytest.approx(share, rel=0.02)


def test_the_usual_block_is_that_of_the_slow_model() -> None:
    table = read_parameters()
    usual = (table["block_half"].nominal, table["block_slope"].nominal)
    assert read_constants("jahr-stevens") == usual
