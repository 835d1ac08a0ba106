"""From a system of equations to LLVM code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brainmag.engine import stepper
from brainmag.engine.emit import Evaluation, choose_hoisted
from brainmag.engine.lanes import LaneBuilder, make_module
from brainmag.engine.linearise import linearise
from brainmag.engine.sparse import factorise_pattern
from brainmag.engine.system import EquationSystem


@dataclass(frozen=True)
class KernelCode:
    """Code of a model and the sizes its working arrays need, counted in entries."""

    code: str
    constants: int
    scratch: int


def build_kernel(system: EquationSystem) -> KernelCode:
    """Write all functions of a model.

    Parameters
    ----------
    system : EquationSystem
        Equations; its graph grows by the derivatives.
    """
    size, linear = len(system.states), linearise(system)
    layout_entries = {entry: position for position, entry in enumerate(linear.entries)}

    writer = _FunctionWriter(
        system, [*system.rates, *linear.slopes, *linear.time_slopes, *system.readouts]
    )
    writer.write_setup()
    writer.write("start", ["time", "parameters", "constants"], {"states": system.initial})
    arguments = ["time", "states", "parameters", "constants"]
    rates = writer.write("rates", arguments, {"slope": system.rates})
    rates_and_jacobian = writer.write(
        "rates_and_jacobian",
        arguments,
        {"slope": system.rates, "jacobian": linear.slopes, "time_slope": linear.time_slopes},
    )
    writer.write("readouts", arguments, {"outputs": system.readouts})

    pattern = factorise_pattern(size, linear.entries)
    layout = stepper.lay_out_scratch(size, len(linear.entries), len(pattern.slots))
    parts = stepper.StepParts(
        states=size,
        layout=layout,
        time_dependent=linear.time_dependent,
        rates=rates,
        rates_and_jacobian=rates_and_jacobian,
        factor=stepper.emit_factor(writer.module, pattern, layout_entries),
        substitute=stepper.emit_substitute(writer.module, pattern),
    )
    stepper.emit_attempt(writer.module, parts)
    stepper.emit_dense(writer.module, parts)
    stepper.emit_propagate(writer.module, parts)
    stepper.emit_commit(writer.module, size)
    return KernelCode(str(writer.module), len(writer.hoisted), layout.size)


class _FunctionWriter:
    """Writes functions that evaluate nodes of one system into one module."""

    def __init__(self, system: EquationSystem, roots: Sequence[int]) -> None:
        self.module = make_module()
        self._graph = system.graph
        chosen = choose_hoisted(system.graph, roots)
        self.hoisted = {node: position for position, node in enumerate(chosen)}

    def write_setup(self) -> None:
        """Write ``setup``: what depends on a subject's parameters only."""
        lanes = LaneBuilder(self.module, "setup", ["parameters", "constants"])
        values = Evaluation(lanes, self._graph, {}).evaluate(list(self.hoisted))
        for position, value in enumerate(values):
            lanes.store(value, lanes.pointers["constants"], position)
        lanes.finish()

    def write(
        self, name: str, arguments: Sequence[str], results: dict[str, Sequence[int]]
    ) -> LaneBuilder:
        """Write a function that stores the values of nodes behind the result pointers."""
        lanes = LaneBuilder(self.module, name, [*arguments, *results])
        hoisted = self.hoisted if name != "start" else {}
        roots = [node for nodes in results.values() for node in nodes]
        values = Evaluation(lanes, self._graph, hoisted).evaluate(roots)
        for pointer, nodes in results.items():
            for position in range(len(nodes)):
                lanes.store(next(values), lanes.pointers[pointer], position)
        lanes.finish()
        return lanes
