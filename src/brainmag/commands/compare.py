"""What ``brainmag compare`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import option
from brainmag.commands.values import read_count


@dataclass(frozen=True)
class CompareOptions:
    """Whether to look back on the record, or ahead to the next experiment."""

    ahead: Annotated[bool, option("next")] = False
    draws: Annotated[str | None, option("draws", text="draws-next")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def read_experiment_draws(options: CompareOptions) -> int:
    """Return the draws of each explanation that experiments are ranked by.

    Raises
    ------
    InputError
        When there are too few or too many.

    Examples
    --------
    >>> read_experiment_draws(CompareOptions(ahead=True))
    500
    """
    from brainmag.inference.next import DEFAULT_DRAWS, MOST_DRAWS  # noqa: PLC0415

    return read_count("--draws", options.draws, default=DEFAULT_DRAWS, lowest=2, highest=MOST_DRAWS)
