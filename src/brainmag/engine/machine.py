# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# llvmlite ships no type information.
"""LLVM code to machine code, and machine code to callable functions."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import llvmlite
import llvmlite.binding as llvm

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()

Entry = Any
"""A compiled function; it releases the interpreter while it runs."""

_OPTIMISATION = 2


def describe_machine() -> str:
    """Return what the machine code depends on: processor and compiler."""
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvmlite.__version__} {llvm.get_host_cpu_name()} {features}"


def assemble(codes: list[str]) -> bytes:
    """Join pieces of LLVM code, which may call each other, and return the object file."""
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=_OPTIMISATION,
        reloc="pic",
        jit=True,
    )
    module = llvm.parse_assembly("")
    module.triple = machine.triple
    module.data_layout = str(machine.target_data)
    for code in codes:
        module.link_in(llvm.parse_assembly(code))
    module.verify()
    return machine.emit_object(module)


@dataclass(frozen=True)
class LoadedCode:
    """Functions of one object file, held in memory as long as this object lives."""

    functions: dict[str, Entry]
    holder: Any = field(repr=False)


def load(object_file: bytes, signatures: Mapping[str, str]) -> LoadedCode:
    """Load an object file.

    Parameters
    ----------
    object_file : bytes
        What :func:`assemble` returned.
    signatures : mapping
        For every entry its arguments, one letter each: ``p`` a pointer, ``i`` a whole number.
    """
    compiler = llvm.create_lljit_compiler()
    builder = llvm.JITLibraryBuilder().add_object_img(object_file).add_current_process()
    for name in signatures:
        builder.export_symbol(name)
    tracker = builder.link(compiler, "brainmag")
    kinds = {"p": ctypes.c_void_p, "i": ctypes.c_int64}
    functions = {
        name: ctypes.CFUNCTYPE(ctypes.c_int64, *(kinds[letter] for letter in letters))(
            tracker[name]
        )
        for name, letters in signatures.items()
    }
    return LoadedCode(functions, (compiler, tracker))
