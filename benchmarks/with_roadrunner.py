"""libRoadRunner: the model's SBML, CVODE inside, one subject after another.

Doses restart the integrator from Python: as SBML events of the model they took as long (P1).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from cases import Case, Reals, divide_run
from interface import Solver

# Neither ships usable type information.
_antimony: Any = import_module("antimony")
_roadrunner: Any = import_module("roadrunner")

MOST_STEPS = 100_000


class _Runner:
    """A loaded model and the places of its quantities."""

    def __init__(self, case: Case, text: str) -> None:
        _antimony.clearPreviousLoads()
        _antimony.loadAntimonyString(text)
        sbml = _antimony.getSBMLString(_antimony.getMainModuleName())
        self.simulator = _roadrunner.RoadRunner(sbml)
        self.simulator.integrator.maximum_num_steps = MOST_STEPS
        names = list(case.system.outputs)
        self.simulator.selections = self.simulator.timeCourseSelections = names
        self.model = self.simulator.model
        ids = list(self.model.getGlobalParameterIds())
        self._parameters = [ids.index(name) for name in case.system.parameters]
        self._states = [ids.index(name) for name in case.system.states]
        solved = [self.model.getStateVectorId(i) for i in range(case.states)]
        self._start = float(case.times[0])
        self._floor = [float(case.floor[case.system.states.index(name)]) for name in solved]

    def set_tolerance(self, rtol: float) -> None:
        """Set tolerances: every state has its own absolute one."""
        integrator = self.simulator.integrator
        integrator.setValue("relative_tolerance", rtol)
        integrator.setValue("absolute_tolerance", [rtol * floor for floor in self._floor])

    def begin(self, parameters: Reals, states: Reals) -> None:
        """Put the model at its start; nothing else sets its clock back."""
        self.model.setTime(self._start)
        self.model.setGlobalParameterValues(self._parameters, parameters)
        self.model.setGlobalParameterValues(self._states, states)


def prepare(case: Case) -> Solver:
    """Return a function that restarts the integrator at each event."""
    runner = _Runner(case, case.text)
    simulator, model, names = runner.simulator, runner.model, case.system.states
    segments = divide_run(case)

    def run_one(subject: int) -> Reals:
        runner.begin(case.parameters[subject], case.initial[subject])
        rows = [simulator.getSelectedValues()]
        for segment in segments:
            for place, add, value in segment.changes:
                name = names[place]
                model[name] = value + (model[name] if add else 0.0)
            time, fresh = segment.start, True
            for stop in sorted({*segment.times, segment.stop}):
                simulator.oneStep(time, stop - time, fresh)
                time, fresh = stop, False
                if stop in segment.times:
                    rows.append(simulator.getSelectedValues())
        return np.array(rows)

    def run(rtol: float, subjects: int) -> Reals:
        runner.set_tolerance(rtol)
        return np.stack([run_one(subject) for subject in range(subjects)])

    return run
