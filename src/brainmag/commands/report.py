"""What ``brainmag report`` is asked, and the document that its page is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from brainmag import __version__
from brainmag.commands.options import argument, option
from brainmag.errors import InputError


@dataclass(frozen=True)
class ReportOptions:
    """Which folder or the claims, and where the report goes."""

    run: Annotated[str | None, argument("reported")] = None
    claims: Annotated[bool, option("claims")] = False
    out: Annotated[str | None, option("out", text="out-report")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def describe_report(options: ReportOptions, *, lang: str) -> dict[str, Any]:
    """Return the document of a report: all its numbers, and the sentences of the claims.

    Parameters
    ----------
    options : ReportOptions
    lang : str
        Of the sentences of the claims.

    Returns
    -------
    dict
        ``kind``: ``claims``, with the ledger as `describe_claims` gives it; or ``run``, ``trial``
        or ``calibration``, with ``name``, ``result``, ``model`` and ``credibility``.

    Raises
    ------
    InputError
        ``page.nothing_asked``; ``cli.does_not_go_with``; as `read_folder` raises it.
    """
    if options.claims:
        if options.run is not None:
            raise InputError("cli.does_not_go_with", given=options.run, use="--claims")
        return _describe_claims(lang)
    if not options.run:
        raise InputError("page.nothing_asked")
    return describe_folder(Path(options.run))


def _describe_claims(lang: str) -> dict[str, Any]:
    from brainmag.commands.claims import ClaimsOptions, describe_claims  # noqa: PLC0415
    from brainmag.evidence.claims import choose_claims  # noqa: PLC0415

    ledger = describe_claims(ClaimsOptions(evidence=True), choose_claims([]), lang=lang)
    return {"kind": "claims", "brainmag": __version__, **ledger}


def describe_folder(home: Path) -> dict[str, Any]:
    """Return the document of the report of a run, a trial or a calibration.

    Raises
    ------
    InputError
        As `brainmag.commands.report_folder.read_folder` raises it.
    """
    from brainmag.commands.report_folder import read_folder  # noqa: PLC0415

    found = read_folder(home)
    try:
        return describe_result(found)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError("page.damaged", given=str(home)) from error


def describe_result(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of the report of a result.

    Parameters
    ----------
    found : mapping
        Its ``kind`` (``run``, ``trial`` or ``calibration``), ``name`` and ``result``.
    """
    from brainmag.document import list_documents  # noqa: PLC0415
    from brainmag.people import CULTURE  # noqa: PLC0415
    from brainmag.report.model_parts import describe_model  # noqa: PLC0415

    assemblies = ["chain"] if found["kind"] == "trial" else ["chain", "dish"]
    balance: float | None = None
    if found["kind"] == "run":
        documents = list(list_documents(found["result"]).values())
        is_dish = documents[0]["subject"]["who"] == CULTURE
        assemblies = ["dish" if is_dish else "chain"]
        errors = [one["balance"]["relative_error"] for one in documents if "balance" in one]
        balance = max(errors, default=None)
    model = describe_model(assemblies)
    return {
        **found,
        "brainmag": __version__,
        "model": model,
        "credibility": _describe_credibility(model, balance),
    }


def _describe_credibility(model: Mapping[str, Any], balance: float | None) -> dict[str, Any]:
    """Return what of the credibility can be computed here and now."""
    from brainmag.inference.compare import read_comparison  # noqa: PLC0415
    from brainmag.record import list_figures  # noqa: PLC0415
    from brainmag.report.credibility import read_accepted  # noqa: PLC0415
    from brainmag.report.model_parts import count_all_grades  # noqa: PLC0415

    figures = list_figures()
    compared = [one for one in figures if not one.hindrance]
    roles = Counter(one.role for one in compared)
    accepted = {
        name: {key: str(value) for key, value in fact.items()}
        for name, fact in read_accepted().items()
    }
    return {
        "weights": read_comparison()["range"],
        "record": {
            "figures": len(figures),
            "compared": len(compared),
            "calibrating": roles["calibration"],
            "judging": roles["validation"],
            "industry": sum(one.study.industry for one in compared),
        },
        "grades": count_all_grades(model),
        "balance": balance,
        "accepted": accepted,
    }
