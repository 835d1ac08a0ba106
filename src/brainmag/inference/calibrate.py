"""Calibrate the model on the record under one explanation.

Draws are taken in rounds: first from the priors, then from a posterior that a quadratic fitted to
the runs so far proposes, ever closer to the last one. The model itself is run at every draw. In the
end all draws are one pool, weighted by what the model said and not by what the quadratic said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import draw_uniform
from brainmag.files import write_whole
from brainmag.inference.free import FreeParameters, list_free
from brainmag.inference.likelihood import (
    NUISANCES,
    Evidence,
    gather_evidence,
    integrate_noise,
    place_noise,
    score_figures,
    sum_scores,
)
from brainmag.inference.pool import Pool, mix_components
from brainmag.inference.surrogate import Surrogate, fit_surrogate
from brainmag.inference.temper import temper
from brainmag.record.measurements import Figure
from brainmag.record.predict import predict_figures

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]


@dataclass(frozen=True)
class Round:
    """Draws under the likelihood to a power; none of it are the priors."""

    power: float
    draws: int


ROUNDS = (Round(0.0, 1024), Round(0.1, 384), Round(0.3, 512), Round(1.0, 640), Round(1.0, 1024))
WALKERS = 2048
# Draws that are kept together, and what Ctrl-C loses.
BATCH = 128
# Runs far below the best count less when a quadratic is fitted, but never nothing.
SOFTENING, LEAST_LOG = 0.25, -7.0


@dataclass(frozen=True)
class Problem:
    """What is calibrated.

    Attributes
    ----------
    hypothesis : str
    free : FreeParameters
    figures : tuple of Figure
        All that can be compared; those that calibrate count.
    evidence : Evidence
    seed : int
    rounds : tuple of Round
    """

    hypothesis: str
    free: FreeParameters
    figures: tuple[Figure, ...]
    evidence: Evidence
    seed: int = 1
    rounds: tuple[Round, ...] = ROUNDS


def set_problem(
    hypothesis: str,
    figures: Sequence[Figure],
    *,
    seed: int = 1,
    rounds: tuple[Round, ...] = ROUNDS,
) -> Problem:
    """Return the problem of an explanation on some figures; what cannot be compared is left out."""
    chosen = tuple(figure for figure in figures if not figure.hindrance)
    return Problem(
        hypothesis, list_free(hypothesis), chosen, gather_evidence(chosen), seed, rounds
    )


@dataclass(frozen=True)
class Proposal:
    """Where the draws of one round come from."""

    surrogate: Surrogate | None
    power: float
    scores: Array

    def weigh(self, evidence: Evidence, scores: Array) -> Array:
        """Return the logarithm of its density over the priors', up to a constant."""
        if self.surrogate is None:
            return np.zeros(len(scores))
        return integrate_noise(evidence, self.surrogate.predict(scores), power=self.power)[0]


def propose(problem: Problem, number: int, scores: Array, predicted: Array) -> Proposal:
    """Return the draws of a round, given those before it and what the model said there.

    Parameters
    ----------
    problem : Problem
    number : int
        Of the round, from 0.
    scores : ndarray, shape (draws before, parameters)
    predicted : ndarray, shape (draws before, figures)
    """
    from scipy.special import ndtri, ndtr  # noqa: PLC0415

    this = problem.rounds[number]
    size = len(problem.free.names)
    numbers = np.arange(this.draws)
    if this.power == 0.0:
        start = ndtri(draw_uniform(problem.seed, numbers, problem.free.names))
        return Proposal(None, 0.0, np.asarray(start))
    likelihood = integrate_noise(problem.evidence, predicted)[0]
    softened = SOFTENING * this.power * (likelihood - likelihood.max())
    is_percent = np.array([one.endpoint.measure == "percent" for one in problem.figures])
    surrogate = fit_surrogate(
        scores, predicted, is_percent, np.exp(np.maximum(softened, LEAST_LOG))
    )

    def log_likelihood(walkers: Array) -> Array:
        noise = place_noise(ndtr(walkers[:, size:]))
        guessed = surrogate.predict(walkers[:, :size])
        return sum_scores(problem.evidence, score_figures(problem.evidence, guessed, noise))

    found = temper(
        log_likelihood,
        size=size + len(NUISANCES),
        walkers=max(WALKERS, this.draws),
        seed=problem.seed * 1000 + number,
        power=this.power,
    )
    lots = draw_uniform(problem.seed, np.arange(len(found.scores)), [f"round.{number}"])[:, 0]
    chosen = np.argsort(lots)[: this.draws]
    return Proposal(surrogate, this.power, found.scores[chosen, :size])


def gather_pool(problem: Problem, proposals: Sequence[Proposal], predicted: Array) -> Pool:
    """Return all rounds as one pool.

    Parameters
    ----------
    problem : Problem
    proposals : sequence of Proposal
    predicted : ndarray, shape (draws, figures)
        What the model said at the draws of all proposals, in their order.
    """
    scores = np.concatenate([one.scores for one in proposals])
    whole = np.all(np.isfinite(predicted), axis=1)
    density = np.column_stack([one.weigh(problem.evidence, scores) for one in proposals])
    log_base, _ = mix_components(density, [len(one.scores) for one in proposals])
    # A draw that could not be computed has no likelihood; it stays in the count.
    spoiled = np.where(whole[:, None], predicted, np.nan)
    return Pool(
        hypothesis=problem.hypothesis,
        names=problem.free.names,
        figures=tuple(figure.id for figure in problem.figures),
        scores=scores,
        predicted=spoiled,
        log_base=log_base,
    )


def calibrate(
    problem: Problem,
    folder: Path,
    *,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Pool:
    """Return the pool of a problem; what is finished is kept and not done again.

    Parameters
    ----------
    problem : Problem
    folder : Path
        Where each batch of runs is kept as soon as it is finished.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with draws done and draws in all.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C ends it; what is finished stays in the folder.
    """
    total, done = sum(one.draws for one in problem.rounds), 0
    proposals: list[Proposal] = []
    said = np.empty((0, len(problem.figures)))
    for number in range(len(problem.rounds)):
        before = np.concatenate([one.scores for one in proposals]) if proposals else said
        proposal = propose(problem, number, before, said)
        proposals.append(proposal)
        for start in range(0, len(proposal.scores), BATCH):
            path = folder / f"round-{number}-{start:05d}.npy"
            scores = proposal.scores[start : start + BATCH]
            if not path.exists():
                places = problem.free.place(scores)
                found = predict_figures(
                    problem.figures, problem.hypothesis, places, threads=threads
                )
                write_whole(folder, {path.name: partial(np.save, arr=found)})
            said = np.concatenate([said, np.load(path)])
            done += len(scores)
            if on_progress is not None:
                on_progress(done, total)
    return gather_pool(problem, proposals, said)
