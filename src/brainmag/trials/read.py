"""Read a trial's design: a study's tables, and what a trial adds to them, as TOML.

A file holds the tables of a study (docs/record.md), or names a study of the record that it stands
for, and ``[[trial]]``, ``[[assessment]]``, ``[[inclusion]]``, ``[[ingredient]]`` and
``[[contrast]]`` tables; docs/trials.md tells each field.
"""

from __future__ import annotations

import math
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

from brainmag.clock import YEAR
from brainmag.errors import InputError
from brainmag.intake import parse_duration
from brainmag.record.library import FOLDER, find_study
from brainmag.record.study import FIELDS as STUDY_FIELDS
from brainmag.record.study import (
    Study,
    build_study,
    choose_word,
    list_tables,
    take_one,
)
from brainmag.table_file import COUNT, NUMBER, NUMBERS, TEXT, TRUTH, Entry, Fields, read_entries
from brainmag.tables import read_table
from brainmag.trials.design import (
    ATTRIBUTES,
    BOUNDARIES,
    ESTIMANDS,
    MULTIPLICITIES,
    STRATA,
    Contrast,
    Criterion,
    Ingredient,
    Plan,
    Trial,
)
from brainmag.trials.fields import name_unknown_word, read_between, read_share, read_words
from brainmag.trials.read_assessments import read_assessments

TRIAL_FIELDS: Fields = {
    "trial": {
        "study": TEXT,
        "visits": TEXT,
        "washout": TEXT,
        "stratify": TEXT,
        "adherence": NUMBER,
        "adherence_spread": NUMBER,
        "dropout": NUMBER,
        "dropout_seen": NUMBER,
        "dropout_unseen": NUMBER,
        "rescue": NUMBER,
        "rescue_gain": NUMBER,
        "estimand": TEXT,
        "alpha": NUMBER,
        "multiplicity": TEXT,
        "looks": NUMBERS,
        "boundary": TEXT,
        "reestimate_at": NUMBER,
        "reestimate_for": NUMBER,
        "reestimate_power": NUMBER,
        "largest_n": COUNT,
        "recruits_per_month": NUMBER,
    },
    "assessment": {
        "endpoint": TEXT,
        "spread": NUMBER,
        "reliability": NUMBER,
        "kind": TEXT,
        "expectation": NUMBER,
        "expectation_spread": NUMBER,
        "analyses": TEXT,
        "response": NUMBER,
        "primary": TRUTH,
    },
    "inclusion": {"what": TEXT, "lowest": NUMBER, "highest": NUMBER, "only": TEXT},
    "ingredient": {"arm": TEXT, "id": TEXT},
    "contrast": {"id": TEXT, "plus": TEXT, "minus": TEXT},
}
FIELDS: Fields = {**STUDY_FIELDS, **TRIAL_FIELDS}
# Beyond these nothing is a trial: hours, visits, log-odds or standard deviations, people a month.
LONGEST = 10.0 * YEAR
MOST_VISITS = 12
MOST, LARGEST, TINY, LEAST_RATE = 10.0, 1e6, 1e-12, 0.01
# Share of the people between two looks.
CLOSEST = 0.05
DEFAULT_RATE = 10.0
DEFAULT_ALPHA = 0.05
DEFAULT_POWER = 0.8


def read_trial(path: Path, name: str) -> Trial:
    """Return the trial that a file describes.

    Parameters
    ----------
    path : Path
        The TOML file.
    name : str
        What the trial is called.

    Raises
    ------
    InputError
        When the file cannot be read or a field of it cannot be used: with file, line and field.
    """
    entries = read_entries(path, FIELDS)
    head = take_one(path, entries, "trial")
    published = head.get("study")
    study, population = (
        _take_published(head, entries, name)
        if published
        else (build_study(path, entries, name), take_one(path, entries, "population"))
    )
    _check_arms(path, study)
    plan = _read_plan(head, study)
    return Trial(
        name=name,
        study=study,
        published=published,
        fixed=tuple(key for key in ("age", "sex", "weight", "diet") if population.get(key)),
        plan=plan,
        assessments=read_assessments(list_tables(entries, "assessment"), study, plan),
        criteria=_read_criteria(list_tables(entries, "inclusion"), study),
        ingredients=_read_ingredients(list_tables(entries, "ingredient"), study),
        contrasts=_read_contrasts(list_tables(entries, "contrast"), study),
    )


def _take_published(head: Entry, entries: tuple[Entry, ...], name: str) -> tuple[Study, Entry]:
    """Return the study of the record that a trial stands for, and its population."""
    for entry in entries:
        if entry.table in STUDY_FIELDS:
            cause = InputError("trials.described_twice", given=entry.table, study=head.get("study"))
            raise entry.error(entry.table, cause)
    asked = head.require("study")
    with head.field("study"):
        find_study(asked)
    place = files("brainmag.record").joinpath(FOLDER, asked, "study.toml")
    with as_file(place) as path:
        told = read_entries(path, STUDY_FIELDS)
        return build_study(path, told, name), take_one(path, told, "population")


def _check_arms(path: Path, study: Study) -> None:
    """Refuse a study that is no trial of people, or whose arms are other people from the start."""
    if study.who != "human":
        raise InputError("trials.not_of_people", given=str(path), who=study.who)
    if study.design not in ("parallel", "crossover", "before-after"):
        raise InputError("trials.not_a_trial", given=str(path), design=study.design)
    if len(study.arms) > 1 and study.design == "before-after":
        raise InputError("trials.several_arms", given=str(path))
    if len(study.arms) == 1 and study.design != "before-after":
        raise InputError("trials.one_arm", given=str(path))
    fasting = {arm.intake.fasted for arm in study.arms}
    alternates = study.design == "crossover" and len(fasting) > 1
    if len({arm.subject for arm in study.arms}) > 1 or alternates:
        raise InputError("trials.arms_differ", given=str(path))


def _read_plan(head: Entry, study: Study) -> Plan:
    visits = _read_visits(head)
    with head.field("washout"):
        washout = parse_duration(head.get("washout") or "0 h", allow_zero=True)
        if washout > LONGEST:
            raise InputError("trials.too_long", given=head.get("washout"), years=LONGEST / YEAR)
    looks = _read_looks(head)
    at = head.get("reestimate_at")
    if at is not None:
        at = read_between(head, "reestimate_at", 0.5, CLOSEST, 1.0)
    _check_parts(head, study, looks, visits)
    adherence = read_share(head, "adherence", 1.0)
    adherence_spread = read_between(head, "adherence_spread", 0.0, -TINY, 0.5)
    if adherence_spread**2 >= adherence * (1.0 - adherence) and adherence_spread > 0.0:
        cause = InputError("trials.adherence_spread", given=adherence_spread, mean=adherence)
        raise head.error("adherence_spread", cause)
    rescue = head.get("rescue")
    return Plan(
        visits=visits,
        washout=washout,
        stratify=read_words(head, "stratify", STRATA),
        adherence=adherence,
        adherence_spread=adherence_spread,
        dropout=read_between(head, "dropout", 0.0, -TINY, 1.0),
        dropout_seen=read_between(head, "dropout_seen", 0.0, -MOST, MOST),
        dropout_unseen=read_between(head, "dropout_unseen", 0.0, -MOST, MOST),
        rescue=None if rescue is None else read_between(head, "rescue", -1.0, -MOST, 0.0),
        rescue_gain=read_between(head, "rescue_gain", 0.0, -MOST, MOST),
        estimand=choose_word(head, "estimand", ESTIMANDS, ESTIMANDS[0]),
        alpha=read_between(head, "alpha", DEFAULT_ALPHA, 0.0, 0.5),
        multiplicity=choose_word(head, "multiplicity", MULTIPLICITIES, MULTIPLICITIES[0]),
        looks=looks,
        boundary=choose_word(head, "boundary", BOUNDARIES, BOUNDARIES[0]),
        reestimate_at=at,
        reestimate_for=None
        if head.get("reestimate_for") is None
        else read_between(head, "reestimate_for", 0.0, 0.0, LARGEST),
        reestimate_power=read_between(head, "reestimate_power", DEFAULT_POWER, 0.0, 1.0),
        largest_n=head.get("largest_n"),
        recruits_per_month=read_between(
            head, "recruits_per_month", DEFAULT_RATE, LEAST_RATE, LARGEST
        ),
    )


def _check_parts(
    head: Entry, study: Study, looks: tuple[float, ...], visits: tuple[float, ...]
) -> None:
    """Refuse parts of a plan that do not go with each other or with the design."""
    at = head.get("reestimate_at")
    if (at is None) != (head.get("reestimate_for") is None):
        raise head.error("reestimate_at", InputError("trials.reestimate_in_part"))
    if at is not None and study.design != "parallel":
        raise head.error("reestimate_at", InputError("trials.not_in_crossover"))
    if len(looks) > 1 and (study.design != "parallel" or at is not None):
        raise head.error("looks", InputError("trials.not_in_crossover"))
    if head.get("rescue") is None:
        return
    if head.get("rescue") >= 0:
        raise head.error("rescue", InputError("trials.rescue_is_worse", given=head.get("rescue")))
    if len(visits) == 1 or study.design == "crossover":
        raise head.error("rescue", InputError("trials.rescue_unseen"))


def _read_visits(head: Entry) -> tuple[float, ...]:
    words = [word.strip() for word in head.require("visits").split(",") if word.strip()]
    if not words:
        raise head.error("visits", InputError("trials.no_visits"))
    if len(words) > MOST_VISITS:
        cause = InputError("trials.many_visits", given=len(words), most=MOST_VISITS)
        raise head.error("visits", cause)
    with head.field("visits"):
        visits = tuple(parse_duration(word) for word in words)
        if list(visits) != sorted(set(visits)):
            raise InputError("trials.visits_not_in_order", given=head.get("visits"))
        if visits[-1] > LONGEST:
            raise InputError("trials.too_long", given=words[-1], years=LONGEST / YEAR)
    return visits


def _read_looks(head: Entry) -> tuple[float, ...]:
    looks = tuple(float(one) for one in head.get("looks") or (1.0,))
    # Comparisons that also turn away what is no number.
    spaced = all(after - before >= CLOSEST for before, after in pairwise((0.0, *looks)))
    if not (spaced and looks[-1] == 1.0):
        raise head.error("looks", InputError("trials.looks", given=str(list(looks))))
    return looks


def _read_criteria(entries: list[Entry], study: Study) -> tuple[Criterion, ...]:
    found: list[Criterion] = []
    for entry in entries:
        one = _read_criterion(entry, study)
        if one.what in [other.what for other in found]:
            raise entry.error("what", InputError("record.named_twice", given=one.what))
        found.append(one)
    return tuple(found)


def _read_criterion(entry: Entry, study: Study) -> Criterion:
    what = entry.require("what")
    measured = tuple(one.observable for one in study.endpoints)
    if what not in (*ATTRIBUTES, *measured):
        raise entry.error("what", name_unknown_word(what, (*ATTRIBUTES, *dict.fromkeys(measured))))
    only = entry.get("only")
    lowest, highest = entry.get("lowest"), entry.get("highest")
    if what == "sex":
        if lowest is not None or highest is not None:
            raise entry.error("what", InputError("trials.no_limits", given=what))
        return Criterion(what, -math.inf, math.inf, choose_word(entry, "only", ("f", "m")))
    if only is not None or (lowest is None and highest is None):
        raise entry.error("what", InputError("trials.no_limits", given=what))
    low = -math.inf if lowest is None else float(lowest)
    high = math.inf if highest is None else float(highest)
    if not low < high:
        raise entry.error("highest", InputError("trials.limits_reversed", lowest=low, highest=high))
    return Criterion(what, low, high, None)


def _read_ingredients(entries: list[Entry], study: Study) -> tuple[Ingredient, ...]:
    found: list[Ingredient] = []
    for entry in entries:
        one = _read_ingredient(entry, study)
        if one in found:
            raise entry.error("id", InputError("record.named_twice", given=one.id))
        found.append(one)
    return tuple(found)


def _read_ingredient(entry: Entry, study: Study) -> Ingredient:
    with entry.field("arm"):
        arm = study.find_arm(entry.require("arm"))
    known = tuple(row["id"] for row in read_table("ingredients.tsv"))
    return Ingredient(arm.id, choose_word(entry, "id", known))


def _read_contrasts(entries: list[Entry], study: Study) -> tuple[Contrast, ...]:
    """Return what is compared: unless it is told, each arm with the first."""
    control = study.arms[0].id
    if study.design == "before-after":
        return (Contrast("change", (control,), ()),)
    if not entries:
        return tuple(
            Contrast(f"{arm.id}-{control}", (arm.id,), (control,)) for arm in study.arms[1:]
        )
    found: list[Contrast] = []
    names = tuple(arm.id for arm in study.arms)
    for entry in entries:
        plus, minus = (read_words(entry, key, names) for key in ("plus", "minus"))
        if not plus or not minus or set(plus) & set(minus):
            raise entry.error("plus", InputError("trials.contrast_of_nothing"))
        if study.design == "crossover" and len(plus) + len(minus) > len(("plus", "minus")):
            raise entry.error("plus", InputError("trials.contrast_in_crossover"))
        if entry.require("id") in [one.id for one in found]:
            raise entry.error("id", InputError("record.named_twice", given=entry.get("id")))
        found.append(Contrast(entry.require("id"), plus, minus))
    return tuple(found)
