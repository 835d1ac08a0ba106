"""Write docs/answers.md: the fifteen claims in numbers, from the calibrated model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainmag import __version__
from brainmag.grades import count_grades
from brainmag.inference.answers import LONG_DRAWS, answer_claims
from brainmag.people import build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.report.numbers import format_weight
from brainmag.report.rows import find_station, label

PAGE = Path(__file__).parents[1] / "docs" / "answers.md"
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
CLAIMS = {
    "C1": "A mind grows old, to a good part, as synapses adapt less and neurons talk less.",
    "C2": "With the years there are fewer synapses, and each passes its signal on less well.",
    "C3": "Brain cells hold less free magnesium with age, even where food holds enough of it.",
    "C4": "That loss goes with tired mitochondria and with a quiet, lasting inflammation.",
    "C5": "Neurons need magnesium: for calm, for ATP, and to block NMDA receptors.",
    "C6": "MgT, unlike other salts, brings magnesium into neurons and so into the brain.",
    "C7": "Rats that drink MgT gain brain magnesium, synapses, plasticity and memory.",
    "C8": "Threonate lets neurons take up magnesium: better terminals and mitochondria.",
    "C9": "In cells and mice with Alzheimer's changes MgT lessens oxidative stress and decline.",
    "C10": "A formula with MgT improved the memory of healthy adults, most of all of older ones.",
    "C11": "Weeks of MgT sharpen attention, working memory and flexibility.",
    "C12": "Magnesium calms: stress, sleep and mood get better.",
    "C13": "Less stress and better sleep lower inflammation, and so keep the mind fit.",
    "C14": "MgT eases no symptom but changes structure: stable synapses, sound mitochondria.",
    "C15": "Taken for decades, MgT keeps synapses, composure and a flexible mind.",
}
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
SHORT = {
    "25-to-75": "25 to 75 years",
    "dish-plus-20-percent": "dish, magnesium up by 20 %",
    "2-g-12-weeks-at-65": "MgT, 12 weeks, at 65",
    "citrate-12-weeks-at-65": "citrate, 12 weeks, at 65",
    "rat-24-days": "rat, MgT, 24 days",
    "2-g-12-weeks-stressed-at-65": "MgT, 12 weeks, at 65, stressed",
    "after-30-years": "MgT for 30 years, at 75",
}
# Below this a change is none that anybody could tell.
LEAST = {"%": 0.05, "z": 0.005}
# A slope beyond any that has been seen.
STEEP = 1000.0


def main() -> None:
    """Ask every claim and write what comes of it."""
    PAGE.write_text(write_page(answer_claims()), encoding="utf-8")


def write_page(document: Mapping[str, Any]) -> str:
    """Return the page: who is asked about, then a table for each claim."""
    weights = ", ".join(f"{name} {format_weight(one)}" for name, one in document["weights"].items())
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
    for claim, sentence in CLAIMS.items():
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
    return f"{label(answer['observable'], 'en')}: {SHORT[setting]}"


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
