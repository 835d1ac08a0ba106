"""What ``brainmag trial`` is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.commands.options import argument, option
from brainmag.commands.values import choose, read_count, read_seed
from brainmag.errors import InputError

if TYPE_CHECKING:
    from brainmag.trials.run import Request

MOST_REPLICATES = 100_000


@dataclass(frozen=True)
class TrialOptions:
    """Which designs, how often, and what is shown and kept."""

    designs: Annotated[list[str] | None, argument("designs")] = None
    compare: Annotated[bool, option("compare")] = False
    replicates: Annotated[str | None, option("replicates")] = None
    n: Annotated[str | None, option("n")] = None
    hypothesis: Annotated[str | None, option("hypothesis", text="calibrated-hypothesis")] = None
    seed: Annotated[str | None, option("seed")] = None
    out: Annotated[str | None, option("out", text="out-trial")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def plan_trials(options: TrialOptions) -> list[Request]:
    """Return what is to be run, a request for each design.

    Parameters
    ----------
    options : TrialOptions
        With one design, or two to be compared.

    Raises
    ------
    InputError
        When a design or an option cannot be used.

    Examples
    --------
    >>> [request.sizes for request in plan_trials(TrialOptions(["head-to-head"], n="40,60"))]
    [(40, 60)]
    """
    from brainmag.people.parameters import HYPOTHESES  # noqa: PLC0415
    from brainmag.trials.check import check_size  # noqa: PLC0415
    from brainmag.trials.library import load_trial  # noqa: PLC0415
    from brainmag.trials.run import DEFAULT_REPLICATES, Request, choose_sizes  # noqa: PLC0415

    asked = choose("--hypothesis", options.hypothesis or "all", (*HYPOTHESES, "all"))
    hypotheses = HYPOTHESES if asked == "all" else (asked,)
    replicates = read_count(
        "--replicates",
        options.replicates,
        default=DEFAULT_REPLICATES,
        lowest=10,
        highest=MOST_REPLICATES,
    )
    seed = read_seed(options.seed)
    sizes = _read_sizes(options.n)
    requests: list[Request] = []
    for name in options.designs or []:
        plan = load_trial(name)
        if plan.name in [one.trial.name for one in requests]:
            raise InputError("trials.same_name", given=plan.name)
        own = choose_sizes(plan, sizes)
        for size in own:
            check_size(plan, size)
        requests.append(Request(plan, own, hypotheses, replicates, seed))
    return requests


def combine_trials(documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the one document of a trial, or of two beside each other."""
    return documents[0] if len(documents) == 1 else {"trials": list(documents)}


def describe_designs() -> dict[str, Any]:
    """Return the designs that come along as a document.

    Examples
    --------
    >>> describe_designs()["designs"][0]["name"]
    'dose-finding'
    """
    from brainmag.trials.library import list_trials, load_trial  # noqa: PLC0415
    from brainmag.trials.run import describe_trial  # noqa: PLC0415

    return {"designs": [describe_trial(load_trial(name)) for name in list_trials()]}


def _read_sizes(given: str | None) -> tuple[int, ...]:
    """Return the sizes of a list such as ``40,60,80``."""
    from brainmag.trials.observe import LARGEST_TRIAL  # noqa: PLC0415

    if given is None:
        return ()
    return tuple(
        read_count("--n", word.strip(), default=0, lowest=1, highest=LARGEST_TRIAL)
        for word in given.split(",")
    )
