"""Oracle: published figures on block, plasticity and LTP.

Sources by their keys: jahr-1990, vargas-caballero-2003, kampa-2004, graupner-2012, mulkeen-1988,
dunwiddie-1979, slutsky-2004, slutsky-2010.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from brainmag.people.parameters import read_parameters
from brainmag.synapse.adapt import adapt_synapses
from brainmag.synapse.block import Scheme, find_open_fraction
from brainmag.synapse.model import Bath
from brainmag.synapse.pairs import predict_pairs
from brainmag.synapse.plasticity import find_set
from brainmag.synapse.preparation import find_preparation
from brainmag.synapse.protocol import read_protocol
from brainmag.synapse.run import SynapseRun, SynapseScenario, run_protocol
from brainmag.synapse.surface import build_fast_synapse, find_capacity

Record = Callable[[str, object], None]

# Open fractions by scheme and voltage, at these mmol/L of magnesium.
LEVELS = (0.6, 0.8, 1.0, 1.05, 1.2, 1.5, 2.0)
BLOCK: dict[tuple[Scheme, float], tuple[float, ...]] = {
    ("jahr-stevens", -70): (0.0720, 0.0550, 0.0445, 0.0424, 0.0373, 0.0301, 0.0227),
    ("jahr-stevens", -60): (0.126, 0.0976, 0.0796, 0.0761, 0.0672, 0.0545, 0.0415),
    ("jahr-stevens", -40): (0.333, 0.272, 0.230, 0.222, 0.199, 0.166, 0.130),
    ("jahr-stevens", -20): (0.633, 0.564, 0.508, 0.496, 0.463, 0.408, 0.341),
    ("jahr-stevens", 0): (0.856, 0.817, 0.781, 0.773, 0.748, 0.704, 0.641),
    ("cortical", -70): (0.0267, 0.0201, 0.0162, 0.0154, 0.0135, 0.0108, 0.0082),
    ("cortical", -60): (0.0533, 0.0405, 0.0327, 0.0312, 0.0274, 0.0220, 0.0166),
    ("cortical", -20): (0.502, 0.430, 0.377, 0.365, 0.335, 0.287, 0.232),
}
# Sixty pairs at 1 Hz, by interval in ms.
PAIRS = {
    "DP": {-60: 0.941, -20: 0.765, -10: 0.882, 0: 1.008, 5: 1.241, 10: 1.221, 20: 1.172, 40: 1.085},
    "cortical-slices": {-10: 0.859, -5: 0.734, 0: 0.773, 5: 1.130, 10: 1.041, 20: 0.964},
}
# Presynaptic jump of the set DP scaled, at -20 and at +10 ms.
JUMPS = {0.8: (0.820, 1.200), 0.9: (0.741, 1.212), 1.1: (0.819, 1.230), 1.2: (0.865, 1.238)}
# Time constants of unblock at +40 mV, ms.
UNBLOCK = (0.075, 3.5, 84.0, 253.0)
UNBLOCK_OF_RECOMBINANT = (0.40, 8.5)


@pytest.mark.figures
@pytest.mark.parametrize(("scheme", "voltage"), BLOCK, ids=str)
def test_block_is_that_of_the_published_constants(
    scheme: Scheme, voltage: float, record_property: Record
) -> None:
    expected = BLOCK[scheme, voltage]
    found = find_open_fraction(scheme, voltage, LEVELS)
    record_property(
        "figure", (f"open fraction, {scheme}, {voltage} mV", str(expected), str(found.round(4)))
    )
    # To as many digits as are told: half a unit of the last, and a little since one of the table,
    # 0.377, is 0.37648 by its own constants.
    for value, told in zip(found.tolist(), expected, strict=True):
        assert value == pytest.approx(told, abs=0.55e-3 if told >= 0.1 else 0.55e-4)


@pytest.mark.figures
@pytest.mark.parametrize("name", PAIRS)
def test_pairs_of_spikes_leave_what_the_published_rule_leaves(
    name: str, record_property: Record
) -> None:
    expected = PAIRS[name]
    found = predict_pairs(find_set(name), list(expected), 1.0, 60)
    record_property("figure", (f"60 pairs, set {name}", str(expected), str(found.round(4))))
    assert found == pytest.approx(list(expected.values()), abs=0.005)


@pytest.mark.parametrize("factor", JUMPS)
def test_a_scaled_presynaptic_jump_moves_the_curve_as_published(factor: float) -> None:
    usual = find_set("DP")
    scaled = replace(usual, pre_jump=factor * usual.pre_jump)
    assert predict_pairs(scaled, [-20.0, 10.0], 1.0, 60) == pytest.approx(JUMPS[factor], abs=0.005)


def build_scheme(voltage: float, magnesium: float, glutamate: float) -> np.ndarray:
    """The ten-state scheme as a matrix of rates, built apart from the model text."""
    names = ("unbound", "closed", "rest_1", "rest_2", "open")
    places = {name: place for place, name in enumerate((*names, *(f"{n}_b" for n in names)))}
    rate = {name: row.nominal for name, row in read_parameters().items()}
    matrix = np.zeros((10, 10))

    def flow(source: str, target: str, value: float) -> None:
        matrix[places[target], places[source]] += value
        matrix[places[source], places[source]] -= value

    for end, key in (("", ""), ("_b", "_blocked")):
        flow("unbound" + end, "closed" + end, rate["nmda_binding_rate"] * glutamate)
        flow("closed" + end, "unbound" + end, rate["kampa_unbind" + key])
        flow("closed" + end, "open" + end, rate["kampa_open" + key])
        flow("open" + end, "closed" + end, rate["kampa_close" + key])
        flow("closed" + end, "rest_1" + end, rate["kampa_desensitise_1" + key])
        flow("rest_1" + end, "closed" + end, rate["kampa_recover_1" + key])
        flow("rest_1" + end, "rest_2" + end, rate["kampa_desensitise_2" + key])
        flow("rest_2" + end, "rest_1" + end, rate["kampa_recover_2" + key])
    pull = -2.0 * (voltage - 40.0) / 25.0
    flow("open", "open_b", rate["kampa_block"] * 1000.0 * magnesium * np.exp(0.8 * pull))
    flow("open_b", "open", rate["kampa_unblock"] * np.exp(-0.2 * pull))
    return matrix


@pytest.mark.figures
def test_the_ten_states_unblock_with_the_published_components(record_property: Record) -> None:
    matrix = build_scheme(40.0, 1.0, 1000.0)
    times = np.sort(-1.0 / np.array([one for one in np.linalg.eigvals(matrix).real if one < -1e-9]))
    record_property(
        "figure",
        (
            "unblock at +40 mV, ms (recombinant receptors, another preparation: 0.40 and 8.5)",
            "near 0.1, 3 to 5, 250 to 300 (kampa-2004)",
            str(times.round(3)[:6]),
        ),
    )
    for expected in UNBLOCK:
        assert np.abs(times / expected - 1.0).min() < 0.02
    # The recombinant receptors have components that this scheme lacks; nothing is fitted to them.
    for other in UNBLOCK_OF_RECOMBINANT:
        assert np.abs(times / other - 1.0).min() > 0.2


@cache
def run(
    protocol: str,
    *,
    magnesium: float = 1.2,
    calcium: float = 2.0,
    chronic: float | None = None,
    nr2b: float | None = None,
) -> SynapseRun:
    scenario = SynapseScenario(
        read_protocol(protocol),
        find_preparation("hippocampal-slice"),
        Bath(magnesium, calcium),
        chronic=chronic,
        nr2b=nr2b,
    )
    return run_protocol(scenario, draws=400)


def summarise(found: SynapseRun) -> tuple[float, float, float]:
    low, middle, high = np.percentile(found.ltp_percent, (5.0, 50.0, 95.0))
    return float(low), float(middle), float(high)


@pytest.mark.figures
def test_ltp_grows_with_calcium_as_published(record_property: Record) -> None:
    protocol = "tetanus"
    found = {calcium: summarise(run(protocol, calcium=calcium)) for calcium in (0.8, 2.0)}
    for calcium, expected in ((0.8, 5.0), (2.0, 65.0)):
        low, middle, high = found[calcium]
        record_property(
            "figure",
            (
                f"LTP at {calcium} mmol/L of calcium, {protocol}",
                f"+{expected:.0f} % (mulkeen-1988, protocol not seen)",
                f"{middle:.0f} % ({low:.0f} to {high:.0f})",
            ),
        )
        assert low <= expected <= high
    assert found[0.8][1] < 10.0


def test_the_two_protocols_lie_on_both_sides_of_the_published_ltp() -> None:
    assert summarise(run("tetanus"))[1] < 65.0 < summarise(run("theta-burst"))[1]


@pytest.mark.parametrize("protocol", ["burst", "tetanus", "theta-burst"])
def test_acute_magnesium_lowers_ltp_and_chronic_magnesium_raises_it(protocol: str) -> None:
    low, high = run(protocol, magnesium=0.8), run(protocol, magnesium=1.2)
    adapted = run(protocol, magnesium=1.2, chronic=1.2)
    assert np.mean(high.ltp_percent) < 0.9 * np.mean(low.ltp_percent)
    assert np.median(high.ltp_percent) < np.median(low.ltp_percent)
    assert np.mean(adapted.ltp_percent) > 1.05 * np.mean(high.ltp_percent)
    assert np.median(adapted.ltp_percent) > np.median(high.ltp_percent)


@pytest.mark.figures
@pytest.mark.parametrize(("rise", "most"), [(1.07, 20.0), (1.15, 45.0)])
def test_how_much_of_the_reported_gain_the_mechanism_gives(
    rise: float, most: float, record_property: Record
) -> None:
    """Slutsky 2010 reports some +50 % (recalled) at +7 to +15 % of CSF magnesium."""
    adapted = {
        name: float(x[0]) for name, x in adapt_synapses(0.8 * rise, None, draws=0, seed=1).items()
    }
    synapse = build_fast_synapse()
    nr2b, terminals = adapted["nr2b_level"], adapted["terminals"]
    usual = find_capacity(synapse, 1.2, 1.0, 1.0)
    parts = {
        "block alone, tested in the own fluid": (1.2 * rise, 1.0, 1.0),
        f"NR2B alone, {nr2b:.2f}": (1.2, nr2b, 1.0),
        f"terminals alone, {terminals:.2f}": (1.2, 1.0, terminals),
        "NR2B and terminals": (1.2, nr2b, terminals),
        "all three": (1.2 * rise, nr2b, terminals),
    }
    gains = {
        name: 100.0 * (find_capacity(synapse, *point) / usual - 1.0)
        for name, point in parts.items()
    }
    for name, gain in gains.items():
        what = f"LTP by {100 * (rise - 1):.0f} % more magnesium: {name}"
        record_property("figure", (what, "reported some +50 % (slutsky-2010, c)", f"{gain:+.0f} %"))
    block, by_nr2b, by_terminals, both, _ = gains.values()
    assert block < 0.0 < by_terminals < by_nr2b < both
    # Less than what was reported.
    assert both < most
