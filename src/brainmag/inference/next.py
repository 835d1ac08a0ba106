"""Which experiment would tell most about the explanations: expected information, ranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine import draw_uniform
from brainmag.inference.likelihood import (
    find_log_density,
    find_spread,
    gather_evidence,
    log_mean,
    share_out,
)
from brainmag.inference.posterior import list_places, read_noise, thin_posterior
from brainmag.inference.reproduce import list_models, read_weights
from brainmag.people.parameters import HYPOTHESES
from brainmag.people.posterior import read_posterior
from brainmag.record.planned import plan_figures
from brainmag.record.predict import predict_figures
from brainmag.record.study import Study, read_study
from brainmag.summary import summarise

Array = NDArray[np.float64]

DEFAULT_DRAWS, MOST_DRAWS = 500, 500
# Results of each experiment that are imagined under each explanation.
IMAGINED = 2000
# Odds at which an explanation is told from the rest.
ODDS = 10.0


def load_candidates() -> dict[str, Study]:
    """Return the candidate experiments that come along, by name.

    Examples
    --------
    >>> "human-csf" in load_candidates()
    True
    """
    home = files("brainmag.inference").joinpath("candidates")
    found: dict[str, Study] = {}
    for file in sorted(home.iterdir(), key=lambda one: one.name):
        with as_file(file) as path:
            found[path.stem] = read_study(path, path.stem)
    return found


def rank_experiments(
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the candidate experiments, the one that tells most first.

    Parameters
    ----------
    draws : int
        Of each explanation's posterior.
    seed : int
        Of the results imagined.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with explanations done and explanations in all.

    Returns
    -------
    dict
        ``experiments``: for each its size and duration, what each explanation foresees, and the
        expected information (bits) from the record's weights and from equal ones; ``decided``:
        whether the record's weights have passed ``odds`` already, so that there is no more to tell
        from them.
    """
    studies = load_candidates()
    figures = {name: plan_figures(study) for name, study in studies.items()}
    every = [figure for several in figures.values() for figure in several]
    evidence = gather_evidence(every)
    weights = read_weights()
    means: dict[str, Array] = {}
    spreads: dict[str, Array] = {}
    for number, hypothesis in enumerate(HYPOTHESES):
        posterior = thin_posterior(read_posterior(hypothesis), draws)
        predicted = predict_figures(every, hypothesis, list_places(posterior), threads=threads)
        noise = read_noise(posterior)
        whole = np.all(np.isfinite(predicted), axis=1)
        means[hypothesis] = predicted[whole]
        spreads[hypothesis] = find_spread(evidence, noise)[whole]
        if on_progress is not None:
            on_progress(number + 1, len(HYPOTHESES))
    equal = {name: 1.0 / len(HYPOTHESES) for name in HYPOTHESES}
    rows: list[dict[str, Any]] = []
    for name, study in studies.items():
        own = [k for k, figure in enumerate(every) if figure.study is study]
        chosen = {h: (means[h][:, own], spreads[h][:, own]) for h in HYPOTHESES}
        informed, decided = weigh_experiment(chosen, weights, seed)
        from_equal, decided_equal = weigh_experiment(chosen, equal, seed)
        rows.append(
            {
                "experiment": name,
                "who": study.who,
                "size": sum(arm.n for arm in study.arms),
                "hours": max(visit.time for visit in study.visits),
                "information": informed,
                "decides": decided,
                "information_from_equal": from_equal,
                "decides_from_equal": decided_equal,
                "foreseen": [
                    {
                        "figure": every[k].id.partition("/")[2],
                        "unit": every[k].endpoint.unit,
                        "error": every[k].error,
                        "predicted": {h: summarise(means[h][:, k]) for h in HYPOTHESES},
                    }
                    for k in own
                ],
            }
        )
    rows.sort(key=lambda row: -row["information_from_equal"])
    return {
        "brainmag": __version__,
        "models": list_models(every),
        "experiments": rows,
        "weights": weights,
        "decided": max(weights.values()) >= ODDS * (1.0 - max(weights.values())),
        "draws": draws,
        "seed": seed,
        "odds": ODDS,
    }


def weigh_experiment(
    foreseen: Mapping[str, tuple[Array, Array]], weights: Mapping[str, float], seed: int
) -> tuple[float, float]:
    """Return the expected information of an experiment, bits, and how likely it decides rightly.

    Parameters
    ----------
    foreseen : mapping of str to (ndarray, ndarray), each of shape (draws, figures)
        By explanation: means and errors of the figures at equally likely draws.
    weights : mapping of str to float
        Of the explanations before the experiment.
    seed : int

    Examples
    --------
    Two explanations far apart, equally likely: one bit.

    >>> one = np.ones((1, 1))
    >>> far = {"a": (0.0 * one, one), "b": (99.0 * one, one)}
    >>> tuple(round(x, 2) for x in weigh_experiment(far, {"a": 0.5, "b": 0.5}, 1))
    (1.0, 1.0)
    """
    names = list(foreseen)
    before = np.array([weights[name] for name in names])
    left, decided = 0.0, 0.0
    halves = {
        name: ((means[::2], errors[::2]), (means[1::2], errors[1::2]))
        if len(means) > 1
        else ((means, errors), (means, errors))
        for name, (means, errors) in foreseen.items()
    }
    for number, name in enumerate(names):
        # Results come from one half of the draws and are judged by the other: a draw must not
        # recognise its own.
        results = _imagine(*halves[name][0], seed, name)
        chances = np.column_stack([_score(results, *halves[other][1]) for other in names])
        logs = chances + np.log(np.maximum(before, 1e-300))
        after = share_out(logs)
        left += before[number] * float(np.mean(_find_entropy(after)))
        best: Array = after.max(axis=1)
        is_own: NDArray[np.bool_] = np.argmax(after, axis=1) == number
        decided += before[number] * float(np.mean(is_own & (best >= ODDS * (1.0 - best))))
    # What is left cannot pass what there was but for the scatter of the results imagined.
    return max(float(_find_entropy(before[None])[0] - left), 0.0), float(decided)


def _imagine(means: Array, errors: Array, seed: int, name: str) -> Array:
    """Return results drawn under one explanation, shape (IMAGINED, figures)."""
    from scipy.stats import t  # noqa: PLC0415

    lots = draw_uniform(seed, np.arange(IMAGINED), [name, *(f"{k}" for k in range(means.shape[1]))])
    rows = (lots[:, 0] * len(means)).astype(np.int64)
    return np.asarray(means[rows] + errors[rows] * t(4).ppf(lots[:, 1:]))


def _score(results: Array, means: Array, errors: Array) -> Array:
    """Return how likely each result is under an explanation, as a logarithm."""
    away = (results[:, None, :] - means) / errors
    return log_mean((find_log_density(away) - np.log(errors)).sum(axis=2))


def _find_entropy(share: Array) -> Array:
    """Return the entropy of each row, bits."""
    return -np.sum(share * np.log2(np.maximum(share, 1e-300)), axis=1)
