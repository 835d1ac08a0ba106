"""One group of a study under one explanation: its usual day, then what is done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, Events, Solution, Status, solve
from brainmag.people import ParameterSet, People, place_parameters
from brainmag.record.readout import Readout, list_times, union_times
from brainmag.record.terms import Cohort, Term
from brainmag.scenario import Scenario, list_run_events
from brainmag.simulate import (
    CHUNK,
    RELATIVE_TOLERANCE,
    USUAL_LEVELS,
    Preparation,
    load_model,
    scale_tolerance,
    settle,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Rows of one group: sets of parameters, and people within them.

    Attributes
    ----------
    home : Cohort
        The group before anything is done to it.
    hypothesis : str
    people : People or None
        Who has each row; None for animals and dishes, taken as alike.
    uniform : mapping of str to ndarray, shape (rows,)
        Where in its prior each named parameter stands; the rest stand at their medians. The first
        row sets the solver's scales.
    threads : int or None
        As for `brainmag.engine.solve`.
    """

    home: Cohort
    hypothesis: str
    people: People | None
    uniform: Mapping[str, Array]
    threads: int | None

    def find_usual_day(self) -> Preparation:
        """Return every row on its own periodic day.

        Raises
        ------
        KeyboardInterrupt
            When Ctrl-C ends it.
        """
        return settle(
            _load(self.home.subject.who),
            Scenario(self.home.subject, self.home.intake, 0.0, self.hypothesis),
            self._place(self.home),
            threads=self.threads,
        )

    def run(self, cohort: Cohort, terms: Sequence[Term], usual: Preparation) -> Readout:
        """Return what is asked of a cohort of this home, from its usual day on.

        Raises
        ------
        KeyboardInterrupt
            When Ctrl-C ends it.
        """
        outputs = usual.model.outputs
        day = _spoil(usual.day, usual.status)
        if not cohort.is_treated:
            return Readout(outputs, day, None)
        times = union_times(
            list_times(term.name, term.kind, term.time, cohort.dose_time) for term in terms
        )
        scenario = Scenario(
            cohort.subject, cohort.intake, float(times[-1]), self.hypothesis, cohort.medium
        )
        during = self._place(cohort).during
        for name in USUAL_LEVELS:
            column = usual.parameters.names.index(name)
            during[:, column] = usual.parameters.during[:, column]
        solution = solve(
            usual.model,
            initial=usual.start,
            parameters=during,
            start=0.0,
            stop=scenario.hours,
            events=Events.build(usual.model, list_run_events(scenario)),
            output_times=times,
            rtol=RELATIVE_TOLERANCE,
            atol=scale_tolerance(usual.model, usual.start, scenario),
            effort=usual.day.steps,
            chunk=CHUNK,
            threads=self.threads,
        )
        if solution.interrupted:
            raise KeyboardInterrupt
        return Readout(outputs, day, _spoil(solution, solution.status))

    def _place(self, cohort: Cohort) -> ParameterSet:
        model = _load(cohort.subject.who)
        return place_parameters(
            cohort.subject, model.parameters, self.hypothesis, self.uniform, people=self.people
        )


@cache
def _load(who: str) -> CompiledModel:
    return load_model(who)


def _spoil(solution: Solution, status: NDArray[np.int8]) -> Solution:
    """Return a solution whose failed subjects are no numbers."""
    outputs = np.where((status == Status.FINISHED)[:, None, None], solution.outputs, np.nan)
    return replace(solution, outputs=outputs)
