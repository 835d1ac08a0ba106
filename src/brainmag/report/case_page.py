"""A case as text and as one document: who takes what, the table, the reading, the remarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brainmag.document import combine_hypotheses
from brainmag.locales import text
from brainmag.report.case import Case
from brainmag.report.comparison import Scenarios, render_comparison
from brainmag.report.heading import (
    describe_draws,
    describe_length,
    describe_subject,
    introduce_intake,
)
from brainmag.report.layout import wrap_lines
from brainmag.report.reading import read_case
from brainmag.report.rows import label
from brainmag.report.table import list_remarks

WIDTH = 110


def render_case(case: Case, observables: Sequence[str], *, lang: str = "en") -> str:
    """Return a case as text: who takes what, the table, the reading, the remarks.

    Parameters
    ----------
    case : Case
    observables : sequence of str
        The rows of the table.
    lang : str
    """
    every = {
        f"{name}, {hypothesis}": document
        for name, documents in case.scenarios.items()
        for hypothesis, document in documents.items()
    }
    lines = [
        *_list_heading(case.scenarios, lang),
        "",
        render_comparison(case.scenarios, observables, lang=lang),
        *wrap_lines(text("report.legend", lang=lang).splitlines(), WIDTH),
        "",
        text("report.reading.title", lang=lang),
        *wrap_lines(read_case(case, lang), WIDTH, bullet="- "),
        *list_remarks(every, lang, WIDTH),
        "",
        text("report.demo.rows", lang=lang),
        *wrap_lines((_explain(name, lang) for name in observables), WIDTH, bullet="- "),
    ]
    return "\n".join([*lines, ""])


def describe_case(case: Case) -> dict[str, Any]:
    """Return what the table and the reading are made of; series stay in the figures."""
    return {
        "scenarios": {
            scenario: combine_hypotheses(
                {
                    hypothesis: {name: part for name, part in one.items() if name != "series"}
                    for hypothesis, one in documents.items()
                }
            )
            for scenario, documents in case.scenarios.items()
        },
        "contrasts": {
            f"{case.product} against {case.nothing}": case.against_nothing,
            f"{case.product} against {case.rival}": case.against_rival,
            f"{case.rival} against {case.nothing}": case.rival_against_nothing,
        },
    }


def _explain(name: str, lang: str) -> str:
    explanation = text(f"observables.{name}.explanation", lang=lang)
    return text(
        "report.demo.explained", lang=lang, label=label(name, lang), explanation=explanation
    )


def _list_heading(scenarios: Scenarios, lang: str) -> list[str]:
    first = next(iter(next(iter(scenarios.values())).values()))
    lines = [describe_subject(first, lang)]
    for name, documents in scenarios.items():
        first_of_scenario = next(iter(documents.values()))
        lines += [f"  {line}" for line in introduce_intake(first_of_scenario, lang, name)]
    length = describe_length(first["intake"]["hours"], lang)
    draws = describe_draws(first, lang)
    caption = text("report.demo.caption", lang=lang, length=length, draws=draws)
    glosses = [
        text(
            "report.introduced",
            lang=lang,
            name=text(f"report.hypothesis.{hypothesis}", lang=lang),
            what=text(f"report.hypothesis_gloss.{hypothesis}", lang=lang),
        )
        for hypothesis in next(iter(scenarios.values()))
    ]
    return [*lines, "", *wrap_lines([caption], WIDTH), *(f"  {line}" for line in glosses)]


__all__ = ["describe_case", "render_case"]
