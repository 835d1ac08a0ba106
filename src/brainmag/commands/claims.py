"""What ``brainmag claims`` is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.commands.options import argument, option

if TYPE_CHECKING:
    from brainmag.evidence.claims import Claim


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


def describe_claims(
    options: ClaimsOptions,
    chosen: Sequence[Claim],
    *,
    lang: str,
    answers: Mapping[str, Any] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the ledger of some claims as a document.

    Parameters
    ----------
    options : ClaimsOptions
    chosen : sequence of Claim
    lang : str
    answers : mapping, optional
        What the model says now, instead of what comes along.
    on_progress : callable, optional
        Called with steps of another look at the record done and in all.

    Raises
    ------
    InputError
        When a changed grade cannot be used.
    """
    from brainmag.evidence.chain import trace_claim  # noqa: PLC0415
    from brainmag.evidence.ledger import build_ledger  # noqa: PLC0415
    from brainmag.evidence.reweigh import read_changes, reweigh  # noqa: PLC0415

    reweighed = None
    if options.grade:
        reweighed = reweigh(read_changes(options.grade), on_progress=on_progress)
    document = build_ledger(chosen, lang=lang, answers=answers, reweighed=reweighed)
    if options.evidence:
        for one, claim in zip(document["claims"], chosen, strict=True):
            one["evidence"] = trace_claim(claim)
    return document
