"""A protocol at one synapse and its draws: release, charge, calcium, and the strength after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, Solution, Status
from brainmag.errors import ComputationError
from brainmag.synapse.adapt import adapt_synapses
from brainmag.synapse.block import Scheme
from brainmag.synapse.model import (
    Bath,
    draw_synapses,
    find_release_times,
    load_synapse,
    run_synapses,
)
from brainmag.synapse.plasticity import PERCENT, predict_ratio
from brainmag.synapse.preparation import Preparation
from brainmag.synapse.protocol import Hold, Protocol

Array = NDArray[np.float64]

# Calcium has left long before, ms.
AFTERMATH = 1000.0
# After each spike, ms: calcium peaks within one of these steps of one of them.
PEAK_GRID = np.array([2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 30.0])
# A figure of minutes shows nothing: the first train of most protocols is over by then, ms.
LONGEST_TRACE = 3000.0
# Between two values of a course, ms.
TRACE_STEP = 0.5
# Along each level that is held.
POINTS_OF_HOLD = 200
# Draws that are run at once; the memory they need follows from it.
BLOCK = 500
FEMTOCOULOMBS = 1e-3  # in one aC
PICOAMPERES = 1e-3  # in one fA
MICROMOLAR = 1e3  # umol/L in one mmol/L


@dataclass(frozen=True)
class SynapseScenario:
    """One synapse, one protocol.

    Attributes
    ----------
    protocol : Protocol
    preparation : Preparation
    bath : Bath
        What surrounds it while it is tested.
    chronic : float or None
        Magnesium it has adapted to, mmol/L.
    nr2b : float or None
        NR2B it is held at, 1 = usual; None: what follows from `chronic`.
    scheme : {"jahr-stevens", "cortical", "kampa"}
    """

    protocol: Protocol
    preparation: Preparation
    bath: Bath
    chronic: float | None = None
    nr2b: float | None = None
    scheme: Scheme = "jahr-stevens"


@dataclass(frozen=True)
class SynapseRun:
    """What a protocol did, for the nominal synapse (row 0) and its draws.

    Attributes
    ----------
    scenario : SynapseScenario
    ltp_percent : ndarray, shape (1 + draws,)
        Change of strength, percent of that before.
    nmda_charge : ndarray, shape (1 + draws,)
        Through the NMDA receptors of one spine, fC; inward is positive.
    peak_calcium : ndarray, shape (1 + draws,)
        What they add to the calcium of the spine at its highest, umol/L.
    release : ndarray, shape (1 + draws, pulses)
        Release probability of one terminal at each pulse.
    terminals, nr2b : ndarray, shape (1 + draws,)
        What the synapse has adapted to.
    status : ndarray, shape (1 + draws,)
    model_key : str
    """

    scenario: SynapseScenario
    ltp_percent: Array
    nmda_charge: Array
    peak_calcium: Array
    release: Array
    terminals: Array
    nr2b: Array
    status: NDArray[np.int8]
    model_key: str


@dataclass(frozen=True)
class SynapseTraces:
    """Courses of the nominal synapse; one value for each time (ms).

    Attributes
    ----------
    times, voltage, current, calcium, plasticity_calcium : ndarray
        ms, mV, pA, umol/L, and units of the depression threshold.
    """

    times: Array
    voltage: Array
    current: Array
    calcium: Array
    plasticity_calcium: Array


def run_protocol(
    scenario: SynapseScenario,
    *,
    draws: int = 200,
    seed: int = 1,
    adapted: Mapping[str, Array] | None = None,
    on_compile: Callable[[], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SynapseRun:
    """Run a protocol for the nominal synapse and some draws.

    Parameters
    ----------
    scenario : SynapseScenario
    draws, seed : int
        Draws from the spreads of the parameter table.
    adapted : mapping of str to ndarray, optional
        What `brainmag.synapse.adapt.adapt_synapses` gave for these draws, where it is known.
    on_compile : callable, optional
        Called when a model must be compiled first.
    on_progress : callable, optional
        Called with synapses done and synapses in all.

    Raises
    ------
    ComputationError
        ``synapse.nothing_finished`` when no draw could be computed.
    KeyboardInterrupt
        On Ctrl-C.

    Examples
    --------
    >>> from brainmag.synapse.preparation import find_preparation
    >>> from brainmag.synapse.protocol import read_protocol
    >>> slice_ = find_preparation("hippocampal-slice")
    >>> burst = SynapseScenario(read_protocol("burst"), slice_, Bath(1.2, 2.0))
    >>> run_protocol(burst, draws=0).release.shape
    (1, 5)
    """
    if adapted is None:
        adapted = adapt_synapses(
            scenario.chronic, scenario.nr2b, draws=draws, seed=seed, on_compile=on_compile
        )
    model, parameters = _draw(scenario, adapted, draws=draws, seed=seed, on_compile=on_compile)
    parts: list[dict[str, Array]] = []
    for first in range(0, 1 + draws, BLOCK):
        parts.append(_run_block(scenario, model, parameters[first : first + BLOCK]))
        if on_progress is not None:
            on_progress(min(first + BLOCK, 1 + draws), 1 + draws)
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    status = whole.pop("status").astype(np.int8)
    if not np.any(status == Status.FINISHED):
        raise ComputationError("synapse.nothing_finished", reason=Status(int(status[0])).name)
    return SynapseRun(
        scenario=scenario,
        **whole,
        terminals=adapted["terminals"],
        nr2b=adapted["nr2b_level"],
        status=status,
        model_key=model.key,
    )


def trace_protocol(scenario: SynapseScenario) -> SynapseTraces:
    """Return the courses of the nominal synapse; of a long protocol, those of its begin.

    Examples
    --------
    >>> from brainmag.synapse.preparation import find_preparation
    >>> from brainmag.synapse.protocol import read_protocol
    >>> slice_ = find_preparation("hippocampal-slice")
    >>> pulse = SynapseScenario(read_protocol("single-pulse"), slice_, Bath(1.2, 2.0))
    >>> bool(trace_protocol(pulse).voltage.max() > -65.0)
    True
    """
    adapted = adapt_synapses(scenario.chronic, scenario.nr2b, draws=0, seed=1)
    model, parameters = _draw(scenario, adapted, draws=0, seed=1)
    last = min(scenario.protocol.last + AFTERMATH / 4.0, LONGEST_TRACE)
    times = np.arange(0.0, last + TRACE_STEP, TRACE_STEP)
    begun = _cut_protocol(scenario.protocol, float(times[-1]))
    outputs = run_synapses(model, parameters, begun, times).outputs[0]
    course = {name: outputs[:, place] for place, name in enumerate(model.outputs)}
    return SynapseTraces(
        times=times,
        voltage=course["spine_voltage"],
        current=-course["nmda_current"] * PICOAMPERES,
        calcium=course["spine_calcium"] * MICROMOLAR,
        plasticity_calcium=course["plasticity_calcium"],
    )


def _draw(
    scenario: SynapseScenario,
    adapted: Mapping[str, Array],
    *,
    draws: int,
    seed: int,
    on_compile: Callable[[], None] | None = None,
) -> tuple[CompiledModel, Array]:
    """Return the model of a scenario, and the parameters of its draws."""
    model = load_synapse(scenario.scheme, on_compile=on_compile)
    parameters = draw_synapses(
        model,
        scenario.preparation,
        scenario.bath,
        scenario.scheme,
        adapted=adapted,
        draws=draws,
        seed=seed,
    )
    return model, parameters


def find_ltp(preparation: Preparation, model: CompiledModel, solution: Solution) -> Array:
    """Return what a protocol has changed the strength by when it is over, percent.

    Parameters
    ----------
    preparation : Preparation
    model : CompiledModel
    solution : Solution
        Of `brainmag.synapse.model.run_synapses`; its last time comes after the protocol.
    """
    up, down = (
        solution.outputs[:, -1, model.outputs.index(name)]
        for name in ("time_potentiating", "time_depressing")
    )
    return PERCENT * (predict_ratio(preparation.plasticity, up, down) - 1.0)


def _cut_protocol(protocol: Protocol, last: float) -> Protocol:
    """Return what of a protocol comes before a time."""

    def cut(holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
        return tuple(
            Hold(hold.start, min(hold.stop, last), hold.level)
            for hold in holds
            if hold.start < last
        )

    # A spike opens its windows a moment later: those of the last one have to be over, too.
    before = last - 1.0
    return Protocol(
        protocol.name,
        pre=tuple(time for time in protocol.pre if time < before),
        post=tuple(time for time in protocol.post if time < before),
        clamp=cut(protocol.clamp),
        glutamate=cut(protocol.glutamate),
    )


def _list_instants(protocol: Protocol) -> Array:
    """Return when calcium may peak, and the end: after each change, and all along what is held."""
    holds = [*protocol.clamp, *protocol.glutamate]
    edges = [edge for hold in holds for edge in (hold.start, hold.stop)]
    changes = np.asarray([*protocol.pre, *protocol.post, *edges], np.float64)
    held = [np.linspace(hold.start, hold.stop, POINTS_OF_HOLD) for hold in holds]
    last = protocol.last + AFTERMATH
    return np.concatenate([(changes[:, None] + PEAK_GRID).ravel(), *held, [last]])


def _run_block(
    scenario: SynapseScenario, model: CompiledModel, parameters: Array
) -> dict[str, Array]:
    protocol = scenario.protocol
    released = find_release_times(protocol)
    times = np.unique(np.concatenate([released, _list_instants(protocol)]))
    solution = run_synapses(model, parameters, protocol, times)
    if solution.interrupted:
        raise KeyboardInterrupt
    course = {name: solution.outputs[:, :, place] for place, name in enumerate(model.outputs)}
    ledger = course["released_ledger"][:, np.searchsorted(times, released)]
    return {
        "ltp_percent": find_ltp(scenario.preparation, model, solution),
        "nmda_charge": course["nmda_charge"][:, -1] * FEMTOCOULOMBS,
        "peak_calcium": course["spine_calcium"].max(axis=1) * MICROMOLAR,
        "release": np.diff(ledger, axis=1, prepend=0.0),
        "status": solution.status.astype(np.float64),
    }
