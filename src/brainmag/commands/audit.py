"""What ``brainmag audit`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import argument, option


@dataclass(frozen=True)
class AuditOptions:
    """Which article, whether to ask elsewhere, and what is shown and kept."""

    article: Annotated[str | None, argument("article")] = None
    online: Annotated[bool, option("online")] = False
    out: Annotated[str | None, option("out", text="out-audit")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None
