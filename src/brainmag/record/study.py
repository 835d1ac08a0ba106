"""A study's design: who was given what for how long, and what was looked at, as TOML.

A file holds one ``[[study]]``, one ``[[population]]``, and ``[[arm]]``, ``[[dose]]``, ``[[diet]]``
and ``[[endpoint]]`` tables; docs/record.md tells each field. A published study and a planned trial
are written the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brainmag.errors import InputError, nearest_match
from brainmag.intake import Intake, parse_duration
from brainmag.intake.regimen import COURSE, plan_courses
from brainmag.people import CULTURE, Subject, build_subject
from brainmag.people.species import read_species
from brainmag.record.checks import check_measure, check_taken, check_visit, read_medium
from brainmag.scenario import Medium
from brainmag.sources import find_source
from brainmag.table_file import COUNT, NUMBER, TEXT, TRUTH, Entry, Fields, read_entries
from brainmag.trajectories import FLOWS, list_outputs

DESIGNS = ("parallel", "crossover", "before-after", "single", "cross-section", "dish")
MEASURES = ("level", "percent", "difference", "share", "peak_time", "half_life", "retested")
LEVELS = ("body", "brain", "synapse", "cognition")
BETTER = {"up": 1.0, "down": -1.0, "neither": 0.0}
DEFAULT_WEIGHT = 75.0
# Which field a subject is refused for.
BLAMED = {
    "age": ("people.age_range",),
    "weight": ("people.weight_range",),
    "diet": ("people.diet_range",),
    "egfr": ("people.egfr_range", "people.egfr_needs_person"),
    "sex": ("people.unknown_sex",),
    "cells": ("people.unknown_cells", "people.cells_need_dish"),
}

FIELDS: Fields = {
    "study": {"source": TEXT, "who": TEXT, "design": TEXT, "industry": TRUTH},
    "population": {
        "age": NUMBER,
        "sex": TEXT,
        "weight": NUMBER,
        "diet": NUMBER,
        "same_diet": TRUTH,
        "cells": TEXT,
    },
    "arm": {
        "id": TEXT,
        "n": COUNT,
        "conditions": TEXT,
        "age": NUMBER,
        "egfr": NUMBER,
        "magnesium": NUMBER,
        "threonate": NUMBER,
        "fasted": TRUTH,
    },
    "dose": {"arm": TEXT, **COURSE, "in_water": TRUTH},
    "diet": {"arm": TEXT, "mg": NUMBER, "from": TEXT, "until": TEXT},
    "endpoint": {
        "id": TEXT,
        "observable": TEXT,
        "measure": TEXT,
        "level": TEXT,
        "better": TEXT,
        "spread": NUMBER,
        "unit": TEXT,
    },
    "visit": {"endpoint": TEXT, "arm": TEXT, "reference": TEXT, "time": TEXT},
}


@dataclass(frozen=True)
class Arm:
    """One group of a study.

    Attributes
    ----------
    id : str
    n : int
        How many were analysed.
    subject : Subject
        The typical member.
    intake : Intake
    medium : Medium
        For a dish.
    """

    id: str
    n: int
    subject: Subject
    intake: Intake
    medium: Medium


@dataclass(frozen=True)
class Endpoint:
    """What was looked at, and how it is read off the model.

    Attributes
    ----------
    id, observable, unit : str
    measure : str
        One of `MEASURES`.
    level : str
        One of `LEVELS`.
    better : float
        1 when more is an improvement, -1 when less is, 0 when neither.
    spread : float
        Standard deviation between members of a group, in the unit of the measure.
    """

    id: str
    observable: str
    measure: str
    level: str
    better: float
    spread: float
    unit: str


@dataclass(frozen=True)
class Visit:
    """When an arm is looked at, and what it is compared with.

    Attributes
    ----------
    endpoint : Endpoint
    arm : Arm
    reference : Arm or None
        None for the own baseline.
    time : float
        Hours from the start.
    """

    endpoint: Endpoint
    arm: Arm
    reference: Arm | None
    time: float


@dataclass(frozen=True)
class Study:
    """One study's design.

    Attributes
    ----------
    id : str
        Name of its folder.
    source : str
        Key into the sources.
    who, design : str
    industry : bool
        Whether a maker paid for it or took part in it.
    same_diet : bool
        Whether all members eat the same.
    arms : tuple of Arm
    endpoints : tuple of Endpoint
    visits : tuple of Visit
        Of a study that is planned; what a published one saw stands with its measurements.
    """

    id: str
    source: str
    who: str
    design: str
    industry: bool
    same_diet: bool
    arms: tuple[Arm, ...]
    endpoints: tuple[Endpoint, ...]
    visits: tuple[Visit, ...] = ()

    def find_arm(self, name: str) -> Arm:
        """Return an arm; raise InputError when there is none of that name."""
        return _find(self.arms, name, is_arm=True)

    def find_endpoint(self, name: str) -> Endpoint:
        """Return an endpoint; raise InputError when there is none of that name."""
        return _find(self.endpoints, name, is_arm=False)


def read_study(path: Path, name: str) -> Study:
    """Return the study that a file describes.

    Parameters
    ----------
    path : Path
        The TOML file.
    name : str
        What the study is called.

    Raises
    ------
    InputError
        When the file cannot be read or a field of it cannot be used: with file, line and field.
    """
    return build_study(path, read_entries(path, FIELDS), name)


def build_study(path: Path, entries: tuple[Entry, ...], name: str) -> Study:
    """Return the study that the tables of a file describe.

    Parameters
    ----------
    path : Path
        Where they stand.
    entries : tuple of Entry
        Tables that are not of a study are left alone.
    name : str
        What the study is called.

    Raises
    ------
    InputError
        As for `read_study`.
    """
    study = take_one(path, entries, "study")
    population = take_one(path, entries, "population")
    source, who = study.require("source"), study.require("who")
    with study.field("who"):
        build_subject(who=who)
    with study.field("source"):
        find_source(source)
    for table in ("arm", "endpoint"):
        _check_ids(path, list_tables(entries, table), table)
    arms = tuple(
        _read_arm(entry, population, who, entries) for entry in list_tables(entries, "arm")
    )
    names = [arm.id for arm in arms]
    for entry in entries:
        if entry.table in {"dose", "diet"}:
            choose_word(entry, "arm", tuple(names))
    endpoints = tuple(_read_endpoint(entry, who) for entry in list_tables(entries, "endpoint"))
    plain = Study(
        id=name,
        source=source,
        who=who,
        design=choose_word(study, "design", DESIGNS),
        industry=bool(study.get("industry")),
        same_diet=bool(population.get("same_diet")),
        arms=arms,
        endpoints=endpoints,
    )
    return replace(plain, visits=_read_visits(list_tables(entries, "visit"), plain))


def list_tables(entries: tuple[Entry, ...], table: str) -> list[Entry]:
    """Return the tables of one name."""
    return [entry for entry in entries if entry.table == table]


def take_one(path: Path, entries: tuple[Entry, ...], table: str) -> Entry:
    """Return the one table of a name; raise InputError when there is none, or several."""
    found = list_tables(entries, table)
    if len(found) != 1:
        raise InputError("record.not_one_table", given=str(path), table=table, count=len(found))
    return found[0]


def choose_word(
    entry: Entry, key: str, allowed: tuple[str, ...], default: str | None = None
) -> str:
    """Return a field that holds one of some words; raise InputError when it holds another."""
    value = default if default is not None and key not in entry.values else entry.require(key)
    if value not in allowed:
        raise entry.error(
            key,
            InputError(
                "record.unknown_word",
                given=value,
                nearest=nearest_match(value, allowed),
                allowed=", ".join(allowed),
            ),
        )
    return str(value)


def _check_ids(path: Path, entries: list[Entry], table: str) -> None:
    """Refuse a study without such a table, and two of them with one name."""
    if not entries:
        raise InputError("record.no_table", given=str(path), table=table)
    seen: set[str] = set()
    for entry in entries:
        name = entry.require("id")
        if name in seen:
            raise entry.error("id", InputError("record.named_twice", given=name))
        seen.add(name)


def _find_field(error: InputError) -> str:
    """Return the field whose value a subject was refused for."""
    if error.code == "people.dish_has_no_body":
        first = str(error.values["given"]).partition(",")[0]
        return first.removeprefix("--").removesuffix("-mg")
    return next((key for key, codes in BLAMED.items() if error.code in codes), "conditions")


def _read_arm(entry: Entry, population: Entry, who: str, entries: tuple[Entry, ...]) -> Arm:
    name = entry.require("id")
    words = (entry.get("conditions") or "").split(",")
    conditions = tuple(word.strip() for word in words if word.strip())
    is_person = who == "human"
    own_age, weight = entry.get("age"), population.get("weight")
    try:
        subject = build_subject(
            who=who,
            age=population.get("age") if own_age is None else own_age,
            sex="f" if population.get("sex") is None else population.get("sex"),
            weight=DEFAULT_WEIGHT if weight is None and is_person else weight,
            egfr=entry.get("egfr"),
            diet_mg=population.get("diet"),
            ageing=False,
            conditions=conditions,
            cells=population.get("cells"),
        )
    except InputError as error:
        key = _find_field(error)
        raise (entry if key in entry.values else population).error(key, error) from error
    if entry.require("n") < 1:
        raise entry.error("n", InputError("record.nobody", given=entry.get("n")))
    intake = _read_intake(entry, subject, entries)
    return Arm(name, entry.require("n"), subject, intake, read_medium(entry, who))


def _read_intake(arm: Entry, subject: Subject, entries: tuple[Entry, ...]) -> Intake:
    """Return what an arm takes; each of its tables must be possible, and all together."""
    own = [
        one
        for one in entries
        if one.table in {"dose", "diet"} and one.require("arm") == arm.require("id")
    ]
    if subject.who == CULTURE:
        if own:
            raise own[0].error("arm", InputError("record.dish_takes_nothing"))
        return Intake("none", subject.diet_mg)
    feeding: Any = read_species(subject.who)["feeding"]

    def plan(tables: Sequence[Entry]) -> Intake:
        return plan_courses(
            tables,
            feeding=feeding,
            diet_mg=subject.diet_mg,
            weight_kg=subject.weight,
            fasted=bool(arm.get("fasted")),
        )

    for one in own:
        check_taken(one, plan([one]), subject)
    if len(drunk := [one for one in own if one.get("in_water")]) > 1:
        raise drunk[1].error("in_water", InputError("record.two_waters", given=arm.get("id")))
    intake = plan(own)
    check_taken(arm, intake, subject)
    return intake


def _read_endpoint(entry: Entry, who: str) -> Endpoint:
    observable, spread = entry.require("observable"), float(entry.get("spread") or 0.0)
    outputs = list_outputs(who)
    known = (*(flow for flow, ledger in FLOWS.items() if ledger in outputs), *outputs)
    if observable not in known:
        shown = [name for name in known if not name.endswith("_ledger")]
        unknown = InputError(
            "record.unknown_observable",
            given=observable,
            nearest=nearest_match(observable, shown),
            allowed=", ".join(shown),
        )
        raise entry.error("observable", unknown)
    if not 0.0 <= spread < math.inf:
        raise entry.error("spread", InputError("record.bad_spread", given=entry.get("spread")))
    measure = choose_word(entry, "measure", MEASURES)
    with entry.field("measure"):
        check_measure(observable, measure, who)
    return Endpoint(
        id=entry.require("id"),
        observable=observable,
        measure=measure,
        level=choose_word(entry, "level", LEVELS),
        better=BETTER[choose_word(entry, "better", tuple(BETTER), "neither")],
        spread=spread,
        unit=entry.require("unit"),
    )


def _read_visits(entries: Sequence[Entry], study: Study) -> tuple[Visit, ...]:
    """Return the visits of a study; none of them is there twice."""
    seen: set[tuple[str, str, str | None, float]] = set()
    visits: list[Visit] = []
    for entry in entries:
        visit = _read_visit(entry, study)
        check_visit(entry, visit)
        key = (visit.endpoint.id, visit.arm.id, entry.get("reference"), visit.time)
        if key in seen:
            raise entry.error("time", InputError("record.visited_twice", given=entry.get("time")))
        seen.add(key)
        visits.append(visit)
    return tuple(visits)


def _read_visit(entry: Entry, study: Study) -> Visit:
    with entry.field("endpoint"):
        endpoint = study.find_endpoint(entry.require("endpoint"))
    with entry.field("arm"):
        arm = study.find_arm(entry.require("arm"))
    with entry.field("reference"):
        other = entry.get("reference")
        reference = None if other is None else study.find_arm(other)
    with entry.field("time"):
        time = parse_duration(entry.require("time"), allow_zero=True)
    return Visit(endpoint, arm, reference, time)


def _find(items: tuple[Any, ...], name: str, *, is_arm: bool) -> Any:
    for item in items:
        if item.id == name:
            return item
    names = [item.id for item in items]
    raise InputError(
        "record.unknown_arm" if is_arm else "record.unknown_endpoint",
        given=name,
        nearest=nearest_match(name, names),
        allowed=", ".join(names),
    )
