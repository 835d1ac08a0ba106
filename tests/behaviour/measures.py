"""How each expectation of ``expectations.tsv`` is measured on the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from brainmag.biology.assemble import assemble_model
from brainmag.document import describe_run
from brainmag.engine import Events, Status, compile_model, solve
from brainmag.intake import (
    MG_PER_MMOL,
    Intake,
    IntakeRequest,
    find_product,
    measure_portion,
    plan_intake,
)
from brainmag.people import Subject, build_subject
from brainmag.people.parameters import HYPOTHESES, read_parameters
from brainmag.people.species import read_species
from brainmag.scenario import Medium, Scenario, list_run_events
from brainmag.simulate import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, Run, prepare, simulate

DAY, WEEK = 24.0, 168.0
DRAWS = 200
Values = dict[str, float]
Array = NDArray[np.float64]
Change = tuple[float, str, Literal["add", "set"], float]


def ask(subject: Subject, intake: Intake, hours: float, *rest: Any) -> Scenario:
    """Return a scenario with the parameter table's own values: what the expectations are about.

    What the published record makes of them is judged by the record itself.
    """
    return replace(Scenario(subject, intake, hours, *rest), calibrated=False)


def give(subject: Subject, product: str, dose: str, **options: object) -> Intake:
    """Return an intake as the command line plans it."""
    feeding = read_species(subject.who)["feeding"]
    request = IntakeRequest(product=product, dose=dose, **options)
    return plan_intake(request, feeding=feeding, diet_mg=subject.diet_mg, weight_kg=subject.weight)


def eat(subject: Subject) -> Intake:
    """Return the usual diet and nothing else."""
    return Intake(read_species(subject.who)["feeding"], subject.diet_mg)


def person(**options: object) -> Subject:
    """Return a person of 40 years and 70 kg unless told otherwise."""
    return build_subject(**{"age": 40, "weight": 70.0, "ageing": False, **options})


@dataclass(frozen=True)
class Reading:
    """Medians and nominal values of one run."""

    run: Run

    def column(self, name: str) -> int:
        return self.run.trajectories.names.index(name)

    def median(self, name: str, *, at: str = "end") -> float:
        values = getattr(self.run.trajectories, at)[:, self.column(name)]
        ok = self.run.status == Status.FINISHED
        return float(np.median(values[ok][1:] if ok.sum() > 1 else values[ok]))

    def change(self, name: str) -> float:
        """Median over draws of end minus baseline."""
        t = self.run.trajectories
        values = (t.end - t.baseline)[:, self.column(name)]
        return float(np.median(values[1:] if values.size > 1 else values))

    def percent(self, name: str) -> float:
        """Median over draws of the relative change, percent."""
        t = self.run.trajectories
        values = (100 * (t.end / t.baseline - 1))[:, self.column(name)]
        return float(np.median(values[1:] if values.size > 1 else values))


@cache
def read_run(
    subject: Subject,
    intake: Intake,
    hours: float,
    hypothesis: str = "mineral",
    draws: int = 0,
    medium: Medium = Medium(),  # noqa: B008 - immutable
) -> Reading:
    """Return the reading of one scenario; every scenario is run once."""
    scenario = ask(subject, intake, hours, hypothesis, medium)
    return Reading(simulate(scenario, draws=draws, seed=1))


def measure_healthy() -> Values:
    values: Values = {}
    for egfr in (60, 85, 110):
        subject = person(egfr=egfr)
        reading = read_run(subject, eat(subject), DAY, draws=DRAWS)
        for name in ("plasma_mg", "urine_mg", "csf_mg", "neuron_mg"):
            values[f"{name}_egfr_{egfr}"] = reading.median(name, at="baseline")
        t = reading.run.trajectories
        csf = t.baseline[1:, reading.column("csf_mg")]
        ionised = t.baseline[1:, reading.column("plasma_ionised_mg")]
        values[f"csf_minus_ionised_egfr_{egfr}"] = float(np.median(csf - ionised))
        balance = describe_run(reading.run)["balance"]
        lost = balance["urine"] + balance["faecal"] + balance["sweat"]
        values[f"daily_balance_egfr_{egfr}"] = abs(balance["intake"] - lost)
        plasma = t.baseline[1:, reading.column("plasma_mg")]
        values[f"plasma_sd_egfr_{egfr}"] = float(np.std(plasma, ddof=1))
    return values


def measure_drift() -> Values:
    subject = person(egfr=110)
    run = read_run(subject, eat(subject), 180 * DAY, draws=20).run
    kept = [i for i, name in enumerate(run.model.states) if not name.endswith("_ledger")]
    start, end = run.baseline_states[:, kept], run.final_states[:, kept]
    drift = np.abs(end - start) / np.maximum(np.abs(start), 1e-6)
    return {"drift_percent": float(100 * drift.max())}


def measure_supplement() -> Values:
    subject = person(egfr=100)
    values: Values = {}
    for times in (2, 3):
        dose = f"{365 / times:.9g} mg Mg"
        intake = give(subject, "chloride", dose, times_a_day=times)
        reading = read_run(subject, intake, 16 * WEEK, draws=DRAWS)
        values[f"plasma_rise_{times}_doses"] = reading.change("plasma_mg")
        values[f"urine_rise_{times}_doses"] = reading.change("urine_mg")
    return values


def run_person(events: list[Change], times: Sequence[float], outputs: Sequence[str]) -> Array:
    """Outputs, shape (times, outputs), of the nominal person who gets these events alone."""
    subject = person(egfr=110)
    ready = prepare(ask(subject, eat(subject), DAY), draws=0, seed=1)
    solution = solve(
        ready.model,
        initial=ready.start,
        parameters=ready.parameters.before,
        start=0.0,
        stop=max(times),
        events=Events.build(ready.model, events),
        output_times=np.array(times),
    )
    return solution.outputs[0][:, [ready.model.outputs.index(name) for name in outputs]]


def absorb_meal(acetate_mmol: float) -> float:
    """Net absorption of a 48 mg meal after an overnight fast, with acetate (Fine 1991)."""
    meal = 48 / MG_PER_MMOL

    def absorbed(events: list[Change]) -> float:
        return float(run_person(events, [32.0], ["absorbed_ledger"])[0, 0])

    served: list[Change] = [(8.0, "solid_food", "add", meal)]
    if acetate_mmol:
        served.append((8.0, "lumen_magnesium", "add", acetate_mmol))
    return 100 * (absorbed(served) - absorbed([])) / (meal + acetate_mmol)


def measure_absorption() -> Values:
    subject = person(egfr=110)
    values = {
        "fine_meal_percent": absorb_meal(0.0),
        "fine_meal_and_acetate_percent": absorb_meal(40.0),
    }
    once: Values = {}
    for product in ("citrate", "oxide"):
        intake = give(subject, product, "300 mg Mg", once=True, meals="fasted")
        document = describe_run(read_run(subject, intake, 72.0, draws=0).run)
        once[product] = document["labelled_absorbed_fraction"]["median"]
        day = read_run(subject, intake, 32.0, draws=0).run
        ledger = day.trajectories.ledgers["urine_ledger"][0]
        once[f"{product}_urine"] = float(ledger[1] - ledger[0])
    values["oxide_over_citrate"] = once["oxide"] / once["citrate"]
    values["citrate_minus_oxide_urine"] = once["citrate_urine"] - once["oxide_urine"]
    return values


def measure_infusion() -> Values:
    subject = person(egfr=110)
    gram = measure_portion(find_product("sulfate-iv"), 1000.0).magnesium_mmol
    events: list[Change] = [
        (8.0, "infusion_rate", "set", 4 * gram / (20 / 60)),
        (8.0 + 20 / 60, "infusion_rate", "set", gram),
    ]
    plasma = run_person(events, [8.0, 44.0], ["plasma_mg"])[:, 0]
    values = {"iv_clearance": float(gram / (plasma[1] - plasma[0]))}
    intake = give(subject, "sulfate-iv", "20 mmol Mg", once=True, infuse="30 min")
    reading = read_run(subject, intake, 12.0, draws=0)
    t = reading.run.trajectories
    csf = t.series[0, :, reading.column("csf_mg")]
    after = csf[t.times >= 8.0]
    values["csf_after_iv_percent"] = float(100 * (after.max() / after[0] - 1))
    return values


def measure_kidney_failure() -> Values:
    values: Values = {}
    for egfr in (15, 60):
        subject = person(egfr=egfr, diet_mg=500)
        reading = read_run(subject, eat(subject), DAY, draws=DRAWS)
        values[f"plasma_500_egfr_{egfr}"] = reading.median("plasma_mg", at="baseline")
    return values


def measure_threonate() -> Values:
    subject = person(egfr=110)
    values: Values = {}
    for dose in (675, 2025, 4050):
        intake = give(subject, "calcium-threonate", f"{dose} mg", once=True)
        reading = read_run(subject, intake, 32.0, draws=0)
        t = reading.run.trajectories
        level = t.series[0, :, reading.column("plasma_threonate")]
        above = level - level[0]
        ledger = t.ledgers["threonate_urine_ledger"][0]
        quiet = read_run(subject, eat(subject), 32.0, draws=0).run
        own = quiet.trajectories.ledgers["threonate_urine_ledger"][0]
        given = reading.run.given["threonate"]
        values[f"threonate_urine_percent_{dose}"] = float(
            100 * ((ledger[1] - ledger[0]) - (own[1] - own[0])) / given
        )
        if dose == 2025:
            values["threonate_tmax"] = float(t.times[np.argmax(above)] - 8.0)
            late = (t.times >= 20.0) & (t.times <= 26.0)
            slope = np.polyfit(t.times[late], np.log(above[late]), 1)[0]
            values["threonate_half_life"] = float(-np.log(2) / slope)
    twice = give(subject, "calcium-threonate", "2025 mg", times_a_day=2)
    levels = []
    for days in (2, 5):
        reading = read_run(subject, twice, days * DAY + 7.5, draws=0)
        levels.append(reading.median("plasma_threonate"))
    values["threonate_trough_ratio"] = levels[1] / levels[0]
    return values


# A set inside the priors of the carrier gains, potency and barrier time that meets the rat figures.
CARRIER_SET = {
    "barrier_gain": 0.42,
    "neuron_gain": 0.80,
    "threonate_potency": 0.1,
    "barrier_time": 720.0,
}


def run_rat(product: str, hypothesis: str, days: int, changes: Values | None = None) -> Values:
    """Percent changes of the nominal rat on 604 mg/kg/d MgT, or the same Mg of another salt."""
    rat = build_subject(who="rat", ageing=False)
    mgt = measure_portion(find_product("mgt"), 604 * rat.weight)
    same = f"{mgt.magnesium_mmol * MG_PER_MMOL:.12g} mg Mg"
    intake = give(rat, product, "604 mg/kg" if product == "mgt" else same, in_water=True)
    scenario = ask(rat, intake, days * DAY, hypothesis)
    ready = prepare(scenario, draws=0, seed=1)
    parameters = ready.parameters.during.copy()
    for name, value in (changes or {}).items():
        parameters[:, ready.model.parameters.index(name)] = value
    solution = solve(
        ready.model,
        initial=ready.start,
        parameters=parameters,
        start=0.0,
        stop=days * DAY,
        events=Events.build(ready.model, list_run_events(scenario)),
        output_times=np.array([0.0, days * DAY]),
    )
    first, last = solution.outputs[0]
    return {
        name: float(100 * (last[i] / first[i] - 1))
        for i, name in enumerate(ready.model.outputs)
        if first[i] > 0
    }


def measure_rat() -> Values:
    day12 = run_rat("mgt", "carrier", 12, CARRIER_SET)
    day24 = run_rat("mgt", "carrier", 24, CARRIER_SET)
    none = run_rat("mgt", "none", 24)
    other = run_rat("chloride", "carrier", 24, CARRIER_SET)
    mineral = [run_rat(product, "mineral", 24)["csf_mg"] for product in ("mgt", "chloride")]
    slow = ("nr2b", "functional_terminals", "release_probability", "synapse_density")
    return {
        "rat_csf_day_12": day12["csf_mg"],
        "rat_csf_day_24": day24["csf_mg"],
        "rat_terminals": day24["functional_terminals"],
        "rat_nr2b": day24["nr2b"],
        "rat_ltp": day24["ltp"],
        "rat_release": day24["release_probability"],
        "rat_density": day24["synapse_density"],
        "rat_other_salt_csf": other["csf_mg"],
        "rat_mineral_salts_differ": abs(mineral[0] - mineral[1]),
        "rat_none_slow_states": max(abs(none[name]) for name in slow),
    }


def measure_dish() -> Values:
    values: Values = {}
    for hypothesis in ("none", "mineral", "carrier"):
        dish = build_subject(who="culture")
        acute, chronic = (
            read_run(dish, Intake("none", 0.0), hours, hypothesis, 0, Medium(1.2)).percent("ltp")
            for hours in (1.0, 14 * DAY)
        )
        values[f"dish_acute_ltp_{hypothesis}"] = acute
        values[f"dish_chronic_ltp_{hypothesis}"] = chronic
        # LTP is tested in the medium: what adaptation adds shows against the same medium.
        values[f"dish_adapted_ltp_{hypothesis}"] = 100 * ((100 + chronic) / (100 + acute) - 1)
    return values


def measure_none() -> Values:
    """Under none the band stands around what each person is used to, wherever that is."""
    shift: Values = {}
    for name, subject, draws in (
        ("egfr_15", person(age=65, egfr=15), 0),
        ("people", person(age=65), DRAWS),
    ):
        intake = give(subject, "mgt", "1 g", times_a_day=2)
        reading = read_run(subject, intake, 12 * WEEK, "none", draws)
        t = reading.run.trajectories
        moved = [
            np.abs(100 * (t.end / t.baseline - 1))[:, reading.column(name)]
            for name in ("nr2b", "functional_terminals", "synapse_density")
        ]
        shift[f"none_slow_states_{name}"] = float(np.percentile(np.max(moved, axis=0), 95))
    return shift


def measure_ageing() -> Values:
    young, old = (read_run(person(age=age), eat(person(age=age)), DAY) for age in (25, 75))

    def both(name: str) -> tuple[float, float]:
        return young.median(name, at="baseline"), old.median(name, at="baseline")

    values: Values = {}
    for name in ("plasma_mg", "csf_mg"):
        first, last = both(name)
        values[f"ageing_{name}_percent"] = 100 * (last / first - 1)
    first, last = both("muscle_mg")
    values["ageing_muscle_percent_per_decade"] = 100 * (last / first - 1) / 5
    first, last = both("cognition")
    values["ageing_cognition_per_decade"] = (last - first) / 5
    first, last = both("synapse_density")
    slope = read_parameters()["density_on_cognition"].nominal
    values["ageing_density_part_per_decade"] = float(-slope * np.log(last / first) / 5)
    return values


def measure_decades() -> Values:
    """What 30 years of 2 g MgT a day add at 75, against the same 30 years without."""
    subject = build_subject(age=45, weight=70.0)
    hours = 30 * 365.25 * DAY
    taken = give(subject, "mgt", "1 g", times_a_day=2)
    values: Values = {}
    for hypothesis in ("none", "mineral"):
        without = read_run(subject, eat(subject), hours, hypothesis).median("cognition")
        reading = read_run(subject, taken, hours, hypothesis).median("cognition")
        values[f"cognition_75_without_{hypothesis}"] = without
        values[f"cognition_75_gain_{hypothesis}"] = reading - without
    return values


CASES = (
    ("human", "mgt", "1 g", {"times_a_day": 2}, ("stressed", "poor-sleep")),
    ("rat", "mgt", "604 mg/kg", {"in_water": True}, ("vincristine", "low-mg-diet")),
    ("mouse", "mgt", "910 mg/kg", {"times_a_day": 1}, ("app-ps1",)),
)


def measure_conservation() -> Values:
    values: Values = {}
    for who, product, dose, options, _ in CASES:
        subject = build_subject(who=who)
        intake = give(subject, product, dose, **options)
        run = read_run(subject, intake, 2 * WEEK, "carrier", 100).run
        document = describe_run(run)
        values[f"magnesium_error_{who}"] = document["balance"]["relative_error"]
        values[f"threonate_error_{who}"] = document["threonate_balance"]["relative_error"]
    dish = build_subject(who="culture")
    for name, medium in (("own", Medium()), ("raised", Medium(1.2, 0.1))):
        run = read_run(dish, Intake("none", 0.0), 2 * WEEK, "carrier", 100, medium).run
        balance = describe_run(run)["balance"]
        values[f"magnesium_error_culture_{name}"] = balance["relative_error"]
    return values


def find_lowest(scenario: Scenario, draws: int) -> float:
    """Lowest value any state takes on a fine grid, over all draws."""
    ready = prepare(scenario, draws=draws, seed=3)
    text = assemble_model("dish" if scenario.subject.who == "culture" else "chain")
    states = compile_model(text, outputs=ready.model.states)
    solution = solve(
        states,
        initial=ready.start,
        parameters=ready.parameters.during,
        start=0.0,
        stop=scenario.hours,
        events=Events.build(states, list_run_events(scenario)),
        output_times=np.arange(0.0, scenario.hours + 0.1, 0.25),
        rtol=RELATIVE_TOLERANCE,
        atol=ABSOLUTE_TOLERANCE,
    )
    assert np.all(solution.status == Status.FINISHED)
    return float(np.min(solution.outputs))


def measure_positivity() -> Values:
    lowest: list[float] = []
    for who, product, dose, options, conditions in CASES:
        subject = build_subject(who=who, conditions=conditions)
        intake = give(subject, product, dose, **options)
        lowest += [
            find_lowest(ask(subject, intake, 3 * DAY, hypothesis), 100) for hypothesis in HYPOTHESES
        ]
    dish = build_subject(who="culture", conditions=("amyloid-insult", "oxidative-insult"))
    scenario = ask(dish, Intake("none", 0.0), 3 * DAY, "carrier", Medium(0.0, 1.0))
    lowest.append(find_lowest(scenario, 100))
    return {"lowest_state": min(lowest)}


MEASURES: tuple[Callable[[], Values], ...] = (
    measure_healthy,
    measure_drift,
    measure_supplement,
    measure_absorption,
    measure_infusion,
    measure_kidney_failure,
    measure_threonate,
    measure_rat,
    measure_none,
    measure_dish,
    measure_ageing,
    measure_decades,
    measure_conservation,
    measure_positivity,
)
