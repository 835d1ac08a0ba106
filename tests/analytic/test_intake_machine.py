"""Oracle: calendars in whole minutes, and closed forms of what they leave in a body.

A machine writes a regimen file table by table. Its events must be those that the page of regimen
files promises, counted here in whole minutes, and the engine's answer to them that of the formula.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from brainmag.engine import Events, compile_model
from brainmag.intake import MG_PER_MMOL, Event, list_events, plan_regimen
from problems.engine import run

MINUTES, DAY = 60, 1440
STOP = 5 * DAY
MEALS = (450, 750, 1110)
DIET = 300.0
ABSORPTION, LOSS = 1.1, 0.13

# What enters and nothing else: dissolved magnesium and infusions reach one pool, which is emptied.
TEXT = """
model inlet
  lumen_magnesium' = -1.1*lumen_magnesium;  lumen_magnesium = 0
  infusion_rate' = 0;  infusion_rate = 0
  blood' = 1.1*lumen_magnesium + infusion_rate - 0.13*blood;  blood = 0
  lumen_label' = 0;  lumen_label = 0
  solid_oxide' = 0;  solid_oxide = 0
  solid_food' = 0;  solid_food = 0
end
"""


@dataclass(frozen=True)
class Given:
    """One dose or infusion, in minutes and mmol."""

    begin: int
    length: int
    product: str
    mmol: float


def find_meal(minute: int) -> int:
    """Return the nearest meal of the run; of two as near, the earlier."""
    meals = [day * DAY + meal for day in range(STOP // DAY + 1) for meal in MEALS]
    return min(meals, key=lambda meal: (abs(meal - minute), meal))


minutes = st.integers(0, STOP - 1)
lengths = st.one_of(st.sampled_from([1, 60, DAY]), st.integers(1, 2 * DAY))
intervals = st.one_of(st.none(), st.sampled_from([60, 720, DAY]), st.integers(60, 2 * DAY))
ends = st.one_of(st.none(), st.sampled_from([DAY, 3 * DAY, 2 * STOP]))
milligrams = st.integers(1, 2000)


class Regimen(RuleBasedStateMachine):
    """A regimen file that grows table by table, and what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[str] = []
        self.given: list[Given] = []
        self.diets: list[tuple[int, int, int]] = []

    @rule(
        product=st.sampled_from(["citrate", "oxide"]),
        begin=minutes,
        every=intervals,
        until=ends,
        mg=milligrams,
        with_meal=st.booleans(),
        clock=st.booleans(),
    )
    def swallow(
        self,
        product: str,
        begin: int,
        every: int | None,
        until: int | None,
        mg: int,
        with_meal: bool,  # noqa: FBT001 - hypothesis hands it over by name
        clock: bool,  # noqa: FBT001
    ) -> None:
        begin = begin % DAY if clock else begin
        if until is not None and until <= begin:
            return
        lines = {"with_meal": "true" if with_meal else "false"}
        self._add_dose(product, mg, begin, every, until, clock=clock, lines=lines)
        for time in self._repeat(begin, every or (DAY if clock else None), until):
            moved = find_meal(time) if with_meal else time
            if moved < STOP:
                self.given.append(Given(moved, 0, product, mg / MG_PER_MMOL))

    @rule(begin=minutes, every=intervals, until=ends, mg=milligrams, length=lengths)
    def infuse(
        self, begin: int, every: int | None, until: int | None, mg: int, length: int
    ) -> None:
        if until is not None and until <= begin:
            return
        lines = {"infuse": f'"{length} min"'}
        self._add_dose("sulfate-iv", mg, begin, every, until, clock=False, lines=lines)
        for time in self._repeat(begin, every, until):
            self.given.append(Given(time, length, "sulfate-iv", mg / MG_PER_MMOL))

    @rule(begin=minutes, length=st.integers(1, STOP), mg=st.integers(0, 2000))
    def eat(self, begin: int, length: int, mg: int) -> None:
        if any(begin < stop and start < begin + length for start, stop, _ in self.diets):
            return
        self.diets.append((begin, begin + length, mg))
        self.tables.append(
            f'[[diet]]\nmg = {mg}\nfrom = "{begin} min"\nuntil = "{begin + length} min"\n'
        )

    def _add_dose(
        self,
        product: str,
        mg: int,
        begin: int,
        every: int | None,
        until: int | None,
        *,
        clock: bool,
        lines: dict[str, str],
    ) -> None:
        fields = {"product": f'"{product}"', "amount": f'"{mg} mg Mg"', **lines}
        if clock:
            fields["at"] = f'"{begin // 60:02d}:{begin % 60:02d}"'
        else:
            fields["start"] = f'"{begin} min"'
        if every is not None:
            fields["every"] = f'"{every} min"'
        if until is not None:
            fields["until"] = f'"{until} min"'
        body = "\n".join(f"{key} = {value}" for key, value in fields.items())
        self.tables.append(f"[[dose]]\n{body}\n")

    @staticmethod
    def _repeat(begin: int, every: int | None, until: int | None) -> range:
        end = min(STOP, until or STOP)
        return range(begin, end, every or STOP)

    def list_events(self) -> tuple[Event, ...]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "regimen.toml"
            path.write_text("\n".join(self.tables), encoding="utf-8")
            intake = plan_regimen(path, feeding="meals", diet_mg=DIET, weight_kg=70.0)
        return list_events(intake, STOP / MINUTES)

    @precondition(lambda self: self.tables)
    @invariant()
    def events_are_those_of_the_calendar(self) -> None:
        events = self.list_events()
        assert list(events) == sorted(events, key=lambda event: event[0])
        told = Counter(
            (round(time * MINUTES), state, round(value, 9))
            for time, state, action, value in events
            if action == "add"
        )
        assert told == self._count_portions() + self._count_meals()
        levels = {round(time * MINUTES): value for time, _, what, value in events if what == "set"}
        # Times are snapped to a nanohour, so the shortest infusion's rate is known to as much.
        assert levels == pytest.approx(self._list_levels(), rel=2e-9 * MINUTES, abs=0.0)

    def _count_portions(self) -> Counter[tuple[int, str, float]]:
        states = {"citrate": ("lumen_magnesium", "lumen_label"), "oxide": ("solid_oxide",)}
        return Counter(
            (one.begin, state, round(one.mmol, 9))
            for one in self.given
            for state in states.get(one.product, ())
        )

    def _count_meals(self) -> Counter[tuple[int, str, float]]:
        meals: Counter[tuple[int, str, float]] = Counter()
        for minute in (day * DAY + meal for day in range(STOP // DAY) for meal in MEALS):
            eaten = [mg for start, stop, mg in self.diets if start <= minute < stop]
            mmol = (eaten[0] if eaten else DIET) / 3 / MG_PER_MMOL
            meals[minute, "solid_food", round(mmol, 9)] += 1 if mmol else 0
        return +meals

    def _list_levels(self) -> dict[int, float]:
        infusions = [one for one in self.given if one.length]
        edges = {edge for one in infusions for edge in (one.begin, one.begin + one.length)}
        return {
            edge: sum(
                one.mmol / one.length * MINUTES
                for one in infusions
                if one.begin <= edge < one.begin + one.length
            )
            for edge in edges
            if edge < STOP
        }

    def teardown(self) -> None:
        """Run what the file gives: the pool at the end is a sum of exponentials."""
        if not self.tables:
            return
        model = compile_model(TEXT, outputs=["blood", "solid_food", "solid_oxide"])
        events = Events.build(model, self.list_events())
        result = run(model, [0.0, STOP / MINUTES], events=events, rtol=1e-10, atol=1e-12)
        blood, food, oxide = result.outputs[0, -1]
        expected = sum(one.mmol * _remain(one) for one in self.given if one.product != "oxide")
        assert blood == pytest.approx(expected, rel=1e-7, abs=1e-9)
        meals = sum(mmol * count for (_, _, mmol), count in self._count_meals().items())
        assert food == pytest.approx(meals, rel=1e-7)
        swallowed = sum(one.mmol for one in self.given if one.product == "oxide")
        assert oxide == pytest.approx(swallowed, rel=1e-12)


def _remain(one: Given) -> float:
    """Return the share of a dose that is in the pool at the end of the run."""
    since = (STOP - one.begin) / MINUTES
    if not one.length:
        shape = np.exp(-LOSS * since) - np.exp(-ABSORPTION * since)
        return float(ABSORPTION / (ABSORPTION - LOSS) * shape)
    hours = one.length / MINUTES
    after = max(since - hours, 0.0)
    return float((np.exp(-LOSS * after) - np.exp(-LOSS * since)) / LOSS / hours)


TestRegimen = Regimen.TestCase
TestRegimen.settings = settings(max_examples=50, stateful_step_count=8)
