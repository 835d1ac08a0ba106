"""The options of ``brainmag simulate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from brainmag.commands.options import ScenarioOptions, option


@dataclass(frozen=True)
class SimulateOptions(ScenarioOptions):
    """A scenario, how it is run, and what is shown and kept."""

    hypothesis: Annotated[str | None, option("hypothesis")] = None
    prior: Annotated[bool, option("prior")] = False
    uncertainty: Annotated[str | None, option("uncertainty")] = None
    population: Annotated[str | None, option("population")] = None
    cluster: Annotated[str | None, option("cluster")] = None
    seed: Annotated[str | None, option("seed")] = None
    device: Annotated[str | None, option("device")] = None
    out: Annotated[str | None, option("out")] = None
    series: Annotated[bool, option("series")] = False
    as_json: Annotated[bool, option("json")] = False
