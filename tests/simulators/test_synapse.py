"""Oracle: independent solutions of the same synapse: matrix exponentials, SciPy, Euler-Maruyama."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm  # type: ignore[import-untyped]

from brainmag.people.parameters import read_parameters
from brainmag.synapse.model import Bath, draw_synapses, load_synapse, run_synapses
from brainmag.synapse.pairs import list_spans
from brainmag.synapse.plasticity import find_set
from brainmag.synapse.preparation import find_preparation
from brainmag.synapse.protocol import read_protocol
from brainmag.synapse.stochastic import simulate_pairs
from published.test_synapse import build_scheme


def test_the_ten_states_are_those_of_a_matrix_exponential() -> None:
    """Glutamate held, half a second at -67 mV, then a step to +40 mV."""
    model = load_synapse("kampa")
    slice_ = find_preparation("hippocampal-slice")
    parameters = draw_synapses(model, slice_, Bath(1.0, 2.0), "kampa", adapted={}, draws=0, seed=1)
    steps = np.array([0.05, 0.2, 1.0, 5.0, 30.0, 100.0, 400.0])
    protocol = read_protocol("voltage-step")
    solution = run_synapses(model, parameters, protocol, np.array([*(500.0 + steps), 2000.0]))
    current = solution.outputs[0, :-1, model.outputs.index("nmda_current")]
    start = np.zeros(10)
    start[0] = 1.0
    held = expm(500.0 * build_scheme(-67.0, 1.0, 1000.0)) @ start
    opened = np.array([(expm(step * build_scheme(40.0, 1.0, 1000.0)) @ held)[4] for step in steps])
    rate = {name: row.nominal for name, row in read_parameters().items()}
    channels = rate["nmda_receptors"] * rate["nmda_conductance"] / rate["nmda_binding"]
    assert current == pytest.approx(-40.0 * channels * opened, rel=1e-3)


@pytest.mark.parametrize(("name", "interval"), [("DP", 10.0), ("cultures", 5.0)])
def test_simulated_synapses_agree_with_plain_euler_maruyama(name: str, interval: float) -> None:
    chosen, pairs, synapses = find_set(name), 60, 4000
    noise = np.random.default_rng(5)
    efficacy = np.where(np.arange(synapses) < chosen.share_down * synapses, 0.0, 1.0)
    step = 2e-4
    for span in list_spans(chosen, interval, 1.0) * pairs:
        length = span.length / 1000.0
        count = max(1, round(length / (step if span.depressing or span.potentiating else 0.1)))
        small = length / count
        for _ in range(count):
            drift = -efficacy * (1.0 - efficacy) * (chosen.unstable_efficacy - efficacy)
            drift += chosen.potentiation_rate * (1.0 - efficacy) * span.potentiating
            drift -= chosen.depression_rate * efficacy * span.depressing
            efficacy = efficacy + small / chosen.time_constant * drift
            kicks = int(span.potentiating) + int(span.depressing)
            if kicks:
                size = chosen.noise * np.sqrt(kicks * small / chosen.time_constant)
                efficacy = efficacy + size * noise.normal(size=synapses)

    def weigh(is_down: np.ndarray) -> float:
        return float(np.mean(np.where(is_down, 1.0, chosen.strength_ratio)))

    before = chosen.share_down + (1.0 - chosen.share_down) * chosen.strength_ratio
    expected = weigh(efficacy < chosen.unstable_efficacy) / before
    found = simulate_pairs(chosen, interval, 1.0, pairs, synapses=40_000, seed=1)
    # Three standard errors of a share of 4,000 synapses.
    error = 3.0 * 0.5 / np.sqrt(synapses) * (chosen.strength_ratio - 1.0) / before
    assert found == pytest.approx(expected, abs=error)
