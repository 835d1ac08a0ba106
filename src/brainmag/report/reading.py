"""The plain-language reading of the demonstration: its sentences are fixed, its numbers are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainmag.locales import text
from brainmag.report.case import Case
from brainmag.report.contrast import Contrast, spans_zero
from brainmag.report.heading import describe_length
from brainmag.report.numbers import format_change, format_share, format_value
from brainmag.report.rows import bracket, label, name_unit

SYNAPSE = ("nr2b", "release_probability", "functional_terminals", "synapse_density", "ltp")
BODY = ("gut", "threonate", "blood", "kidney", "tissue")
BRAIN = ("brain", "neuron", "mitochondria", "synapse", "cognition")
# Two salts are told apart when they differ by more than this many percent.
NO_DIFFERENCE = 0.05


def read_case(case: Case, lang: str) -> list[str]:
    """Return the paragraphs that say what the numbers of a case mean.

    Parameters
    ----------
    case : Case
    lang : str
    """
    return [
        _read_body(case, lang),
        _read_salts(case, lang),
        _read_fluid(case, lang),
        _read_synapse(case, lang),
        _read_cognition(case, lang),
        _read_grades(case, lang),
        text("report.reading.limits", lang=lang),
    ]


def _read_body(case: Case, lang: str) -> str:
    """Say where the product's magnesium went: the run with it less the run without, nominally."""
    hypothesis, document = next(iter(case.scenarios[case.product].items()))
    balance, without = document["balance"], case.scenarios[case.nothing][hypothesis]["balance"]
    given = balance["intake"] - without["intake"]
    shares = {
        name: format_share((balance[name] - without[name]) / given, lang)
        for name in ("faecal", "urine", "stored")
    }
    contrast = case.against_nothing[hypothesis]
    return text(
        "report.reading.body",
        lang=lang,
        product=case.product,
        given=format_value(given, "mmol", lang),
        length=describe_length(document["intake"]["hours"], lang),
        plasma=_write(contrast["plasma_mg"], lang),
        **shares,
    )


def _read_salts(case: Case, lang: str) -> str:
    """Say whether blood and urine tell the two salts apart under any explanation."""
    entries = [
        contrast[name]
        for contrast in case.against_rival.values()
        for name in ("plasma_mg", "urine_mg")
    ]
    widest = max(entries, key=lambda entry: abs(entry["median"]))
    key = "same" if abs(widest["median"]) < NO_DIFFERENCE else "differ"
    return text(
        f"report.reading.salts_{key}",
        lang=lang,
        product=case.product,
        rival=case.rival,
        difference=_write(widest, lang),
    )


def _read_fluid(case: Case, lang: str) -> str:
    return text(
        "report.reading.fluid",
        lang=lang,
        product=case.product,
        rival=case.rival,
        changes=_list_by_hypothesis(case.against_nothing, "csf_mg", lang),
        rival_changes=_list_by_hypothesis(case.rival_against_nothing, "csf_mg", lang),
    )


def _read_synapse(case: Case, lang: str) -> str:
    """Say what moves most at the synapse under each explanation."""
    parts: list[str] = []
    for hypothesis, contrast in case.against_nothing.items():
        name = max(SYNAPSE, key=lambda name: abs(contrast[name]["median"]))
        parts.append(
            text(
                "report.reading.most",
                lang=lang,
                hypothesis=text(f"report.hypothesis.{hypothesis}", lang=lang),
                label=label(name, lang),
                change=_write(contrast[name], lang),
            )
        )
    return text("report.reading.synapse", lang=lang, product=case.product, parts="; ".join(parts))


def _read_cognition(case: Case, lang: str) -> str:
    """Say what becomes of cognition, beside what a second test adds by itself."""
    hypothesis = max(
        case.against_nothing,
        key=lambda name: abs(case.against_nothing[name]["cognition"]["median"]),
    )
    largest = case.against_nothing[hypothesis]["cognition"]
    practice = case.scenarios[case.product][hypothesis]["apart"]["practice"]
    key = "below" if abs(largest["median"]) < practice["median"] else "above"
    zero = "zero" if spans_zero(largest) else "no_zero"
    name = text(f"report.hypothesis.{hypothesis}", lang=lang)
    sentences = [
        text(
            "report.reading.cognition",
            lang=lang,
            product=case.product,
            changes=_list_by_hypothesis(case.against_nothing, "cognition", lang),
        ),
        text(
            f"report.reading.practice_{key}",
            lang=lang,
            product=case.product,
            practice=_write(practice, lang),
            hypothesis=name,
        ),
        text(f"report.reading.{zero}", lang=lang, hypothesis=name),
    ]
    return " ".join(sentences)


def _read_grades(case: Case, lang: str) -> str:
    grades = next(iter(case.scenarios[case.product].values()))["grades"]
    counts: dict[str, int] = {}
    for part, stations in (("body", BODY), ("brain", BRAIN)):
        counts[f"{part}_assumed"] = sum(grades[station]["c"] for station in stations)
        counts[part] = sum(sum(grades[station].values()) for station in stations)
    return text("report.reading.grades", lang=lang, **counts)


def _list_by_hypothesis(contrasts: Mapping[str, Contrast], name: str, lang: str) -> str:
    parts = [
        text(
            "report.reading.under",
            lang=lang,
            change=_write(contrast[name], lang),
            hypothesis=text(f"report.hypothesis.{hypothesis}", lang=lang),
        )
        for hypothesis, contrast in contrasts.items()
    ]
    return ", ".join(parts)


def _write(entry: Mapping[str, Any], lang: str) -> str:
    unit = entry["unit"]
    median, low, high = (format_change(entry[key], unit, lang) for key in ("median", "low", "high"))
    return f"{median} {name_unit(unit, lang)} {bracket(low, high, lang)}".rstrip()


__all__ = ["read_case"]
