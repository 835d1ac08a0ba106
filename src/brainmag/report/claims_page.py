"""One claim as a page: verdict, certainty, sources, judgements, and the model's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.claims_table import (
    write_prediction,
    write_question,
    write_range,
    write_told,
)
from brainmag.report.numbers import format_weight
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

# What follows is how far a source was read, as sources/ has it.
READ = "claims.read"


def draw_claim(one: Mapping[str, Any], lang: str) -> list[RenderableType]:
    """Return the page of one claim."""
    page: list[RenderableType] = [
        f"{one['id']}. {one['claim']}",
        "",
        *write_head(one, lang),
        draw_sources(one["sources"], lang),
        draw_judgements(one["judgements"], lang),
        draw_answers(one["answers"], lang),
    ]
    return page + (draw_evidence(one["evidence"], lang) if "evidence" in one else [])


def write_head(one: Mapping[str, Any], lang: str) -> list[str]:
    """Return verdict, certainty, weight and the model's answer in a line each."""
    head = [
        text(
            "claims.page.verdict",
            lang=lang,
            verdict=text(f"claims.verdict.{one['verdict']}", lang=lang),
            because=_write_reason(one, lang),
        ),
        _write_certainty(one, lang),
    ]
    needs = "needs_any" if one["needs"] == "any" else "needs"
    head.append(
        text(
            f"claims.page.{needs}",
            lang=lang,
            needs=text(f"claims.needs.{one['needs']}", lang=lang),
            weight=format_weight(one["weight"]["value"], lang),
            range=write_range(one["weight"], lang),
        )
    )
    head.append(
        text(
            "claims.page.answer",
            lang=lang,
            answer=text(f"claims.answer.{one['prediction']['answer']}", lang=lang),
            prediction=write_prediction(one["prediction"], lang),
        )
    )
    if "before" in one["prediction"]:
        before = {**one["prediction"], "predicted": one["prediction"]["before"]}
        told = write_prediction(before, lang)
        head.append(text("claims.page.before", lang=lang, prediction=told))
    return head


def _write_reason(one: Mapping[str, Any], lang: str) -> str:
    against = sum(
        source["stance"] == "contradicts" and not (source["left_out"] or source["retracted"])
        for source in one["sources"]
    )
    return text(
        f"claims.because.{one['because']}",
        lang=lang,
        number=against,
        certainty=text(f"claims.certainty.{one['graded']['own']}", lang=lang),
        answer=text(f"claims.answer.{one['prediction']['answer']}", lang=lang),
        weight=format_weight(one["weight"]["low"], lang),
    )


def _write_certainty(one: Mapping[str, Any], lang: str) -> str:
    graded = one["graded"]
    if graded["about"] != "people":
        key = "capped"
    else:
        key = "unseen" if graded["kind"] == "experiments" else "certainty"
    return text(
        f"claims.page.{key}",
        lang=lang,
        certainty=text(f"claims.certainty.{one['certainty']}", lang=lang),
        own=text(f"claims.certainty.{graded['own']}", lang=lang),
        start=text(f"claims.certainty.{graded['start']}", lang=lang),
        kind=text(f"claims.start.{graded['kind']}", lang=lang),
        points=f"{graded['points']:+d}" if graded["points"] else "0",
        about=text(f"claims.about.{graded['about']}", lang=lang),
    )


def _start(title: str, keys: tuple[str, ...], lang: str) -> Table:
    heads = [text(f"claims.page.{key}", lang=lang) for key in keys]
    return start_table(text(f"claims.page.title_{title}", lang=lang), heads)


def draw_sources(sources: list[Mapping[str, Any]], lang: str) -> Table:
    """Return the sources of a claim, with what each says itself."""
    keys = ("source", "stance", "grade", "read", "says", "remarks")
    table = _start("sources", keys, lang)
    for one in sources:
        table.add_row(
            one["key"],
            text(f"claims.stance.{one['stance']}", lang=lang),
            one["grade"],
            text(f"{READ}.{one['read'].replace(' ', '-')}", lang=lang),
            one["says"],
            ", ".join(text(f"claims.flag.{key}", lang=lang) for key in list_flags(one)),
        )
    return table


def list_flags(source: Mapping[str, Any]) -> list[str]:
    """Return what else must be known of a source, as keys of texts.

    Examples
    --------
    >>> list_flags({"industry": None, "cited": True, "words": "denies", "mixed": False,
    ...             "retracted": False, "left_out": False})
    ['cited_denies', 'unchecked']
    """
    flags = [key for key in ("left_out", "retracted") if source[key]]
    if source["cited"]:
        flags.append(
            {"denies": "cited_denies", "silent": "cited_silent"}.get(source["words"], "cited")
        )
    elif source["words"] == "denies":
        flags.append("says_otherwise")
    if source["mixed"]:
        flags.append("mixed")
    if source["industry"] is None:
        flags.append("unchecked")
    elif source["industry"]:
        flags.append("industry")
    return flags


def draw_judgements(judgements: list[Mapping[str, Any]], lang: str) -> Table:
    """Return the judgements of GRADE, with their reasons."""
    table = _start("judgements", ("domain", "points", "reason"), lang)
    for one in judgements:
        points = f"{one['points']:+d}" if one["points"] else "0"
        table.add_row(text(f"claims.domain.{one['domain']}", lang=lang), points, one["reason"])
    return table


def draw_answers(answers: list[Mapping[str, Any]], lang: str) -> Table:
    """Return what the model says under each explanation."""
    table = _start("answers", ("asked",), lang)
    for name in answers[0]["predicted"]:
        table.add_column(name)
    for one in answers:
        told = [write_told(found, one["unit"], lang) for found in one["predicted"].values()]
        table.add_row(write_question(one, lang), *told)
    return table


def draw_evidence(evidence: Mapping[str, Any], lang: str) -> list[RenderableType]:
    """Return the numbers of the model that rest on a claim's sources."""
    counts = evidence["figures"].values()
    figures = text(
        "claims.page.figures",
        lang=lang,
        total=sum(one["total"] for one in counts),
        counting=sum(one["calibrating"] for one in counts),
    )
    if not evidence["parameters"]:
        return [text("claims.page.no_parameters", lang=lang), figures]
    table = _start("parameters", ("parameter", "value", "unit", "source", "grade"), lang)
    for one in evidence["parameters"]:
        value = localise(f"{one['value']:.4g}", lang)
        table.add_row(one["parameter"], value, one["unit"], one["source"], one["grade"])
    return [table, figures]
