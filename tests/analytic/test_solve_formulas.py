"""Oracle: the standard library's functions, and arithmetic on paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from brainmag.engine import compile_model
from problems import sbml
from problems.sbml import course, document, gather, parameter, rule, run

FUNCTIONS: dict[str, tuple[Callable[[float], float], list[float]]] = {
    "sec": (lambda x: 1 / math.cos(x), [-1.0, 0.5, 2.0]),
    "csc": (lambda x: 1 / math.sin(x), [-1.0, 0.5, 2.0]),
    "cot": (lambda x: 1 / math.tan(x), [-1.0, 0.5, 2.0]),
    "sech": (lambda x: 1 / math.cosh(x), [-1.0, 0.0, 2.0]),
    "csch": (lambda x: 1 / math.sinh(x), [-1.0, 0.5, 2.0]),
    "coth": (lambda x: 1 / math.tanh(x), [-1.0, 0.5, 2.0]),
    "arcsin": (math.asin, [-1.0, -0.3, 0.0, 0.99999, 1.0]),
    "arccos": (math.acos, [-1.0, -0.3, 0.0, 0.99999, 1.0]),
    "arctan": (math.atan, [-1e300, -3.0, -0.7, 0.0, 1e-9, 0.2, 1.0, 5.0, math.inf]),
    "arcsec": (lambda x: math.acos(1 / x), [-2.0, 1.0, 7.0]),
    "arccsc": (lambda x: math.asin(1 / x), [-2.0, 1.0, 7.0]),
    "arccot": (lambda x: math.atan(1 / x), [-2.0, 0.5, 7.0]),
    "arcsinh": (math.asinh, [-1e5, -2.0, 0.5, 3.0]),
    "arccosh": (math.acosh, [1.0, 1.5, 1e5]),
    "arctanh": (math.atanh, [-0.9, 0.1, 0.5]),
    "arcsech": (lambda x: math.acosh(1 / x), [0.1, 0.5, 1.0]),
    "arccsch": (lambda x: math.asinh(1 / x), [-2.0, 0.5, 7.0]),
    "arccoth": (lambda x: math.atanh(1 / x), [-2.0, 1.5, 7.0]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_once(name: str) -> None:
    oracle, points = FUNCTIONS[name]
    for x in points:
        # A state that rests, so that nothing is known before the run.
        first = "inf" if math.isinf(x) else x
        text = f"model m; x = {first}; y := {name}(x); at (time > 9): x = 0; end"
        value = course(run(text, 1.0, 2), "y")[0]
        assert value == pytest.approx(oracle(x), rel=1e-13, abs=1e-15)


def test_functions_for_many() -> None:
    lines = "; ".join(f"y_{name} := {name}(s)" for name in FUNCTIONS)
    model = compile_model(
        f"model m; s' = 0; s = 1; {lines}; end", outputs=[f"y_{name}" for name in FUNCTIONS]
    )
    for place, (oracle, points) in enumerate(FUNCTIONS.values()):
        states = np.array(points)[:, None]
        given = model.evaluate(states, np.empty((len(points), 0)), 0.0)[:, place]
        exact = [oracle(x) for x in points]
        np.testing.assert_allclose(given, exact, rtol=1e-13, atol=1e-15)


WORDS = {
    "quotient(7, 2)": 3.0,
    "quotient(-7, 2)": -3.0,
    "rem(7, 2)": 1.0,
    "rem(-7, 2)": -1.0,
    "factorial(5)": 120.0,
    "max(1, 5, 3)": 5.0,
    "min(4, 2)": 2.0,
    "implies(true, false)": 0.0,
    "implies(false, false)": 1.0,
    "xor(true, true, true)": 1.0,
    "true + true": 2.0,
    "piecewise(3, 5, 4)": 3.0,
    "and()": 1.0,
    "or()": 0.0,
    "xor()": 0.0,
    "plus()": 0.0,
    "times()": 1.0,
    "avogadro": 6.02214179e23,
    "log10(1000)": 3.0,
    "log(2, 8)": 3.0,
    "root(3, 27)": 3.0,
    "1/0": math.inf,
    "-1/0": -math.inf,
    "0/0": math.nan,
    "ln(0)": -math.inf,
    "sqrt(-1)": math.nan,
    "exp(1000)": math.inf,
    "(-8)^(1/3)": math.nan,
    "0^0": 1.0,
    "0^(-1)": math.inf,
    "gt(3, 2, 1)": 1.0,
}


@pytest.mark.parametrize("formula", WORDS)
def test_words_of_formulas(formula: str) -> None:
    text = document(
        gather("Parameters", parameter("y", constant=False)), gather("Rules", rule("y", formula))
    )
    assert course(run(text, 1.0, 2), "y")[-1] == pytest.approx(WORDS[formula], nan_ok=True)


def test_empty_formulas_say_nothing() -> None:
    text = document(
        gather("Parameters", *(parameter(name, 2, constant=False) for name in "abc")),
        gather("InitialAssignments", "<initialAssignment symbol='a'/>"),
        gather("Rules", "<assignmentRule variable='b'/>", "<rateRule variable='c'/>"),
        gather("Reactions", "<reaction id='J' reversible='false'><kineticLaw/></reaction>"),
        gather(
            "Events",
            "<event useValuesFromTriggerTime='true'/>",
            "<event useValuesFromTriggerTime='true'><trigger initialValue='false' "
            f"persistent='true'>{sbml.math('time < 9')}</trigger><priority/><delay/>"
            + gather("EventAssignments", "<eventAssignment variable='c'/>")
            + "</event>",
        ),
    )
    record = run(text)
    for name in "abc":
        assert course(record, name).tolist() == [2.0] * 11


def test_given_infinities_come_out_again() -> None:
    text = document(
        gather("Parameters", parameter("a", "INF"), parameter("b", "-INF"), parameter("c", "NaN"))
    )
    record = run(text, 1.0, 2)
    assert record.values[0].tolist() == pytest.approx([math.inf, -math.inf, math.nan], nan_ok=True)


def test_whole_numbers_of_a_quotient_are_exact() -> None:
    # 49 times the reciprocal of 49 is less than 1.
    text = """
    model m
      n = 0; at (time >= 1): n = 49
      q := floor(n/49); r := rem(n, 49); w := quotient(n, d); c := piecewise(1, n/49 >= 1, 0)
      d = 49
    end
    """
    record = run(text, 2.0, 2)
    assert {name: course(record, name)[-1] for name in "qrwc"} == {"q": 1, "r": 0, "w": 1, "c": 1}


def test_a_formula_and_a_chain_of_rules_may_be_deep() -> None:
    count = 1000
    within = "1 + (" * count + "x" + ")" * count
    names = [f"a{position}" for position in range(count)]
    text = document(
        gather("Parameters", *(parameter(name, 0, constant=False) for name in ("x", "y", *names))),
        gather(
            "Rules",
            rule("y", within),
            rule("a0", "time"),
            *(rule(f"a{i}", f"a{i - 1} + 1") for i in range(count - 1, 0, -1)),
        ),
    )
    record = run(text, 1.0, 2)
    assert course(record, "y")[0] == count
    assert course(record, names[-1])[-1] == count
