"""The equations of one synapse, compiled, and the parameters of its draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.biology.assemble import assemble_model
from brainmag.engine import CompiledModel, Events, Solution, compile_model, solve
from brainmag.engine.events import Action
from brainmag.people import CULTURE, build_parameters, build_subject
from brainmag.people.parameters import DEFAULT_HYPOTHESIS, read_parameters
from brainmag.synapse.block import KAMPA, Scheme, read_constants
from brainmag.synapse.preparation import Preparation
from brainmag.synapse.protocol import Hold, Protocol

Array = NDArray[np.float64]
Change = tuple[float, str, Action, float]

OUTPUTS = (
    "released_ledger",
    "spine_voltage",
    "nmda_current",
    "nmda_charge",
    "spine_calcium",
    "plasticity_calcium",
    "nmda_trace",
    "time_depressing",
    "time_potentiating",
)
RELATIVE_TOLERANCE = 1e-5
# Most states are shares of one; calcium is in mmol/L, and times above a threshold in ms.
ABSOLUTE_TOLERANCE = 1e-7
ABSOLUTE_TOLERANCES = {"spine_calcium": 1e-10, "time_depressing": 1e-3, "time_potentiating": 1e-3}
# What calcium does after a lone pulse: its peak is passed long before the last of these, ms.
LONE_PULSE_GRID = np.arange(0.0, 200.5, 0.5)


@dataclass(frozen=True)
class Bath:
    """What surrounds a synapse while it is tested, mmol/L."""

    magnesium: float
    calcium: float


def load_synapse(scheme: Scheme, *, on_compile: Callable[[], None] | None = None) -> CompiledModel:
    """Return the compiled synapse, with a block of that description."""
    name = "synapse_ms_kampa" if scheme == KAMPA else "synapse_ms"
    return compile_model(assemble_model(name), outputs=OUTPUTS, on_compile=on_compile)


def draw_synapses(
    model: CompiledModel,
    preparation: Preparation,
    bath: Bath,
    scheme: Scheme,
    *,
    adapted: Mapping[str, Array],
    draws: int,
    seed: int,
) -> Array:
    """Return the parameters of the nominal synapse (row 0) and of draws of it.

    Parameters
    ----------
    model : CompiledModel
    preparation : Preparation
    bath : Bath
    scheme : {"jahr-stevens", "cortical", "kampa"}
    adapted : mapping of str to ndarray, shape (1 + draws,)
        ``terminals`` and ``nr2b_level``: what the synapse has adapted to.
    draws, seed : int

    Returns
    -------
    ndarray, shape (1 + draws, parameters)
        With the gain of each, so that a lone pulse in the preparation's own bath, at a synapse
        that has adapted to nothing, reaches the jump of the fitted set.
    """
    values = build_parameters(
        build_subject(who=CULTURE), model.parameters, DEFAULT_HYPOTHESIS, draws=draws, seed=seed
    ).during
    chosen = preparation.plasticity
    column = {name: place for place, name in enumerate(model.parameters)}
    for name in ("calcium_time", "post_jump", "depression_threshold", "potentiation_threshold"):
        values[:, column[name]] = getattr(chosen, name)
    values[:, column["reference_magnesium"]] = preparation.magnesium
    values[:, column["reference_calcium"]] = preparation.calcium
    if scheme != KAMPA:
        for name, constant in zip(
            ("block_half", "block_slope"), read_constants(scheme), strict=True
        ):
            values[:, column[name]] = constant
    values[:, column["acute_magnesium"]] = preparation.magnesium
    values[:, column["acute_calcium"]] = preparation.calcium
    values[:, column["trace_gain"]] = chosen.pre_jump / _find_lone_peak(model, values)
    values[:, column["acute_magnesium"]] = bath.magnesium
    values[:, column["acute_calcium"]] = bath.calcium
    for name, level in adapted.items():
        values[:, column[name]] = level
    return values


def _find_lone_peak(model: CompiledModel, values: Array) -> Array:
    """Return the peak of the calcium that plasticity reads after a lone pulse."""
    solution = run_synapses(model, values, Protocol("lone", pre=(0.0,)), LONE_PULSE_GRID)
    return solution.outputs[:, :, model.outputs.index("nmda_trace")].max(axis=1)


def run_synapses(
    model: CompiledModel, parameters: Array, protocol: Protocol, times: Array
) -> Solution:
    """Return what a protocol does to some synapses, at some times (ms, from 0 on)."""
    start = model.initial_states(parameters)
    tolerances = [ABSOLUTE_TOLERANCES.get(name, ABSOLUTE_TOLERANCE) for name in model.states]
    return solve(
        model,
        initial=start,
        parameters=parameters,
        start=0.0,
        stop=float(times[-1]),
        events=Events.build(model, _list_events(protocol)),
        output_times=times,
        rtol=RELATIVE_TOLERANCE,
        atol=np.array(tolerances),
    )


def _list_events(protocol: Protocol) -> list[Change]:
    """Return a protocol as changes of states, in order of time."""
    window = read_parameters()["spike_window"].nominal
    events: list[Change] = []
    for time in protocol.pre:
        events += _hold("arrival", Hold(time, time + window, 1.0))
        events += _hold("emptying", Hold(time + window, time + 2.0 * window, 1.0))
    for time in protocol.post:
        for name in ("spike_fast", "spike_slow", "post_trace"):
            events.append((time, name, "add", 1.0))
    for hold in protocol.clamp:
        events += _hold("clamped", Hold(hold.start, hold.stop, 1.0))
        events.append((hold.start, "command_voltage", "set", hold.level))
    for hold in protocol.glutamate:
        events += _hold("bath_glutamate", hold)
    return sorted(events, key=_rank_event)


def _hold(name: str, hold: Hold) -> list[Change]:
    return [(hold.start, name, "set", hold.level), (hold.stop, name, "set", 0.0)]


def _rank_event(event: Change) -> tuple[float, bool]:
    """Order by time; where one hold ends and the next begins, the end comes first."""
    time, name, _, value = event
    return time, name == "command_voltage" or value != 0.0


def find_release_times(protocol: Protocol) -> Array:
    """Return when each presynaptic spike has released what it releases, ms."""
    return np.asarray(protocol.pre) + 2.0 * read_parameters()["spike_window"].nominal
