"""Oracle: data made by the model itself. What made them stands anywhere in the posterior alike.

S. Talts et al., Validating Bayesian inference algorithms with simulation-based calibration,
arXiv:1804.06788. The problem is a reduced one: the figures of dishes under `carrier`, four free
parameters, bias and widening of errors as in the whole.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest, t

from brainmag.engine import draw_uniform
from brainmag.inference.calibrate import Calibration, Effort, Problem
from brainmag.inference.free import FreeParameters
from brainmag.inference.likelihood import (
    NUISANCES,
    find_spread,
    gather_evidence,
    integrate_noise,
    list_noise_nodes,
    place_noise,
)
from brainmag.record import Figure, list_figures
from brainmag.record.measurements import SIGNIFICANT
from brainmag.record.predict import predict_figures

Array = NDArray[np.float64]

FREE = FreeParameters(("neuron_gain", "threonate_potency", "terminal_gain", "nr2b_homeostasis"))
DATA_SETS, SAMPLE = 120, 3
# Of the gain's prior, nearest to none.
CORNER = 0.1
EDGE = 0.001
EFFORT = Effort(walkers=48, moves=1, last_moves=3)
# Of each of the numbers, that their error were as small as this, percent.
ERROR = 4.0


def list_dishes() -> list[Figure]:
    """The dishes' figures as directions, and again as numbers."""
    dishes = [
        figure
        for figure in list_figures()
        if figure.study.who == "culture" and not figure.hindrance
        if figure.endpoint.measure == "percent"
    ]
    numbers = [
        replace(figure, id=f"{figure.id}-number", outcome="value", error=ERROR)
        for figure in dishes[::2]
    ]
    return [replace(figure, role="calibration") for figure in [*dishes, *numbers]]


def predict(scores: Array, figures: list[Figure]) -> Array:
    return predict_figures(figures, "carrier", FREE.place(scores))


def make_results(figures: list[Figure], said: Array, noise: Array, lots: Array) -> list[Figure]:
    """Figures as such a study would have found them."""
    own = place_noise(noise[None])
    spreads = find_spread(gather_evidence(figures), own)[0]
    made: list[Figure] = []
    for figure, centre, spread, lot in zip(figures, said, spreads, lots, strict=True):
        seen = centre + own.bias[0] * figure.bias_step + spread * t(4).ppf(lot)
        if figure.is_number:
            made.append(replace(figure, value=float(seen)))
            continue
        edge = SIGNIFICANT * figure.error
        outcome = "increased" if seen > edge else "decreased" if seen < -edge else "no change"
        made.append(replace(figure, outcome=outcome))
    return made


def rank_truth(number: int, folder: Path) -> Array:
    """Where in the posterior the truth stands, for each parameter and nuisance."""
    from scipy.special import ndtri  # noqa: PLC0415

    figures = list_dishes()
    names = [*FREE.names, *NUISANCES, *(figure.id for figure in figures)]
    lots = draw_uniform(11, np.array([number]), names)[0]
    size = len(FREE.names)
    truth, noise = lots[:size], lots[size : size + len(NUISANCES)]
    # The truth comes from priors of the table's own width.
    places = {name: truth[k : k + 1] for k, name in enumerate(FREE.names)}
    said = predict_figures(figures, "carrier", places)[0]
    made = tuple(make_results(figures, said, noise, lots[size + len(NUISANCES) :]))
    evidence = gather_evidence(made)
    problem = Problem("carrier", FREE, made, evidence, seed=number, effort=EFFORT)
    pool = Calibration(problem, folder, lambda scores: predict(scores, figures)).run()
    likelihood, nodes = integrate_noise(evidence, pool.predicted)
    weights = pool.weigh(likelihood + FREE.weigh_width(pool.scores, 1.0)).share
    found = FREE.place(pool.scores)
    ranks = [float(weights[found[name] < truth[k]].sum()) for k, name in enumerate(FREE.names)]
    share = np.exp(nodes - nodes.max(axis=1, keepdims=True))
    share = weights @ (share / share.sum(axis=1, keepdims=True))
    where = list_noise_nodes()
    ranks += [float(share[where[:, k] < noise[k]].sum()) for k in range(len(NUISANCES))]
    assert np.all(np.isfinite(ndtri(truth)))
    return np.array(ranks)


def test_the_truth_lies_within_the_posterior(tmp_path: Path) -> None:
    """A sample of the long programme: of all ranks at most one is at the very edge."""
    ranks = np.array([rank_truth(k, tmp_path / f"{k}") for k in range(SAMPLE)])
    assert np.sum((ranks < EDGE) | (ranks > 1.0 - EDGE)) <= 1
    assert 0.2 < ranks.mean() < 0.8


def test_evidence_of_nested_explanations_is_the_density_near_none(tmp_path: Path) -> None:
    """Without a gain `carrier` is `mineral`: Savage and Dickey's ratio against both evidences."""
    dishes = list_dishes()
    lots = draw_uniform(5, np.array([0]), [figure.id for figure in dishes])[0]
    said = predict_figures(dishes, "mineral", {})[0]
    figures = tuple(make_results(dishes, said, np.full(len(NUISANCES), 0.3), lots))
    evidence = gather_evidence(figures)
    effort = Effort(walkers=96, moves=1, last_moves=5)
    problems = {
        "carrier": Problem("carrier", FREE, figures, evidence, 1, effort),
        "mineral": Problem("mineral", FreeParameters(FREE.names[2:]), figures, evidence, 1, effort),
    }
    found: dict[str, float] = {}
    for name, problem in problems.items():

        def say(scores: Array, problem: Problem = problem) -> Array:
            places = problem.free.place(scores)
            return predict_figures(problem.figures, problem.hypothesis, places)

        pool = Calibration(problem, tmp_path / name, say).run()
        likelihood, _ = integrate_noise(evidence, pool.predicted)
        width = problem.free.weigh_width(pool.scores, 1.0)
        weights = pool.weigh(likelihood + width)
        found[name] = weights.log_evidence
        if name == "carrier":
            near = problem.free.place(pool.scores)["neuron_gain"] < CORNER
            found["density"] = float(np.log(weights.share[near].sum() / CORNER))
    assert found["density"] == pytest.approx(found["mineral"] - found["carrier"], abs=0.35)


@pytest.mark.accept
def test_ranks_are_uniform(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    ranks = np.array([rank_truth(k, tmp_path / f"{k}") for k in range(DATA_SETS)])
    for name, column in zip((*FREE.names, *NUISANCES), ranks.T, strict=True):
        chance = float(kstest(column, "uniform").pvalue)
        record_property(
            "figure",
            (
                f"simulation-based calibration, {DATA_SETS} data sets: {name}",
                "Kolmogorov-Smirnov p > 0.005",
                f"p = {chance:.3f}, mean rank {column.mean():.3f}",
            ),
        )
        assert chance > 0.005
