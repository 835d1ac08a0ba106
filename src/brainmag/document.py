"""The document of a run: every number with its interval, unit and the grades behind it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__, locales
from brainmag.biology.assemble import WORD, assemble_model
from brainmag.engine import Status
from brainmag.intake import Notice, check_intake, sum_intake
from brainmag.people import CULTURE
from brainmag.people.parameters import read_parameters
from brainmag.simulate import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, Run
from brainmag.tables import read_table
from brainmag.trajectories import FLOWS

Array = NDArray[np.float64]
Document = dict[str, Any]

LOW, HIGH = 5.0, 95.0
TABLES = (
    "parameters.tsv",
    "species.tsv",
    "hypotheses.tsv",
    "conditions.tsv",
    "observables.tsv",
    "people.tsv",
    "products.tsv",
    "formulas.tsv",
    "limits.tsv",
)


def describe_run(run: Run, *, series: bool = False, lang: str = "en") -> Document:
    """Return the document of a run, ready for JSON.

    Parameters
    ----------
    run : Run
    series : bool
        Whether to add the trajectories.
    lang : str
        Language of the warnings and notes.
    """
    finished = np.flatnonzero(run.status == Status.FINISHED)
    subject = run.scenario.subject
    document: Document = {
        "manifest": build_manifest(run),
        "subject": asdict(subject),
        "intake": _describe_intake(run),
        "hypothesis": run.scenario.hypothesis,
        "draws": {"asked": run.draws, "finished": int(np.sum(finished > 0))},
        "partial": bool(np.any(run.status != Status.FINISHED)),
        "warnings": _list_warnings(run, lang),
        "notes": _list_notes(run, lang),
        "grades": count_grades(subject.who),
    }
    if not finished.size:
        return document
    trajectories, counted = run.trajectories, list_counted(run)
    baseline, end = trajectories.baseline[counted], trajectories.end[counted]
    document["baseline"] = _describe_values(run, baseline)
    document["end"] = _describe_values(run, end)
    for position, name in enumerate(trajectories.names):
        document["end"][name] |= _describe_change(baseline[:, position], end[:, position])
    document["end_day"] = _describe_values(run, trajectories.end_day[counted])
    if subject.who == "human":
        document["apart"] = {
            name: {**summarise(trajectories.ledgers[f"{name}_gain"][counted, 1]), "unit": "z"}
            for name in ("practice", "placebo")
        }
    document |= _describe_absorption(run, counted)
    document |= _describe_balance(run, finished)
    if series:
        document["series"] = _describe_series(run, counted)
    return document


def list_counted(run: Run) -> NDArray[np.intp]:
    """Return the rows whose figures count: the finished draws, or else the nominal subject."""
    finished = np.flatnonzero(run.status == Status.FINISHED)
    drawn = finished[finished > 0]
    return drawn if drawn.size else finished


def combine_hypotheses(documents: Mapping[str, Document]) -> Document:
    """Return one document of several explanations side by side."""
    return {"by_hypothesis": dict(documents)}


@cache
def count_grades(who: str) -> dict[str, dict[str, int]]:
    """Return how many parameters of each grade stand behind each station of the chain.

    Examples
    --------
    >>> sum(count_grades("culture")["neuron"].values()) > 5
    True
    """
    assembly = assemble_model("dish" if who == CULTURE else "chain")
    present = set(WORD.findall(assembly))
    grades: dict[str, dict[str, int]] = {}
    for entry in sorted(files("brainmag.biology").iterdir(), key=lambda entry: entry.name):
        station = entry.name.removesuffix(".ant")
        if station == entry.name or station in ("chain", "dish", "gut_alone", "units", "clock"):
            continue
        lines = entry.read_text(encoding="utf-8").splitlines()
        words = set(WORD.findall("\n".join(line.split("//")[0] for line in lines)))
        own = [row for name, row in read_parameters().items() if name in words & present]
        if own and words <= present | {"import"}:
            counts = Counter(row.grade for row in own)
            grades[station] = {grade: counts.get(grade, 0) for grade in "abc"}
    return grades


def build_manifest(run: Run) -> Document:
    """Return what a run was made of: versions, hashes, seed and solver settings."""
    biology = files("brainmag.biology")
    tables = {name: _hash(biology.joinpath(name).read_bytes()) for name in TABLES}
    inputs = {
        "subject": asdict(run.scenario.subject),
        "intake": asdict(run.scenario.intake),
        "hours": run.scenario.hours,
        "medium": asdict(run.scenario.medium),
    }
    return {
        "brainmag": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": version("numba"),
        "model": run.model.key,
        "tables": tables,
        "inputs": _hash(json.dumps(inputs, sort_keys=True, default=str).encode()),
        "seed": run.seed,
        "draws": run.draws,
        "hypothesis": run.scenario.hypothesis,
        "hours": run.scenario.hours,
        "solver": {
            "method": "Rodas5P",
            "relative_tolerance": RELATIVE_TOLERANCE,
            "absolute_tolerance": ABSOLUTE_TOLERANCE,
        },
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def summarise(values: Array) -> dict[str, float]:
    """Return median and the 5th and 95th percentile of some draws.

    Examples
    --------
    >>> summarise(np.array([1.0]))
    {'median': 1.0, 'low': 1.0, 'high': 1.0}
    """
    low, median, high = (float(np.percentile(values, level)) for level in (LOW, 50.0, HIGH))
    return {"median": median, "low": low, "high": high}


def _units() -> dict[str, str]:
    return {row["name"]: row["unit"] for row in read_table("observables.tsv")}


def _describe_values(run: Run, values: Array) -> Document:
    units = _units()
    return {
        name: {**summarise(values[:, position]), "unit": units[name]}
        for position, name in enumerate(run.trajectories.names)
    }


def _describe_change(baseline: Array, end: Array) -> Document:
    change = summarise(end - baseline)
    described = {
        "change": change["median"],
        "change_low": change["low"],
        "change_high": change["high"],
    }
    # A share of something that may be zero, or of a z-score, says nothing.
    if np.all(baseline > 0):
        percent = summarise(100.0 * (end / baseline - 1.0))
        described |= {
            "change_percent": percent["median"],
            "change_percent_low": percent["low"],
            "change_percent_high": percent["high"],
        }
    else:
        described |= dict.fromkeys(
            ("change_percent", "change_percent_low", "change_percent_high"), None
        )
    return described


def _describe_intake(run: Run) -> Document:
    scenario = run.scenario
    if scenario.subject.who == CULTURE:
        return {
            "medium_mg_mmol_per_litre": scenario.medium.magnesium,
            "medium_threonate_mmol_per_litre": scenario.medium.threonate,
            "hours": scenario.hours,
        }
    totals = sum_intake(scenario.intake, scenario.hours)
    courses = [
        {
            "product": course.product.id,
            "magnesium_mmol": course.portion.magnesium_mmol,
            "threonate_mmol": course.portion.threonate_mmol,
            "first_hours": list(course.first),
            "every_hours": course.every,
            "infuse_hours": course.infuse,
        }
        for course in scenario.intake.courses
    ]
    drinking = scenario.intake.drinking
    return {
        "hours": scenario.hours,
        "diet_mg_per_day": scenario.intake.diet_mg,
        "doses": courses,
        "drinking": None
        if drinking is None
        else {
            "product": drinking.product.id,
            "magnesium_mmol_per_hour": drinking.magnesium_mmol_per_h,
            "threonate_mmol_per_hour": drinking.threonate_mmol_per_h,
        },
        "totals_mmol": {
            "product_magnesium": totals.product_magnesium,
            "food_magnesium": totals.food_magnesium,
            "threonate": totals.threonate,
        },
        "number_of_doses": totals.doses,
    }


def _describe_absorption(run: Run, counted: NDArray[np.intp]) -> Document:
    if run.scenario.subject.who == CULTURE:
        return {}
    swallowed = _sum_swallowed(run)
    if swallowed <= 0:
        return {}
    ledgers = {
        name: _grown(run, name, counted)
        for name in ("absorbed_ledger", "food_only_absorbed_ledger", "label_absorbed_ledger")
    }
    net = (ledgers["absorbed_ledger"] - ledgers["food_only_absorbed_ledger"]) / swallowed
    label = ledgers["label_absorbed_ledger"] / swallowed
    return {
        "absorbed_fraction": {**summarise(net), "unit": "fraction"},
        "labelled_absorbed_fraction": {**summarise(label), "unit": "fraction"},
    }


def _sum_swallowed(run: Run) -> float:
    intake, hours = run.scenario.intake, run.scenario.hours
    oral = tuple(course for course in intake.courses if course.infuse is None)
    return sum_intake(replace(intake, courses=oral), hours).product_magnesium


def _grown(run: Run, ledger: str, finished: NDArray[np.intp]) -> Array:
    values = run.trajectories.ledgers[ledger][finished]
    return values[:, 1] - values[:, 0]


def _describe_balance(run: Run, finished: NDArray[np.intp]) -> Document:
    if run.scenario.subject.who == CULTURE:
        supplied = _grown(run, "medium_supplied_ledger", finished) - _grown(
            run, "medium_returned_ledger", finished
        )
        stored = _grown(run, "magnesium_stores", finished)
        nothing = np.zeros_like(supplied)
        return {"balance": _balance_magnesium(nothing, supplied, nothing, nothing, nothing, stored)}
    body = {
        name: _grown(run, name, finished)
        for name in run.trajectories.ledgers
        if name.endswith(("_ledger", "_stores"))
    }
    intake = body["fed_ledger"] + body["infused_ledger"] + run.given["magnesium"]
    dose = body["threonate_fed_ledger"] + run.given["threonate"]
    magnesium = _balance_magnesium(
        intake,
        np.zeros_like(intake),
        body["urine_ledger"],
        body["faecal_ledger"],
        body["sweat_ledger"],
        body["magnesium_stores"],
    )
    threonate = _close(
        {"intake": dose, "produced": body["threonate_production_ledger"]},
        {
            "urine": body["threonate_urine_ledger"],
            "faecal": body["threonate_faecal_ledger"],
            "metabolised": body["threonate_metabolised_ledger"],
            "stored": body["threonate_stores"],
        },
    )
    return {"balance": magnesium, "threonate_balance": threonate}


def _balance_magnesium(
    intake: Array, medium: Array, urine: Array, faecal: Array, sweat: Array, stored: Array
) -> Document:
    return _close(
        {"intake": intake, "supplied_by_medium": medium},
        {"urine": urine, "faecal": faecal, "sweat": sweat, "stored": stored},
    )


def _close(entered: dict[str, Array], left: dict[str, Array]) -> Document:
    """Return nominal totals and the largest imbalance over draws, relative to the turnover."""
    gain, loss = sum(entered.values()), sum(left.values())
    turnover = sum(np.abs(part) for part in (*entered.values(), *left.values()))
    error = np.abs(np.asarray(gain) - np.asarray(loss)) / np.maximum(np.asarray(turnover), 1e-12)
    parts = {name: float(part[0]) for name, part in {**entered, **left}.items()}
    return {**parts, "unit": "mmol", "relative_error": float(np.max(error))}


def _describe_series(run: Run, counted: NDArray[np.intp]) -> Document:
    trajectories, units = run.trajectories, _units()
    described: Document = {"time_h": trajectories.times.tolist()}
    for position, name in enumerate(trajectories.names):
        values = trajectories.series[counted, :, position]
        low, median, high = np.percentile(values, [LOW, 50.0, HIGH], axis=0)
        described[name] = {
            "median": median.tolist(),
            "low": low.tolist(),
            "high": high.tolist(),
            "unit": units[name],
        }
    return described


def _list_notes(run: Run, lang: str) -> list[Document]:
    codes = ["intervals_from_table", f"hypothesis_{run.scenario.hypothesis}"]
    if run.scenario.subject.conditions:
        codes.append("conditions_assumed")
    return [{"code": code, "text": locales.text(f"notes.{code}", lang=lang)} for code in codes]


def _list_warnings(run: Run, lang: str) -> list[Document]:
    scenario = run.scenario
    notices: list[Notice] = []
    if scenario.subject.who != CULTURE:
        notices = list(
            check_intake(
                scenario.intake,
                species=scenario.subject.who,
                weight_kg=scenario.subject.weight,
                stop=scenario.hours,
            )
        )
    warnings = [
        {
            "code": notice.code.split(".")[-1],
            "text": locales.text(f"{notice.code}.sentence", lang=lang, **notice.values),
        }
        for notice in notices
    ]
    failed = [Status(int(code)).name for code in run.status if code != Status.FINISHED]
    if failed:
        values = {"failed": len(failed), "total": run.status.size, "reason": failed[0]}
        text = locales.text("notes.draws_failed", lang=lang, **values)
        warnings.append({"code": "draws_failed", "text": text})
    return warnings


__all__ = [
    "FLOWS",
    "build_manifest",
    "combine_hypotheses",
    "count_grades",
    "describe_run",
    "summarise",
]
