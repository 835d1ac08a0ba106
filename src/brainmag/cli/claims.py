"""``brainmag claims``: what is claimed, what its sources say, how sure it is, and a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brainmag.cli.output import show, tell
from brainmag.cli.progress import Reporter
from brainmag.commands.claims import ClaimsOptions, describe_claims
from brainmag.commands.values import check_language
from brainmag.errors import InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.evidence.claims import Claim

FAULTS_FOUND = 2


def claims(options: ClaimsOptions) -> int:
    """Show the ledger, one claim, or its faults; return the exit status."""
    from brainmag.evidence.claims import choose_claims  # noqa: PLC0415

    lang = check_language(options.lang)
    _check(options)
    chosen = choose_claims(options.claims or [])
    if options.lint:
        return _lint(options, chosen, lang)
    return _show(options, chosen, lang)


def _check(options: ClaimsOptions) -> None:
    """Refuse two options of which one would be passed over."""
    grade, live, evidence = options.grade, options.live, options.evidence
    for first, second, both in (
        ("--lint", "--grade", options.lint and grade),
        ("--lint", "--live", options.lint and live),
        ("--lint", "--evidence", options.lint and evidence),
        ("--live", "--grade", live and grade),
    ):
        if both:
            raise InputError("cli.does_not_go_with", given=first, use=second)


def _show(options: ClaimsOptions, chosen: list[Claim], lang: str) -> int:
    from brainmag.report.claims_page import draw_claim  # noqa: PLC0415
    from brainmag.report.claims_table import (  # noqa: PLC0415
        draw_claims_table,
        draw_reweighed,
        list_claims_remarks,
    )

    answers = _ask(chosen, lang) if options.live else None
    with Reporter(lang) as reporter:
        if options.grade:
            reporter.start_part(0)
        document = describe_claims(
            options, chosen, lang=lang, answers=answers, on_progress=reporter.show_share
        )
    shown: list[Any] = []
    if options.claims or options.evidence:
        for one in document["claims"]:
            shown += draw_claim(one, lang)
    else:
        shown.append(draw_claims_table(document, lang))
    if "reweighed" in document:
        shown += draw_reweighed(document["reweighed"], lang)
    show(document, [*shown, *list_claims_remarks(lang)], as_json=options.as_json)
    return 0


def _ask(chosen: list[Claim], lang: str) -> dict[str, Any]:
    """Run the experiments of some claims anew."""
    from brainmag.inference.answers import DEFAULT_DRAWS, answer_claims  # noqa: PLC0415

    tell(text("cli.claims_asked", lang=lang, claims=len(chosen), draws=DEFAULT_DRAWS))
    with Reporter(lang) as reporter:
        reporter.start_part(0)
        return answer_claims(claims=[claim.id for claim in chosen], on_progress=reporter.show_share)


def _lint(options: ClaimsOptions, chosen: list[Claim], lang: str) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from brainmag.evidence.lint import find_faults  # noqa: PLC0415
    from brainmag.report.claims_table import draw_faults  # noqa: PLC0415

    document = {
        "faults": [asdict(fault) for fault in find_faults(chosen)],
        "claims": len(chosen),
        "sources": sum(len(claim.sources) for claim in chosen),
        "judgements": sum(len(claim.judgements) for claim in chosen),
    }
    show(document, [draw_faults(document, lang)], as_json=options.as_json)
    return FAULTS_FOUND if document["faults"] else 0
