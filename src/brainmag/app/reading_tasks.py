"""Tasks that read what is known: claims, trials pooled, the record, designs; and articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainmag.app.exchange import Asked, Progress

Document = Mapping[str, Any]
ARTICLE = "article"


def claims(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag claims --json`` says."""
    from brainmag.commands.claims import ClaimsOptions, describe_claims  # noqa: PLC0415
    from brainmag.evidence.claims import choose_claims  # noqa: PLC0415

    options = ClaimsOptions(**asked["options"])
    chosen = choose_claims(options.claims or [])
    return describe_claims(options, chosen, lang=asked["lang"], on_progress=advance)


def compare(_asked: Asked, _advance: Progress) -> Document:
    """Return what ``brainmag compare --json`` says."""
    from brainmag.inference.compare import read_comparison  # noqa: PLC0415

    return read_comparison()


def meta(asked: Asked, _advance: Progress) -> Document:
    """Return what ``brainmag meta --json`` says, of all outcomes or of one."""
    from brainmag.evidence.meta import describe_outcome, describe_outcomes  # noqa: PLC0415

    outcome: str | None = asked["outcome"]
    return describe_outcomes() if outcome is None else describe_outcome(outcome)


def record(_asked: Asked, _advance: Progress) -> Document:
    """Return the published figures, what the release foresees of each, and their studies."""
    from brainmag.inference.predictive import describe_published  # noqa: PLC0415
    from brainmag.inference.reproduce import read_release, read_weights  # noqa: PLC0415
    from brainmag.record import list_figures, load_studies  # noqa: PLC0415

    released = read_release()
    return {
        "studies": [
            {
                "id": study.id,
                "source": study.source,
                "who": study.who,
                "design": study.design,
                "industry": study.industry,
                "arms": [{"id": arm.id, "n": arm.n} for arm in study.arms],
            }
            for study in load_studies().values()
        ],
        "figures": [
            {
                **describe_published(figure),
                "hindrance": figure.hindrance or None,
                "released": released.get(figure.id),
            }
            for figure in list_figures()
        ],
        "weights": read_weights(),
    }


def audit(asked: Asked, _advance: Progress) -> Document:
    """Return what ``brainmag audit --json`` says of a text."""
    from brainmag.evidence.audit import audit_article  # noqa: PLC0415

    content = asked["text"].encode("utf-8", errors="replace")
    return audit_article(content, ARTICLE, lang=asked["lang"])


def designs(_asked: Asked, _advance: Progress) -> Document:
    """Return what ``brainmag trial --json`` says."""
    from brainmag.commands.trial import describe_designs  # noqa: PLC0415

    return describe_designs()
