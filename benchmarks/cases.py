"""What is run: models, subjects, doses and output times, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.biology.assemble import assemble_model, fill_values
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_equations
from brainmag.engine.system import EquationSystem
from brainmag.intake import Event, IntakeRequest, plan_intake
from brainmag.people import build_subject
from brainmag.scenario import Scenario, list_run_events
from brainmag.simulate import GUT_ENDS, load_model, prepare

Reals = NDArray[np.float64]

# Absolute over relative tolerance of a quantity of natural size 1, for every engine alike.
RATIO = 1e-3
WEEKS = 12
DAY = 24.0

DOSED_CHAIN = Path(__file__).parents[1] / "tests" / "problems" / "dosed_chain.ant"

# The model of the rxode2 demonstration: two compartments, absorption, an indirect response.
INDIRECT_RESPONSE = """
model indirect_response
  C2 := centr/V2
  C3 := peri/V3
  depot' = -KA*depot;  depot = 0
  centr' = KA*depot - CL*C2 - Q*C2 + Q*C3;  centr = 0
  peri' = Q*C2 - Q*C3;  peri = 0
  eff' = Kin - Kout*(1 - C2/(EC50 + C2))*eff;  eff = 1
  KA = 0.294; CL = 18.6; V2 = 40.2; Q = 10.5; V3 = 297; Kin = 1; Kout = 1; EC50 = 200
end
"""

# HIRES, the response of a plant to light; two of its constants differ between systems.
HIRES = """
model hires
  y1' = -1.71*y1 + 0.43*y2 + 8.32*y3 + feed;  y1 = 1
  y2' = 1.71*y1 - 8.75*y2;  y2 = 0
  y3' = -10.03*y3 + 0.43*y4 + 0.035*y5;  y3 = 0
  y4' = 8.32*y2 + 1.71*y3 - 1.12*y4;  y4 = 0
  y5' = -1.745*y5 + 0.43*y6 + 0.43*y7;  y5 = 0
  y6' = -fast*y6*y8 + 0.69*y4 + 1.71*y5 - 0.43*y6 + 0.69*y7;  y6 = 0
  y7' = fast*y6*y8 - 1.81*y7;  y7 = 0
  y8' = -fast*y6*y8 + 1.81*y7;  y8 = 0.0057
  feed = 0.0007; fast = 280
end
"""

Change = tuple[int, bool, float]
"""Position of a state, whether the value is added (or replaces it), and the value."""


@dataclass(frozen=True)
class Segment:
    """What lies between two events.

    Attributes
    ----------
    start, stop : float
    changes : tuple of (state, add, value)
        Applied at the start.
    times : tuple of float
        Output times after the start, up to and with the stop.
    """

    start: float
    stop: float
    changes: tuple[Change, ...]
    times: tuple[float, ...]


@dataclass(frozen=True)
class Case:
    """One problem for some subjects.

    Attributes
    ----------
    name, about : str
    text : str
        Antimony.
    system : EquationSystem
        Its equations; all states are among the outputs, first and in their order.
    initial, parameters : array
        One row per subject.
    events : tuple of Event
        Time, state, what is done to it, and the value.
    times : array
        Output times, the first of them the start.
    floor : array
        Absolute over relative tolerance of every output.
    drivers : tuple of str
        States that this project's engine runs ahead of the others.
    effort : array or None
        Predicted steps of every subject, for the order in which this project's engine takes them.
    """

    name: str
    about: str
    text: str
    system: EquationSystem
    initial: Reals
    parameters: Reals
    events: tuple[Event, ...]
    times: Reals
    floor: Reals
    drivers: tuple[str, ...] = ()
    effort: NDArray[np.int64] | None = None

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.system.states)

    @property
    def stop(self) -> float:
        """The end of the run."""
        return float(self.times[-1])


def divide_run(case: Case) -> list[Segment]:
    """Return the segments between events, for engines that are started anew at each."""
    position = {name: index for index, name in enumerate(case.system.states)}
    changes: dict[float, list[Change]] = {float(case.times[0]): []}
    for time, state, action, value in case.events:
        changes.setdefault(time, []).append((position[state], action == "add", value))
    starts = sorted(changes)
    return [
        Segment(
            start,
            stop,
            tuple(changes[start]),
            tuple(case.times[(case.times > start) & (case.times <= stop)].tolist()),
        )
        for start, stop in zip(starts, [*starts[1:], case.stop], strict=True)
    ]


def _build(
    name: str,
    about: str,
    text: str,
    *,
    subjects: int,
    spread: dict[str, float],
    events: Sequence[Event],
    times: Reals,
    scale: dict[str, float] | None = None,
) -> Case:
    """Return a case whose subjects differ log-normally in some parameters."""
    declared = read_text(text)
    system = read_equations(declared, read_equations(declared, ()).states)
    values = np.tile([system.defaults[one] for one in system.parameters], (subjects, 1))
    # Row by row, so that the first subjects are the same however many there are.
    normal = np.random.default_rng(1).standard_normal((subjects, len(spread)))
    for (one, width), deviates in zip(spread.items(), normal.T, strict=True):
        values[:, system.parameters.index(one)] *= np.exp(width * deviates)
    for one, factor in (scale or {}).items():
        values[:, system.parameters.index(one)] *= factor
    begin = [system.graph.values[node] for node in system.initial]
    initial = np.tile(np.array(begin), (subjects, 1))
    floor = RATIO * np.maximum(np.abs(begin), 1.0)
    return Case(name, about, text, system, initial, values, tuple(events), times, floor)


def make_indirect_response(subjects: int, *, every: float = 1.0) -> Case:
    """Return P1: 20 oral doses in ten days."""
    doses: list[Event] = [(12.0 * k, "depot", "add", 10000.0) for k in range(20)]
    return _build(
        "P1",
        "4 states, absorption and an indirect response; 20 doses, 240 h, hourly output",
        INDIRECT_RESPONSE,
        subjects=subjects,
        spread={"KA": 0.3, "CL": 0.3, "V2": 0.3, "EC50": 0.3},
        events=doses,
        times=np.arange(0.0, 240.0 + every / 2, every),
    )


def make_hires(subjects: int) -> Case:
    """Return P2: HIRES."""
    return _build(
        "P2",
        "HIRES, 8 states, stiff; to 321.8122, 41 output times",
        HIRES,
        subjects=subjects,
        spread={"feed": 0.1, "fast": 0.1},
        events=[],
        times=np.linspace(0.0, 321.8122, 41),
    )


def make_dosed_chain(subjects: int, *, stiffer: float = 1.0) -> Case:
    """Return P3: a made-up chain of the size of a physiological model; stiffer at will."""
    doses: list[Event] = [
        (12.0 * k, state, "add", amount)
        for k in range(2 * 7 * WEEKS)
        for state, amount in (("Gm", 3.0), ("Gt", 6.0))
    ]
    return _build(
        "P3" if stiffer == 1.0 else f"P3, {stiffer:g} times stiffer",
        "23 states; 168 doses, 84 days, daily output",
        DOSED_CHAIN.read_text(encoding="utf-8"),
        subjects=subjects,
        spread={"gfr": 0.2, "Vp": 0.15},
        events=doses,
        times=np.arange(0.0, 7 * WEEKS * DAY + 1.0, DAY),
        scale={"kpe": stiffer, "kep": stiffer},
    )


def make_human_chain(subjects: int) -> Case:
    """Return the project's own chain: virtual adults on their own day, MgT twice a day."""
    person = build_subject(age=65, sex="f", weight=70, egfr=85, diet_mg=300)
    request = IntakeRequest(product="mgt", dose="1 g", times_a_day=2)
    intake = plan_intake(request, feeding="meals", diet_mg=person.diet_mg, weight_kg=person.weight)
    scenario = Scenario(person, intake, 7 * WEEKS * DAY)
    ready = prepare(scenario, draws=subjects - 1, seed=1)
    model = load_model("human")
    text = fill_values(
        assemble_model("chain"),
        {
            **dict(zip(model.parameters, map(float, ready.parameters.during[0]), strict=True)),
            **dict(zip(model.states, map(float, ready.start[0]), strict=True)),
        },
        model.units,
    )
    outputs = [name for name in model.outputs if name not in model.states]
    system = read_equations(read_text(text), [*model.states, *outputs])
    natural = np.maximum(np.abs(ready.start[0]), 1.0)
    return Case(
        "chain",
        f"the human chain, {len(model.states)} states; three meals and two doses a day, 84 days, "
        "daily output",
        text,
        system,
        ready.start,
        ready.parameters.during,
        list_run_events(scenario),
        np.arange(0.0, scenario.hours + 1.0, DAY),
        RATIO * np.concatenate([natural, np.ones(len(outputs))]),
        GUT_ENDS,
        ready.day.steps,
    )
