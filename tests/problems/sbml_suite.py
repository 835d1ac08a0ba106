"""The cases of the SBML Test Suite, where they lie beside the checkout, and how they are judged."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.engine.once.single import Record, solve_once
from brainmag.engine.reading.document import read_file
from brainmag.engine.reading.sbml import read_everything
from brainmag.errors import InputError

SUITE = Path(__file__).parents[3] / "shared" / "sbml-test-suite" / "semantic"
ABSENT = "the SBML Test Suite does not lie beside the checkout"

# What the engine refuses by name; a case that has none of it must be run.
REFUSED = frozenset({"AlgebraicRule", "CSymbolDelay", "FastReaction"})
REFUSALS = frozenset({"engine.algebraic_rule", "engine.delay", "engine.fast_reaction"})

Settings = dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a case: ``pass``, ``refuse`` or ``fail``, and why."""

    verdict: str
    reason: str = ""


def list_cases() -> list[str]:
    """Return the numbers of all cases that are courses in time."""
    if not SUITE.is_dir():
        return []
    names = sorted(path.name for path in SUITE.iterdir() if path.is_dir())
    return [name for name in names if "TimeCourse" in read_facts(name)["testType"]]


def read_facts(case: str) -> dict[str, str]:
    """Return what is written at the head of a case: synopsis, tags, kind."""
    text = (SUITE / case / f"{case}-model.m").read_text(encoding="utf-8")
    found = re.findall(
        r"^(synopsis|componentTags|testTags|testType):[ \t]*(.*)$", text, re.MULTILINE
    )
    return {"testTags": "", **{name: value.strip() for name, value in found}}


def list_tags(case: str) -> list[str]:
    """Return the tags of a case."""
    facts = read_facts(case)
    return split(f"{facts['componentTags']},{facts['testTags']}")


def split(words: str) -> list[str]:
    """Return the words between commas."""
    return [word.strip() for word in words.split(",") if word.strip()]


def choose_cases(count: int) -> list[str]:
    """Return some cases that have every tag among them, the rarest first, evenly filled up."""
    cases = list_cases()
    tags = {case: list_tags(case) for case in cases}
    chosen: list[str] = []
    seen: Counter[str] = Counter()
    frequency = Counter(tag for case in cases for tag in tags[case])
    for tag in sorted(frequency, key=lambda tag: (frequency[tag], tag)):
        if not seen[tag]:
            case = next(case for case in cases if tag in tags[case])
            chosen.append(case)
            seen.update(tags[case])
    rest = [case for case in cases if case not in chosen]
    left = count - len(chosen)
    return sorted([*chosen, *rest[:: max(1, len(rest) // max(1, left))][:left]])


def run_case(case: str) -> Outcome:
    """Run a case and judge it as the suite says."""
    settings = _read_settings(case)
    try:
        record = _solve(case, settings)
    except InputError as error:
        is_meant = error.code in REFUSALS
        return Outcome("refuse" if is_meant else "fail", str(error) if not is_meant else error.code)
    if record.failure is not None:
        return Outcome("fail", str(record.failure))
    wrong = _compare(case, settings, record)
    return Outcome("fail", wrong) if wrong else Outcome("pass")


def _read_settings(case: str) -> Settings:
    lines = (SUITE / case / f"{case}-settings.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _solve(case: str, settings: Settings) -> Record:
    start = float(settings["start"])
    model = max((SUITE / case).glob(f"{case}-sbml-*.xml"))
    system = read_everything(
        read_file(model),
        amounts=split(settings["amount"]),
        concentrations=split(settings["concentration"]),
        start=start,
    )
    stop = start + float(settings["duration"])
    return solve_once(system, start, stop, int(settings["steps"]) + 1)


def _compare(case: str, settings: Settings, record: Record) -> str:
    """Return what is wrong, or nothing."""
    text = (SUITE / case / f"{case}-results.csv").read_text(encoding="utf-8")
    head, *rows = [line.split(",") for line in text.splitlines() if line.strip()]
    expected = np.array([[_read_number(cell) for cell in row] for row in rows])
    absolute, relative = float(settings["absolute"]), float(settings["relative"])
    for column, name in enumerate(word.strip() for word in head[1:]):
        if name not in record.names:
            return f"no column {name}"
        given = record.values[:, record.names.index(name)]
        wanted = expected[:, column + 1]
        right = _agree(given, wanted, absolute, relative)
        if not right.all():
            row = int(np.argmin(right))
            return f"{name} at {record.times[row]:g}: {given[row]:.9g}, not {wanted[row]:.9g}"
    return ""


def _agree(
    given: NDArray[np.float64], wanted: NDArray[np.float64], absolute: float, relative: float
) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        near = np.abs(given - wanted) <= absolute + relative * np.abs(wanted)
    return near | (given == wanted) | (np.isnan(given) & np.isnan(wanted))


def _read_number(cell: str) -> float:
    return float(cell.strip().replace("INF", "inf") or "nan")
