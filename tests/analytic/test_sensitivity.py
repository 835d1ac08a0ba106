"""Oracle: functions whose sensitivity is known in closed form, and priors by their quantiles."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.engine import Status, draw_uniform
from brainmag.errors import ComputationError
from brainmag.inference import sensitivity
from brainmag.inference.design import HIGH, LOW, find_indices, make_design
from brainmag.inference.sensitivity import Target, describe_sensitivity, measure_sensitivity
from brainmag.intake import Intake
from brainmag.people import build_parameters, build_subject, place_parameters
from brainmag.people.parameters import read_parameters
from brainmag.scenario import Scenario

Array = NDArray[np.float64]

# doi:10.1109/ISUMA.1990.151285, with a = 7 and b = 0.1.
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
Z95 = 1.6448536269514722
DISH = Target(Scenario(build_subject(who="culture"), Intake("none", 0.0), hours=24.0), "neuron_mg")
NAMES = ("nr2b_homeostasis", "ltp_response", "terminal_gain")
WEIGHTS = np.array([1.0, -2.0, 4.0])


def ishigami(places: Array) -> Array:
    x, y, z = (math.pi * (2.0 * places - 1.0)).T
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_sobol_finds_the_indices_of_ishigami() -> None:
    design = make_design("sobol", ["x", "y", "z"], samples=4096, seed=1)
    found = find_indices(design, ishigami(design.places))
    # Standard errors at so many points are below 0.01.
    np.testing.assert_allclose(found["first_order"], ISHIGAMI_FIRST, atol=0.03)
    np.testing.assert_allclose(found["total_order"], ISHIGAMI_TOTAL, atol=0.03)
    for index, known in (("first_order", ISHIGAMI_FIRST), ("total_order", ISHIGAMI_TOTAL)):
        assert np.all(np.abs(found[index] - known) < 2.0 * found[f"{index}_confidence"])


def test_sobol_shares_out_a_sum_by_its_squared_weights() -> None:
    design = make_design("sobol", NAMES, samples=1024, seed=0)
    found = find_indices(design, design.places @ WEIGHTS)
    known = WEIGHTS**2 / np.sum(WEIGHTS**2)
    np.testing.assert_allclose(found["first_order"], known, atol=0.02)
    np.testing.assert_allclose(found["total_order"], known, atol=0.02)


def test_morris_finds_the_weights_of_a_sum() -> None:
    design = make_design("morris", NAMES, samples=5, seed=3)
    assert design.places.min() == pytest.approx(LOW)
    assert design.places.max() == pytest.approx(HIGH)
    found = find_indices(design, design.places @ WEIGHTS)
    np.testing.assert_allclose(found["mu"], (HIGH - LOW) * WEIGHTS)
    np.testing.assert_allclose(found["mu_star"], (HIGH - LOW) * np.abs(WEIGHTS))
    np.testing.assert_allclose(found["share"], np.abs(WEIGHTS) / 7.0)
    np.testing.assert_allclose(found["sigma"], 0.0, atol=1e-12)


@pytest.mark.parametrize(("method", "samples"), [("morris", 8), ("sobol", 64)])
def test_what_is_missing_leaves_out_its_whole_sample(method: str, samples: int) -> None:
    design = make_design(method, NAMES, samples=samples, seed=1)
    values = design.places @ WEIGHTS
    holed = values.copy()
    holed[design.block + 1] = np.nan
    kept = np.delete(np.arange(len(values)), np.arange(design.block, 2 * design.block))
    fewer = type(design)(method, design.names, design.seed, design.places[kept])
    for index, expected in find_indices(fewer, values[kept]).items():
        np.testing.assert_array_equal(find_indices(design, holed)[index], expected)


def test_places_are_quantiles_of_the_priors() -> None:
    table, subject = read_parameters(), build_subject()
    names = ["dissolution_food", "nmda_binding", "threonate_potency", "neuron_gain", "micromoles"]
    places = dict.fromkeys(names, np.array([0.05, 0.95, 0.5]))
    found = build_parameters(subject, names, "carrier", draws=0, seed=1, places=places).before
    (at_nominal,) = place_parameters(subject, names, "carrier", {}).before
    nominal = [table[name].nominal for name in names]
    assert found[1:3, 1] == pytest.approx([0.5 - 0.15 * Z95, 0.5 + 0.15 * Z95])
    ratio = found[1:3, 0] / found[0, 0]
    assert np.log(ratio) == pytest.approx([-0.4 * Z95, 0.4 * Z95])
    half = 0.5 * math.log(2.0 / 0.01)
    assert np.log(found[1:3, 2] / nominal[2]) == pytest.approx([-0.9 * half, 0.9 * half])
    assert found[1:3, 3] == pytest.approx([-0.6 * math.log(0.95), -0.6 * math.log(0.05)], rel=1e-5)
    np.testing.assert_array_equal(found[:, 4], nominal[4])
    np.testing.assert_allclose(found[3], found[0], rtol=1e-5)
    np.testing.assert_array_equal(found[0], at_nominal)


def test_draws_are_places_drawn_at_random() -> None:
    names, subject = list(read_parameters()), build_subject(who="rat")
    drawn = build_parameters(subject, names, "carrier", draws=5, seed=3)
    uniform = draw_uniform(3, np.arange(1, 6), names)
    places = dict(zip(names, uniform.T, strict=True))
    placed = place_parameters(subject, names, "carrier", places)
    np.testing.assert_array_equal(drawn.before[1:], placed.before)
    np.testing.assert_array_equal(drawn.during[1:], placed.during)


def answer_with_weights(monkeypatch: pytest.MonkeyPatch, failed: set[int]) -> None:
    """Let runs give the weighted places of what is varied; some of them, from 1, fail."""

    def run_batch(
        _target: object, places: Mapping[str, Array], *_: object
    ) -> tuple[Array, NDArray[np.int8]]:
        values = np.array([0.5, *(np.column_stack([places[name] for name in NAMES]) @ WEIGHTS)])
        status = np.full(len(values), Status.FINISHED, dtype=np.int8)
        status[list(failed)] = Status.TOO_MANY_STEPS
        return np.where(status == Status.FINISHED, values, np.nan), status

    monkeypatch.setattr(sensitivity, "_run_batch", run_batch)


def test_a_failed_run_is_named_and_its_sample_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with_weights(monkeypatch, {7})
    found = measure_sensitivity(DISH, NAMES, method="morris", samples=20, seed=1)
    document = describe_sensitivity(found)
    assert (document["runs"], document["failed"], document["samples_left_out"]) == (80, 1, 1)
    assert document["failures"] == [{"run": 7, "outcome": "TOO_MANY_STEPS"}]
    assert [entry["parameter"] for entry in document["parameters"]] == list(NAMES[::-1])
    assert document["parameters"][0]["share"] == pytest.approx(4.0 / 7.0)
    assert document["nominal"] == 0.5


def test_more_failures_than_one_in_twenty_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with_weights(monkeypatch, {3, 9, 20, 41, 60})
    with pytest.raises(ComputationError) as caught:
        measure_sensitivity(DISH, NAMES, method="morris", samples=20, seed=1)
    assert caught.value.code == "inference.too_many_failed"
    assert "3 (TOO_MANY_STEPS), 9" in str(caught.value)
    answer_with_weights(monkeypatch, {3, 9, 20, 41})
    measure_sensitivity(DISH, NAMES, method="morris", samples=20, seed=1)
