"""From options as typed to a scenario that can be run: every check stands before the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from brainmag.clock import YEAR
from brainmag.commands.options import ScenarioOptions
from brainmag.commands.values import (
    read_age,
    read_creatinine,
    read_number,
    read_whole_number,
)
from brainmag.errors import InputError
from brainmag.intake import (
    Feeding,
    Intake,
    IntakeRequest,
    check_intake,
    parse_concentration,
    parse_duration,
    plan_intake,
    plan_regimen,
)
from brainmag.people import CULTURE, Population, Subject, build_subject
from brainmag.people.kidney import read_constants
from brainmag.people.population import WHO as POPULATION_OF
from brainmag.people.population import read_population
from brainmag.people.species import read_species
from brainmag.scenario import (
    LONGEST_RUN_YEARS,
    STRONGEST_MEDIUM,
    Medium,
    Scenario,
    apply_conditions,
)

LENGTH_OF_ONE_DOSE = 72.0
# Two weights tell a dose by weight from one that is the same for all.
HEAVIER = 1.25

_BODY = ("age", "sex", "weight", "egfr", "creatinine", "diet_mg", "no_ageing")
_MEDIUM = ("mg", "threonate")
_COURSE = ("product", "dose", "times_a_day", "meals", "in_water", "once", "infuse")


def plan_scenario(options: ScenarioOptions, hypothesis: str) -> Scenario:
    """Return the scenario that options describe, checked so far as it can be before it runs.

    Parameters
    ----------
    options : ScenarioOptions
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.

    Raises
    ------
    InputError
        When a value cannot be read, is out of range, or does not go with the others.

    Examples
    --------
    >>> plan_scenario(ScenarioOptions(product="mgt", dose="1 g", once=True), "none").hours
    72.0
    """
    subject = plan_subject(options)
    medium = _plan_medium(options, subject.who)
    intake = _plan_intake(options, subject)
    hours = _plan_length(options, subject)
    scenario = Scenario(subject, intake, hours, hypothesis, medium)
    if subject.who != CULTURE:
        given = apply_conditions(scenario)
        check_intake(given, species=subject.who, weight_kg=subject.weight, stop=hours)
    return scenario


def plan_subject(options: ScenarioOptions) -> Subject:
    """Return the subject that options describe.

    Raises
    ------
    InputError
        When a value cannot be read, is out of range, or does not go with the others.

    Examples
    --------
    >>> plan_subject(ScenarioOptions(who="rat", age="24 months")).age
    2.0
    """
    who = options.who or "human"
    if who == CULTURE and (body := options.list_given(*_BODY)):
        raise InputError("people.dish_has_no_body", given=", ".join(body))
    per_mg_dl = read_constants()["creatinine_umol_per_mg_dl"]
    return build_subject(
        who=who,
        age=read_age(options.age),
        sex=options.sex or "f",
        weight=read_number("--weight", options.weight, example="70"),
        egfr=read_number("--egfr", options.egfr, example="85"),
        creatinine=read_creatinine(options.creatinine, per_mg_dl),
        diet_mg=read_number("--diet-mg", options.diet_mg, example="300"),
        ageing=not options.no_ageing,
        conditions=tuple(options.condition or ()),
        cells=options.cells,
    )


def plan_population(
    options: ScenarioOptions, scenario: Scenario, *, size: int, seed: int
) -> Population:
    """Return the population that options describe; what they say of a person holds for all.

    Parameters
    ----------
    options : ScenarioOptions
    scenario : Scenario
        What they describe for one person.
    size, seed : int

    Raises
    ------
    InputError
        When they describe no people, the run would outlive them, or doses go by body weight.

    Examples
    --------
    >>> options = ScenarioOptions(sex="m", length="1 week")
    >>> plan_population(options, plan_scenario(options, "none"), size=10, seed=1).sex
    'm'
    """
    subject = scenario.subject
    if subject.who != POPULATION_OF:
        raise InputError("people.population_of_people", who=subject.who)
    oldest = subject.age if options.age is not None else read_population()["age_oldest"]
    _check_age(options.length or "", scenario.hours, replace(subject, age=oldest))
    if options.weight is None and scenario.intake.courses:
        heavier = replace(options, weight=f"{HEAVIER * subject.weight!r}")
        if plan_scenario(heavier, scenario.hypothesis).intake != scenario.intake:
            raise InputError("cli.dose_by_weight")
    per_mg_dl = read_constants()["creatinine_umol_per_mg_dl"]
    return Population(
        size=size,
        seed=seed,
        age=None if options.age is None else subject.age,
        sex=None if options.sex is None else subject.sex,
        weight=None if options.weight is None else subject.weight,
        egfr=None if options.egfr is None else subject.egfr,
        creatinine=read_creatinine(options.creatinine, per_mg_dl),
        diet_mg=None if options.diet_mg is None else subject.diet_mg,
    )


def _plan_medium(options: ScenarioOptions, who: str) -> Medium:
    if who != CULTURE:
        if given := options.list_given(*_MEDIUM):
            raise InputError("cli.medium_needs_dish", given=given[0], who=who)
        return Medium()
    return Medium(_read_medium(options.mg), _read_medium(options.threonate))


def _read_medium(text: str | None) -> float | None:
    if text is None:
        return None
    concentration = parse_concentration(text, allow_zero=True)
    if concentration > STRONGEST_MEDIUM:
        limit = f"{STRONGEST_MEDIUM:g} mmol/L"
        raise InputError("cli.medium_too_concentrated", given=text, limit=limit)
    return concentration


def _plan_intake(options: ScenarioOptions, subject: Subject) -> Intake:
    feeding = cast(Feeding, read_species(subject.who).get("feeding", "none"))
    taken = options.list_given("regimen", *_COURSE)
    if feeding == "none" and taken:
        raise InputError("intake.dish_takes_no_dose", given=taken[0])
    if options.regimen is not None:
        if len(taken) > 1:
            raise InputError("intake.options_clash", given=taken[0], other=taken[1])
        return plan_regimen(
            Path(options.regimen),
            feeding=feeding,
            diet_mg=subject.diet_mg,
            weight_kg=subject.weight,
        )
    request = IntakeRequest(
        product=options.product,
        dose=options.dose,
        times_a_day=read_whole_number("--times-a-day", options.times_a_day, example="2"),
        meals=options.meals,
        in_water=options.in_water,
        once=options.once,
        infuse=options.infuse,
    )
    return plan_intake(request, feeding=feeding, diet_mg=subject.diet_mg, weight_kg=subject.weight)


def _plan_length(options: ScenarioOptions, subject: Subject) -> float:
    """Return the length of the run, h; an ageing body must stay within the ages of its model."""
    if options.length is None:
        if options.once:
            return LENGTH_OF_ONE_DOSE
        raise InputError("cli.length_missing")
    hours = parse_duration(options.length)
    years = hours / YEAR
    if years > LONGEST_RUN_YEARS:
        raise InputError("cli.length_too_long", given=options.length, limit=LONGEST_RUN_YEARS)
    _check_age(options.length, hours, subject)
    return hours


def _check_age(length: str, hours: float, subject: Subject) -> None:
    """Raise when a subject would grow older in a run than its model reaches."""
    if not subject.ageing:
        return
    highest = float(read_species(subject.who)["age_highest"])
    if subject.age + hours / YEAR > highest:
        raise InputError(
            "cli.run_outlives", given=length, age=subject.age, highest=highest, who=subject.who
        )
