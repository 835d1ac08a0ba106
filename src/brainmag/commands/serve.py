"""What ``brainmag serve`` is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import option


@dataclass(frozen=True)
class ServeOptions:
    """Where it listens."""

    port: Annotated[str | None, option("port")] = None
    host: Annotated[str | None, option("host")] = None
    open: Annotated[bool, option("open")] = False
    lang: Annotated[str | None, option("lang")] = None
