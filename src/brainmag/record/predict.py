"""What the model says in place of every figure, for many sets of parameters at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, Events, Solution, Status, solve
from brainmag.people import ParameterSet, People, place_parameters
from brainmag.record.measurements import Figure
from brainmag.record.quadrature import repeat_people, spread_people
from brainmag.record.readout import Readout, list_times, union_times
from brainmag.record.terms import Cohort, Term, combine_terms, list_terms, read_term
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
Progress = Callable[[int, int], None]

MIDDLE = 0.5


def predict_figures(
    figures: Sequence[Figure],
    hypothesis: str,
    uniform: Mapping[str, Array],
    *,
    threads: int | None = None,
    on_progress: Progress | None = None,
) -> Array:
    """Return what the model says in place of each figure.

    The usual day of a group is found once, whatever is then done to it; groups that are alike are
    run once, whichever studies they belong to.

    Parameters
    ----------
    figures : sequence of Figure
        Those that can be compared.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    uniform : mapping of str to ndarray, shape (draws,)
        Where in its prior each named parameter stands; the rest stand at their medians.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with groups done and groups in all.

    Returns
    -------
    ndarray, shape (draws, figures)
        Each in the unit of its endpoint, as the mean of its population; NaN where a subject of
        that draw could not be computed.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C ends it.

    Examples
    --------
    >>> from brainmag.record import list_figures
    >>> serum = [figure for figure in list_figures() if figure.id == "bertinato-2017/serum"]
    >>> values = predict_figures(serum, "mineral", {})
    >>> bool(0.8 < values[0, 0] < 0.9)
    True
    """
    # The first row stands at the medians, whoever comes after it: it sets the solver's scales.
    uniform = {name: np.concatenate([[MIDDLE], places]) for name, places in uniform.items()}
    draws = len(next(iter(uniform.values()))) if uniform else 1
    terms = {figure.id: list_terms(figure) for figure in figures}
    needs: dict[Cohort, dict[Cohort, list[Term]]] = {}
    for term in dict.fromkeys(term for several in terms.values() for term in several):
        needs.setdefault(term.cohort.home, {}).setdefault(term.cohort, []).append(term)
    total, done = sum(len(cohorts) for cohorts in needs.values()), 0
    found: dict[Term, Array] = {}
    for home, cohorts in needs.items():
        batch = _Batch(home, hypothesis, uniform, draws, threads)
        usual = batch.find_usual_day()
        for cohort, wanted in cohorts.items():
            readout = batch.run(cohort, wanted, usual)
            found |= {term: batch.average(read_term(term, readout)) for term in wanted}
            done += 1
            if on_progress is not None:
                on_progress(done, total)
    columns = [combine_terms(one, [found[term] for term in terms[one.id]]) for one in figures]
    return np.column_stack(columns)[1 if uniform else 0 :]


@dataclass(frozen=True)
class _Batch:
    """Sets of parameters, times the people that stand for a group."""

    home: Cohort
    hypothesis: str
    uniform: Mapping[str, Array]
    draws: int
    threads: int | None

    @property
    def people(self) -> People | None:
        return spread_people(self.home.subject, same_diet=self.home.same_diet)

    @property
    def size(self) -> int:
        return 1 if self.people is None else len(self.people.numbers)

    def find_usual_day(self) -> Preparation:
        return settle(
            _load(self.home.subject.who),
            Scenario(self.home.subject, self.home.intake, 0.0, self.hypothesis),
            self._place(self.home),
            threads=self.threads,
        )

    def run(self, cohort: Cohort, terms: Sequence[Term], usual: Preparation) -> Readout:
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

    def average(self, values: Array) -> Array:
        return values.reshape(self.draws, self.size).mean(axis=1)

    def _place(self, cohort: Cohort) -> ParameterSet:
        model = _load(cohort.subject.who)
        people = None if self.people is None else repeat_people(self.people, self.draws)
        # A parameter that this preparation has no part in still says how many draws there are.
        spread = {name: np.repeat(values, self.size) for name, values in self.uniform.items()}
        return place_parameters(
            cohort.subject, model.parameters, self.hypothesis, spread, people=people
        )


@cache
def _load(who: str) -> CompiledModel:
    return load_model(who)


def _spoil(solution: Solution, status: NDArray[np.int8]) -> Solution:
    """Return a solution whose failed subjects are no numbers."""
    outputs = np.where((status == Status.FINISHED)[:, None, None], solution.outputs, np.nan)
    return replace(solution, outputs=outputs)
