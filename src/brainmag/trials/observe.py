"""What a trial's statistician gets to see: people drawn, measured, treated, lost and rescued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform
from brainmag.errors import InputError
from brainmag.people.quantiles import find_normal_quantiles
from brainmag.trials.allot import allot_people, count_slots, find_pattern
from brainmag.trials.design import ATTRIBUTES, Trial
from brainmag.trials.respond import HALF, Responses

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Truth = NDArray[np.bool_]

# Numbers between two trials: no trial is larger.
LARGEST_TRIAL = 1 << 14
# How often somebody else is asked for each place before nobody is said to qualify.
SCREENINGS = 60
# Share of the doses that still counts as having followed the protocol.
ADHERENT = 0.8


@dataclass(frozen=True)
class Records:
    """R trials of N people, as their data base has them.

    Attributes
    ----------
    outcome : ndarray, shape (R, N, endpoints, times)
        NaN once somebody has left.
    sequence : ndarray of int, shape (R, N)
        Which arms in which order: the row of `Trial.sequences`.
    stratum : ndarray of int, shape (R, N)
    is_adherent, is_rescued, is_complete : ndarray of bool, shape (R, N)
    screened : ndarray of int, shape (R,)
        How many were measured to find those who were let in.
    """

    outcome: Array
    sequence: Integers
    stratum: Integers
    is_adherent: Truth
    is_rescued: Truth
    is_complete: Truth
    screened: Integers


@dataclass(frozen=True)
class _Crowd:
    """Who takes part: group and place among the responses, and what stays with each of them."""

    group: Integers
    row: Integers
    steady: Array
    first_error: Array
    screened: Integers


def observe_trials(
    trial: Trial,
    responses: Responses,
    groups: Integers,
    size: int,
    *,
    seed: int,
    middle: bool,
    treated: bool,
) -> Records:
    """Return what some trials see.

    A trial depends on the seed and its number alone: not on how many there are, nor, for the people
    that two sizes share, on its size.

    Parameters
    ----------
    trial : Trial
    responses : Responses
    groups : ndarray of int, shape (R,)
        The world of each trial: a group of the responses.
    size : int
        People in each.
    seed : int
    middle : bool
        Whether practice, expectation and other ingredients stand in the middle of their priors
        instead of at the group's own draw.
    treated : bool
        False to give everybody what the first arm takes, and no other ingredient: a trial of
        nothing.

    Raises
    ------
    InputError
        ``trials.nobody_qualifies``.
    """
    people = _Lots(seed, len(groups), size)
    crowd = _screen_people(trial, responses, groups, people)
    stratum = _stratify(trial, responses, crowd)
    pattern = find_pattern(trial.shares)
    places = _Lots(seed, len(groups), count_slots(pattern, size))
    strata = 2 ** len(trial.plan.stratify)
    lots = [places.draw(f"arm.{number}") for number in range(strata)]
    sequence = allot_people(pattern, stratum, lots)
    adherence = _draw_adherence(trial, people)
    outcome = _find_truth(responses, crowd, sequence, adherence, trial, treated=treated)
    known = np.full(len(groups), -1) if middle else groups
    outcome += (responses.practice + responses.expectation)[known][:, None]
    if treated:
        added = responses.ingredients[known[:, None], sequence].sum(axis=2)
        outcome += added * adherence[:, :, None, None]
    outcome += crowd.steady[..., None]
    outcome += _draw_errors(trial, people, outcome.shape[3], crowd.first_error)
    outcome, is_rescued = _rescue(trial, outcome)
    is_complete = np.ones(sequence.shape, dtype=np.bool_)
    if trial.plan.dropout > 0.0:
        outcome, is_complete = _lose(trial, outcome, people)
    return Records(
        outcome=outcome,
        sequence=sequence,
        stratum=stratum,
        is_adherent=adherence >= ADHERENT,
        is_rescued=is_rescued,
        is_complete=is_complete,
        screened=crowd.screened,
    )


@dataclass(frozen=True)
class _Lots:
    """Uniform numbers of everybody in every trial, by what they are for."""

    seed: int
    trials: int
    size: int

    def draw(self, name: str) -> Array:
        numbers = (
            np.arange(1, self.trials + 1)[:, None] * LARGEST_TRIAL + np.arange(self.size)
        ).ravel()
        drawn = draw_uniform(self.seed, numbers, [f"trial.{name}"])
        return np.ascontiguousarray(drawn[:, 0]).reshape(self.trials, self.size)

    def draw_normal(self, name: str) -> Array:
        return find_normal_quantiles(self.draw(name).ravel()).reshape(self.trials, self.size)


def _split_spread(trial: Trial, responses: Responses) -> tuple[Array, Array]:
    """Return the spread that stays with a person and that of one visit, by endpoint.

    What the model itself spreads between people is part of what stays.
    """
    spread = np.array([one.spread for one in trial.assessments])
    reliability = np.array([one.reliability for one in trial.assessments])
    own = responses.usual.var(axis=1).mean(axis=0)
    steady = np.sqrt(np.maximum(reliability * spread**2 - own, 0.0))
    return steady, spread * np.sqrt(1.0 - reliability)


def _screen_people(trial: Trial, responses: Responses, groups: Integers, people: _Lots) -> _Crowd:
    """Measure people until as many qualify as are asked for."""
    steady_spread, error_spread = _split_spread(trial, responses)
    observables = [one.endpoint.observable for one in trial.assessments]
    measured = [one for one in trial.criteria if one.what not in ATTRIBUTES]
    shape = (people.trials, people.size)
    row = np.zeros(shape, dtype=np.int64)
    steady, error = (np.zeros((*shape, len(observables))) for _ in range(2))
    waiting = np.ones(shape, dtype=np.bool_)
    screened = np.zeros(people.trials, dtype=np.int64)
    for turn in range(SCREENINGS if measured else 1):
        screened += waiting.sum(axis=1)
        new_row = (people.draw(f"person.{turn}") * responses.truth.shape[1]).astype(np.int64)
        row = np.where(waiting, new_row, row)
        for k in range(len(observables)):
            for kept, spread, name in (
                (steady, steady_spread[k], "steady"),
                (error, error_spread[k], "error"),
            ):
                fresh = spread * people.draw_normal(f"{name}.{k}.0.{turn}")
                kept[:, :, k] = np.where(waiting, fresh, kept[:, :, k])
        fits = np.ones(shape, dtype=np.bool_)
        for criterion in measured:
            k = observables.index(criterion.what)
            seen = responses.usual[groups[:, None], row, k] + steady[:, :, k] + error[:, :, k]
            fits &= (seen >= criterion.lowest) & (seen <= criterion.highest)
        waiting &= ~fits
        if not waiting.any():
            break
    else:
        names = ", ".join(one.what for one in measured)
        raise InputError(
            "trials.nobody_qualifies",
            given=names,
            found=int((~waiting).sum()),
            looked=int(screened.sum()),
        )
    return _Crowd(np.broadcast_to(groups[:, None], shape), row, steady, error, screened)


def _stratify(trial: Trial, responses: Responses, crowd: _Crowd) -> Integers:
    """Return the stratum of everybody: of both sexes, and below or above the middle age."""
    stratum = np.zeros(crowd.row.shape, dtype=np.int64)
    for what in trial.plan.stratify:
        if what == "sex":
            upper = responses.is_female[crowd.group, crowd.row]
        else:
            upper = responses.age[crowd.group, crowd.row] > np.median(responses.age)
        stratum = 2 * stratum + upper
    return stratum


def _draw_adherence(trial: Trial, people: _Lots) -> Array:
    plan = trial.plan
    if plan.adherence == 1.0 and plan.adherence_spread == 0.0:
        return np.ones((people.trials, people.size))
    drawn = plan.adherence + plan.adherence_spread * people.draw_normal("adherence")
    return np.clip(drawn, 0.0, 1.0)


def _find_truth(
    responses: Responses,
    crowd: _Crowd,
    sequence: Integers,
    adherence: Array,
    trial: Trial,
    *,
    treated: bool,
) -> Array:
    """Return what the model says of everybody at every visit, shape (R, N, endpoints, times)."""
    taken = sequence if treated else np.zeros_like(sequence)
    if not treated and trial.is_crossover:
        # Everybody takes what a group of people who take nothing would: their usual level.
        usual = responses.usual[crowd.group, crowd.row]
        return np.repeat(usual[..., None], responses.truth.shape[5], axis=3)
    chosen = responses.truth[crowd.group, crowd.row, taken]
    if chosen.shape[2] == 1:
        return chosen[:, :, 0].copy()
    usual = responses.usual[crowd.group, crowd.row][..., None]
    half, whole = chosen[:, :, 0] - usual, chosen[:, :, 1] - usual
    share = adherence[:, :, None, None]
    # The parabola through none, half and all of the doses.
    bend = (whole - half / HALF) / (1.0 - HALF)
    return usual + share * (half / HALF + bend * (share - HALF))


def _draw_errors(trial: Trial, people: _Lots, times: int, first: Array) -> Array:
    """Return the error of every visit; that of the first was made when people were let in."""
    errors = np.empty((people.trials, people.size, len(trial.assessments), times))
    errors[..., 0] = first
    for k, one in enumerate(trial.assessments):
        spread = one.spread * np.sqrt(1.0 - one.reliability)
        for time in range(1, times):
            errors[:, :, k, time] = spread * people.draw_normal(f"error.{k}.{time}")
    return errors


def _find_worsening(trial: Trial, outcome: Array) -> Array:
    """Return by how many standard deviations everybody is worse than at first, (R, N, times).

    Of the first primary endpoint.
    """
    k = next(k for k, one in enumerate(trial.assessments) if one.primary)
    one = trial.assessments[k]
    better = one.endpoint.better or 1.0
    return -better * (outcome[:, :, k] - outcome[:, :, k, :1]) / one.spread


def _rescue(trial: Trial, outcome: Array) -> tuple[Array, Truth]:
    """Give something else to those who got worse, from the visit at which it is seen."""
    rescued = np.zeros(outcome.shape[:2], dtype=np.bool_)
    plan = trial.plan
    if plan.rescue is None:
        return outcome, rescued
    worse = _find_worsening(trial, outcome)
    outcome = outcome.copy()
    for time in range(1, outcome.shape[3] - 1):
        rescued |= worse[:, :, time] >= -plan.rescue
        for k, one in enumerate(trial.assessments):
            later = outcome[:, :, k, time + 1]
            if plan.estimand == "hypothetical":
                later[rescued] = np.nan
            else:
                later[rescued] += (one.endpoint.better or 1.0) * plan.rescue_gain * one.spread
    return outcome, rescued


def _lose(trial: Trial, outcome: Array, people: _Lots) -> tuple[Array, Truth]:
    """Let people leave: by chance, and likelier when they are or would be worse."""
    plan = trial.plan
    visits = outcome.shape[3] - 1
    # The same chance at every visit, such that the share asked for is gone by the last.
    chance = 1.0 - (1.0 - min(plan.dropout, 1.0 - 1e-9)) ** (1.0 / visits)
    usual = np.log(chance / (1.0 - chance))
    worse = np.nan_to_num(_find_worsening(trial, outcome))
    gone = np.zeros(outcome.shape[:2], dtype=np.bool_)
    outcome = outcome.copy()
    for time in range(1, visits + 1):
        logit = usual + plan.dropout_seen * worse[:, :, time - 1]
        logit += plan.dropout_unseen * worse[:, :, time]
        gone |= people.draw(f"leave.{time}") < 1.0 / (1.0 + np.exp(-logit))
        outcome[gone, :, time] = np.nan
    return outcome, ~gone
