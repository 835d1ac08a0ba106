"""The document of a run: every number with its interval, unit and the grades behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.advice import list_notes, list_warnings
from brainmag.balance import describe_balances
from brainmag.engine import Status
from brainmag.grades import count_grades
from brainmag.intake import sum_intake
from brainmag.intake_record import describe_intake
from brainmag.manifest import build_manifest
from brainmag.people import CULTURE
from brainmag.result import Result
from brainmag.simulate import Run
from brainmag.summary import HIGH, LOW, MIDDLE, summarise
from brainmag.trajectories import read_units

Array = NDArray[np.float64]
Document = dict[str, Any]


def describe_run(run: Run, *, series: bool | Collection[str] = False, lang: str = "en") -> Document:
    """Return the document of a run, ready for JSON.

    Parameters
    ----------
    run : Run
    series : bool or collection of str
        Whether to add the trajectories, or of which observables.
    lang : str
        Language of the warnings and notes.
    """
    document = describe_result(run, lang=lang)
    counted = list_counted(run)
    if series and counted.size:
        wanted = run.names if series is True else series
        document["series"] = _describe_series(run, counted, wanted)
    return document


def describe_result(result: Result, *, lang: str = "en") -> Document:
    """Return the document of a run or a population, without what it holds over time."""
    finished = np.flatnonzero(result.status == Status.FINISHED)
    counted = list_counted(result)
    subject = result.scenario.subject
    document: Document = {
        "manifest": build_manifest(result),
        "subject": asdict(subject),
        "intake": describe_intake(result.scenario),
        "hypothesis": result.scenario.hypothesis,
        "calibrated": result.scenario.calibrated,
        "draws": {
            "asked": result.draws,
            "finished": int(np.sum(finished >= int(result.has_nominal))),
        },
        "partial": bool(np.any(result.status != Status.FINISHED)),
        "warnings": list_warnings(result, lang),
        "notes": list_notes(result, lang),
        "grades": count_grades(subject.who),
    }
    if not finished.size:
        return document
    document |= _describe_levels(result, counted)
    if subject.who == "human":
        document["apart"] = {
            name: {**summarise(result.read("last", f"{name}_gain")[counted]), "unit": "z"}
            for name in ("practice", "placebo")
        }
    document |= _describe_absorption(result, counted)
    document |= describe_balances(result, finished)
    return document


def list_counted(result: Result) -> NDArray[np.intp]:
    """Return the rows whose figures count: the finished draws, or else the nominal subject."""
    finished = np.flatnonzero(result.status == Status.FINISHED)
    drawn = finished[finished > 0] if result.has_nominal else finished
    return drawn if drawn.size else finished


def combine_hypotheses(documents: Mapping[str, Document]) -> Document:
    """Return one document of several explanations side by side."""
    return {"by_hypothesis": dict(documents)}


def list_documents(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the documents in one, by explanation: the way back from `combine_hypotheses`."""
    return document.get("by_hypothesis") or {document["hypothesis"]: document}


def is_partial(document: Mapping[str, Any]) -> bool:
    """Return whether an explanation, or somebody under one, is missing."""
    documents = list_documents(document).values()
    return bool(document.get("partial") or any(one["partial"] for one in documents))


def _describe_levels(result: Result, counted: NDArray[np.intp]) -> Document:
    """Return every observable before, at the end with its change, and over the last day."""
    units = read_units()
    levels: Document = {"baseline": {}, "end": {}, "end_day": {}}
    # One observable after the other: what is read from files is read once, and let go.
    for name in result.names:
        values = {part: result.read(part, name)[counted] for part in levels}
        for part, entries in levels.items():
            entries[name] = {**summarise(values[part]), "unit": units[name]}
        levels["end"][name] |= _describe_change(values["baseline"], values["end"])
    return levels


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


def _describe_absorption(result: Result, counted: NDArray[np.intp]) -> Document:
    if result.scenario.subject.who == CULTURE:
        return {}
    swallowed = _sum_swallowed(result)
    if swallowed <= 0:
        return {}
    ledgers = {
        name: result.read("growth", name)[counted]
        for name in ("absorbed_ledger", "food_only_absorbed_ledger", "label_absorbed_ledger")
    }
    net = (ledgers["absorbed_ledger"] - ledgers["food_only_absorbed_ledger"]) / swallowed
    label = ledgers["label_absorbed_ledger"] / swallowed
    return {
        "absorbed_fraction": {**summarise(net), "unit": "fraction"},
        "labelled_absorbed_fraction": {**summarise(label), "unit": "fraction"},
    }


def _sum_swallowed(result: Result) -> float:
    intake, hours = result.scenario.intake, result.scenario.hours
    oral = tuple(course for course in intake.courses if course.infuse is None)
    return sum_intake(replace(intake, courses=oral), hours).product_magnesium


def _describe_series(run: Run, counted: NDArray[np.intp], wanted: Collection[str]) -> Document:
    trajectories, units = run.trajectories, read_units()
    described: Document = {"time_h": trajectories.times.tolist()}
    for position, name in enumerate(trajectories.names):
        if name not in wanted:
            continue
        values = trajectories.series[counted, :, position]
        low, median, high = np.percentile(values, [LOW, MIDDLE, HIGH], axis=0)
        described[name] = {
            "median": median.tolist(),
            "low": low.tolist(),
            "high": high.tolist(),
            "unit": units[name],
        }
    return described
