"""From a pool to equally likely draws; what of both comes along with the package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.columns import read_columns, write_columns
from brainmag.engine import draw_uniform
from brainmag.inference.free import list_free
from brainmag.inference.likelihood import (
    NUISANCES,
    Evidence,
    Noise,
    integrate_noise,
    list_noise_nodes,
    place_noise,
)
from brainmag.inference.pool import Pool, Weights, comb
from brainmag.inference.predictive import Predictive, foresee
from brainmag.people.posterior import Posterior
from brainmag.tables import expect_whole

Array = NDArray[np.float64]

DRAWS = 500
# Of bias and widening, where a number is told: with 256 evidence is up to 0.3 too high.
FINE_NODES = 1024
# What the columns of a pool are.
SCORE, FIGURE = "score:", "figure:"


@dataclass(frozen=True)
class Calibrated:
    """A pool under the table's own priors.

    Attributes
    ----------
    pool : Pool
    nodes : ndarray, shape (draws, nodes)
        Log-likelihood at each node of bias and widening.
    weights : Weights
        Of the draws, a posteriori.
    """

    pool: Pool
    nodes: Array
    weights: Weights


def weigh_pool(pool: Pool, evidence: Evidence) -> Calibrated:
    """Return the draws of a pool with their weights a posteriori."""
    likelihood, nodes = integrate_noise(evidence, pool.predicted, count=FINE_NODES)
    free = list_free(pool.hypothesis)
    weights = pool.weigh(likelihood + free.weigh_width(pool.scores, 1.0))
    return Calibrated(pool, nodes, weights)


def weigh_prior(pool: Pool) -> Calibrated:
    """Return the draws of a pool with their weights before any figure is seen."""
    free = list_free(pool.hypothesis)
    weights = pool.weigh(free.weigh_width(pool.scores, 1.0))
    count = len(pool.scores)
    return Calibrated(pool, np.zeros((count, FINE_NODES)), weights)


def draw_posterior(calibrated: Calibrated, *, seed: int = 1, draws: int = DRAWS) -> Posterior:
    """Return equally likely draws of the free parameters, bias and widening.

    Parameters
    ----------
    calibrated : Calibrated
    seed : int
    draws : int
    """
    rows, nodes = _choose_draws(calibrated, seed, draws)
    places = dict(list_free(calibrated.pool.hypothesis).place(calibrated.pool.scores[rows]))
    noise = list_noise_nodes(FINE_NODES)[nodes]
    return Posterior(places | {name: noise[:, k] for k, name in enumerate(NUISANCES)})


def foresee_pool(
    calibrated: Calibrated, evidence: Evidence, *, seed: int = 1, draws: int = DRAWS
) -> Predictive:
    """Return what would be seen of each figure, from the runs of the pool itself.

    Parameters
    ----------
    calibrated : Calibrated
    evidence : Evidence
        Of the figures in the pool's order.
    seed : int
    draws : int
    """
    rows, nodes = _choose_draws(calibrated, seed, draws)
    return foresee(
        evidence, calibrated.pool.predicted[rows], place_noise(list_noise_nodes(FINE_NODES)[nodes])
    )


def _choose_draws(
    calibrated: Calibrated, seed: int, draws: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return draws of the pool, each as often as its weight says, and a node of noise for each."""
    rows = _comb(calibrated.weights.share, draws, seed)
    lots = draw_uniform(seed, np.arange(draws), ["noise"])[:, 0]
    nodes = calibrated.nodes[rows]
    chance = np.cumsum(np.exp(nodes - nodes.max(axis=1, keepdims=True)), axis=1)
    return rows, (chance < lots[:, None] * chance[:, -1:]).sum(axis=1)


def read_noise(posterior: Posterior) -> Noise:
    """Return bias and widening of every draw of a posterior."""
    places = np.column_stack([posterior.places[name] for name in NUISANCES])
    return place_noise(places)


def list_places(posterior: Posterior) -> dict[str, Array]:
    """Return the places of the parameters alone."""
    return {name: row for name, row in posterior.places.items() if name not in NUISANCES}


def thin_posterior(posterior: Posterior, draws: int) -> Posterior:
    """Return evenly chosen draws of a posterior, all of them when there are no more.

    Examples
    --------
    >>> from brainmag.people.posterior import read_posterior
    >>> thin_posterior(read_posterior("mineral"), 10).size
    10
    """
    rows = np.linspace(0, posterior.size - 1, min(draws, posterior.size)).round().astype(int)
    return Posterior({name: places[rows] for name, places in posterior.places.items()})


def _comb(share: Array, draws: int, seed: int) -> NDArray[np.intp]:
    """Return which draws are taken, each as often as its weight says."""
    lot = float(draw_uniform(seed, [0], ["comb"])[0, 0])
    taken = comb(share, draws, lot)
    # Neighbours in the pool are of one round: a run of few draws must see all of them.
    order = np.argsort(draw_uniform(seed, np.arange(draws), ["order"])[:, 0])
    return taken[order]


def write_posterior(path: Path, posterior: Posterior) -> None:
    """Write a posterior as a Parquet table; the file appears whole or not at all."""
    write_columns(path, posterior.places)


def write_pool(path: Path, pool: Pool) -> None:
    """Write a pool as a Parquet table: scores, figures and base of every draw."""
    columns: dict[str, NDArray[Any]] = {"log_base": pool.log_base, "chain": pool.chain}
    columns["path_error"] = np.full(len(pool.scores), pool.path_error, dtype=np.float32)
    for name, values in zip(pool.names, pool.scores.T, strict=True):
        columns[f"{SCORE}{name}"] = values.astype(np.float32)
    for name, values in zip(pool.figures, pool.predicted.T, strict=True):
        columns[f"{FIGURE}{name}"] = values.astype(np.float32)
    write_columns(path, columns)


def read_pool(path: Path, hypothesis: str) -> Pool:
    """Return a pool that `write_pool` wrote."""
    columns = read_columns(path)
    names = [name for name in columns if name.startswith(SCORE)]
    figures = [name for name in columns if name.startswith(FIGURE)]
    return Pool(
        hypothesis=hypothesis,
        names=tuple(name.removeprefix(SCORE) for name in names),
        figures=tuple(name.removeprefix(FIGURE) for name in figures),
        scores=np.column_stack([columns[name] for name in names]),
        predicted=np.column_stack([columns[name] for name in figures]),
        log_base=columns["log_base"],
        chain=columns["chain"].astype(np.int64),
        path_error=float(columns["path_error"][0]),
    )


def load_pool(hypothesis: str) -> Pool:
    """Return the pool that comes along for an explanation.

    Examples
    --------
    >>> load_pool("mineral").hypothesis
    'mineral'
    """
    name = f"{hypothesis}.parquet"
    place = files("brainmag.inference").joinpath("pools", name)
    with expect_whole(f"pools/{name}"), as_file(place) as path:
        return read_pool(path, hypothesis)


def hash_pools() -> dict[str, str]:
    """Return the hash of every pool that comes along, by explanation.

    Examples
    --------
    >>> sorted(hash_pools())
    ['carrier', 'mineral', 'none']
    """
    home = files("brainmag.inference").joinpath("pools")
    return {
        file.name.removesuffix(".parquet"): hashlib.sha256(file.read_bytes()).hexdigest()[:32]
        for file in sorted(home.iterdir(), key=lambda one: one.name)
    }
