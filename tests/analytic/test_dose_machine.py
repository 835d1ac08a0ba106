"""Oracle: the exponentials of a two-compartment body, for any schedule of doses.

A machine writes a schedule step by step: doses, settings, infusions that overlap, touch or have no
length, courses of many doses; at one time, at the very start, at the very end. The engine runs the
whole of it, and a sum over the events gives the answer.
"""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from brainmag.engine import Events, Status, compile_model, find_periodic_state
from brainmag.engine.events import Action
from problems.engine import read_defaults, run

Reals = NDArray[np.float64]
Change = tuple[float, str, Action, float]

# Absorption, two compartments, elimination; an infusion into the blood.
TEXT = """
model body
  gut' = -1.1*gut;  gut = 0
  blood' = 1.1*gut + infusion - (0.4 + 0.9)*blood + 0.07*tissue;  blood = 0
  tissue' = 0.9*blood - 0.07*tissue;  tissue = 0
  infusion' = 0;  infusion = 0
end
"""
AMOUNTS = ("gut", "blood", "tissue")
EXCHANGE = np.array([[-1.1, 0.0, 0.0], [1.1, -1.3, 0.07], [0.0, 0.9, -0.07]])
END = 48.0
GRID = np.linspace(0.0, END, 25)

_RATES, _SHAPES = np.linalg.eig(EXCHANGE)
_WEIGHTS = np.linalg.inv(_SHAPES)


class Answer:
    """The exact course of a schedule: a sum over its changes of what each does from its time on."""

    def __init__(self, changes: list[Change], begin: Reals | None = None) -> None:
        amounts = np.zeros(3) if begin is None else begin
        self._doses = [(0.0, *(_WEIGHTS @ amounts))]
        self._steps = [(0.0, 0.0, 0.0, 0.0)]
        level = 0.0
        for time, state, action, value in sorted(changes, key=lambda change: change[0]):
            if state == "infusion":
                change = value if action == "add" else value - level
                level += change
                self._steps.append((time, *(_WEIGHTS[:, 1] * change / _RATES)))
            else:
                place = AMOUNTS.index(state)
                change = value if action == "add" else value - self.follow(time)[place]
                self._doses.append((time, *(_WEIGHTS[:, place] * change)))

    def follow(self, time: float, *, before: bool = False) -> Reals:
        """Return the amounts at a time, after the changes of that very time or before them."""
        # A dose fades along each of the three exponentials; an infusion fills up along them.
        fading = self._sum(self._doses, np.exp, time, before=before)
        return _SHAPES @ (fading + self._sum(self._steps, np.expm1, time, before=before))

    def _sum(
        self, parts: list[tuple[float, ...]], shape: np.ufunc, time: float, *, before: bool
    ) -> Reals:
        table = np.array(parts)
        come = table[:, 0] < time if before else table[:, 0] <= time
        since = time - table[come, :1]
        return np.sum(table[come, 1:] * shape(_RATES * since), axis=0)


times = st.one_of(
    st.sampled_from([0.0, END, 12.0, 24.0]), st.floats(0.0, END, allow_subnormal=False)
)
amounts = st.floats(0.01, 50.0)
lengths = st.one_of(st.sampled_from([0.0, 12.0]), st.floats(0.0, END))


class Schedule(RuleBasedStateMachine):
    """A schedule that grows by one rule after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []

    @rule(time=times, state=st.sampled_from(AMOUNTS), amount=amounts)
    def give(self, time: float, state: str, amount: float) -> None:
        self.changes.append((time, state, "add", amount))

    @rule(time=times, state=st.sampled_from([*AMOUNTS, "infusion"]), amount=amounts)
    def set_to(self, time: float, state: str, amount: float) -> None:
        self.changes.append((time, state, "set", amount))

    @rule(begin=times, length=lengths, rate=amounts)
    def infuse(self, begin: float, length: float, rate: float) -> None:
        self.changes.append((begin, "infusion", "add", rate))
        if begin + length <= END:
            self.changes.append((begin + length, "infusion", "add", -rate))

    @rule(begin=times, every=st.floats(1.0, 24.0), amount=amounts)
    def repeat(self, begin: float, every: float, amount: float) -> None:
        course = np.arange(begin, END, every)
        self.changes += [(float(time), "gut", "add", amount) for time in course]

    @invariant()
    def the_run_is_the_sum_of_its_events(self) -> None:
        model = compile_model(TEXT, outputs=[*AMOUNTS])
        events = Events.build(model, self.changes)
        at = np.union1d(GRID, events.time)
        result = run(model, at, events=events, rtol=1e-10, atol=1e-12)
        assert result.status.tolist() == [Status.FINISHED]
        exact = Answer(self.changes)
        # An output at an event is the value before it; the end is after all of them.
        expected = np.stack([exact.follow(time, before=True) for time in at])
        np.testing.assert_allclose(result.outputs[0], expected, rtol=1e-8, atol=1e-9)
        final = dict(zip(model.states, result.final_states[0], strict=True))
        amounts_left = [final[state] for state in AMOUNTS]
        np.testing.assert_allclose(amounts_left, exact.follow(END), rtol=1e-8, atol=1e-9)

    def teardown(self) -> None:
        """Let the schedule come back for ever: its steady state solves three linear equations."""
        model = compile_model(TEXT, outputs=[*AMOUNTS])
        nothing = Answer(self.changes).follow(END)
        units = [Answer(self.changes, unit).follow(END) - nothing for unit in np.eye(3)]
        steady = np.linalg.solve(np.eye(3) - np.stack(units, axis=-1), nothing)
        found = find_periodic_state(
            model,
            guess=model.initial_states(read_defaults(model)),
            parameters=read_defaults(model),
            events=Events.build(model, self.changes),
            period=END,
            # The infusion starts every period from nothing.
            free=[state != "infusion" for state in model.states],
            rtol=1e-10,
            atol=1e-12,
            tolerance=1e-10,
        )
        assert found.status.tolist() == [Status.FINISHED]
        reached = dict(zip(model.states, found.states[0], strict=True))
        np.testing.assert_allclose([reached[s] for s in AMOUNTS], steady, rtol=1e-7, atol=1e-8)


TestSchedule = Schedule.TestCase
TestSchedule.settings = settings(max_examples=40, stateful_step_count=8)
