"""Oracle: closed forms of release, plasticity and protocols."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainmag.synapse.model import (
    Bath,
    draw_synapses,
    find_release_times,
    load_synapse,
    run_synapses,
)
from brainmag.synapse.pairs import list_spans, measure_time_above
from brainmag.synapse.plasticity import find_set, predict_ratio, read_sets
from brainmag.synapse.preparation import find_preparation
from brainmag.synapse.protocol import Protocol, pair_spikes, read_protocol
from brainmag.synapse.stochastic import simulate_pairs

SLICE = find_preparation("hippocampal-slice")


def release(pulses: list[float], **values: float) -> np.ndarray:
    """Release at each pulse of the nominal synapse, with some of its parameters replaced."""
    model = load_synapse("jahr-stevens")
    parameters = draw_synapses(
        model, SLICE, Bath(1.2, 2.0), "jahr-stevens", adapted={}, draws=0, seed=1
    )
    for name, value in values.items():
        parameters[:, model.parameters.index(name)] = value
    protocol = Protocol("pulses", pre=tuple(pulses))
    solution = run_synapses(model, parameters, protocol, find_release_times(protocol))
    ledger = solution.outputs[0, :, model.outputs.index("released_ledger")]
    return np.diff(ledger, prepend=0.0)


def expect_release(
    pulses: list[float], lone: float, recovery: float, facilitation: float
) -> list[float]:
    """The discrete form of Tsodyks and Markram."""
    use, filled, before, found = 0.0, 1.0, -math.inf, list[float]()
    for time in pulses:
        wait = time - before
        use = use * math.exp(-wait / facilitation)
        use += lone * (1.0 - use)
        filled = 1.0 - (1.0 - filled) * math.exp(-wait / recovery)
        found.append(use * filled)
        filled -= use * filled
        before = time
    return found


@pytest.mark.parametrize(
    ("lone", "recovery", "facilitation"),
    [(0.5, 800.0, 20.0), (0.04, 100.0, 1000.0), (0.3, 525.0, 100.0)],
    ids=["depressing", "facilitating", "hippocampal"],
)
@pytest.mark.parametrize("rate", [5.0, 20.0, 100.0])
def test_release_follows_the_discrete_form(
    lone: float, recovery: float, facilitation: float, rate: float
) -> None:
    pulses = [1000.0 / rate * number for number in range(12)]
    found = release(
        pulses, release_young=lone, recovery_time=recovery, facilitation_time=facilitation
    )
    # The windows in which use rises and vesicles empty take 0.2 ms of each interval.
    expected = expect_release(pulses, lone, recovery, facilitation)
    assert found == pytest.approx(expected, rel=1e-2)


def test_a_long_train_settles_where_the_closed_form_says() -> None:
    rate, lone, recovery, facilitation = 20.0, 0.3, 525.0, 100.0
    wait = 1000.0 / rate
    fade, rest = math.exp(-wait / facilitation), math.exp(-wait / recovery)
    use = lone / (1.0 - (1.0 - lone) * fade)
    filled = (1.0 - rest) / (1.0 - (1.0 - use) * rest)
    assert release([wait * number for number in range(80)])[-1] == pytest.approx(
        use * filled, rel=1e-2
    )


def test_one_spike_is_conserved_and_a_burst_grows_as_release_falls() -> None:
    """Terminals times release is held; a burst of five without recovery empties 1 - (1 - p)^5."""
    burst = [10.0 * number for number in range(5)]
    slow = {"recovery_time": 1e6, "facilitation_time": 1.0}
    outputs: list[float] = []
    for terminals in (1.0, 1.2, 1.5, 2.0, 3.0):
        found = terminals * release(burst, terminals=terminals, **slow)
        # Use fades within the window by a share of its length over the facilitation time.
        assert found[0] == pytest.approx(0.3, rel=0.02)
        expected = terminals * (1.0 - (1.0 - 0.3 / terminals) ** 5)
        assert found.sum() == pytest.approx(expected, rel=0.02)
        outputs.append(float(found.sum()))
    assert all(later > earlier for earlier, later in itertools.pairwise(outputs))


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(read_sets())),
    interval=st.floats(-80.0, 80.0),
    rate=st.floats(0.2, 60.0),
)
def test_spans_of_a_period_add_up(name: str, interval: float, rate: float) -> None:
    chosen = find_set(name)
    spans = list_spans(chosen, interval, rate)
    assert sum(span.length for span in spans) == pytest.approx(1000.0 / rate)
    for field, threshold in (
        ("potentiating", chosen.potentiation_threshold),
        ("depressing", chosen.depression_threshold),
    ):
        above = sum(span.length for span in spans if getattr(span, field))
        expected = measure_time_above(chosen, interval, rate, threshold)
        assert above == pytest.approx(float(expected), abs=1e-9)


def test_time_above_a_threshold_is_that_of_a_fine_grid() -> None:
    chosen, interval, rate = find_set("cortical-slices"), 12.0, 20.0
    grid = np.arange(0.0, 1000.0 / rate, 1e-3)
    calcium = np.zeros_like(grid)
    for jump, at in ((chosen.pre_jump, chosen.delay), (chosen.post_jump, interval)):
        for back in range(200):
            since = grid - at + 1000.0 / rate * back
            calcium += np.where(since >= 0.0, jump * np.exp(-since / chosen.calcium_time), 0.0)
    above = 1e-3 * np.count_nonzero(calcium > chosen.potentiation_threshold)
    found = measure_time_above(chosen, interval, rate, chosen.potentiation_threshold)
    assert float(found) == pytest.approx(above, abs=5e-3)


def test_strength_without_calcium_and_with_potentiation_alone() -> None:
    chosen = find_set("DP")
    assert float(predict_ratio(chosen, 0.0, 0.0)) == 1.0
    # Every synapse ends in the upper well: the ratio of five over the mean before.
    assert float(predict_ratio(chosen, 1e6, 0.0)) == pytest.approx(5.0 / 3.0, rel=1e-3)
    assert float(predict_ratio(chosen, 0.0, 1e6)) == pytest.approx(1.0 / 3.0, rel=1e-3)


@pytest.mark.parametrize("name", ["DP", "cultures", "cortical-slices"])
@pytest.mark.parametrize("interval", [-10.0, 5.0, 20.0])
def test_simulated_synapses_agree_with_the_formula(name: str, interval: float) -> None:
    """The formula leaves the wells out while the protocol lasts: that costs up to two per cent."""
    chosen = find_set(name)
    simulated = simulate_pairs(chosen, interval, 1.0, 60, synapses=40_000, seed=3)
    expected = predict_ratio(
        chosen,
        60 * measure_time_above(chosen, interval, 1.0, chosen.potentiation_threshold),
        60 * measure_time_above(chosen, interval, 1.0, chosen.depression_threshold),
    )
    assert simulated == pytest.approx(float(expected), rel=0.025)


def test_a_theta_burst_has_its_trains_bursts_and_pulses() -> None:
    times = read_protocol("theta-burst").pre
    assert len(times) == 3 * 10 * 4
    assert times[:5] == (0.0, 10.0, 20.0, 30.0, 200.0)
    assert times[40] == 12_000.0


@given(interval=st.floats(-500.0, 500.0), pairs=st.integers(1, 20), rate=st.floats(0.1, 100.0))
def test_pairs_keep_their_interval(interval: float, pairs: int, rate: float) -> None:
    protocol = pair_spikes(interval, pairs=pairs, rate=rate)
    assert min(*protocol.pre, *protocol.post) >= 0.0
    apart = np.subtract(protocol.post, protocol.pre)
    assert apart == pytest.approx([interval] * pairs, abs=1e-6)
