"""How each endpoint of a trial is measured: what its design says, else the usual numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainmag.errors import InputError
from brainmag.record.study import Endpoint, Study, choose_word
from brainmag.table_file import Entry
from brainmag.tables import read_table
from brainmag.trials.design import ANALYSES, KINDS, Assessment, Plan
from brainmag.trials.fields import read_between, read_words

# Measures that have a value at every visit.
MEASURES = ("level", "difference", "percent", "retested")
# Beyond these numbers nothing is a measurement of people.
LARGEST, SMALLEST, MOST_SPREADS = 1e6, 1e-12, 10.0
# Analyses that go with one design alone.
OWN_ANALYSES = {"crossover": ("crossover",), "before-after": ("change",)}


def read_assessments(entries: list[Entry], study: Study, plan: Plan) -> tuple[Assessment, ...]:
    """Return how each endpoint is measured.

    Parameters
    ----------
    entries : list of Entry
        The ``[[assessment]]`` tables; an endpoint without one has the numbers of
        ``assessments.tsv``.
    study : Study
    plan : Plan

    Raises
    ------
    InputError
        When a table cannot be used, or an endpoint's spread or reliability is not known.
    """
    own: dict[str, Entry] = {}
    for entry in entries:
        with entry.field("endpoint"):
            name = study.find_endpoint(entry.require("endpoint")).id
            if name in own:
                raise InputError("record.named_twice", given=name)
        own[name] = entry
    primary = [name for name, entry in own.items() if entry.get("primary")]
    # Without a word about it the first endpoint is the primary one.
    primary = primary or [study.endpoints[0].id]
    return tuple(
        _read_assessment(own.get(one.id), one, study, plan, is_primary=one.id in primary)
        for one in study.endpoints
    )


def _read_assessment(
    entry: Entry | None, endpoint: Endpoint, study: Study, plan: Plan, *, is_primary: bool
) -> Assessment:
    if endpoint.measure not in MEASURES:
        raise InputError(
            "trials.measure",
            given=endpoint.measure,
            endpoint=endpoint.id,
            allowed=", ".join(MEASURES),
        )
    usual = _find_usual(endpoint)
    told: Mapping[str, Any] = {} if entry is None else entry.values
    spread = told.get("spread", endpoint.spread or _read_number(usual, "spread"))
    reliability = told.get("reliability", _read_number(usual, "reliability"))
    if spread is None or reliability is None:
        raise InputError("trials.no_assessment", given=endpoint.id, observable=endpoint.observable)
    kind = usual.get("kind", "assay")
    analyses: tuple[str, ...] = ()
    if entry is not None:
        read_between(entry, "spread", 1.0, 0.0, LARGEST)
        read_between(entry, "reliability", 0.5, -SMALLEST, 1.0)
        read_between(entry, "expectation", 0.0, -MOST_SPREADS, MOST_SPREADS)
        read_between(entry, "expectation_spread", 0.0, -SMALLEST, MOST_SPREADS)
        read_between(entry, "response", 0.0, -LARGEST, LARGEST)
        kind = choose_word(entry, "kind", KINDS, kind)
        analyses = read_words(entry, "analyses", ANALYSES)
        _check_analyses(entry, endpoint, analyses, study)
    response = told.get("response")
    return Assessment(
        endpoint=endpoint,
        spread=float(spread),
        reliability=float(reliability),
        kind=kind,
        expectation=float(told.get("expectation", _read_number(usual, "expectation") or 0.0)),
        expectation_spread=float(
            told.get("expectation_spread", _read_number(usual, "expectation_spread") or 0.0)
        ),
        analyses=analyses or (_choose_analysis(study, plan),),
        response=None if response is None else float(response),
        primary=is_primary,
        basis=_tell_basis(told, endpoint, usual),
    )


def _find_usual(endpoint: Endpoint) -> Mapping[str, str]:
    """Return the row of ``assessments.tsv`` of an endpoint, as far as it has its unit."""
    for row in read_table("assessments.tsv"):
        if row["observable"] == endpoint.observable:
            in_percent = endpoint.measure == "percent"
            return row if in_percent == (row["unit"] == "%") else {**row, "spread": ""}
    return {}


def _read_number(row: Mapping[str, str], key: str) -> float | None:
    return float(row[key]) if row.get(key) else None


def _tell_basis(told: Mapping[str, Any], endpoint: Endpoint, usual: Mapping[str, str]) -> str:
    """Return where spread and reliability come from: ``design``, a source and its grade."""
    table = f"{usual.get('source', '')} ({usual.get('grade', '')})"
    parts = [
        "design" if key in told or (key == "spread" and endpoint.spread) else table
        for key in ("spread", "reliability")
    ]
    return ", ".join(dict.fromkeys(parts))


def _choose_analysis(study: Study, plan: Plan) -> str:
    if study.design in OWN_ANALYSES:
        return OWN_ANALYSES[study.design][0]
    return "mmrm" if len(plan.visits) > 1 else "ancova"


def _check_analyses(
    entry: Entry, endpoint: Endpoint, analyses: tuple[str, ...], study: Study
) -> None:
    special = {one for several in OWN_ANALYSES.values() for one in several}
    usual = tuple(one for one in ANALYSES if one not in special)
    allowed = OWN_ANALYSES.get(study.design, usual)
    for analysis in analyses:
        if analysis not in allowed:
            cause = InputError(
                "trials.analysis_of_another_design",
                given=analysis,
                endpoint=endpoint.id,
                design=study.design,
                allowed=", ".join(allowed),
            )
            raise entry.error("analyses", cause)
    if "responder" in analyses and entry.get("response") is None:
        raise entry.error("response", InputError("trials.no_response", given=endpoint.id))
