"""What ``brainmag reproduce`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from brainmag.commands.options import argument, option
from brainmag.commands.values import read_count

if TYPE_CHECKING:
    from brainmag.record import Figure

MOST_DRAWS = 500


@dataclass(frozen=True)
class ReproduceOptions:
    """Which studies, and what is shown and kept."""

    studies: Annotated[list[str] | None, argument("studies")] = None
    draws: Annotated[str | None, option("draws")] = None
    report: Annotated[str | None, option("report")] = None
    out: Annotated[str | None, option("out", text="out-figures")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def plan_reproduction(options: ReproduceOptions) -> tuple[tuple[Figure, ...], int]:
    """Return which figures are run, and with how many draws.

    Raises
    ------
    InputError
        When a study or the number of draws cannot be used.

    Examples
    --------
    >>> figures, draws = plan_reproduction(ReproduceOptions(["verhas-2002"]))
    >>> [figure.id for figure in figures], draws
    (['verhas-2002/water'], 40)
    """
    from brainmag.inference.reproduce import DEFAULT_DRAWS, choose_figures  # noqa: PLC0415

    figures = choose_figures(options.studies or [])
    draws = read_count(
        "--draws", options.draws, default=DEFAULT_DRAWS, lowest=1, highest=MOST_DRAWS
    )
    return figures, draws
