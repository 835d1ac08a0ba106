"""What ``brainmag meta`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import argument, option


@dataclass(frozen=True)
class MetaOptions:
    """Which outcome, and what is shown and kept."""

    outcome: Annotated[str | None, argument("outcome")] = None
    out: Annotated[str | None, option("out", text="out-meta")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None
