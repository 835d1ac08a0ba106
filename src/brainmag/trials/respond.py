"""What the model says of a trial's people: every endpoint at every visit, with no error of its own.

People are run in groups. All of a group share one draw of what the published record leaves, as all
people of one trial live in one world. People differ in age, sex, weight, kidney, food and magnesium
status, as those of the record do: so a trial's mean is the mean that the record was weighed by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform
from brainmag.errors import ComputationError
from brainmag.inference.posterior import list_places, thin_posterior
from brainmag.intake.products import Portion
from brainmag.intake.schedule import Course, DietSpan, Intake
from brainmag.people.parameters import place_value
from brainmag.people.posterior import Posterior, read_posterior
from brainmag.record.batch import Batch
from brainmag.record.terms import Cohort, Kind, Term, describe_cohort, read_term
from brainmag.scenario import Medium
from brainmag.tables import read_table
from brainmag.trials.design import Assessment, Trial
from brainmag.trials.enrol import enrol_people

Array = NDArray[np.float64]

# Groups, each at a draw of the posterior, and people in each.
WORLDS = 41
PEOPLE = 50
# Of the doses taken: what lies between is read off a parabola through none, half and all.
HALF = 0.5
# Share of the people who may be replaced because they could not be computed.
MOST_FAILED = 0.01
PERCENT = 100.0


@dataclass(frozen=True)
class Responses:
    """What would be seen without error, practice, expectation and other ingredients.

    Attributes
    ----------
    truth : ndarray, shape (groups, people, sequences, shares, endpoints, times)
        In the unit of each endpoint; percent of the usual level of the group's mean. Times are
        those of `list_visit_times`. Shares of the doses taken are half and all where people take
        less than all, else all.
    usual : ndarray, shape (groups, people, endpoints)
        Of each person before anything is taken.
    practice, expectation : ndarray, shape (groups, endpoints, times)
        What retesting and expectation add.
    ingredients : ndarray, shape (groups, sequences, ingredients, endpoints, times)
        What each other ingredient adds.
    age : ndarray, shape (groups, people)
    is_female : ndarray of bool, shape (groups, people)
    """

    truth: Array
    usual: Array
    practice: Array
    expectation: Array
    ingredients: Array
    age: Array
    is_female: NDArray[np.bool_]


def list_visit_times(trial: Trial) -> Array:
    """Return the hours of all visits of one person: the start of each period, then its visits.

    Examples
    --------
    >>> from brainmag.trials.library import load_trial
    >>> list_visit_times(load_trial("head-to-head")).tolist()
    [0.0, 1008.0, 2016.0]
    """
    return np.array([start + time for start in trial.starts for time in (0.0, *trial.plan.visits)])


def find_responses(
    trial: Trial,
    hypothesis: str,
    *,
    seed: int,
    worlds: int = WORLDS,
    people: int = PEOPLE,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Responses:
    """Run the people of a trial on all of its sequences under one explanation.

    Parameters
    ----------
    trial : Trial
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    seed : int
    worlds, people : int
        Groups, and people in each.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with runs done and runs in all.

    Raises
    ------
    InputError
        ``trials.nobody_qualifies``.
    ComputationError
        ``trials.people_failed`` when more than a few could not be computed.
    KeyboardInterrupt
        When Ctrl-C ends it.
    """
    asked = enrol_people(trial, worlds * people, seed)
    batch = Batch(
        home=describe_cohort(trial.arms[0], same_diet=trial.study.same_diet).home,
        hypothesis=hypothesis,
        people=asked,
        uniform=_place_groups(read_posterior(hypothesis), worlds, people),
        threads=threads,
    )
    day = batch.find_usual_day()
    times = list_visit_times(trial)
    shares = (1.0,) if trial.takes_all else (HALF, 1.0)
    cohorts = [[_join(trial, row, share) for share in shares] for row in trial.sequences]
    observables = [one.endpoint.observable for one in trial.assessments]
    runs: dict[Cohort, Array] = {}
    every = [one for several in cohorts for one in several]
    for done, cohort in enumerate(every, start=1):
        if cohort not in runs:
            terms = [[_describe_term(cohort, name, time) for time in times] for name in observables]
            readout = batch.run(cohort, [term for several in terms for term in several], day)
            runs[cohort] = np.stack(
                [[read_term(term, readout) for term in several] for several in terms]
            )
        if on_progress is not None:
            on_progress(done, len(every))
    # From (sequences, shares, endpoints, times, rows) to groups and people first.
    truth = np.stack([[runs[one] for one in several] for several in cohorts])
    truth = np.moveaxis(truth, -1, 0).reshape(worlds, people, *truth.shape[:-1])
    truth = _scale(_replace_failed(truth), trial.assessments)
    return Responses(
        truth=truth,
        usual=truth[..., 0][:, :, 0, 0],
        practice=_find_practice(trial, times, seed, worlds),
        expectation=_find_expectation(trial, times, seed, worlds),
        ingredients=_find_ingredients(trial, times, seed, worlds),
        age=asked.age.reshape(worlds, people),
        is_female=np.asarray(asked.sex == "f").reshape(worlds, people),
    )


def _describe_term(cohort: Cohort, observable: str, time: float) -> Term:
    kind: Kind = "usual" if time == 0.0 else "level"
    return Term(cohort, kind, observable, float(time))


def _place_groups(posterior: Posterior, worlds: int, people: int) -> dict[str, Array]:
    """Return where in its prior each parameter stands in everybody, the same within a group."""
    drawn = list_places(thin_posterior(posterior, worlds))
    return {name: np.repeat(places, people) for name, places in drawn.items()}


def _join(trial: Trial, row: tuple[int, ...], share: float) -> Cohort:
    """Return a group that takes the arms of a sequence one after the other."""
    courses: list[Course] = []
    spans: list[DietSpan] = []
    for number, start in zip(row, trial.starts, strict=True):
        intake = trial.arms[number].intake
        # Who goes on after the last visit is not looked at.
        stop = trial.period if trial.is_crossover else np.inf
        courses += [_take(one, share, start, stop) for one in intake.courses]
        spans += [
            DietSpan(one.mg_per_day, one.start + start, min(one.stop, stop) + start)
            for one in intake.diet_spans
        ]
    arm = trial.arms[min(row)]
    intake = Intake(
        arm.intake.feeding,
        arm.intake.diet_mg,
        diet_spans=tuple(spans),
        courses=tuple(courses),
        fasted=arm.intake.fasted,
    )
    return Cohort(arm.subject, intake, Medium(), trial.study.same_diet)


def _take(course: Course, share: float, start: float, stop: float) -> Course:
    return replace(
        course,
        portion=Portion(*(share * amount for amount in course.portion)),
        first=tuple(time + start for time in course.first),
        until=min(course.until, stop) + start,
    )


def _replace_failed(truth: Array) -> Array:
    """Put another of the same group in the place of each who could not be computed."""
    worlds, people = truth.shape[:2]
    failed = np.asarray(np.isnan(truth.reshape(worlds, people, -1)).any(axis=2), dtype=np.bool_)
    if failed.mean() > MOST_FAILED or failed.all(axis=1).any():
        total = failed.size
        raise ComputationError("trials.people_failed", failed=int(failed.sum()), total=total)
    whole = truth.copy()
    for world, several in enumerate(failed):
        places, others = np.flatnonzero(several), np.flatnonzero(~several)
        whole[world, places] = truth[world, np.resize(others, len(places))]
    return whole


def _scale(truth: Array, assessments: tuple[Assessment, ...]) -> Array:
    """Return percent of the group's usual mean where an endpoint is told in percent."""
    scaled = truth.copy()
    for k, one in enumerate(assessments):
        if one.endpoint.measure == "percent":
            usual = truth[:, :, 0, 0, k, 0].mean(axis=1)
            scaled[:, :, :, :, k] *= PERCENT / usual[:, None, None, None, None]
    return scaled


def _draw_places(names: list[str], seed: int, worlds: int) -> Array:
    """Return places of priors for every group.

    The places of all groups are spread evenly, in an order of their own for each name: few groups
    then have the prior's middle and width.
    """
    lots = draw_uniform(seed, np.arange(1, worlds + 1), names)
    ranks = np.argsort(np.argsort(lots, axis=0, kind="stable"), axis=0, kind="stable")
    return (ranks + 0.5) / worlds


def _find_practice(trial: Trial, times: Array, seed: int, worlds: int) -> Array:
    """Return what having been tested before adds, by what ``parameters.tsv`` says of it."""
    names = ["practice_first", "practice_fading"]
    places = _draw_places([f"trial.{name}" for name in names], seed, worlds)
    first, fading = (place_value(name, places[:, k]) for k, name in enumerate(names))
    fading = np.clip(fading, 0.0, 0.99)
    retests = np.arange(len(times))
    gain = first[:, None] * (1.0 - fading[:, None] ** retests) / (1.0 - fading[:, None])
    scores = np.array([one.kind == "score" for one in trial.assessments], dtype=np.float64)
    spread = np.array([one.spread for one in trial.assessments])
    return gain[:, None, :] * (scores * spread)[None, :, None]


def _find_expectation(trial: Trial, times: Array, seed: int, worlds: int) -> Array:
    """Return what taking part and expecting something add."""
    from scipy.special import ndtri  # noqa: PLC0415

    names = ["placebo_on_cognition", "placebo_time"]
    places = _draw_places([f"trial.{name}" for name in names], seed, worlds)
    on_scores, hours = (place_value(name, places[:, k]) for k, name in enumerate(names))
    reports = ndtri(_draw_places(["trial.expectation"], seed, worlds)[:, 0])
    rising = 1.0 - np.exp(-times[None, :] / hours[:, None])
    found = np.zeros((worlds, len(trial.assessments), len(times)))
    for k, one in enumerate(trial.assessments):
        if one.kind == "score":
            found[:, k] = one.spread * on_scores[:, None] * rising
        elif one.kind == "report":
            end = one.expectation + one.expectation_spread * reports
            found[:, k] = one.endpoint.better * one.spread * end[:, None] * rising
    return found


def _find_ingredients(trial: Trial, times: Array, seed: int, worlds: int) -> Array:
    """Return what each other ingredient adds to those who take it."""
    from scipy.special import ndtri  # noqa: PLC0415

    rows = {row["id"]: row for row in read_table("ingredients.tsv")}
    shape = (len(trial.sequences), len(trial.ingredients), len(trial.assessments), len(times))
    found = np.zeros((worlds, *shape))
    within = [(start, time) for start in trial.starts for time in (0.0, *trial.plan.visits)]
    for number, one in enumerate(trial.ingredients):
        row = rows[one.id]
        lots = ndtri(_draw_places([f"trial.ingredient.{one.id}"], seed, worlds)[:, 0])
        effect = float(row["effect"]) + float(row["spread"]) * lots
        for group, sequence in enumerate(trial.sequences):
            taken = [trial.arms[k].id == one.arm for k in sequence]
            gain = np.array(
                [
                    taken[trial.starts.index(start)]
                    * (1.0 - 0.5 ** (time / float(row["half_time"])))
                    for start, time in within
                ]
            )
            for k, assessment in enumerate(trial.assessments):
                if assessment.endpoint.observable == row["observable"]:
                    found[:, group, number, k] = effect[:, None] * gain * assessment.spread
    return found
