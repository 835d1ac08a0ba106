"""Oracle: closed forms of small models, one for each thing SBML has but events."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from problems import sbml
from problems.sbml import (
    LEVEL2,
    compartment,
    course,
    document,
    gather,
    parameter,
    rate,
    reaction,
    rule,
    run,
    species,
    start,
    takes,
)

CLOSE = 1e-7
K = gather("Parameters", parameter("k", 0.3))


def check(text: str, expected: dict[str, Callable[[float], float]], **settings: object) -> None:
    record = run(text, **settings)  # type: ignore[arg-type]
    for name, answer in expected.items():
        exact = [answer(time) for time in record.times.tolist()]
        np.testing.assert_allclose(course(record, name), exact, rtol=CLOSE, err_msg=name)


def decay(concentration: float = 2.0, law: str = "k*S*C", settings: str = "") -> str:
    return document(
        gather("Compartments", compartment("C", 4.0)),
        gather("Species", species("S", "C", f"initialConcentration='{concentration}' {settings}")),
        K,
        gather("Reactions", reaction("J", law, takes("S"))),
    )


def test_a_reaction_moves_amounts_and_names_mean_concentrations() -> None:
    def fall(t: float) -> float:
        return 2.0 * math.exp(-0.3 * t)

    def flow(t: float) -> float:
        return 0.3 * 4.0 * fall(t)

    check(decay(), {"S": fall, "J": flow, "C": lambda _: 4.0})
    check(decay(), {"S": lambda t: 4.0 * fall(t)}, amounts=("S",))
    check(decay(), {"S": fall}, concentrations=("S",))


def test_a_species_in_amounts() -> None:
    text = document(
        gather("Compartments", compartment("C", 4.0)),
        gather("Species", species("S", "C", "initialConcentration='2'", in_amount=True)),
        K,
        gather("Reactions", reaction("J", "k*S", takes("S"))),
    )
    check(text, {"S": lambda t: 8.0 * math.exp(-0.3 * t)})
    check(text, {"S": lambda t: 2.0 * math.exp(-0.3 * t)}, concentrations=("S",))


def test_a_point_has_amounts_alone() -> None:
    text = document(
        gather("Compartments", "<compartment id='C' spatialDimensions='0' constant='true'/>"),
        gather("Species", species("S", "C", "initialAmount='2'")),
        K,
        gather("Reactions", reaction("J", "k*S", takes("S"))),
    )
    check(text, {"S": lambda t: 2.0 * math.exp(-0.3 * t)})


@pytest.mark.parametrize("setting", ["boundaryCondition='true'", "constant='true'"])
def test_a_fixed_species_stays(setting: str) -> None:
    check(decay(settings=setting), {"S": lambda _: 2.0, "J": lambda _: 2.4})


def growing(*parts: str, kept: str = "initialAmount='2'") -> str:
    """Return a species in a compartment that grows by half its first size."""
    return document(
        gather("Compartments", compartment("C", 4.0, constant=False)),
        gather("Species", species("S", "C", kept)),
        gather("Rules", rate("C", "2"), *parts),
    )


def test_a_growing_compartment_dilutes() -> None:
    check(growing(), {"S": lambda t: 2.0 / (4.0 + 2.0 * t), "C": lambda t: 4.0 + 2.0 * t})
    check(growing(), {"S": lambda _: 2.0}, amounts=("S",))
    fixed = "initialConcentration='0.5' constant='true'"
    check(growing(kept=fixed), {"S": lambda t: 2.0 / (4.0 + 2.0 * t)})


def test_a_rate_of_a_concentration_holds_in_a_growing_compartment() -> None:
    check(growing(rate("S", "0.1")), {"S": lambda t: 0.5 + 0.1 * t})
    check(
        growing(rate("S", "0.1")),
        {"S": lambda t: (0.5 + 0.1 * t) * (4.0 + 2.0 * t)},
        amounts=("S",),
    )


def test_a_compartment_with_a_rule() -> None:
    text = document(
        gather("Compartments", compartment("C", constant=False)),
        gather("Species", species("S", "C", "initialAmount='3'"), species("R", "C")),
        gather("Rules", rule("C", "1 + time^2"), rate("R", "0.5")),
        gather("InitialAssignments", start("R", "S/3")),
    )
    check(text, {"S": lambda t: 3.0 / (1.0 + t * t), "R": lambda t: 1.0 + 0.5 * t})


def test_a_compartment_without_a_size_holds_amounts() -> None:
    text = document(
        gather("Compartments", compartment("C", None)),
        gather("Species", species("S", "C", "initialAmount='3'")),
        gather("Reactions", reaction("J", "2", right=takes("S"))),
    )
    check(text, {"S": lambda t: 3.0 + 2.0 * t, "C": lambda _: math.nan}, amounts=("S",))


def test_conversion_factors() -> None:
    text = document(
        gather("Compartments", compartment("C")),
        gather(
            "Species",
            species("A", "C", "initialAmount='0'"),
            species("B", "C", "initialAmount='0' conversionFactor='own'"),
        ),
        gather("Parameters", parameter("all", 10), parameter("own", 3)),
        gather("Reactions", reaction("J", "2", right=takes("A") + takes("B"))),
        model="conversionFactor='all'",
    )
    check(text, {"A": lambda t: 20.0 * t, "B": lambda t: 6.0 * t})


def made_by(reference: str, *parts: str, level: str = sbml.LEVEL3) -> str:
    return document(
        gather("Compartments", compartment("C")),
        gather("Species", species("S", "C", "initialAmount='1'")),
        *parts,
        gather("Reactions", reaction("J", "1", right=reference)),
        level=level,
    )


def test_a_stoichiometry_with_a_value() -> None:
    named = takes("S", "id='n' stoichiometry='2.5' constant='true'")
    check(made_by(named), {"S": lambda t: 1 + 2.5 * t, "n": lambda _: 2.5})


def test_a_stoichiometry_with_a_rule() -> None:
    named = takes("S", "id='n' constant='false'")
    text = made_by(named, gather("Rules", rule("n", "time")))
    check(text, {"S": lambda t: 1 + t * t / 2, "n": lambda t: t})


def test_a_stoichiometry_with_a_rate_and_an_initial_assignment() -> None:
    named = takes("S", "id='n' constant='false'")
    starts = gather("InitialAssignments", start("n", "S + 1"))
    text = made_by(named, starts, gather("Rules", rate("n", "3")))
    check(text, {"S": lambda t: 1 + 2 * t + 1.5 * t * t, "n": lambda t: 2 + 3 * t})


def test_a_stoichiometry_with_a_formula_of_level_2() -> None:
    inner = f"<stoichiometryMath>{sbml.math('2*time')}</stoichiometryMath>"
    text = made_by(takes("S", "", inner), level=LEVEL2)
    check(text, {"S": lambda t: 1 + t * t})


def test_values_at_the_start_and_local_ones() -> None:
    text = document(
        gather(
            "FunctionDefinitions",
            f"<functionDefinition id='twice'>{sbml.math('lambda(x, 2*x)')}</functionDefinition>",
        ),
        gather("Compartments", compartment("C")),
        gather("Species", species("S", "C", "initialAmount='1'")),
        gather("Parameters", parameter("k", 7), parameter("p"), parameter("q", constant=False)),
        gather("InitialAssignments", start("p", "twice(q) + S")),
        gather("Rules", rule("q", "k*S")),
        gather(
            "Reactions",
            reaction(
                "J",
                "k*p",
                right=takes("S"),
                local="<listOfLocalParameters><localParameter id='k' value='0.1'/>"
                "</listOfLocalParameters>",
            ),
        ),
    )
    # q = 7 S, p = 14 + 1 at the start and so for good, S' = 0.1 p
    check(text, {"p": lambda _: 15.0, "S": lambda t: 1 + 1.5 * t, "q": lambda t: 7 + 10.5 * t})


def test_rates_of_change_in_formulas() -> None:
    text = document(
        gather("Compartments", compartment("C", 2.0)),
        gather("Species", species("S", "C", "initialAmount='6'")),
        gather("Parameters", parameter("x", constant=False), parameter("y", constant=False)),
        gather("InitialAssignments", start("y", "rateOf(S)")),
        gather("Rules", rule("x", "rateOf(S)"), rate("y", "rateOf(x)")),
        gather("Reactions", reaction("J", "S", takes("S"))),
    )

    def fall(t: float) -> float:
        # S' = -S/2 in concentration, from 3
        return 3 * math.exp(-t / 2)

    check(text, {"S": fall, "x": lambda t: -fall(t) / 2, "y": lambda t: -fall(t) / 2})


def test_rates_that_jump_are_exact() -> None:
    text = "model m; x = 0; x' = piecewise(3, x < 1, 0.5); y = 0; y' = floor(time); end"
    check(
        text,
        {
            "x": lambda t: 3 * t if t < 1 / 3 else 1 + 0.5 * (t - 1 / 3),
            "y": lambda t: math.floor(t) * (t - (math.floor(t) + 1) / 2),
        },
        points=41,
    )


def test_a_store_that_runs_empty_stays_empty() -> None:
    record = run("model m; x = 4; x' = piecewise(-sqrt(x), x > 0, 0); end", points=101)
    exact = np.maximum(2.0 - record.times / 2.0, 0.0) ** 2
    np.testing.assert_allclose(course(record, "x"), exact, atol=1e-8)


def test_a_stiff_chain() -> None:
    def later(t: float) -> float:
        return (math.exp(-t) - math.exp(-1e6 * t)) / (1 - 1e-6)

    check("model m; a = 1; a' = -1e6*a; b = 0; b' = 1e6*a - b; end", {"b": later})


def test_a_run_begins_where_it_is_told() -> None:
    record = run("model m; x = 1; x' = time; end", begin=2.0, stop=4.0, points=3)
    np.testing.assert_allclose(course(record, "x"), [1.0, 3.5, 7.0], rtol=1e-9)
    assert record.times.tolist() == [2.0, 3.0, 4.0]


def test_submodels_have_names_within_names() -> None:
    text = """
    model inner; x = 1; x' = -k*x; k = 2; end
    model outer; a: inner(); b: inner(); b.k is rate; rate = 0.5; end
    """
    record = run(text, stop=2.0)
    np.testing.assert_allclose(course(record, "a__x"), np.exp(-2 * record.times), rtol=CLOSE)
    np.testing.assert_allclose(course(record, "b__x"), np.exp(-record.times / 2), rtol=CLOSE)


def test_what_a_model_changes_in_its_submodels_holds() -> None:
    inner = "model inner() S = 10; k = 0.5; J: S -> ; k*S; end"
    outer = "model outer() A: inner(); B: inner(); B.S = 3; B.k = 1; x = 1; end"
    record = run(f"{inner}\n{outer}", 2.0, 3)
    np.testing.assert_allclose(course(record, "A__S"), 10 * np.exp(-0.5 * record.times), rtol=1e-7)
    np.testing.assert_allclose(course(record, "B__S"), 3 * np.exp(-record.times), rtol=1e-7)
    assert course(record, "B__k").tolist() == [1.0] * 3


def test_a_late_pulse_of_a_rate_is_seen() -> None:
    record = run("model m; x = 0; x' = exp(-((time - 500)/5)^2); end", 1000.0, 2)
    assert course(record, "x")[-1] == pytest.approx(5 * math.sqrt(math.pi), rel=1e-8)
