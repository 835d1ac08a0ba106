"""Run a trial many times under each explanation, and say what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine.devices import CPU
from brainmag.inference.next import ODDS
from brainmag.making import describe_making
from brainmag.people.parameters import HYPOTHESES
from brainmag.simulate import load_model
from brainmag.trials.attribute import (
    choose_typical,
    describe_courses,
    describe_parts,
    find_effects,
)
from brainmag.trials.check import list_warnings
from brainmag.trials.design import Trial
from brainmag.trials.findings import Finding, analyse_trials
from brainmag.trials.keep import Arrays, Keeper, pack_document, unpack_document
from brainmag.trials.observe import LARGEST_TRIAL, Records, observe_trials
from brainmag.trials.power import (
    describe_family,
    describe_level,
    describe_power,
    weigh_results,
)
from brainmag.trials.published import compare_published
from brainmag.trials.respond import PEOPLE, WORLDS, Responses, find_responses
from brainmag.trials.sequential import count_flow, find_weeks, look_early, resize

Array = NDArray[np.float64]

DEFAULT_REPLICATES = 1000
# Draws of numbers for each kind of trial, away from each other.
TYPICAL, DRAWN, NOTHING = 0, 1, 2


@dataclass(frozen=True)
class Request:
    """What is run.

    Attributes
    ----------
    trial : Trial
    sizes : tuple of int
        People randomised.
    hypotheses : tuple of str
    replicates : int
        Trials of each kind.
    seed : int
    worlds, people : int
        Draws of the posterior, and virtual people at each, whom trials draw from.
    """

    trial: Trial
    sizes: tuple[int, ...]
    hypotheses: tuple[str, ...] = HYPOTHESES
    replicates: int = DEFAULT_REPLICATES
    seed: int = 1
    worlds: int = WORLDS
    people: int = PEOPLE


def run_trial(
    request: Request,
    *,
    home: Path | None = None,
    threads: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Run a trial and return what it would show.

    Parameters
    ----------
    request : Request
    home : Path, optional
        Where finished parts are kept; the same request goes on from them.
    threads : int, optional
        As for `brainmag.engine.solve`; the numbers do not depend on it.
    on_progress : callable, optional
        Called with steps done and steps in all.

    Returns
    -------
    dict
        As docs/trials.md has it.

    Raises
    ------
    InputError
        ``trials.nobody_qualifies``, ``trials.too_few_people``.
    ComputationError
        ``trials.no_answer``, ``trials.people_failed``.
    KeyboardInterrupt
        When Ctrl-C ends it; finished parts are kept.
    """
    trial = request.trial
    keeper = Keeper(home, _describe_basis(request))
    steps = len(request.hypotheses) * (1 + len(request.sizes))
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, steps)

    kinds = ("results", "type_one", "families", "looks", "resized")
    found: dict[str, Any] = {name: [] for name in kinds}
    responses: dict[str, Responses] = {}
    drawn: dict[tuple[str, int], list[Finding]] = {}
    for hypothesis in request.hypotheses:
        responses[hypothesis] = _take_responses(keeper, request, hypothesis, threads)
        advance()
        for size in request.sizes:
            part = _take_part(keeper, request, hypothesis, size, responses[hypothesis])
            document, drawn[hypothesis, size] = part
            for name, rows in document.items():
                if name in kinds:
                    found[name] += [{"hypothesis": hypothesis, **row} for row in rows]
                else:
                    # Of the last explanation and size.
                    found[name] = {"hypothesis": hypothesis, **rows}
            advance()
    return {
        "brainmag": __version__,
        "model": load_model("human").key,
        "trial": describe_trial(trial),
        "warnings": list_warnings(trial, request.sizes, responses[request.hypotheses[-1]]),
        "seed": request.seed,
        "replicates": request.replicates,
        "worlds": min(request.worlds, request.replicates),
        "odds": ODDS,
        **found,
        "decisions": _decide(request, responses, drawn),
        "courses": _by_hypothesis(responses, lambda one: describe_courses(trial, one)),
        "parts": _by_hypothesis(responses, lambda one: describe_parts(trial, one)),
        "published": _compare(request, drawn),
        "replicate_effects": _list_replicates(request, drawn),
    }


def describe_trial(trial: Trial) -> dict[str, Any]:
    """Return a design as a document: what is told of it beside results."""
    return {
        "name": trial.name,
        "published": trial.published,
        "design": trial.study.design,
        "arms": [{"id": arm.id, "n": arm.n} for arm in trial.arms],
        "size": trial.size,
        "weeks": find_weeks(trial, trial.size),
        "contrasts": [asdict(one) for one in trial.contrasts],
        "plan": asdict(trial.plan),
        "criteria": [
            {
                "what": one.what,
                "lowest": _drop_infinite(one.lowest),
                "highest": _drop_infinite(one.highest),
                "only": one.only,
            }
            for one in trial.criteria
        ],
        "endpoints": [
            {
                "id": one.endpoint.id,
                "observable": one.endpoint.observable,
                "unit": one.endpoint.unit,
                "spread": one.spread,
                "reliability": one.reliability,
                "kind": one.kind,
                "analyses": list(one.analyses),
                "primary": one.primary,
                "basis": one.basis,
            }
            for one in trial.assessments
        ],
        "ingredients": [asdict(one) for one in trial.ingredients],
    }


def _drop_infinite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _describe_basis(request: Request) -> dict[str, Any]:
    """Return all that every part's numbers depend on."""
    design = hashlib.sha256(repr(request.trial).encode()).hexdigest()
    return {
        **describe_making(load_model("human").key, CPU),
        "design": design,
        "seed": request.seed,
        "worlds": [request.worlds, request.people],
    }


def _take_responses(
    keeper: Keeper, request: Request, hypothesis: str, threads: int | None
) -> Responses:
    def compute() -> Arrays:
        found = find_responses(
            request.trial,
            hypothesis,
            seed=request.seed,
            worlds=request.worlds,
            people=request.people,
            threads=threads,
        )
        return {field.name: getattr(found, field.name) for field in fields(Responses)}

    return Responses(**keeper.take(f"responses-{hypothesis}", {}, compute))


def _take_part(
    keeper: Keeper, request: Request, hypothesis: str, size: int, responses: Responses
) -> tuple[dict[str, Any], list[Finding]]:
    """Return what one size under one explanation comes to, and its findings over the posterior."""

    def compute() -> Arrays:
        document, findings = _compute_part(request, hypothesis, size, responses)
        numbers = ("estimate", "standard_error", "p_value")
        arrays = {
            f"{name}.{k}": getattr(one, name) for k, one in enumerate(findings) for name in numbers
        }
        labels = [[one.endpoint, one.analysis, one.contrast, one.people] for one in findings]
        return {**pack_document({"document": document, "labels": labels}), **arrays}

    details = {"size": size, "replicates": request.replicates, "all": list(request.hypotheses)}
    kept = keeper.take(f"{hypothesis}-{size}", details, compute)
    told = unpack_document(kept)
    findings = [
        Finding(
            *(endpoint, analysis, contrast, people),
            kept[f"estimate.{k}"],
            kept[f"standard_error.{k}"],
            kept[f"p_value.{k}"],
        )
        for k, (endpoint, analysis, contrast, people) in enumerate(told["labels"])
    ]
    return told["document"], findings


def _compute_part(
    request: Request, hypothesis: str, size: int, responses: Responses
) -> tuple[dict[str, Any], list[Finding]]:
    trial = request.trial
    effects = find_effects(trial, responses)
    middle = choose_typical(effects)
    seen: dict[tuple[int, int, int], Records] = {}

    def observe(kind: int, world: int, people: int = size) -> Records:
        """Return the data base of trials in one world, or of each in its own."""
        worlds = list_worlds(request.replicates, request.worlds)
        key = (kind, world, people)
        if key not in seen:
            seen[key] = observe_trials(
                trial,
                responses,
                worlds if kind != TYPICAL else np.full(request.replicates, world),
                people,
                seed=3 * request.seed + kind,
                treated=kind != NOTHING,
            )
        return seen[key]

    typical = analyse_trials(trial, lambda k, c: observe(TYPICAL, int(middle[k, c])))
    drawn = analyse_trials(trial, lambda _k, _c: observe(DRAWN, 0))
    assumed = {
        (assessment.endpoint.id, contrast.id): float(effects[middle[k, c], k, c])
        for k, assessment in enumerate(trial.assessments)
        for c, contrast in enumerate(trial.contrasts)
    }
    document: dict[str, Any] = {
        "results": describe_power(trial, size, typical, drawn, assumed),
        "flow": {"n": size, **count_flow(trial, observe(TYPICAL, int(middle[0, 0])))},
    }
    nothing = None
    # A trial of nothing is the same under all explanations, but for who takes part.
    is_first = hypothesis == request.hypotheses[0]
    if is_first:
        nothing = analyse_trials(trial, lambda _k, _c: observe(NOTHING, 0))
        document["type_one"] = describe_level(trial, size, nothing)
    document["families"] = describe_family(trial, size, typical, nothing)
    number = trial.first
    looks: list[dict[str, Any]] = []
    resized: list[dict[str, Any]] = []
    for place in range(len(trial.contrasts)):
        world = int(middle[number, place])
        if len(trial.plan.looks) > 1:
            row = {"n": size, **look_early(trial, observe(TYPICAL, world), place)}
            if is_first:
                level = look_early(trial, observe(NOTHING, 0), place)
                row |= {"type_one": level["power"]}
            looks.append(row)
        if trial.plan.reestimate_at is not None:
            most = trial.plan.largest_n or min(2 * size, LARGEST_TRIAL)
            row = {"n": size, **resize(trial, observe(TYPICAL, world, most), size, place)}
            if is_first:
                level = resize(trial, observe(NOTHING, 0, most), size, place)
                row |= {"type_one": level["power"]}
            resized.append(row)
    document |= {"looks": looks, "resized": resized}
    return document, drawn


def list_worlds(replicates: int, worlds: int) -> NDArray[np.int64]:
    """Return the world of each trial: all worlds in turn.

    Examples
    --------
    >>> list_worlds(5, 3).tolist()
    [0, 1, 2, 0, 1]
    """
    return np.arange(replicates, dtype=np.int64) % worlds


def _decide(
    request: Request,
    responses: dict[str, Responses],
    drawn: dict[tuple[str, int], list[Finding]],
) -> list[dict[str, Any]]:
    """Return how often each endpoint and contrast decides between the explanations."""
    if len(request.hypotheses) == 1:
        return []
    trial = request.trial
    effects = {name: find_effects(trial, one) for name, one in responses.items()}
    worlds = list_worlds(request.replicates, request.worlds)
    rows: list[dict[str, Any]] = []
    for size in request.sizes:
        for k, assessment in enumerate(trial.assessments):
            for c, contrast in enumerate(trial.contrasts):
                # Of responders odds are told, and no world's effect is.
                analysis = next((one for one in assessment.analyses if one != "responder"), None)
                if analysis is None:
                    continue
                chosen = {
                    name: next(
                        one
                        for one in drawn[name, size]
                        if (one.endpoint, one.analysis, one.contrast)
                        == (assessment.endpoint.id, analysis, contrast.id)
                    )
                    for name in request.hypotheses
                }
                by_name = {name: one[:, k, c] for name, one in effects.items()}
                told = weigh_results(chosen, by_name, worlds, ODDS)
                rows += [
                    {
                        "hypothesis": name,
                        "endpoint": assessment.endpoint.id,
                        "contrast": contrast.id,
                        "n": size,
                        **one,
                    }
                    for name, one in told.items()
                ]
    return rows


def _by_hypothesis(
    responses: dict[str, Responses], describe: Callable[[Responses], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    return [{"hypothesis": name, **row} for name, one in responses.items() for row in describe(one)]


def _compare(request: Request, drawn: dict[tuple[str, int], list[Finding]]) -> list[dict[str, Any]]:
    if request.trial.published is None or request.trial.size not in request.sizes:
        return []
    own = {name: drawn[name, request.trial.size] for name in request.hypotheses}
    return compare_published(request.trial, own)


# Of the trials, for a figure.
SHOWN = 60


def _list_replicates(
    request: Request, drawn: dict[tuple[str, int], list[Finding]]
) -> list[dict[str, Any]]:
    """Return effects and errors of the first trials, of the first primary endpoint."""
    first = request.trial.assessments[request.trial.first]
    endpoint, analysis = first.endpoint.id, first.analyses[0]
    rows: list[dict[str, Any]] = []
    for name in request.hypotheses:
        finding = next(
            one
            for one in drawn[name, request.sizes[-1]]
            if (one.endpoint, one.analysis) == (endpoint, analysis)
        )
        rows.append(
            {
                "hypothesis": name,
                "endpoint": endpoint,
                "contrast": finding.contrast,
                "n": request.sizes[-1],
                "estimate": _list_numbers(finding.estimate[:SHOWN]),
                "standard_error": _list_numbers(finding.standard_error[:SHOWN]),
                "p_value": _list_numbers(finding.p_value[:SHOWN]),
            }
        )
    return rows


def _list_numbers(values: Array) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]


def choose_sizes(trial: Trial, asked: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes asked for, once each and in order, or the design's own."""
    return tuple(sorted(set(asked))) or (trial.size,)
