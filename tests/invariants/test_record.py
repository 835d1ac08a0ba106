"""Oracle: what must hold of the record and of running it, whatever its numbers are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from brainmag.engine import draw_uniform
from brainmag.intake import Intake
from brainmag.people import People, build_subject
from brainmag.people.population import read_population
from brainmag.people.quantiles import find_normal_quantiles
from brainmag.record import Figure, list_figures, load_studies, predict
from brainmag.record.library import read_roles
from brainmag.record.predict import predict_figures
from brainmag.record.quadrature import spread_people
from brainmag.record.roles import VALIDATION_SHARE, draw_roles
from brainmag.record.terms import list_terms
from brainmag.scenario import Medium, Scenario
from brainmag.simulate import simulate
from brainmag.sources import find_source

# Studies that the record must hold; a study may have more than one folder.
WANTED = {
    *("slutsky-2010", "slutsky-2004", "sun-2016", "xiong-2022", "zhang-2022", "lopresti-2026"),
    *("liu-2016", "li-2014", "shen-2019", "xu-2017", "zhou-2020", "abumaria-2011"),
    *("hausenblas-2024", "wroolie-2017", "zhang-2016", "fine-1991", "sabatier-2002"),
    *("sabatier-2003", "coudray-2005", "lu-2002", "mckee-2005", "brewer-2001", "oppelt-1963"),
    *("wang-2011", "haensch-2010", "schutten-2021", "mah-2021", "mazidi-2018", "heaton-2014"),
    *("michiels-2021", "toyonaga-2024", "geinisman-1976", "polsenior-2016", "li-2013"),
}
MOST_HINDERED = 0.15


def list_comparable() -> list[Figure]:
    return [figure for figure in list_figures() if not figure.hindrance]


def take(*names: str) -> list[Figure]:
    return [figure for figure in list_figures() if figure.id in names]


def test_the_record_holds_what_it_must() -> None:
    assert {study.source for study in load_studies().values()} >= WANTED


def test_every_figure_has_one_name() -> None:
    names = [figure.id for figure in list_figures()]
    assert len(set(names)) == len(names)


def test_no_figure_is_graded_better_than_its_source() -> None:
    better = [
        figure.id
        for figure in list_figures()
        if figure.grade < find_source(figure.study.source).grade
    ]
    assert better == []


def test_retracted_work_is_kept_and_never_counts() -> None:
    for figure in list_figures():
        assert find_source(figure.study.source).retracted == (figure.hindrance == "retracted")
        assert not (figure.hindrance and figure.role)
    assert any(figure.hindrance == "retracted" for figure in list_figures())


def test_few_figures_cannot_be_compared() -> None:
    figures = list_figures()
    hindered = [figure for figure in figures if figure.hindrance]
    assert len(hindered) <= MOST_HINDERED * len(figures)


def test_roles_are_those_that_were_drawn() -> None:
    assert read_roles() == draw_roles(list_figures())


def test_a_quarter_of_every_stratum_only_judges() -> None:
    strata: dict[tuple[str, str], list[str]] = {}
    for figure in list_comparable():
        strata.setdefault((figure.grade, figure.endpoint.level), []).append(figure.role)
    for roles in strata.values():
        assert roles.count("validation") == math.ceil(VALIDATION_SHARE * len(roles))


def test_a_direction_is_told_by_what_could_be_seen() -> None:
    (up,) = take("shen-2019/csf-mgt")
    (same,) = take("shen-2019/csf-sulfate")
    edge = 1.96 * 15 * math.sqrt(2 / 10)
    assert up.interval == (pytest.approx(edge), math.inf)
    assert same.interval == (pytest.approx(-edge), pytest.approx(edge))


def test_figures_do_not_depend_on_threads_or_company() -> None:
    figures = take(
        "slutsky-2010/csf-day-24", "sun-2016-dish/neuronal-magnesium", "liu-2016/attention"
    )
    places = {"neuron_gain": np.array([0.3, 0.7, 0.9]), "csf_reference": np.array([0.2, 0.5, 0.8])}
    together = predict_figures(figures, "carrier", places, threads=2)
    alone = predict_figures(
        figures[:1], "carrier", {name: row[1:2] for name, row in places.items()}, threads=1
    )
    column = [figure.id for figure in figures].index(figures[0].id)
    assert together[1, column] == alone[0, 0]


def test_a_figure_is_what_simulate_tells() -> None:
    (figure,) = take("slutsky-2010/csf-day-24")
    (value,) = predict_figures([figure], "mineral", {})[0]
    run = simulate(
        Scenario(figure.arm.subject, figure.arm.intake, figure.time, "mineral", calibrated=False),
        draws=0,
    )
    column = run.trajectories.names.index("csf_mg")
    mean = run.trajectories.end_day[0, column]
    usual = run.trajectories.baseline[0, column]
    assert value == pytest.approx(100 * (mean / usual - 1), abs=2e-3)


def test_a_dish_figure_is_what_simulate_tells() -> None:
    (figure,) = take("zhou-2015/functional-terminals")
    (value,) = predict_figures([figure], "mineral", {})[0]
    scenario = Scenario(
        figure.arm.subject,
        Intake("none", 0.0),
        figure.time,
        "mineral",
        Medium(1.2),
        calibrated=False,
    )
    run = simulate(scenario, draws=0)
    column = run.trajectories.names.index("functional_terminals")
    assert value == pytest.approx(100 * (run.trajectories.end_day[0, column] - 1), abs=1e-3)


def test_four_people_have_the_moments_of_three_scores() -> None:
    subject = build_subject(age=50, weight=75.0, ageing=False)
    people = spread_people(subject)
    assert people is not None
    table = read_population()
    scores = np.column_stack(
        [
            np.log(people.diet_mg / subject.diet_mg) / table["diet_spread"],
            people.status,
            np.log(people.egfr / subject.egfr) / table["creatinine_spread"],
        ]
    )
    assert np.allclose(scores.mean(axis=0), 0.0)
    assert np.allclose(scores.T @ scores / len(scores), np.eye(3))


@pytest.mark.figures
def test_four_people_stand_for_a_population(
    record_property: pytest.RecordProperty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rise of plasma and urine on 365 mg a day: four people against 1,000 drawn ones."""
    names = ("zhang-2016/plasma", "zhang-2016/urine")
    figures = take(*names)
    few = predict_figures(figures, "mineral", {})[0]
    subject = figures[0].arm.subject
    scores = find_normal_quantiles(draw_uniform(1, np.arange(1000), ["diet", "status", "kidney"]))
    table = read_population()
    model = spread_people(subject)
    assert model is not None
    many = People(
        seed=0,
        numbers=np.arange(1, 1001),
        **{
            name: np.full(1000, getattr(model, name)[0])
            for name in ("age", "sex", "height", "weight", "creatinine")
        },
        egfr=subject.egfr * np.exp(table["creatinine_spread"] * scores[:, 2]),
        egfr_given=subject.egfr_given,
        diet_mg=subject.diet_mg * np.exp(table["diet_spread"] * scores[:, 0]),
        status=scores[:, 1],
    )
    monkeypatch.setattr(predict, "spread_people", lambda _, same_diet: many)  # noqa: ARG005
    drawn = predict_figures(figures, "mineral", {})[0]
    for name, four, thousand in zip(names, few, drawn, strict=True):
        expected = f"{thousand:.4f} +- 5 %"
        record_property("figure", (f"{name}, four people", expected, f"{four:.4f}"))
        assert four == pytest.approx(thousand, rel=0.05)


def test_groups_that_are_alike_are_run_once() -> None:
    cohorts = {term.cohort for figure in list_comparable() for term in list_terms(figure)}
    arms = {(f.study.id, arm.id) for f in list_comparable() for arm in f.study.arms}
    assert len(cohorts) < 0.7 * len(arms)
