# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false
# numba ships no type information.
"""A kernel at work on all subjects: as many at once as the memory of the device takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from brainmag.engine.cuda.source import PartSource
from brainmag.engine.kernel.lanes import LANES
from brainmag.engine.model import CompiledModel
from brainmag.engine.plan import Plan

THREADS_PER_BLOCK = 32
MOST_AT_ONCE = 65_536
DRIVER = Path("/proc/driver/nvidia/version")
# Share of the free memory that the arrays of one launch may take; the threads' own come on top.
MEMORY_SHARE = 0.4


def is_available() -> bool:
    """Tell whether there is a device, or the simulator of one."""
    return bool(cuda.is_available())


def describe_card() -> dict[str, str]:
    """Return what the numbers of a run on a card depend on: card, driver, runtime, compiler."""
    card = cuda.get_current_device()
    name = getattr(card, "name", "simulator")
    return {
        "card": name.decode() if isinstance(name, bytes) else str(name),
        "card_driver": _read_driver(),
        "cuda_runtime": ".".join(map(str, cuda.runtime.get_version())),
        "numba-cuda": version("numba-cuda"),
    }


def _read_driver() -> str:
    """Return the version of the card's driver, where the system tells it."""
    try:
        told = DRIVER.read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    found = re.search(r"\b\d+(?:\.\d+)+\b", told)
    return found[0] if found else "unknown"


def measure_memory() -> float:
    """Return the free memory of the device, bytes; infinity in the simulator."""
    return float(cuda.current_context().get_memory_info().free)


def run_on_device(
    model: CompiledModel,
    plan: Plan,
    given: Sequence[NDArray[Any]],
    results: Sequence[NDArray[Any]],
    *,
    max_steps: int,
    on_progress: Callable[[int, int], None] | None,
) -> bool:
    """Run all subjects on a device; return False when Ctrl-C ended it early.

    Parameters
    ----------
    model : CompiledModel
    plan : Plan
    given : sequence of array
        States and parameters, one row per subject, and tolerances, repeated in every lane.
    results : sequence of array
        Outputs, final states, times reached, status and steps, one row per subject.
    max_steps : int
        Most steps a subject may try.
    on_progress : callable or None
        Called with subjects done and subjects in all after every launch.
    """
    kernel, parts = _load_kernel(model.text, model.outputs, model.drivers)
    leading = parts[0].states if len(parts) > 1 else 0
    initial, parameters, tolerances = given
    subjects = len(initial)
    common = [
        cuda.to_device(np.ascontiguousarray(array))
        for array in (plan.wholes, plan.reals, tolerances[::LANES])
    ]
    width = _choose_width(subjects, _count_bytes(plan, leading, given, results))
    try:
        for first in range(0, subjects, width):
            chosen = slice(first, min(first + width, subjects))
            count = chosen.stop - first
            columns = [np.ascontiguousarray(array[chosen].T) for array in (initial, parameters)]
            memory = cuda.to_device(np.zeros((len(parts), plan.slots, count)))
            rows = cuda.to_device(np.empty((plan.rows, leading, count)))
            arrays = [cuda.to_device(array[chosen]) for array in results]
            blocks = -(-count // THREADS_PER_BLOCK)
            kernel[blocks, THREADS_PER_BLOCK](
                *(plan.segments, plan.events, max_steps, *common[:2]),
                *(cuda.to_device(array) for array in columns),
                *(common[2], memory, rows, *arrays),
            )
            for there, here in zip(arrays, results, strict=True):
                here[chosen] = there.copy_to_host()
            if on_progress is not None:
                on_progress(chosen.stop, subjects)
    except KeyboardInterrupt:
        return False
    return True


@lru_cache(maxsize=8)
def _load_kernel(
    text: str, outputs: tuple[str, ...], drivers: tuple[str, ...]
) -> tuple[Any, tuple[PartSource, ...]]:
    """Return the kernel of a model, compiled at its first launch in this process, and its parts."""
    from brainmag.engine.cuda.kernel import define_kernel  # noqa: PLC0415
    from brainmag.engine.cuda.source import write_model  # noqa: PLC0415
    from brainmag.engine.reading.document import read_text  # noqa: PLC0415
    from brainmag.engine.reading.sbml import read_equations  # noqa: PLC0415

    source = write_model(read_equations(read_text(text), outputs), drivers)
    return cuda.jit(define_kernel(source)), source.parts


def _count_bytes(
    plan: Plan, leading: int, given: Sequence[NDArray[Any]], results: Sequence[NDArray[Any]]
) -> int:
    """Return what the arrays of one subject take on the device."""
    rows = sum(array[:1].nbytes for array in (*given[:2], *results))
    return rows + (2 * plan.slots + plan.rows * leading) * plan.reals.itemsize


def _choose_width(subjects: int, bytes_each: int) -> int:
    """Return how many subjects one launch runs."""
    fitting = min(measure_memory() * MEMORY_SHARE / bytes_each, MOST_AT_ONCE, subjects)
    return max(int(fitting), 1)
