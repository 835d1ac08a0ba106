"""Ask the fifteen claims of the calibrated model: docs/answers.md, and data of the package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.columns import write_columns
from brainmag.evidence.answers import ANSWERS, DRAWS, FIGURE, hash_making, name_answer
from brainmag.evidence.claims import load_claims
from brainmag.evidence.ledger import build_ledger
from brainmag.grades import count_grades
from brainmag.inference.answers import (
    DEFAULT_DRAWS,
    LONG_DRAWS,
    ask,
    describe_answer,
    group_questions,
)
from brainmag.inference.posterior import list_places
from brainmag.inference.reproduce import read_weights
from brainmag.locales import load_catalogue, text
from brainmag.people import build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.people.posterior import Posterior, read_posterior
from brainmag.record import list_figures
from brainmag.record.predict import predict_figures
from brainmag.report.claims_table import list_rows
from brainmag.report.numbers import format_weight
from brainmag.report.rows import find_station, label
from weigh_record import TABLE, shorten, write_table

Array = NDArray[np.float64]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "answers.md"
VERDICTS = ROOT / "docs" / "claims.md"
EVIDENCE = ROOT / "src" / "brainmag" / "evidence"
# Of the draws of the questions: `simulate`'s own.
SEED = 1
HEAD = """# The claims in numbers

Version {version}; written by `tools/answer_claims.py`, not by hand.

What is said of magnesium L-threonate (MgT), a claim at a time, and what the calibrated model makes
of it under each explanation: median (5th to 95th percentile) over {draws} draws of its posterior
({long_draws} for decades). "About 0": less than 0.05 %, or 0.005 standard deviations (z). Grades
count the numbers behind the station that is asked about: a seen in the publication, b reported by
others, c recalled, derived or assumed.

Weights of the explanations after the record, from equal ones: {weights}.
They are a range and no number, and hang on whose figures are believed
([calibration](calibration.md)). **Nothing here is evidence that MgT works in people**: nobody has
measured human CSF or brain magnesium after it.

| who is asked about | what is told |
|---|---|
{settings}
"""
# What the tables cannot tell.
ASIDE = {
    "C9": "The model has no amyloid: what is told is a healthy person's.",
    "C10": "Another ingredient of it (phosphatidylserine) may have done that. Told is MgT alone.",
}
SETTINGS = {
    "25-to-75": (
        "{young} against {old}; food as usual, no product",
        "the older against the younger",
    ),
    "dish-plus-20-percent": (
        "neurons in a dish, magnesium 0.96 instead of 0.8 mmol/L for 5 days",
        "change from before",
    ),
    "2-g-12-weeks-at-65": (
        "{person}; 1 g MgT twice a day with meals (144 mg magnesium a day), 12 weeks",
        "change from before",
    ),
    "citrate-12-weeks-at-65": (
        "the same person, the same magnesium as citrate, 12 weeks",
        "change from before",
    ),
    "needed-for-": (
        "the same person on MgT",
        "how steeply cognition would have to follow terminals for what a trial reported",
    ),
    "rat-24-days": (
        "{rat}; MgT in drinking water, 604 mg/kg a day, 24 days",
        "change from before",
    ),
    "2-g-12-weeks-stressed-at-65": (
        "the same person, under stress and sleeping badly, on MgT, 12 weeks",
        "change from before",
    ),
    "after-30-years": (
        "{middle}, on the same MgT until 75, ageing",
        "against the same person without it, at 75",
    ),
}
NEEDED = "needed-for-"
# Below this a change is none that anybody could tell.
LEAST = {"%": 0.05, "z": 0.005}
# A slope beyond any that has been seen.
STEEP = 1000.0


def main() -> None:
    """Ask every claim, and write the page and what `brainmag claims` reads."""
    groups = group_questions(DEFAULT_DRAWS)
    answers: list[dict[str, Any]] = []
    draws: dict[str, dict[str, Array]] = {name: {} for name in HYPOTHESES}
    for alike in groups:
        found = ask(alike)
        answers.append(describe_answer(alike, found))
        column = name_answer(alike[0].observable, alike[0].setting)
        for name, row in found.items():
            draws[name][column] = _fill(row)
    document = {"answers": answers, "weights": read_weights(), "draws": DEFAULT_DRAWS}
    PAGE.write_text(write_page(document), encoding="utf-8")
    kept = {"made_of": hash_making(), **shorten(document)}
    (EVIDENCE / ANSWERS).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_verdicts(document)
    (EVIDENCE / DRAWS).mkdir(exist_ok=True)
    for name, columns in draws.items():
        content = columns | _foresee_figures(name)
        single = {key: row.astype(np.float32) for key, row in content.items()}
        write_columns(EVIDENCE / DRAWS / f"{name}.parquet", single)


def write_verdicts(answers: Mapping[str, Any]) -> None:
    """Write the table of docs/claims.md."""
    ledger = build_ledger(list(load_claims().values()), lang="en", answers=answers)
    content = write_table(list_rows(ledger, "en"))
    page = VERDICTS.read_text(encoding="utf-8")
    pattern = TABLE.format(name="claims")
    VERDICTS.write_text(re.sub(pattern, lambda found: found[1] + content, page), encoding="utf-8")


def _fill(row: Array) -> Array:
    """Return a column of all draws; NaN beyond those that were run."""
    return np.concatenate([row, np.full(DEFAULT_DRAWS - len(row), np.nan)])


def _foresee_figures(hypothesis: str) -> dict[str, Array]:
    """Return what the draws behind the answers say in place of each figure of the record."""
    figures = [figure for figure in list_figures() if not figure.hindrance]
    numbers = np.arange(1, DEFAULT_DRAWS + 1)
    chosen = Posterior(read_posterior(hypothesis).choose(SEED, numbers))
    said = predict_figures(figures, hypothesis, list_places(chosen))
    return {f"{FIGURE}{one.id}": said[:, k] for k, one in enumerate(figures)}


def write_page(document: Mapping[str, Any]) -> str:
    """Return the page: who is asked about, then a table for each claim."""
    weights = ", ".join(
        f"{name} {format_weight(one, 'en')}" for name, one in document["weights"].items()
    )
    people = describe_people()
    settings = [f"| {who.format(**people)} | {told} |" for who, told in SETTINGS.values()]
    lines = [
        HEAD.format(
            version=__version__,
            draws=document["draws"],
            long_draws=min(LONG_DRAWS, document["draws"]),
            weights=weights,
            settings="\n".join(settings),
        )
    ]
    head = ["asked", "unit", "grades", *HYPOTHESES]
    for claim, sentence in load_catalogue("en", "claims")["claim"].items():
        own = [one for one in document["answers"] if one["claims"][0] == claim]
        lines += [f"## {claim}", "", f"*{sentence}*", ""]
        if claim in ASIDE:
            lines += [ASIDE[claim], ""]
        if own:
            lines += [write_row(head), "|---" * len(head) + "|"]
            lines += [write_row(write_answer(one)) for one in own]
            lines.append("")
        for one in document["answers"]:
            if claim in one["claims"][1:]:
                lines += [f"{name_question(one)}: under {one['claims'][0]}.", ""]
    return "\n".join(lines)


def describe_people() -> dict[str, str]:
    """Return in words who is asked about."""
    told: dict[str, str] = {}
    for key, age in {"young": 25.0, "old": 75.0, "person": 65.0, "middle": 45.0}.items():
        one = build_subject(age=age, weight=75.0)
        told[key] = f"a woman of {age:g}, 75 kg, eGFR {one.egfr:.0f}, {one.diet_mg:g} mg magnesium"
        told[key] += " a day in food"
    rat = build_subject(who="rat")
    told["rat"] = f"a rat of 350 g, {rat.diet_mg:g} mg magnesium a day in food"
    return told


def write_answer(answer: Mapping[str, Any]) -> list[str]:
    """Return the cells of one answer."""
    unit = "z per unit of ln" if answer["setting"].startswith(NEEDED) else answer["unit"]
    told = [write_told(answer["predicted"][name], answer["unit"]) for name in HYPOTHESES]
    return [name_question(answer), unit, write_grades(answer), *told]


def name_question(answer: Mapping[str, Any]) -> str:
    """Return what is asked, by the observable's own name."""
    setting = answer["setting"]
    if setting.startswith(NEEDED):
        return f"Cognition per growth of terminals, needed for {setting.removeprefix(NEEDED)}"
    return f"{label(answer['observable'], 'en')}: {text('claims.setting.' + setting)}"


def write_grades(answer: Mapping[str, Any]) -> str:
    """Return how many numbers of each grade stand behind the station asked about."""
    who = {"dish": "culture", "rat": "rat"}.get(answer["setting"].partition("-")[0], "human")
    found = count_grades(who)
    counts = found.get(find_station(answer["observable"], who), {})
    return " ".join(f"{number}{grade}" for grade, number in counts.items())


def write_told(told: Mapping[str, float], unit: str) -> str:
    """Return a median with its interval.

    Examples
    --------
    >>> write_told({"median": 0.001, "low": -0.01, "high": 0.02}, "%")
    'about 0'
    >>> write_told({"median": 0.001, "low": -0.01, "high": 1.5}, "%")
    'about 0 (about 0 to 1.5)'
    """
    median, low, high = (write_number(told[key], unit) for key in ("median", "low", "high"))
    return median if median == low == high else f"{median} ({low} to {high})"


def write_number(value: float, unit: str) -> str:
    """Return three significant digits; nothing finer than what could be told."""
    if abs(value) < LEAST.get(unit, 0.0):
        return "about 0"
    return f"over {STEEP:.0f}" if value > STEEP else f"{value:.3g}"


def write_row(cells: list[str]) -> str:
    """Return a row of a table."""
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
