"""The options of ``brainmag synapse``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import argument, option


@dataclass(frozen=True)
class SynapseOptions:
    """Which protocol or curve, in what bath, as typed; None where nothing was given."""

    protocol: Annotated[str | None, argument("protocol")] = None
    mg: Annotated[str | None, option("mg", text="bath-mg")] = None
    mg_chronic: Annotated[str | None, option("mg-chronic")] = None
    nr2b: Annotated[str | None, option("nr2b")] = None
    calcium: Annotated[str | None, option("calcium")] = None
    preparation: Annotated[str | None, option("preparation")] = None
    block: Annotated[str | None, option("block")] = None
    curve: Annotated[str | None, option("curve")] = None
    at: Annotated[str | None, option("at")] = None
    fit: Annotated[str | None, option("set")] = None
    pairs: Annotated[str | None, option("pairs")] = None
    rate: Annotated[str | None, option("rate")] = None
    interval: Annotated[str | None, option("interval")] = None
    formula: Annotated[str | None, option("formula")] = None
    uncertainty: Annotated[str | None, option("uncertainty", text="synapse-draws")] = None
    seed: Annotated[str | None, option("seed")] = None
    out: Annotated[str | None, option("out", text="out-stem")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None
