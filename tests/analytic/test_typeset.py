"""Oracle: exact arithmetic. What is typeset is read back and must be worth the same."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brainmag.biology.stations import Equation, Function, list_assemblies, read_stations
from brainmag.report.typeset import LINE_WIDTH, typeset_equation, typeset_name

# Any functions will do, so long as they tell their arguments apart.
FUNCTIONS = {
    "exp": lambda x: x * x + 3,
    "ln": lambda x: 7 * x - 2,
    "cos": lambda x: 5 * x + x * x,
    "sqrt": lambda x: 11 - 3 * x,
    "min": lambda x, y: x + 13 * y,
    "max": lambda x, y: 17 * x - y,
    "tolerated": lambda x, y, z: x - 2 * y + 5 * z,
    "open_fraction": lambda a, b, c, d: a - 2 * b + 5 * c - 7 * d,
    "peak_share": lambda x, y: 2 * x - 9 * y,
    "release_drive": lambda a, b, c, d, e: a - 3 * b + 4 * c - 6 * d + 8 * e,
    "kampa_rate": lambda a, b, c, d, e, f: a - 3 * b + 4 * c - 6 * d + 8 * e - 5 * f,
}
FORMULAS = sorted(
    {
        part.formula
        for assembly in list_assemblies()
        for station in read_stations(assembly)
        for part in station.parts
        if isinstance(part, Equation | Function)
    }
)


def test_names_lose_their_underscores() -> None:
    assert typeset_name("plasma_mg").latex == r"\text{plasma mg}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_models_formulas_keep_their_value(formula: str) -> None:
    check_round_trip(formula)


operands = st.sampled_from(["a", "b", "c", "2", "1"])
formulas = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), operands),
        st.builds("-({})".format, inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "(-2)"])),
        st.builds("{}({})".format, st.sampled_from(["exp", "ln", "sqrt"]), inner),
    ),
    max_leaves=12,
)


@given(formulas)
def test_any_formula_keeps_its_value(formula: str) -> None:
    check_round_trip(formula)


def test_a_long_sum_is_broken_at_its_signs() -> None:
    names = [f"a_quantity_with_a_name_{letter}" for letter in "abcdef"]
    latex = typeset_equation(typeset_name("total"), " - ".join(names), "mmol")
    lines = latex.splitlines()
    assert lines[0] == r"\begin{aligned}"
    assert all(line.startswith(r"&\quad -") for line in lines[2:-1])
    for line in lines[1:-1]:
        shown = re.sub(r"\\text\{(.*?)\}", r"\1", line)
        assert len(shown) < LINE_WIDTH + len(r"&\quad \\ \quad [mmol]")


def check_round_trip(formula: str) -> None:
    """Typeset a formula, read the LaTeX back and compare the values of both."""
    values = {"t": Fraction(53), "pi": Fraction(22, 7), "time": Fraction(53)}
    primes = (n for n in count(2) if all(n % k for k in range(2, n)))
    for name in sorted(set(re.findall(r"[A-Za-z]\w*", formula)) - {"pi", "time"} - set(FUNCTIONS)):
        values[name] = Fraction(next(primes))
    try:
        expected = evaluate(re.sub(r"(\d) [a-z]\w*", r"\1", formula).replace("^", "**"), values)
    except ZeroDivisionError:
        assume(condition=False)
    latex = typeset_equation(typeset_name("left"), formula)
    assert evaluate(read_back(latex), values) == expected


def evaluate(expression: str, values: dict[str, Fraction]) -> Fraction:
    exact = re.sub(r"(?<![\w.])(\d+(\.\d+)?)", r"Fraction('\1')", expression)
    return eval(exact, {"Fraction": Fraction, **FUNCTIONS}, values)  # noqa: S307


def read_back(latex: str) -> str:
    """Return the right side of a typeset equation as Python."""
    text = re.sub(r"\\(begin|end)\{aligned\}|&(\\quad)?|\\\\$", "", latex, flags=re.MULTILINE)
    text = re.sub(r"\\text\{(.*?)\}", lambda match: match[1].replace(" ", "_"), text)
    text = text.split("=", 1)[1].replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")
    while "{" in text:
        shorter = re.sub(r"\\dfrac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        shorter = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", shorter)
        shorter = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", shorter)
        assert shorter != text, text
        text = shorter
    return re.sub(r"\s+", " ", text.replace("\\", "")).strip()
