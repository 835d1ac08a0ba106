"""Run the record on the calibrated model: every figure, published beside simulated."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.inference.likelihood import gather_evidence, share_out
from brainmag.inference.posterior import list_places, read_noise, thin_posterior
from brainmag.inference.predictive import Predictive, describe_figures, foresee
from brainmag.people.parameters import HYPOTHESES
from brainmag.people.posterior import read_posterior
from brainmag.record import Figure, find_study, list_figures
from brainmag.record.predict import predict_figures
from brainmag.simulate import load_model
from brainmag.tables import expect_whole

Array = NDArray[np.float64]

DEFAULT_DRAWS = 40


def choose_figures(studies: Sequence[str]) -> tuple[Figure, ...]:
    """Return the figures of some studies, or of all of them when none is named.

    Raises
    ------
    InputError
        ``record.unknown_study``.

    Examples
    --------
    >>> [figure.id for figure in choose_figures(["verhas-2002"])]
    ['verhas-2002/water']
    """
    asked = {find_study(name).id for name in studies}
    return tuple(one for one in list_figures() if not studies or one.study.id in asked)


def read_evidence() -> dict[str, float]:
    """Return the log-evidence of each explanation, as its whole calibration found it.

    Examples
    --------
    >>> sorted(read_evidence())
    ['carrier', 'mineral', 'none']
    """
    with expect_whole("weights.json"):
        found = _read_json("weights.json")
        return {name: _check_number(found[name]["log_evidence"]) for name in HYPOTHESES}


def read_weights() -> dict[str, float]:
    """Return the weight of each explanation after the record, from equal ones before it.

    Examples
    --------
    >>> round(sum(read_weights().values()), 9)
    1.0
    """
    evidence = read_evidence()
    share = share_out(np.array(list(evidence.values())))
    return dict(zip(evidence, share.tolist(), strict=True))


def read_release() -> dict[str, dict[str, float]]:
    """Return what the last release foresaw of each figure: median, low and high.

    Examples
    --------
    >>> sorted(read_release()["verhas-2002/water"])
    ['high', 'low', 'median']
    """
    with expect_whole("release.json"):
        return {
            figure: {key: _check_number(told[key]) for key in ("high", "low", "median")}
            for figure, told in _read_json("release.json").items()
        }


def _read_json(name: str) -> Any:
    return json.loads(files("brainmag.inference").joinpath(name).read_text(encoding="utf-8"))


def _check_number(value: object) -> float:
    if not (isinstance(value, float) and math.isfinite(value)):
        raise ValueError(f"{value!r} is no finite number")
    return value


def reproduce(
    figures: Sequence[Figure],
    *,
    draws: int = DEFAULT_DRAWS,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return every figure as published and as the calibrated model has it, and the verdicts.

    Parameters
    ----------
    figures : sequence of Figure
    draws : int
        Of each explanation's posterior, evenly chosen.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with groups done and groups in all, over the explanations.

    Returns
    -------
    dict
        ``figures``, ``weights``, ``draws`` and ``summary``; ``brainmag`` and ``models``: what it
        was made of.
    """
    compared = [figure for figure in figures if not figure.hindrance]
    weights = read_weights()
    posteriors = {name: thin_posterior(read_posterior(name), draws) for name in HYPOTHESES}
    parts: dict[str, Predictive] = {}
    for number, (hypothesis, posterior) in enumerate(posteriors.items() if compared else ()):

        def tell(done: int, total: int, number: int = number) -> None:
            if on_progress is not None:
                on_progress(number * total + done, len(HYPOTHESES) * total)

        predicted = predict_figures(
            compared, hypothesis, list_places(posterior), threads=threads, on_progress=tell
        )
        parts[hypothesis] = foresee(gather_evidence(compared), predicted, read_noise(posterior))
    rows = describe_figures(figures, parts, weights)
    return {
        "brainmag": __version__,
        "models": list_models(compared),
        "figures": rows,
        "weights": weights,
        "draws": draws,
        "summary": summarise_verdicts(rows),
    }


def list_models(figures: Sequence[Figure]) -> dict[str, str]:
    """Return the hash of the model of every preparation that some figures need."""
    return {who: load_model(who).key for who in sorted({one.study.who for one in figures})}


def summarise_verdicts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many figures of each role are inside, and how many cannot be compared.

    Numbers and directions apart, since a direction is nearly always inside. Beside it stands how
    many would be inside if what is foreseen were exactly right.

    Examples
    --------
    >>> row = {"role": "validation", "outcome": "value", "verdict": "inside",
    ...        "mixture": {"content": 0.9}}
    >>> summarise_verdicts([row])["validation"]["numbers"]
    {'inside': 1, 'expected': 0.9, 'figures': 1}
    """
    found: dict[str, Any] = {}
    for role in ("calibration", "validation"):
        own = [row for row in rows if row["role"] == role]
        found[role] = _count_inside(own) | {
            "numbers": _count_inside([row for row in own if row["outcome"] == "value"]),
            "directions": _count_inside([row for row in own if row["outcome"] != "value"]),
        }
    hindered = sum(row["verdict"] == "not comparable" for row in rows)
    found["not_comparable"] = {"figures": hindered, "of": len(rows)}
    return found


def _count_inside(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "inside": sum(row["verdict"] == "inside" for row in rows),
        "expected": sum(row["mixture"]["content"] for row in rows),
        "figures": len(rows),
    }
