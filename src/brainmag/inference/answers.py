"""The fifteen claims in numbers: what the calibrated model foresees under each explanation.

Each claim is asked as one or more runs; every number is a median with its 5th and 95th percentile
over draws of the posterior. What a reported effect would take is worked out from the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import Status
from brainmag.inference.reproduce import read_weights
from brainmag.intake import Intake, IntakeRequest, plan_intake
from brainmag.people import Subject, build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import Run, simulate
from brainmag.summary import summarise

Array = NDArray[np.float64]

DAY, WEEK, YEAR = 24.0, 168.0, 8766.0
DEFAULT_DRAWS, LONG_DRAWS = 200, 40
# What trials reported, in standard deviations.
REPORTED = {"liu-2016": 0.91, "lopresti-2026": 0.41}
# Read as: relative to the usual level, percent; or in the observable's own unit.
PERCENT = "%"
# Of cognition on terminals, z per unit of their logarithm: beyond it nothing is told.
STEEPEST = 1e6


@dataclass(frozen=True)
class Question:
    """One number that answers part of a claim.

    Attributes
    ----------
    claim : str
        ``C1`` to ``C15``.
    observable : str
        What is asked about.
    setting : str
        Who takes what, and what it is compared with.
    unit : str
    ask : callable
        Takes an explanation and returns draws.
    """

    claim: str
    observable: str
    setting: str
    unit: str
    ask: Callable[[str], Array]


def answer_claims(
    *,
    draws: int = DEFAULT_DRAWS,
    claims: Collection[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the answers to all claims.

    Parameters
    ----------
    draws : int
        Of each explanation's posterior; runs of decades take `LONG_DRAWS` at most.
    claims : collection of str
        Those that are asked; all when none is named.
    on_progress : callable, optional
        Called with questions answered and questions in all.

    Returns
    -------
    dict
        ``answers``: for each the claims it is about, what is asked, its unit, and median, low and
        high by explanation; ``weights`` of the explanations; ``draws``.
    """
    groups = group_questions(draws, claims)
    answers: list[dict[str, Any]] = []
    for number, alike in enumerate(groups, start=1):
        answers.append(describe_answer(alike, ask(alike)))
        if on_progress is not None:
            on_progress(number, len(groups))
    return {"answers": answers, "weights": read_weights(), "draws": draws}


def group_questions(draws: int, claims: Collection[str] = ()) -> list[list[Question]]:
    """Return the questions of some claims, or of all; what answers two claims comes together."""
    questions: dict[tuple[str, str], list[Question]] = {}
    for question in list_questions(draws):
        questions.setdefault((question.observable, question.setting), []).append(question)
    return [
        alike
        for alike in questions.values()
        if not claims or any(one.claim in claims for one in alike)
    ]


def ask(alike: list[Question]) -> dict[str, Array]:
    """Return the draws of one number under each explanation; NaN where a run did not finish."""
    return {name: alike[0].ask(name) for name in HYPOTHESES}


def describe_answer(alike: list[Question], found: Mapping[str, Array]) -> dict[str, Any]:
    """Return one number that was asked for, told by explanation."""
    question = alike[0]
    return {
        "claims": [one.claim for one in alike],
        "observable": question.observable,
        "setting": question.setting,
        "unit": question.unit,
        "predicted": {name: summarise(row[~np.isnan(row)]) for name, row in found.items()},
    }


def list_questions(draws: int) -> Iterator[Question]:
    """Yield every question, by claim."""
    yield from _ask_about_age(draws)
    yield from _ask_about_energy(draws)
    yield from _ask_about_trials(draws)
    yield from _ask_about_rats(draws)
    yield from _ask_about_stress(draws)
    yield from _ask_about_decades(min(draws, LONG_DRAWS))


def _ask_about_age(draws: int) -> Iterator[Question]:
    def contrast(observable: str, unit: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            young, old = _pair(
                [_run(_person(age), "", DAY, hypothesis, draws) for age in (25.0, 75.0)],
                observable,
                "baseline",
            )
            return 100.0 * (old / young - 1.0) if unit == PERCENT else old - young

        return ask

    for claim, observable, unit in (
        ("C1", "ltp", PERCENT),
        ("C1", "transmission", PERCENT),
        ("C1", "cognition", "z"),
        ("C2", "synapse_density", PERCENT),
        ("C2", "transmission", PERCENT),
        ("C3", "csf_mg", PERCENT),
        ("C3", "neuron_mg", PERCENT),
        ("C3", "plasma_mg", PERCENT),
        ("C3", "muscle_mg", PERCENT),
        ("C4", "mitochondrial_potential", PERCENT),
        ("C4", "il6", PERCENT),
        ("C4", "crp", PERCENT),
    ):
        yield Question(claim, observable, "25-to-75", unit, contrast(observable, unit))


def _ask_about_energy(draws: int) -> Iterator[Question]:
    def respond(observable: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            dish = build_subject(who="culture")
            scenario = Scenario(dish, Intake("none", 0.0), 5 * DAY, hypothesis, Medium(0.96))
            return _change(_simulate(scenario, draws), observable)

        return ask

    for observable in ("nmda_open_fraction", "mgatp_fraction", "atp", "functional_terminals"):
        yield Question("C5", observable, "dish-plus-20-percent", PERCENT, respond(observable))


def _ask_about_trials(draws: int) -> Iterator[Question]:
    def change(product: str, observable: str, unit: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            run = _run(_person(65.0), product, 12 * WEEK, hypothesis, draws)
            return _change(run, observable, relative=unit == PERCENT)

        return ask

    for claim, observable, unit in (
        ("C6", "csf_mg", PERCENT),
        ("C6", "neuron_mg", PERCENT),
        ("C8", "functional_terminals", PERCENT),
        ("C8", "mitochondrial_potential", PERCENT),
        ("C9", "ros", PERCENT),
        ("C10", "memory", "z"),
        ("C11", "cognition", "z"),
        ("C11", "attention", "z"),
        ("C14", "synapse_density", PERCENT),
        ("C14", "functional_terminals", PERCENT),
    ):
        asked = change("mgt", observable, unit)
        yield Question(claim, observable, "2-g-12-weeks-at-65", unit, asked)
    asked = change("citrate", "csf_mg", PERCENT)
    yield Question("C6", "csf_mg", "citrate-12-weeks-at-65", PERCENT, asked)
    for study, effect in REPORTED.items():
        needed = _need(effect, draws)
        yield Question("C11", "functional_terminals", f"needed-for-{study}", "z per ln", needed)


def _need(effect: float, draws: int) -> Callable[[str], Array]:
    """Return how steeply cognition would have to follow terminals for a reported effect."""

    def ask(hypothesis: str) -> Array:
        run = _run(_person(65.0), "mgt", 12 * WEEK, hypothesis, draws)
        grown = np.log1p(_change(run, "functional_terminals") / 100.0)
        # Where terminals hardly move no slope would do: the steepest that is told.
        return np.minimum(effect / np.maximum(grown, effect / STEEPEST), STEEPEST)

    return ask


def _ask_about_rats(draws: int) -> Iterator[Question]:
    def change(observable: str, unit: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            rat = build_subject(who="rat", ageing=False)
            request = IntakeRequest(product="mgt", dose="604 mg/kg", in_water=True)
            intake = plan_intake(request, feeding="constant", diet_mg=rat.diet_mg, weight_kg=0.35)
            run = _simulate(Scenario(rat, intake, 24 * DAY, hypothesis), draws)
            return _change(run, observable, relative=unit == PERCENT)

        return ask

    for observable, unit in (
        ("csf_mg", PERCENT),
        ("functional_terminals", PERCENT),
        ("synapse_density", PERCENT),
        ("ltp", PERCENT),
        ("memory", "z"),
    ):
        yield Question("C7", observable, "rat-24-days", unit, change(observable, unit))


def _ask_about_stress(draws: int) -> Iterator[Question]:
    def change(observable: str, unit: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            subject = _person(65.0, ("stressed", "poor-sleep"))
            run = _run(subject, "mgt", 12 * WEEK, hypothesis, draws)
            return _change(run, observable, relative=unit == PERCENT)

        return ask

    for claim, observable, unit in (
        ("C12", "cortisol", PERCENT),
        ("C12", "sleep_quality", PERCENT),
        ("C12", "mood", "z"),
        ("C13", "il6", PERCENT),
        ("C13", "crp", PERCENT),
        ("C13", "cognition", "z"),
    ):
        asked = change(observable, unit)
        yield Question(claim, observable, "2-g-12-weeks-stressed-at-65", unit, asked)


def _ask_about_decades(draws: int) -> Iterator[Question]:
    def gain(observable: str, unit: str) -> Callable[[str], Array]:
        def ask(hypothesis: str) -> Array:
            subject = build_subject(age=45.0, weight=75.0)
            taken, without = _pair(
                [_run(subject, one, 30 * YEAR, hypothesis, draws) for one in ("mgt", "")],
                observable,
                "end_day",
            )
            return 100.0 * (taken / without - 1.0) if unit == PERCENT else taken - without

        return ask

    for observable, unit in (
        ("cognition", "z"),
        ("synapse_density", PERCENT),
        ("cortisol", PERCENT),
        ("executive_function", "z"),
    ):
        yield Question("C15", observable, "after-30-years", unit, gain(observable, unit))


def _person(age: float, conditions: tuple[str, ...] = ()) -> Subject:
    return build_subject(age=age, weight=75.0, ageing=False, conditions=conditions)


@cache
def _simulate(scenario: Scenario, draws: int) -> Run:
    """Return a run; several questions are about one."""
    return simulate(scenario, draws=draws)


def _run(subject: Subject, product: str, hours: float, hypothesis: str, draws: int) -> Run:
    """Return a person's run on 2 g MgT a day, or the same magnesium of another salt, or nothing."""
    intake = Intake("meals", subject.diet_mg)
    if product:
        dose = "1 g" if product == "mgt" else "72 mg Mg"
        request = IntakeRequest(product=product, dose=dose, times_a_day=2)
        intake = plan_intake(
            request, feeding="meals", diet_mg=subject.diet_mg, weight_kg=subject.weight
        )
    return _simulate(Scenario(subject, intake, hours, hypothesis), draws)


def _pair(runs: list[Run], observable: str, part: str) -> list[Array]:
    """Return the same draws of two runs; NaN where either did not finish."""
    finished = np.logical_and.reduce([run.status[1:] == Status.FINISHED for run in runs])
    return [np.where(finished, run.read(part, observable)[1:], np.nan) for run in runs]


def _change(run: Run, observable: str, *, relative: bool = True) -> Array:
    finished = run.status[1:] == Status.FINISHED
    after, before = (run.read(part, observable)[1:] for part in ("end", "baseline"))
    change = 100.0 * (after / before - 1.0) if relative else after - before
    return np.where(finished, change, np.nan)
