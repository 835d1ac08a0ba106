"""``brainmag audit``: what an article cites and claims, beside the sources and the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.output import show, show_afterwards, tell, tell_error
from brainmag.commands.audit import AuditOptions
from brainmag.commands.values import check_language
from brainmag.errors import ComputationError, InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.evidence.audit.online import Services


def audit(options: AuditOptions) -> int:
    """Audit an article, show and keep what comes out, and return the exit status."""
    from brainmag.evidence.audit import audit_article  # noqa: PLC0415
    from brainmag.evidence.audit.decode import read_bytes  # noqa: PLC0415
    from brainmag.report.audit_table import draw_audit  # noqa: PLC0415
    from brainmag.storage import check_kept_directory  # noqa: PLC0415

    lang = check_language(options.lang)
    if not options.article:
        raise InputError("audit.article_missing")
    home = None if options.out is None else Path(options.out)
    if home is not None:
        check_kept_directory(home)
    services = _choose_services() if options.online else None
    document = audit_article(
        read_bytes(options.article),
        options.article,
        lang=lang,
        ask=None if services is None else services.ask,
    )
    if services is not None:
        document["online"] = {
            "asked": services.asked,
            "left": services.left,
            "failed": services.failed,
        }
    with show_afterwards(
        lambda: show(document, draw_audit(document, lang), as_json=options.as_json)
    ):
        if home is not None:
            _keep(document, home, lang)
    return 0 if services is None else _tell_failures(services, lang)


def _choose_services() -> Services:
    from brainmag.evidence.audit.online import choose_services  # noqa: PLC0415

    return choose_services()


def _keep(document: dict[str, Any], home: Path, lang: str) -> None:
    from brainmag.report.audit_page import keep_audit  # noqa: PLC0415
    from brainmag.storage import name_failure  # noqa: PLC0415

    with name_failure(home):
        keep_audit(document, home, lang=lang)
    tell(text("cli.written", lang=lang, given=str(home)))


def _tell_failures(services: Services, lang: str) -> int:
    """Tell which services gave no answer; the audit stands, but is not what was asked for."""
    status = 0
    for service, reason in services.failed.items():
        error = ComputationError(
            "audit.service_failed",
            service=text(f"audit.service.{service}", lang=lang),
            reason=reason,
            left=services.left,
        )
        tell_error(error, lang)
        status = error.exit_status
    return status
