"""Oracle: what XML and the equations themselves say. Every equation is whole, as text and drawn."""

from __future__ import annotations

import re
from xml.dom import minidom

import pytest

from brainmag.report.mathematics import draw_equation, split_lines, write_mathml
from brainmag.report.paragraphs import list_stations, typeset_station

EQUATIONS = [
    paragraph.text
    for station in list_stations()
    for paragraph in typeset_station(station)
    if paragraph.is_equation
]
TWO_LINES = (
    "\\begin{aligned}\n\\text{a} &= 1 \\\\\n&\\quad + 2.5 \\quad [\\text{mmol}]\n\\end{aligned}"
)


def list_words(mathml: str, tag: str) -> list[str]:
    """Return the words of each element of a kind, blanks for blanks that do not break."""
    found = minidom.parseString(mathml).getElementsByTagName(tag)  # noqa: S318
    words = ["".join(str(part.nodeValue) for part in one.childNodes) for one in found]
    return [one.replace("\xa0", " ") for one in words]


def test_every_equation_becomes_one_element_with_its_names() -> None:
    for latex in EQUATIONS:
        told = write_mathml(latex)
        assert told.startswith("<math ")
        names = re.findall(r"\\(?:text|mathrm)\{([^}]*)\}", latex)
        assert [one for one in list_words(told, "mtext") if one.strip()] == names
        letters = "".join(list_words(told, "mi") + list_words(told, "mo"))
        assert set(letters).isdisjoint("\\&{}")


def test_lines_stand_under_each_other() -> None:
    assert list_words(write_mathml(TWO_LINES), "mo") == ["=", "+", "[", "]"]
    assert write_mathml(TWO_LINES).count("<mtr>") == len(split_lines(TWO_LINES)) == 2
    one, two = (float(find_size(draw_equation(part))) for part in ("\\text{a} = 1", TWO_LINES))
    assert two > 1.8 * one


def find_size(drawing: str) -> str:
    """Return the height of a drawing, points."""
    found = re.search(r'<svg[^>]* height="([0-9.]+)pt"', drawing)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("latex", [EQUATIONS[0], max(EQUATIONS, key=len), TWO_LINES])
def test_a_drawing_is_the_same_every_time_and_draws_letters(latex: str) -> None:
    first = draw_equation(latex)
    assert first == draw_equation(latex)
    assert first.count("<svg") == first.count("</svg>") == 1
    assert "<text" not in first


def test_numbers_have_the_sign_of_the_language() -> None:
    assert "<mn>2,5</mn>" in write_mathml(TWO_LINES, lang="nl")
    assert "<mn>2.5</mn>" in write_mathml(TWO_LINES)
    assert draw_equation(TWO_LINES, lang="nl") != draw_equation(TWO_LINES)
