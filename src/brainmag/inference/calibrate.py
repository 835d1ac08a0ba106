"""Calibrate the model on the record under one explanation.

Walkers start spread as the priors are, and the likelihood's power over them grows until it is
whole; then the priors of what tells the explanations apart are narrowed to the table's width, and
to half of it. The model is run wherever a walker wants to stay. All walkers of all stages are one
pool, from which evidence and posterior follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.errors import ComputationError
from brainmag.inference.free import RIVALS, WIDE, FreeParameters, list_free
from brainmag.inference.likelihood import (
    Evidence,
    gather_evidence,
    integrate_noise,
    share_out,
)
from brainmag.inference.pool import Pool, mix_components
from brainmag.inference.surrogate import fit_surrogate
from brainmag.inference.walk import Steps, check_move, draw_normal, find_heat, resample, walk
from brainmag.record.measurements import Figure
from brainmag.record.predict import predict_figures
from brainmag.sealed import read_sealed, write_sealed

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]

# Nodes of the noise that the stand-in takes: it need not be exact.
STAND_IN_NODES = 64
NARROWER = (1.0, 0.5)
# What the runs of a move are kept in.
RUNS = re.compile(r"(start|stage-[0-9]+-[0-9]+)\.runs")
# Draws that the engine holds at a time.
BATCH = 128


@dataclass(frozen=True)
class Effort:
    """How much is run.

    Attributes
    ----------
    walkers : int
    moves : int
        Of each walker at every power of the likelihood.
    last_moves : int
        At the whole likelihood, for each width of the priors.
    """

    walkers: int = 256
    moves: int = 2
    last_moves: int = 4


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
    effort : Effort
    """

    hypothesis: str
    free: FreeParameters
    figures: tuple[Figure, ...]
    evidence: Evidence
    seed: int = 1
    effort: Effort = Effort()


def set_problem(
    hypothesis: str, figures: Sequence[Figure], *, seed: int = 1, effort: Effort = Effort()
) -> Problem:
    """Return the problem of an explanation on some figures; what cannot be compared is left out."""
    chosen = tuple(figure for figure in figures if not figure.hindrance)
    return Problem(hypothesis, list_free(hypothesis), chosen, gather_evidence(chosen), seed, effort)


@dataclass(frozen=True)
class Stage:
    """Walkers under the likelihood to a power, and priors of some width."""

    power: float
    width: float

    def weigh(self, problem: Problem, scores: Array, likelihood: Array) -> Array:
        """Return the logarithm of the stage's density over the priors that are drawn from."""
        width = problem.free.weigh_width(scores, self.width)
        if self.power == 0.0:
            return width
        return self.power * likelihood + width


@dataclass(frozen=True)
class Walkers:
    """Where the walkers stand, and what the model says there."""

    scores: Array
    predicted: Array
    likelihood: Array

    def choose(self, rows: NDArray[np.intp]) -> Walkers:
        """Return some of them, each as often as named."""
        return Walkers(self.scores[rows], self.predicted[rows], self.likelihood[rows])

    def move(self, taken: NDArray[np.bool_], other: Walkers) -> Walkers:
        """Return those that were taken where they came to, the others where they were."""
        return Walkers(
            np.where(taken[:, None], other.scores, self.scores),
            np.where(taken[:, None], other.predicted, self.predicted),
            np.where(taken, other.likelihood, self.likelihood),
        )


@dataclass(frozen=True)
class Move:
    """Where walkers came to, by how much the stand-in rose on the way, and the model's answer."""

    gained: Array
    walkers: Walkers


class Calibration:
    """One calibration under way: it runs the model, or reads what it ran before.

    Parameters
    ----------
    problem : Problem
    folder : Path
        Where the runs of each move are kept as soon as they are finished.
    predict : callable
        Returns the figures at some scores.
    key : str
        All else that the runs depend on: those kept under another key are not taken for these.
    on_progress : callable, optional
        Called with the thousandths that are done, and a thousand.
    """

    def __init__(
        self,
        problem: Problem,
        folder: Path,
        predict: Predict,
        *,
        key: str = "",
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.problem = problem
        self.folder = folder
        self._predict = predict
        figures = [(one.id, one.outcome, one.value, one.error) for one in problem.figures]
        made_of = (problem.hypothesis, problem.seed, problem.effort, problem.free.names, figures)
        self._key = f"{key} {made_of}"
        self._on_progress = on_progress
        self._stages: list[Stage] = []
        self._stood: list[list[Walkers]] = []
        self._runs: list[Walkers] = []
        self._widths = NARROWER if set(RIVALS) & set(problem.free.names) else ()
        # Variance of the evidence's logarithm that resampling has brought so far.
        self._lost = 0.0

    def run(self) -> Pool:
        """Return the pool of all stages."""
        effort, free = self.problem.effort, self.problem.free
        count = 2 * effort.walkers
        start = draw_normal(self.problem.seed, "start", count, len(free.names))
        first = self._evaluate("start", lambda: Steps(start, np.zeros(count))).walkers
        self._keep(Stage(0.0, WIDE), [first])
        # One that could not be computed has no place to start from.
        able = np.flatnonzero(np.isfinite(first.likelihood))
        if not able.size:
            given = self.problem.hypothesis
            raise ComputationError("record.no_run_finished", given=given, count=count)
        now, heat = first.choose(able[: effort.walkers]), 0.0
        while heat < 1.0:
            heat = find_heat(now.likelihood, heat)
            moves = effort.moves if heat < 1.0 else effort.last_moves
            now = self._reach(Stage(heat, WIDE), now, moves)
            self._tell(0.1 + 0.9 * heat / (1 + len(self._widths)))
        for number, width in enumerate(self._widths, start=2):
            now = self._reach(Stage(1.0, width), now, effort.last_moves)
            self._tell(0.1 + 0.9 * number / (1 + len(self._widths)))
        return self._gather()

    def _reach(self, stage: Stage, now: Walkers, moves: int) -> Walkers:
        """Return the walkers at the next stage; where they stood on the way is kept as well."""
        problem, name = self.problem, f"stage-{len(self._stages):02d}"
        before = self._stages[-1].weigh(problem, now.scores, now.likelihood)
        after = stage.weigh(problem, now.scores, now.likelihood)
        change = after - before
        now = now.choose(resample(change, seed=problem.seed, name=name))
        share = share_out(change)
        self._lost += float((share * share).sum()) - 1.0 / len(share)
        stood: list[Walkers] = []
        for number in range(moves):
            this = f"{name}-{number}"
            move = self._evaluate(this, partial(self._step, stage, now.scores, this))
            taken = check_move(
                move.gained,
                stage.weigh(problem, now.scores, now.likelihood),
                stage.weigh(problem, move.walkers.scores, move.walkers.likelihood),
                seed=problem.seed,
                name=this,
            )
            now = now.move(taken, move.walkers)
            stood.append(now)
        self._keep(stage, stood)
        return now

    def _step(self, stage: Stage, scores: Array, name: str) -> Steps:
        """Return where walkers come to under a stand-in fitted to all runs so far."""
        problem, evidence = self.problem, self.problem.evidence
        surrogate = fit_surrogate(
            np.concatenate([one.scores for one in self._runs]),
            np.concatenate([one.predicted for one in self._runs]),
            np.nan_to_num(evidence.value),
            evidence.error,
            np.concatenate([one.likelihood for one in self._runs]),
        )

        def stand_in(walkers: Array) -> Array:
            guessed = surrogate.predict(walkers)
            likelihood = integrate_noise(evidence, guessed, count=STAND_IN_NODES)[0]
            return stage.weigh(problem, walkers, likelihood)

        return walk(scores, stand_in, seed=problem.seed, name=name)

    def _evaluate(self, name: str, step: Callable[[], Steps]) -> Move:
        """Return a move and what the model says at its end, from the folder where it is there."""
        path = self.folder / f"{name}.runs"
        if not path.exists():
            steps = step()
            found = self._predict(steps.scores)
            kept = {"scores": steps.scores, "gained": steps.gained, "predicted": found}
            write_sealed(path, kept, self._key)
        runs = read_sealed(path, self._key)
        if runs is None:
            raise ComputationError("record.damaged_file", given=str(path))
        scores, gained, predicted = (runs[name] for name in ("scores", "gained", "predicted"))
        likelihood = integrate_noise(self.problem.evidence, predicted)[0]
        walkers = Walkers(scores, predicted, likelihood)
        self._runs.append(walkers)
        return Move(gained, walkers)

    def _keep(self, stage: Stage, stood: list[Walkers]) -> None:
        self._stages.append(stage)
        self._stood.append(stood)

    def _tell(self, share: float) -> None:
        if self._on_progress is not None:
            self._on_progress(round(1000 * share), 1000)

    def _gather(self) -> Pool:
        every = [one for stood in self._stood for one in stood]
        scores = np.concatenate([one.scores for one in every])
        likelihood = np.concatenate([one.likelihood for one in every])
        density = np.column_stack(
            [stage.weigh(self.problem, scores, likelihood) for stage in self._stages]
        )
        counts = [sum(len(one.scores) for one in stood) for stood in self._stood]
        last = self._find_last()
        chain = np.full(len(scores), -1, dtype=np.int64)
        walkers = len(self._stood[last][0].scores)
        start = sum(counts[:last])
        chain[start : start + counts[last]] = np.arange(counts[last]) % walkers
        log_base, _ = mix_components(density, counts)
        return Pool(
            hypothesis=self.problem.hypothesis,
            names=self.problem.free.names,
            figures=tuple(figure.id for figure in self.problem.figures),
            scores=scores,
            predicted=np.concatenate([one.predicted for one in every]),
            log_base=log_base,
            chain=chain,
            path_error=float(np.sqrt(self._lost)),
        )

    def _find_last(self) -> int:
        """Return the stage at the whole likelihood and the table's own priors."""
        return self._stages.index(Stage(1.0, 1.0 if self._widths else WIDE))


def calibrate(
    problem: Problem,
    folder: Path,
    *,
    key: str = "",
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Pool:
    """Return the pool of a problem; what is finished is kept and not done again.

    Parameters
    ----------
    problem : Problem
    folder : Path
        Where the runs of each move are kept as soon as they are finished.
    key : str
        What the runs depend on beside the problem.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with the thousandths that are done, and a thousand.

    Raises
    ------
    ComputationError
        ``record.damaged_file`` when runs that were kept are not what was written;
        ``record.no_run_finished``.
    KeyboardInterrupt
        When Ctrl-C ends it; what is finished stays in the folder.
    """

    def predict(scores: Array) -> Array:
        batches = np.array_split(scores, max(1, len(scores) // BATCH))
        return np.concatenate(
            [
                predict_figures(
                    problem.figures,
                    problem.hypothesis,
                    problem.free.place(batch),
                    threads=threads,
                )
                for batch in batches
            ]
        )

    return Calibration(problem, folder, predict, key=key, on_progress=on_progress).run()
