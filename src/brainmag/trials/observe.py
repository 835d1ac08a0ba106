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

# No trial is larger; numbers between two trials: last blocks need some more.
LARGEST_TRIAL = 1 << 14
STRIDE = 1 << 16
# How often somebody else is asked for each place before nobody is said to qualify.
SCREENINGS = 1000
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

    @property
    def has_followed(self) -> Truth:
        """Who followed the protocol: took enough, stayed, and was not rescued."""
        return self.is_adherent & self.is_complete & ~self.is_rescued


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
    pattern = find_pattern(trial.counts)
    places = _Lots(seed, len(groups), count_slots(pattern, size))
    strata = 2 ** len(trial.plan.stratify)
    lots = [places.draw(f"arm.{number}") for number in range(strata)]
    sequence = allot_people(pattern, stratum, lots)
    adherence = _draw_adherence(trial, people)
    outcome = _find_truth(responses, crowd, sequence, adherence, trial, treated=treated)
    outcome += (responses.practice + responses.expectation)[groups][:, None]
    if treated:
        added = responses.ingredients[groups[:, None], sequence].sum(axis=2)
        outcome += added * adherence[:, :, None, None]
    outcome += crowd.steady[..., None]
    outcome += _draw_errors(trial, people, outcome.shape[3], crowd.first_error)
    if trial.plan.rescue is not None:
        outcome = _rescue(trial, outcome)
    is_complete = np.ones(sequence.shape, dtype=np.bool_)
    if trial.plan.dropout > 0.0:
        outcome, is_complete = _lose(trial, outcome, people)
    return Records(
        outcome=outcome,
        sequence=sequence,
        stratum=stratum,
        is_adherent=adherence >= ADHERENT,
        # Who had left before it was seen was not given anything.
        is_rescued=_find_rescued(trial, outcome)[:, :, -1],
        is_complete=is_complete,
        screened=crowd.screened,
    )


@dataclass(frozen=True)
class _Lots:
    """Uniform numbers of everybody in every trial, by what they are for."""

    seed: int
    trials: int
    size: int

    def draw_some(self, name: str, places: Integers) -> Array:
        """Return those of some people, by their places among all of all trials."""
        trial, person = np.divmod(places, self.size)
        drawn = draw_uniform(self.seed, (trial + 1) * STRIDE + person, [f"trial.{name}"])
        return np.ascontiguousarray(drawn[:, 0])

    def draw(self, name: str) -> Array:
        places = np.arange(self.trials * self.size, dtype=np.int64)
        return self.draw_some(name, places).reshape(self.trials, self.size)

    def draw_normal(self, name: str) -> Array:
        return find_normal_quantiles(self.draw(name).ravel()).reshape(self.trials, self.size)


def split_spread(trial: Trial, responses: Responses) -> tuple[Array, Array]:
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
    steady_spread, error_spread = split_spread(trial, responses)
    observables = [one.endpoint.observable for one in trial.assessments]
    measured = [one for one in trial.criteria if one.what not in ATTRIBUTES]
    ends = [one.endpoint.id for one in trial.assessments]
    count, several = people.trials * people.size, len(observables)
    world = np.repeat(groups, people.size)
    row = np.zeros(count, dtype=np.int64)
    steady, error = np.zeros((count, several)), np.zeros((count, several))
    screened = np.zeros(people.trials, dtype=np.int64)
    waiting = np.arange(count, dtype=np.int64)
    for turn in range(SCREENINGS):
        screened += np.bincount(waiting // people.size, minlength=people.trials)
        lots = people.draw_some(f"person.{turn}", waiting)
        row[waiting] = (lots * responses.truth.shape[1]).astype(np.int64)
        for k in range(several):
            for kept, spread, name in (
                (steady, steady_spread[k], "steady"),
                (error, error_spread[k], "error"),
            ):
                fresh = people.draw_some(f"{name}.{ends[k]}.0.{turn}", waiting)
                kept[waiting, k] = spread * find_normal_quantiles(fresh)
        fits = np.ones(len(waiting), dtype=np.bool_)
        for criterion in measured:
            k = observables.index(criterion.what)
            usual = responses.usual[world[waiting], row[waiting], k]
            seen = usual + steady[waiting, k] + error[waiting, k]
            fits &= (seen >= criterion.lowest) & (seen <= criterion.highest)
        waiting = waiting[~fits]
        if not len(waiting):
            break
    else:
        names = ", ".join(one.what for one in measured)
        found, looked = count - len(waiting), int(screened.sum())
        raise InputError("trials.nobody_qualifies", given=names, found=found, looked=looked)
    shape = (people.trials, people.size)
    return _Crowd(
        world.reshape(shape),
        row.reshape(shape),
        steady.reshape(*shape, several),
        error.reshape(*shape, several),
        screened,
    )


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
    """Return everybody's share of the doses: a beta distribution of the mean and spread asked."""
    from scipy.special import betaincinv  # noqa: PLC0415

    mean, spread = trial.plan.adherence, trial.plan.adherence_spread
    if spread == 0.0:
        return np.full((people.trials, people.size), mean)
    size = mean * (1.0 - mean) / spread**2 - 1.0
    lots = people.draw("adherence")
    return np.asarray(betaincinv(mean * size, (1.0 - mean) * size, lots), dtype=np.float64)


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
    if not treated and trial.study.design != "parallel":
        # There is no arm that all could take: everybody stays at the usual level.
        usual = responses.usual[crowd.group, crowd.row]
        return np.repeat(usual[..., None], responses.truth.shape[5], axis=3)
    chosen = responses.truth[crowd.group, crowd.row, taken]
    usual = responses.usual[crowd.group, crowd.row][..., None]
    return take_share(usual, np.moveaxis(chosen, 2, -2), adherence[:, :, None, None])


def take_share(usual: Array, taken: Array, share: Array | float) -> Array:
    """Return what people show who take a share of their doses.

    Parameters
    ----------
    usual : ndarray, shape (...)
        Without any.
    taken : ndarray, shape (..., shares, ...)
        With all doses, or with half and all: the axis of shares is the one before the last.
    share : ndarray or float
        Of the doses: read off the parabola through none, half and all.
    """
    if taken.shape[-2] == 1:
        return taken[..., 0, :].copy()
    half, whole = taken[..., 0, :] - usual, taken[..., 1, :] - usual
    bend = (whole - half / HALF) / (1.0 - HALF)
    return usual + share * (half / HALF + bend * (share - HALF))


def _draw_errors(trial: Trial, people: _Lots, times: int, first: Array) -> Array:
    """Return the error of every visit; that of the first was made when people were let in."""
    errors = np.empty((people.trials, people.size, len(trial.assessments), times))
    errors[..., 0] = first
    for k, one in enumerate(trial.assessments):
        spread = one.spread * np.sqrt(1.0 - one.reliability)
        for time in range(1, times):
            errors[:, :, k, time] = spread * people.draw_normal(f"error.{one.endpoint.id}.{time}")
    return errors


def _find_worsening(trial: Trial, outcome: Array) -> Array:
    """Return by how many standard deviations everybody is worse than at first, (R, N, times).

    Of the first primary endpoint.
    """
    k = trial.first
    one = trial.assessments[k]
    better = one.endpoint.better or 1.0
    return -better * (outcome[:, :, k] - outcome[:, :, k, :1]) / one.spread


def _find_rescued(trial: Trial, outcome: Array) -> Truth:
    """Return who has been seen to get worse by each visit, (R, N, times): not at the first or last.

    What rescue adds comes after the visit at which it is seen, and so does not hide it.
    """
    seen = np.zeros((*outcome.shape[:2], outcome.shape[3]), dtype=np.bool_)
    if trial.plan.rescue is not None:
        worse = np.nan_to_num(_find_worsening(trial, outcome), nan=-np.inf)
        seen[:, :, 1:-1] = worse[:, :, 1:-1] >= -trial.plan.rescue
    return np.logical_or.accumulate(seen, axis=2)


def _rescue(trial: Trial, outcome: Array) -> Array:
    """Give something else to those who got worse, from the visit at which it is seen."""
    plan = trial.plan
    rescued = _find_rescued(trial, outcome)
    outcome = outcome.copy()
    for time in range(2, outcome.shape[3]):
        before = rescued[:, :, time - 1]
        for k, one in enumerate(trial.assessments):
            later = outcome[:, :, k, time]
            if plan.estimand == "hypothetical":
                later[before] = np.nan
            else:
                later[before] += (one.endpoint.better or 1.0) * plan.rescue_gain * one.spread
    return outcome


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
