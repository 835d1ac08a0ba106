"""From a system of equations to LLVM code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainmag.engine import verner
from brainmag.engine.analysis import (
    FOLLOWING,
    MODEL_ARGUMENTS,
    PART_ARGUMENTS,
    WHOLE,
    analyse_parts,
    find_counting,
    list_parts,
)
from brainmag.engine.cascade import Cascade, PartEquations, cut_system
from brainmag.engine.graph import Graph
from brainmag.engine.kernel import border, explicit, rosenbrock
from brainmag.engine.kernel.emit import Evaluation
from brainmag.engine.kernel.explicit import ExplicitParts
from brainmag.engine.kernel.lane_control import emit_choose, emit_judge
from brainmag.engine.kernel.lanes import LaneBuilder, make_module, write_choice
from brainmag.engine.kernel.look import emit_look
from brainmag.engine.kernel.rosenbrock import RosenbrockParts
from brainmag.engine.kernel.step import emit_commit
from brainmag.engine.linearise import Linearisation
from brainmag.engine.sparse import factorise_pattern
from brainmag.engine.system import EquationSystem


@dataclass(frozen=True)
class KernelCode:
    """Code of a model and the sizes its working arrays need, counted in entries.

    Attributes
    ----------
    code : str
    constants : int
        Numbers computed once per subject.
    scratch : tuple of int
        Working storage of a step: of the whole and, in a model that was cut, of both parts.
    states : tuple of int
        States of the same.
    inputs : int
        What the following part sees of the leading one.
    """

    code: str
    constants: int
    scratch: tuple[int, ...]
    states: tuple[int, ...]
    inputs: int


def build_kernel(system: EquationSystem, drivers: Sequence[str] = ()) -> KernelCode:
    """Write all functions of a model.

    Parameters
    ----------
    system : EquationSystem
        Equations; its graph grows by the derivatives.
    drivers : sequence of str
        States that may be run ahead of the others, see :mod:`brainmag.engine.cascade`.
    """
    cascade = cut_system(system, drivers)
    parts = {WHOLE: PartEquations(system.rates)}
    if cascade is not None:
        parts |= list_parts(cascade)
    analysis = analyse_parts(system, parts)
    writer = _FunctionWriter(system.graph, analysis.hoisted)
    writer.write_setup()
    writer.write("start", ["time", "parameters", "constants"], {"states": system.initial})
    writer.write("readouts", MODEL_ARGUMENTS, {"outputs": system.readouts})
    stiff = [
        _write_part(writer, prefix, parts[prefix], linear)
        for prefix, linear in analysis.linear.items()
    ]
    mild = [] if cascade is None else [_write_follower(writer, cascade)]
    _write_choices(writer, stiff, mild)
    rosenbrock.emit_propagate(writer.module, stiff[0])
    _write_border(writer, cascade, stiff)
    inputs = 0 if cascade is None else cascade.inputs
    stages = verner.INPUT_TIMES[:-1]
    looks = [
        emit_look(writer.module, "look_ahead", inputs, stages, 0),
        emit_look(writer.module, "look_inside", inputs, [verner.MIDDLE_TIME], len(stages)),
    ]
    write_choice(writer.module, "look_at", looks)
    return KernelCode(
        code=str(writer.module),
        constants=len(writer.hoisted),
        scratch=_fill_up([*(part.layout.size for part in stiff), *(part.scratch for part in mild)]),
        states=_fill_up([part.states for part in (*stiff, *mild)]),
        inputs=inputs,
    )


def _fill_up(sizes: list[int]) -> tuple[int, ...]:
    """Return the sizes of whole, leading and following part; 0 for those that are not there."""
    return (*sizes, 0, 0)[:3]


def _write_part(
    writer: _FunctionWriter, prefix: str, part: PartEquations, linear: Linearisation
) -> RosenbrockParts:
    """Write what a step of a part that may be stiff calls."""
    size = len(part.rates)
    rates = writer.write(prefix + "rates", PART_ARGUMENTS, {"slope": part.rates})
    rates_and_jacobian = writer.write(
        prefix + "rates_and_jacobian",
        PART_ARGUMENTS,
        {"slope": part.rates, "jacobian": linear.slopes, "time_slope": linear.time_slopes},
    )
    pattern = factorise_pattern(size, linear.entries)
    entries = {entry: position for position, entry in enumerate(linear.entries)}
    return RosenbrockParts(
        prefix=prefix,
        states=size,
        layout=rosenbrock.lay_out_scratch(size, len(linear.entries), len(pattern.slots)),
        time_dependent=linear.time_dependent,
        counting=tuple(find_counting(writer.graph, part.rates)),
        rates=rates,
        rates_and_jacobian=rates_and_jacobian,
        factor=rosenbrock.emit_factor(writer.module, prefix, pattern, entries),
        substitute=rosenbrock.emit_substitute(writer.module, prefix, pattern),
    )


def _write_follower(writer: _FunctionWriter, cascade: Cascade) -> ExplicitParts:
    """Write what a step of the part that is driven calls."""
    part = cascade.following
    counting = find_counting(writer.graph, part.rates)
    moving = set(range(len(part.rates))).difference(counting)
    return ExplicitParts(
        prefix=FOLLOWING,
        states=len(part.rates),
        inputs=cascade.inputs,
        completed=part.completed,
        moving=1 + max(moving, default=-1),
        rates=writer.write(FOLLOWING + "rates", PART_ARGUMENTS, {"slope": part.rates}),
    )


def _write_choices(
    writer: _FunctionWriter, stiff: Sequence[RosenbrockParts], mild: Sequence[ExplicitParts]
) -> None:
    """Write the functions that the loop around the steps calls for any part."""
    module = writer.module
    emit_choose(module)
    emit_judge(module)
    write_choice(module, "rates_of", [part.rates for part in (*stiff, *mild)])
    attempts = [rosenbrock.emit_attempt(module, part) for part in stiff]
    attempts += [explicit.emit_attempt(module, part) for part in mild]
    write_choice(module, "attempt_of", attempts)
    dense = [rosenbrock.emit_dense(module, part) for part in stiff]
    dense += [explicit.emit_dense(module, part) for part in mild]
    write_choice(module, "dense_of", dense)
    commits = [emit_commit(module, part.prefix, part.states) for part in stiff]
    commits += [emit_commit(module, part.prefix, part.states, part.last_slope) for part in mild]
    write_choice(module, "commit_of", commits)


def _write_border(
    writer: _FunctionWriter, cascade: Cascade | None, stiff: Sequence[RosenbrockParts]
) -> None:
    """Write what passes between the whole and its parts; nothing where there are none."""
    if cascade is None:
        rosenbrock.emit_trace(writer.module, stiff[0], 0)
        border.emit_cut(writer.module, (), (), 0)
        border.emit_join(writer.module, (), (), 0)
        return
    completed = cascade.following.completed
    rosenbrock.emit_trace(writer.module, stiff[1], cascade.inputs)
    border.emit_cut(writer.module, cascade.leaders, cascade.followers, completed)
    border.emit_join(writer.module, cascade.leaders, cascade.followers, completed)


class _FunctionWriter:
    """Writes functions that evaluate nodes of one graph into one module."""

    def __init__(self, graph: Graph, hoisted: Mapping[int, int]) -> None:
        self.module = make_module()
        self.graph = graph
        self.hoisted = hoisted

    def write_setup(self) -> None:
        """Write ``setup``: what depends on a subject's parameters only."""
        lanes = LaneBuilder(self.module, "setup", ["parameters", "constants"])
        values = Evaluation(lanes, self.graph, {}).evaluate(list(self.hoisted))
        for position, value in enumerate(values):
            lanes.store(value, lanes.pointers["constants"], position)
        lanes.finish()

    def write(
        self, name: str, arguments: Sequence[str], results: dict[str, Sequence[int]]
    ) -> LaneBuilder:
        """Write a function that stores the values of nodes behind the result pointers."""
        lanes = LaneBuilder(self.module, name, [*arguments, *results])
        hoisted = self.hoisted if name != "start" else dict[int, int]()
        roots = [node for nodes in results.values() for node in nodes]
        values = Evaluation(lanes, self.graph, hoisted).evaluate(roots)
        for pointer, nodes in results.items():
            for position in range(len(nodes)):
                lanes.store(next(values), lanes.pointers[pointer], position)
        lanes.finish()
        return lanes
