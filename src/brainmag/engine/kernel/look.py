# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# llvmlite ships no type information.
"""What a driven part sees of the part that drives it, as LLVM code.

The steps of the leading part were kept as pieces: begin, length and, for every input, the
coefficients of a polynomial in the fraction of the step. Here one lane is treated after the
other, and the times of a step side by side in a vector.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from llvmlite import ir

from brainmag.engine.arrays import PIECE_HEAD, PIECE_ROWS
from brainmag.engine.kernel.lanes import DOUBLE, INTEGER, LANES, VECTOR, LaneBuilder, Module, Value

ARGUMENTS = ("active", "time", "step", "limit", "pieces", "piece_count", "place", "inputs")


def emit_look(
    module: Module, name: str, inputs: int, times: Sequence[float], first: int
) -> LaneBuilder:
    """Write a function that gives every active lane what it sees at some fractions of its step.

    Parameters
    ----------
    module : llvmlite.ir.Module
    name : str
        Name of the function.
    inputs : int
        How many are seen; the function does nothing where there are none.
    times : sequence of float
        Fractions of the step, rising, at most LANES.
    first : int
        Row of the inputs that belongs to the first of them.
    """
    lanes = LaneBuilder(module, name, ARGUMENTS)
    build, at = lanes.builder, lanes.pointers
    if inputs > 0:
        with lanes.loop(LANES) as lane:
            active = lanes.load_one(DOUBLE, at["active"], lane)
            with build.if_then(build.fcmp_ordered("==", active, ir.Constant(DOUBLE, 1.0))):
                pieces = _Pieces(lanes, lane, inputs)
                moments = _emit_moments(lanes, lane, times)
                seen = pieces.emit_values(moments, len(times))
                for q, values in enumerate(seen):
                    for row in range(len(times)):
                        value = build.extract_element(values, ir.Constant(INTEGER, row))
                        entry = ((first + row) * inputs + q) * LANES
                        place = build.add(lane, ir.Constant(INTEGER, entry))
                        lanes.store_one(value, at["inputs"], place)
    lanes.finish()
    return lanes


def _emit_moments(lanes: LaneBuilder, lane: Value, times: Sequence[float]) -> Value:
    """Write the times a lane looks at, none beyond the limit; the last is repeated."""
    time, step, limit = (
        lanes.spread(lanes.load_one(DOUBLE, lanes.pointers[name], lane))
        for name in ("time", "step", "limit")
    )
    fractions = ir.Constant(VECTOR, [*times, *[times[-1]] * (LANES - len(times))])
    return lanes.intrinsic("minimum", lanes.fma(fractions, step, time), limit)


class _Pieces:
    """The pieces of one lane."""

    def __init__(self, lanes: LaneBuilder, lane: Value, inputs: int) -> None:
        self._lanes = lanes
        self._lane = lane
        self._inputs = inputs
        self._width = (PIECE_HEAD + PIECE_ROWS * inputs) * LANES
        self._count = lanes.load_one(INTEGER, lanes.pointers["piece_count"], lane)

    def emit_values(self, moments: Value, count: int) -> list[Value]:
        """Write every input at some rising moments; the place of the first is kept."""
        lanes, build = self._lanes, self._lanes.builder
        place = lanes.pointers["place"]
        earliest, latest = (
            build.extract_element(moments, ir.Constant(INTEGER, row)) for row in (0, count - 1)
        )
        found, *values = self._emit_storage()
        build.store(lanes.load_one(INTEGER, place, self._lane), found)
        with self._follow(found, earliest):
            pass
        first = build.load(found, typ=INTEGER)
        lanes.store_one(first, place, self._lane)
        for target, value in zip(values, self._emit_piece(first, moments), strict=True):
            build.store(value, target)
        with self._follow(found, latest) as piece:
            later = build.fcmp_ordered(">=", moments, self._spread_row(piece, 0))
            for target, value in zip(values, self._emit_piece(piece, moments), strict=True):
                before = build.load(target, typ=VECTOR)
                build.store(build.select(later, value, before), target)
        return [build.load(value, typ=VECTOR) for value in values]

    def _emit_storage(self) -> list[Value]:
        """Write room for the number of a piece and the values of all inputs."""
        build = self._lanes.builder
        # In the first block, so that the optimiser may keep all of it in registers.
        with build.goto_entry_block():
            return [build.alloca(INTEGER), *(build.alloca(VECTOR) for _ in range(self._inputs))]

    @contextmanager
    def _follow(self, found: Value, moment: Value) -> Generator[Value]:
        """Repeat what is written inside for every further piece that begins by a moment."""
        build, function = self._lanes.builder, self._lanes.function
        head, check, body, after = (function.append_basic_block() for _ in range(4))
        build.branch(head)
        build.position_at_end(head)
        following = build.add(build.load(found, typ=INTEGER), ir.Constant(INTEGER, 1))
        build.cbranch(build.icmp_signed("<", following, self._count), check, after)
        build.position_at_end(check)
        begin = self._load_row(following, 0)
        build.cbranch(build.fcmp_ordered("<=", begin, moment), body, after)
        build.position_at_end(body)
        build.store(following, found)
        yield following
        build.branch(head)
        build.position_at_end(after)

    def _emit_piece(self, piece: Value, moments: Value) -> list[Value]:
        """Write the inputs at some moments by the polynomials of one piece."""
        lanes, build = self._lanes, self._lanes.builder
        # Not multiplied by one over it: of the shortest steps that is infinite.
        passed = build.fsub(moments, self._spread_row(piece, 0))
        s = build.fdiv(passed, self._spread_row(piece, 1))
        values: list[Value] = []
        for q in range(self._inputs):
            value = self._spread_row(piece, PIECE_HEAD + (PIECE_ROWS - 1) * self._inputs + q)
            for power in reversed(range(PIECE_ROWS - 1)):
                row = self._spread_row(piece, PIECE_HEAD + power * self._inputs + q)
                value = lanes.fma(s, value, row)
            values.append(value)
        return values

    def _spread_row(self, piece: Value, row: int) -> Value:
        return self._lanes.spread(self._load_row(piece, row))

    def _load_row(self, piece: Value, row: int) -> Value:
        """Load one number of a piece."""
        build = self._lanes.builder
        begin = build.add(build.mul(piece, ir.Constant(INTEGER, self._width)), self._lane)
        place = build.add(begin, ir.Constant(INTEGER, row * LANES))
        return self._lanes.load_one(DOUBLE, self._lanes.pointers["pieces"], place)
