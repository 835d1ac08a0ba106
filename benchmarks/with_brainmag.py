"""BrainMag itself."""

from __future__ import annotations

from brainmag.engine import Events, compile_model, solve
from cases import Case, Reals
from interface import Solver


def prepare(case: Case, *, threads: int = 1) -> Solver:
    """Return a function that runs the case."""
    model = compile_model(case.text, outputs=case.system.outputs, drivers=case.drivers)
    events = Events.build(model, case.events)

    def run(rtol: float, subjects: int) -> Reals:
        return solve(
            model,
            initial=case.initial[:subjects],
            parameters=case.parameters[:subjects],
            start=float(case.times[0]),
            stop=case.stop,
            events=events,
            output_times=case.times,
            rtol=rtol,
            atol=rtol * case.floor[: case.states],
            effort=None if case.effort is None else case.effort[:subjects],
            threads=threads,
        ).outputs

    return run
