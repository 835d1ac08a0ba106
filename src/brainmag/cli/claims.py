"""``brainmag claims``: what is claimed, what its sources say, how sure it is, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.cli.options import argument, option
from brainmag.cli.output import show, tell
from brainmag.cli.progress import Reporter
from brainmag.cli.values import check_language
from brainmag.errors import InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.evidence.claims import Claim
    from brainmag.evidence.reweigh import Reweighed

FAULTS_FOUND = 2


@dataclass(frozen=True)
class ClaimsOptions:
    """Which claims, and what is shown of them."""

    claims: Annotated[list[str] | None, argument("claims")] = None
    evidence: Annotated[bool, option("evidence")] = False
    grade: Annotated[list[str] | None, option("grade")] = None
    live: Annotated[bool, option("live")] = False
    lint: Annotated[bool, option("lint")] = False
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def claims(options: ClaimsOptions) -> int:
    """Show the ledger, one claim, or its faults; return the exit status."""
    from brainmag.evidence.claims import choose_claims  # noqa: PLC0415

    lang = check_language(options.lang)
    if options.live and options.grade:
        raise InputError("cli.does_not_go_with", given="--live", use="--evidence")
    chosen = choose_claims(options.claims or [])
    if options.lint:
        return _lint(options, chosen, lang)
    return _show(options, chosen, lang)


def _show(options: ClaimsOptions, chosen: list[Claim], lang: str) -> int:
    from brainmag.evidence.chain import trace_claim  # noqa: PLC0415
    from brainmag.evidence.ledger import build_ledger  # noqa: PLC0415
    from brainmag.report.claims_page import draw_claim  # noqa: PLC0415
    from brainmag.report.claims_table import (  # noqa: PLC0415
        draw_claims_table,
        draw_reweighed,
        list_claims_remarks,
    )

    reweighed = _reweigh(options.grade, lang)
    answers = _ask(chosen, lang) if options.live else None
    document = build_ledger(chosen, lang=lang, answers=answers, reweighed=reweighed)
    if options.evidence:
        for one, claim in zip(document["claims"], chosen, strict=True):
            one["evidence"] = trace_claim(claim)
    shown: list[Any] = []
    if options.claims or options.evidence:
        for one in document["claims"]:
            shown += draw_claim(one, lang)
    else:
        shown.append(draw_claims_table(document, lang))
    if reweighed is not None:
        shown += draw_reweighed(document["reweighed"], lang)
    show(document, [*shown, *list_claims_remarks(lang)], as_json=options.as_json)
    return 0


def _reweigh(grades: list[str] | None, lang: str) -> Reweighed | None:
    if not grades:
        return None
    from brainmag.evidence.reweigh import read_changes, reweigh  # noqa: PLC0415

    changes = read_changes(grades)
    with Reporter(lang) as reporter:
        reporter.start_part(0)
        return reweigh(changes, on_progress=reporter.show_share)


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
