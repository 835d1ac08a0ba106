# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# llvmlite ships no type information.
"""LLVM code to machine code, and machine code to callable functions."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Entry = Any
"""A compiled function; it releases the interpreter while it runs."""

_OPTIMISATION = 2


@cache
def _open_compiler() -> Any:
    """Return LLVM, ready for this processor; slow to load, and a model run once needs none."""
    import llvmlite.binding as llvm  # noqa: PLC0415

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def describe_processor() -> dict[str, str]:
    """Return what machine code and numbers depend on: the processor, and the C library's functions.

    Examples
    --------
    >>> sorted(describe_processor())
    ['c_library', 'features', 'processor', 'system']
    """
    llvm = _open_compiler()
    features = llvm.get_host_cpu_features().flatten().split(",")
    return {
        "system": f"{sys.platform} {platform.machine()}",
        "c_library": " ".join(platform.libc_ver()).strip() or platform.release(),
        "processor": llvm.get_host_cpu_name(),
        "features": " ".join(sorted(name[1:] for name in features if name.startswith("+"))),
    }


def assemble(codes: Sequence[str]) -> bytes:
    """Join pieces of LLVM code and return the object file."""
    llvm = _open_compiler()
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
    """Functions of loaded object files, held in memory as long as this object lives."""

    functions: dict[str, Entry]
    holder: Any = field(repr=False)


def load(object_files: Sequence[bytes], entries: Mapping[str, str]) -> LoadedCode:
    """Load object files that call each other.

    Parameters
    ----------
    object_files : sequence of bytes
        What :func:`assemble` returned.
    entries : mapping
        For every function to be called its arguments, one letter each: ``p`` a pointer, ``i`` a
        whole number.
    """
    llvm = _open_compiler()
    compiler = llvm.create_lljit_compiler()
    builder = llvm.JITLibraryBuilder().add_current_process()
    for object_file in object_files:
        builder.add_object_img(object_file)
    for name in entries:
        builder.export_symbol(name)
    tracker = builder.link(compiler, "kernel")
    kinds = {"p": ctypes.c_void_p, "i": ctypes.c_int64}
    functions = {
        name: ctypes.CFUNCTYPE(ctypes.c_int64, *(kinds[letter] for letter in letters))(
            tracker[name]
        )
        for name, letters in entries.items()
    }
    return LoadedCode(functions, (compiler, tracker))
