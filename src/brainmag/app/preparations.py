"""Subjects on their own day, remembered: no dose moves it, so a slider finds it ready."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace

from brainmag.engine.model import CompiledModel
from brainmag.scenario import Scenario
from brainmag.simulate import Preparation, identify_preparation, prepare

# Subjects that are remembered in all: some 50 kB each.
MOST_ROWS = 8000


class Preparations:
    """The last of them that were used."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Preparation] = OrderedDict()
        self._models: dict[str, CompiledModel] = {}

    def take(self, scenario: Scenario, draws: int, seed: int) -> Preparation:
        """Return the subjects of a scenario on their own day, as `brainmag.simulate.prepare`."""
        key = identify_preparation(scenario, draws, seed)
        found = self._kept.pop(key, None)
        if found is None:
            found = prepare(scenario, draws=draws, seed=seed)
            # A model is larger than many subjects, and the same for all of a species.
            model = self._models.setdefault(scenario.subject.who, found.model)
            found = replace(found, model=model)
        self._kept[key] = found
        while len(self._kept) > 1 and self._count_rows() > MOST_ROWS:
            self._kept.popitem(last=False)
        return found

    def _count_rows(self) -> int:
        return sum(len(one.status) for one in self._kept.values())
