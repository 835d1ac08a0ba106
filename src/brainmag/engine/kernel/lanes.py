# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# llvmlite ships no type information; everything of it that leaves this file is Any.
"""Writing LLVM code that treats a block of subjects at once, one subject per vector lane.

Every quantity of a block is stored lane by lane: entry ``i`` of subject ``l`` stands at
``i * LANES + l``. No fast-math flag is set anywhere and fused operations are written out, so a
subject's arithmetic is the same whatever its neighbours, its lane and the machine's vector width.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

from brainmag.engine.vectors import LANES

DOUBLE = ir.DoubleType()
INTEGER = ir.IntType(64)
POINTER = ir.PointerType()
VECTOR = ir.VectorType(DOUBLE, LANES)
INTEGER_VECTOR = ir.VectorType(INTEGER, LANES)


# Begins the name of every function of a model in machine code.
SYMBOL_PREFIX = "model_"

Value = Any
"""A value or pointer in the code being written."""

Module = Any
"""A set of functions being written."""


def write_choice(module: Module, name: str, choices: Sequence[LaneBuilder]) -> None:
    """Write a function that calls one of several alike: the one its first argument numbers."""
    arguments = len(choices[0].function.args)
    signature = ir.FunctionType(INTEGER, [INTEGER, *[POINTER] * arguments])
    function = ir.Function(module, signature, SYMBOL_PREFIX + name)
    for argument in function.args[1:]:
        argument.add_attribute("noalias")
    builder = ir.IRBuilder(function.append_basic_block())
    after = function.append_basic_block()
    switch = builder.switch(function.args[0], after)
    for number, choice in enumerate(choices):
        block = function.append_basic_block()
        switch.add_case(ir.Constant(INTEGER, number), block)
        builder.position_at_end(block)
        builder.call(choice.function, function.args[1:])
        builder.branch(after)
    builder.position_at_end(after)
    builder.ret(ir.Constant(INTEGER, 0))


def make_module() -> Module:
    """Return an empty module."""
    return ir.Module("model")


class LaneBuilder:
    """One function of a kernel under construction.

    All arguments are pointers; the function returns a whole number.

    Parameters
    ----------
    module : llvmlite.ir.Module
        Module the function is added to.
    name : str
        Name of the function.
    arguments : sequence of str
        Names of the pointer arguments, kept in ``self.pointers``.
    """

    def __init__(self, module: Module, name: str, arguments: Sequence[str]) -> None:
        signature = ir.FunctionType(INTEGER, [POINTER] * len(arguments))
        function = ir.Function(module, signature, SYMBOL_PREFIX + name)
        for argument, argument_name in zip(function.args, arguments, strict=True):
            argument.name = argument_name
            argument.add_attribute("noalias")
        self.module = module
        self.function: Any = function
        self.builder: Any = ir.IRBuilder(function.append_basic_block())
        self.pointers: dict[str, Value] = dict(zip(arguments, function.args, strict=True))

    def finish(self, result: Value = None) -> None:
        """End the function; it returns the whole number given, or 0."""
        self.builder.ret(ir.Constant(INTEGER, 0) if result is None else result)

    def constant(self, value: float) -> Value:
        """Return a number in every lane."""
        return ir.Constant(VECTOR, [value] * LANES)

    def integer(self, value: int) -> Value:
        """Return a whole number in every lane."""
        return ir.Constant(INTEGER_VECTOR, [value] * LANES)

    def offset(self, pointer: Value, entries: int | Value) -> Value:
        """Return the pointer some entries (vectors) further on."""
        if isinstance(entries, int):
            if entries == 0:
                return pointer
            entries = ir.Constant(INTEGER, entries)
        return self.builder.gep(pointer, [entries], source_etype=VECTOR)

    def multiply_index(self, index: Value, factor: int) -> Value:
        """Return a loop index times a number."""
        return self.builder.mul(index, ir.Constant(INTEGER, factor))

    def load(self, pointer: Value, entry: int | Value = 0) -> Value:
        """Load one entry."""
        return self.builder.load(self.offset(pointer, entry), align=8, typ=VECTOR)

    def load_whole(self, pointer: Value) -> Value:
        """Load a whole number of every lane."""
        return self.builder.load(pointer, align=8, typ=INTEGER_VECTOR)

    def any_lane(self, truth: Value) -> Value:
        """Return a whole number that is not 0 where something holds in any lane."""
        bits = self.builder.bitcast(truth, ir.IntType(LANES))
        return self.builder.zext(bits, INTEGER)

    def store(self, value: Value, pointer: Value, entry: int | Value = 0) -> None:
        """Store one entry."""
        self.builder.store(value, self.offset(pointer, entry), align=8)

    def load_one(self, kind: Value, pointer: Value, place: Value) -> Value:
        """Load a single number of a kind."""
        place = self.builder.gep(pointer, [place], source_etype=kind)
        return self.builder.load(place, align=8, typ=kind)

    def store_one(self, value: Value, pointer: Value, place: Value) -> None:
        """Store a single number."""
        place = self.builder.gep(pointer, [place], source_etype=value.type)
        self.builder.store(value, place, align=8)

    def spread(self, value: Value) -> Value:
        """Return a single number in every lane."""
        single = self.builder.insert_element(self.constant(0.0), value, ir.Constant(INTEGER, 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.builder.shuffle_vector(single, single, zeros)

    def call(self, function: LaneBuilder, *pointers: Value) -> None:
        """Call another function of the kernel."""
        self.builder.call(function.function, pointers)

    def intrinsic(self, name: str, *values: Value) -> Value:
        """Apply an LLVM intrinsic such as ``fma`` or ``sqrt`` lane by lane."""
        symbol = f"llvm.{name}.v{LANES}f64"
        function = self.module.globals.get(symbol)
        if function is None:
            function = ir.Function(
                self.module, ir.FunctionType(VECTOR, [VECTOR] * len(values)), symbol
            )
        return self.builder.call(function, values)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """Return a b + c, rounded once."""
        return self.intrinsic("fma", a, b, c)

    def bits(self, value: Value) -> Value:
        """Return the bit pattern of numbers."""
        return self.builder.bitcast(value, INTEGER_VECTOR)

    def number(self, bits: Value) -> Value:
        """Return the numbers of bit patterns."""
        return self.builder.bitcast(bits, VECTOR)

    @contextmanager
    def loop(self, count: int, begin: int = 0) -> Generator[Value]:
        """Repeat what is written inside for index ``begin`` .. ``count`` - 1, at least once."""
        builder = self.builder
        before = builder.block
        body, after = self.function.append_basic_block(), self.function.append_basic_block()
        builder.branch(body)
        builder.position_at_end(body)
        index = builder.phi(INTEGER)
        index.add_incoming(ir.Constant(INTEGER, begin), before)
        yield index
        following = builder.add(index, ir.Constant(INTEGER, 1))
        index.add_incoming(following, builder.block)
        more = builder.icmp_signed("<", following, ir.Constant(INTEGER, count))
        builder.cbranch(more, body, after)
        builder.position_at_end(after)
