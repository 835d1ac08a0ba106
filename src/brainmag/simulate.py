"""Join model, subject and intake: the subject's own periodic day, then the run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brainmag.biology.assemble import assemble_model
from brainmag.clock import DAY
from brainmag.engine import (
    CompiledModel,
    Events,
    Solution,
    Status,
    compile_model,
    find_periodic_state,
    solve,
)
from brainmag.engine.devices import CPU, check_device
from brainmag.errors import ComputationError
from brainmag.intake import (
    baseline_day_events,
    initial_inputs,
    sum_given,
)
from brainmag.people import CULTURE, People, build_parameters
from brainmag.people.parameters import ParameterSet
from brainmag.scenario import Scenario, list_run_events
from brainmag.trajectories import (
    Trajectories,
    average_day,
    collect_trajectories,
    list_last_day,
    list_observables,
    list_outputs,
    list_series_times,
)

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

# Largest true error of any state at these tolerances, relative to its size: below 1e-5.
RELATIVE_TOLERANCE = 1e-5
ABSOLUTE_TOLERANCE = 1e-8
# The slowest state takes years: tighter than this the day's own rounding shows in it.
PERIODIC_TOLERANCE = 1e-5
# Subjects between two words of progress, and what Ctrl-C loses: one block of vector lanes.
CHUNK = 8

# States that only the intake or the experimenter moves; a periodic day leaves them alone.
INPUTS = (
    "feeding_rate",
    "drinking_rate",
    "drinking_threonate_rate",
    "infusion_rate",
    "medium_magnesium",
    "medium_threonate",
)
LEDGER = "_ledger"
# Ends of the gut: what they depend on is fast, gets nothing back from the body, and is run ahead of
# it. Animals that eat all day have no meals to follow, but a dose is a meal too.
GUT_ENDS = ("enterocyte_label", "enterocyte_food_only", "colon_label", "lumen_threonate")
# What a subject is used to: parameters that the own baseline day sets, and their observables.
USUAL_LEVELS = {"neuron_usual": "neuron_mg", "open_usual": "nmda_open_fraction"}


@dataclass(frozen=True)
class Run:
    """What a scenario gave, for the nominal subject (row 0) and every draw or person.

    Attributes
    ----------
    scenario : Scenario
    draws, seed : int
    people : People or None
        Who follows the nominal subject, where these are no draws of it.
    trajectories : Trajectories
        Observables and ledgers; rows of subjects whose status is not FINISHED are no numbers.
    given : dict of str to float
        What events added to the nominal body, mmol: ``food``, ``product`` and ``threonate``.
    status : ndarray, shape (subjects,)
        `Status` of each subject.
    interrupted : bool
    model : CompiledModel
    baseline_states, final_states : ndarray, shape (subjects, states)
        The periodic state at 00:00; the state at the end.
    parameters : ParameterSet
    steps : ndarray, shape (subjects,)
    device : str
        Where the run was computed.
    """

    scenario: Scenario
    draws: int
    seed: int
    people: People | None
    trajectories: Trajectories
    given: dict[str, float]
    status: NDArray[np.int8]
    interrupted: bool
    model: CompiledModel
    baseline_states: Array
    final_states: Array
    parameters: ParameterSet
    steps: NDArray[np.int64]
    device: str

    @property
    def names(self) -> tuple[str, ...]:
        """Observables, in the order of the chain."""
        return self.trajectories.names

    @property
    def model_key(self) -> str:
        """Hash of everything the compiled model depends on."""
        return self.model.key

    @property
    def has_nominal(self) -> bool:
        """Whether row 0 is the nominal subject."""
        return True

    def read(self, part: str, name: str) -> Array:
        """Return one figure of every subject, as `brainmag.result.Result` tells."""
        ledgers = self.trajectories.ledgers
        match part:
            case "growth":
                return ledgers[name][:, 1] - ledgers[name][:, 0]
            case "last":
                return ledgers[name][:, 1]
            case "given":
                return self._sum_given(name)
            case "highest":
                return self.trajectories.highest[name]
            case _:
                values: Array = getattr(self.trajectories, part)
                return values[:, self.names.index(name)]

    def _sum_given(self, what: str) -> Array:
        given = np.zeros(len(self.status))
        if what == "threonate":
            return given + self.given["threonate"]
        # Each person eats an own share of the scheduled food.
        share = self.parameters.during[:, self.parameters.names.index("diet_share")]
        return self.given["product"] + share * self.given["food"]


def load_model(who: str, *, on_compile: Callable[[], None] | None = None) -> CompiledModel:
    """Return the compiled model of a preparation: a body's chain, or a dish."""
    is_dish = who == CULTURE
    return compile_model(
        assemble_model("dish" if is_dish else "chain"),
        outputs=list_outputs(who),
        drivers=() if is_dish else GUT_ENDS,
        on_compile=on_compile,
    )


def simulate(
    scenario: Scenario,
    *,
    draws: int = 200,
    seed: int = 1,
    device: str = CPU,
    people: People | None = None,
    places: Mapping[str, Array] | None = None,
    threads: int | None = None,
    ready: Preparation | None = None,
    on_progress: Progress | None = None,
    on_compile: Callable[[], None] | None = None,
) -> Run:
    """Run one scenario for the nominal subject and some draws, or some people.

    Parameters
    ----------
    scenario : Scenario
    draws : int
        Draws from the spreads of the parameter table, beside the nominal subject.
    seed : int
    device : str
        ``cpu``, or ``cuda`` for a graphics card, which takes the run; the baseline day before it
        is found on the processor.
    people : People, optional
        Those who are run beside the nominal subject, instead of draws of it; they bring their
        seed, and their series tell the days alone.
    places : mapping of str to ndarray, shape (samples,), optional
        Where in its prior a parameter stands in each sample, instead of draws, as for
        `brainmag.people.place_parameters`; series tell the days alone here too.
    threads : int, optional
        As for `brainmag.engine.solve`.
    ready : Preparation, optional
        What `prepare` gave for these subjects, or for others of the same `identify_preparation`.
    on_progress : callable, optional
        Called with subjects done and subjects in all.
    on_compile : callable, optional
        Called when the model must be compiled first.

    Raises
    ------
    InputError
        When the device is not there.
    ComputationError
        When no subject could be computed.
    KeyboardInterrupt
        When Ctrl-C comes before the run itself; in the run it ends the run, and what is finished
        is kept.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> person = build_subject(age=65, weight=70)
    >>> run = simulate(Scenario(person, Intake("meals", 300.0), hours=24.0), draws=0)
    >>> plasma = run.trajectories.end[0, run.trajectories.names.index("plasma_mg")]
    >>> bool(0.8 < plasma < 0.95)
    True
    """
    check_device(device)
    if ready is None:
        ready = prepare(
            scenario,
            draws=draws,
            seed=seed,
            people=people,
            places=places,
            threads=threads,
            on_compile=on_compile,
        )
    model, parameters, start = ready.model, ready.parameters, ready.start
    events = list_run_events(scenario)
    daily = people is not None or places is not None
    series = list_series_times(scenario.hours, daily=daily)
    times = np.union1d(series, list_last_day(scenario.hours))
    solution = solve(
        model,
        initial=start,
        parameters=parameters.during,
        start=0.0,
        stop=scenario.hours,
        events=Events.build(model, events),
        output_times=times,
        rtol=RELATIVE_TOLERANCE,
        atol=scale_tolerance(model, start, scenario),
        effort=ready.day.steps,
        chunk=CHUNK,
        device=device,
        threads=threads,
        on_progress=on_progress,
    )
    status = np.where(ready.status != Status.FINISHED, ready.status, solution.status).astype(
        np.int8
    )
    if not np.any(status == Status.FINISHED) and not solution.interrupted:
        raise ComputationError("simulate.nothing_finished", reason=Status(int(status[0])).name)
    names = list_observables(scenario.subject.who, scenario.subject.cells)
    return Run(
        scenario=scenario,
        draws=len(status) - 1,
        seed=seed if people is None else people.seed,
        people=people,
        trajectories=collect_trajectories(
            names,
            model.outputs,
            ready.day,
            solution,
            scenario.hours,
            shown=np.searchsorted(times, series) if daily else None,
        ),
        given=sum_given(events),
        status=status,
        interrupted=solution.interrupted,
        model=model,
        baseline_states=start,
        final_states=solution.final_states,
        parameters=parameters,
        steps=solution.steps,
        device=device,
    )


@dataclass(frozen=True)
class Preparation:
    """Subjects on their own periodic day, ready for the run.

    Attributes
    ----------
    model : CompiledModel
    parameters : ParameterSet
        With each subject's usual levels filled in.
    start : ndarray, shape (subjects, states)
        The periodic state at 00:00.
    status : ndarray, shape (subjects,)
        `Status` of the search for it.
    day : Solution
        The baseline day.
    """

    model: CompiledModel
    parameters: ParameterSet
    start: Array
    status: NDArray[np.int8]
    day: Solution


def prepare(
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    people: People | None = None,
    places: Mapping[str, Array] | None = None,
    threads: int | None = None,
    on_compile: Callable[[], None] | None = None,
) -> Preparation:
    """Return the subjects of a scenario on their own periodic day.

    The day is found without a tolerance band and before any dose, so it is the same under every
    explanation; the band then stands around what each subject is used to.

    Parameters
    ----------
    scenario : Scenario
    draws, seed, people, places, threads, on_compile
        As for `simulate`.
    """
    model = load_model(scenario.subject.who, on_compile=on_compile)
    parameters = build_parameters(
        scenario.subject,
        model.parameters,
        scenario.hypothesis,
        draws=draws,
        seed=seed,
        people=people,
        places=places,
        calibrated=scenario.calibrated,
    )
    return settle(model, scenario, parameters, threads=threads)


def identify_preparation(scenario: Scenario, draws: int, seed: int) -> Hashable:
    """Return all that draws of a scenario's subject on their own day depend on.

    Parameters come from subject, explanation, draws and seed (`brainmag.people.build_parameters`).
    Of the intake `settle` asks only for how this species eats and its usual diet, of the length
    only for the clock time at which the run ends: no dose is among it.

    Examples
    --------
    >>> from brainmag.intake import Intake
    >>> from brainmag.people import build_subject
    >>> week = Scenario(build_subject(), Intake("meals", 300.0), hours=168.0)
    >>> later = replace(week, hours=336.0)
    >>> identify_preparation(week, 200, 1) == identify_preparation(later, 200, 1)
    True
    """
    eaten = (scenario.intake.feeding, scenario.intake.diet_mg)
    phase = scenario.hours % DAY
    who = (scenario.subject, scenario.hypothesis, scenario.calibrated)
    return (*who, *eaten, phase, draws, seed)


def settle(
    model: CompiledModel,
    scenario: Scenario,
    parameters: ParameterSet,
    *,
    threads: int | None = None,
) -> Preparation:
    """Return subjects with given parameters on their own periodic day.

    Parameters
    ----------
    model : CompiledModel
        As `load_model` gives it.
    scenario : Scenario
        Of it count who eats what, and the clock time at which the run ends.
    parameters : ParameterSet
        With a row for each subject; their usual levels are filled in.
    threads : int, optional
        As for `simulate`.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C comes while the day is looked for.
    """
    felt_in_full = parameters.before.copy()
    felt_in_full[:, model.parameters.index("tolerance")] = 0.0
    start, status = _find_baseline(model, scenario, felt_in_full, threads)
    day = _run_day(model, scenario, start, felt_in_full, threads)
    if day.interrupted:
        raise KeyboardInterrupt
    before, during = parameters.before.copy(), parameters.during.copy()
    for parameter, observable in USUAL_LEVELS.items():
        usual = average_day(day, model.outputs.index(observable))
        column = model.parameters.index(parameter)
        before[:, column] = during[:, column] = usual
    return Preparation(model, replace(parameters, before=before, during=during), start, status, day)


def _find_baseline(
    model: CompiledModel, scenario: Scenario, parameters: Array, threads: int | None
) -> tuple[Array, NDArray[np.int8]]:
    """Return each subject's periodic state at 00:00 of the day before the run, and its status."""
    guess = model.initial_states(parameters)
    for state, level in initial_inputs(scenario.intake).items():
        guess[:, model.states.index(state)] = level
    free = np.array([s not in INPUTS and not s.endswith(LEDGER) for s in model.states])
    periodic = find_periodic_state(
        model,
        guess=guess,
        parameters=parameters,
        events=Events.build(model, baseline_day_events(scenario.intake)),
        period=DAY,
        free=free,
        rtol=RELATIVE_TOLERANCE,
        atol=scale_tolerance(model, guess, scenario),
        tolerance=PERIODIC_TOLERANCE,
        threads=threads,
    )
    if periodic.interrupted:
        # The engine answers Ctrl-C by stopping; before the run nobody is finished.
        raise KeyboardInterrupt
    return periodic.states, periodic.status


def scale_tolerance(model: CompiledModel, states: Array, scenario: Scenario) -> Array:
    """Return the absolute tolerance of each state: a share of its size, at least of a natural unit.

    A state that starts near zero is measured against a human meal's share of this body (amounts)
    or against one (relative states).
    """
    share = max(scenario.subject.weight, 1e-3) / 70.0
    natural = [share if model.units[state] == "mmol" else 1.0 for state in model.states]
    return ABSOLUTE_TOLERANCE * np.maximum(np.abs(states[0]), natural)


def _run_day(
    model: CompiledModel,
    scenario: Scenario,
    start: Array,
    parameters: Array,
    threads: int | None,
) -> Solution:
    """Return the baseline day: a fine grid, and the clock time at which the run ends."""
    phase = scenario.hours % DAY
    grid = np.union1d(list_last_day(DAY), [phase])
    return solve(
        model,
        initial=start,
        parameters=parameters,
        start=0.0,
        stop=DAY,
        events=Events.build(model, baseline_day_events(scenario.intake)),
        output_times=grid,
        rtol=RELATIVE_TOLERANCE,
        atol=scale_tolerance(model, start, scenario),
        threads=threads,
    )
