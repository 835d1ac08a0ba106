"""Oracle: the SBML Test Suite, read where it lies; its files are no part of this project."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from problems.sbml_suite import (
    ABSENT,
    REFUSED,
    SUITE,
    Outcome,
    choose_cases,
    list_cases,
    list_tags,
    read_facts,
    run_case,
)

PAGE = Path(__file__).parents[2] / "docs" / "sbml.md"
SAMPLE = choose_cases(120) or [pytest.param("", marks=pytest.mark.skip(reason=ABSENT))]

HEAD = """\
# Any SBML model: what the SBML Test Suite says

`brainmag solve` runs every case of the suite's semantic part that is a course in time. Written by
`make accept`.

A case is *refused* by name where it has an algebraic rule, `delay()` or a fast reaction. All others
are *supported*, and one of them that is refused counts as failed. The cases are those that lay
beside the checkout, each at its highest level.

"""


@pytest.mark.parametrize("case", SAMPLE)
def test_a_sample_with_every_tag(case: str) -> None:
    outcome = run_case(case)
    if REFUSED.isdisjoint(list_tags(case)):
        assert outcome == Outcome("pass"), read_facts(case)
    else:
        assert outcome.verdict in ("pass", "refuse"), outcome.reason


@pytest.mark.accept
@pytest.mark.skipif(not SUITE.is_dir(), reason=ABSENT)
def test_the_whole_suite(record_property: Callable[[str, object], None]) -> None:
    outcomes = {case: run_case(case) for case in list_cases()}
    verdicts = Counter(outcome.verdict for outcome in outcomes.values())
    supported = {case for case in outcomes if outcomes[case].verdict != "refuse"}
    PAGE.write_text(
        HEAD + "\n".join([*tabulate(outcomes), *explain(outcomes), ""]), encoding="utf-8"
    )
    got = f"{verdicts['pass']} of {len(supported)}, {verdicts['refuse']} refused"
    record_property("figure", ("supported cases of the SBML Test Suite passed", "all", got))
    assert verdicts["pass"] == len(supported)
    needless = [
        case
        for case, outcome in outcomes.items()
        if outcome.verdict == "refuse" and REFUSED.isdisjoint(list_tags(case))
    ]
    assert needless == []


def tabulate(outcomes: dict[str, Outcome]) -> list[str]:
    """Return the table of tags."""
    by_tag: dict[str, Counter[str]] = defaultdict(Counter)
    for case, outcome in outcomes.items():
        by_tag["all"][outcome.verdict] += 1
        for tag in list_tags(case):
            by_tag[tag][outcome.verdict] += 1
    rows = ["| tag | pass | refuse | fail |", "|---|--:|--:|--:|"]
    for tag in sorted(by_tag, key=lambda tag: (tag != "all", tag.lower())):
        counts = by_tag[tag]
        rows.append(f"| {tag} | {counts['pass']} | {counts['refuse']} | {counts['fail']} |")
    return rows


def explain(outcomes: dict[str, Outcome]) -> list[str]:
    """Return why cases were refused, and every failure with its reason."""
    reasons = Counter(o.reason for o in outcomes.values() if o.verdict == "refuse")
    refused = ", ".join(f"`{code}` {count}" for code, count in sorted(reasons.items()))
    failed = {case: o for case, o in outcomes.items() if o.verdict == "fail"}
    lines = ["", "## Refused", "", f"{refused}.", "", "## Failed", ""]
    if not failed:
        return [*lines, "None."]
    return [*lines, *(f"- {case}: {outcome.reason}" for case, outcome in failed.items())]
