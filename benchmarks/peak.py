"""What one core can do at best: small endless-looking loops in machine code, timed."""

from __future__ import annotations

import time

import numpy as np

from brainmag.engine import machine

WIDTH = 8
# Enough that none waits for the one before it.
CHAINS = 8
TURNS = 20_000_000
TYPE = f"<{WIDTH} x double>"

_STEPS = {
    "fma": f"call {TYPE} @llvm.fma.v{WIDTH}f64({TYPE} %a{{k}}, {TYPE} %x, {TYPE} %y)",
    "divide": f"fdiv {TYPE} %x, %a{{k}}",
    "load": f"fadd {TYPE} %a{{k}}, %l{{k}}",
}


def _write_loop(operation: str) -> str:
    phis = [f"  %a{k} = phi {TYPE} [%x, %entry], [%b{k}, %loop]" for k in range(CHAINS)]
    loads: list[str] = []
    if operation == "load":
        for k in range(CHAINS):
            loads += [
                f"  %p{k} = getelementptr {TYPE}, ptr %data, i64 {2 + k}",
                f"  %l{k} = load volatile {TYPE}, ptr %p{k}, align 64",
            ]
    steps = [f"  %b{k} = " + _STEPS[operation].format(k=k) for k in range(CHAINS)]
    stores = [
        line
        for k in range(CHAINS)
        for line in (
            f"  %q{k} = getelementptr {TYPE}, ptr %data, i64 {2 + k}",
            f"  store {TYPE} %b{k}, ptr %q{k}, align 64",
        )
    ]
    return "\n".join(
        [
            f"declare {TYPE} @llvm.fma.v{WIDTH}f64({TYPE}, {TYPE}, {TYPE})",
            "define i64 @peak(ptr %data, i64 %turns) {",
            "entry:",
            f"  %x = load {TYPE}, ptr %data, align 64",
            f"  %py = getelementptr {TYPE}, ptr %data, i64 1",
            f"  %y = load {TYPE}, ptr %py, align 64",
            "  br label %loop",
            "loop:",
            "  %i = phi i64 [0, %entry], [%n, %loop]",
            *phis,
            *loads,
            *steps,
            "  %n = add i64 %i, 1",
            "  %more = icmp ult i64 %n, %turns",
            "  br i1 %more, label %loop, label %done",
            "done:",
            *stores,
            "  ret i64 0",
            "}",
        ]
    )


def measure_peak(operation: str, *, share: float = 1.0) -> float:
    """Return how many operations on one number each one core does in a second.

    Parameters
    ----------
    operation : str
        ``fma``, ``divide`` or ``load``.
    share : float
        Of the usual number of turns.
    """
    code = machine.load([machine.assemble([_write_loop(operation)])], {"peak": "pi"})
    room = np.ones((3 + CHAINS) * WIDTH)
    # Vectors are loaded aligned.
    data = room[-room.ctypes.data % 64 // 8 :]
    turns, least = int(TURNS * share), float("inf")
    for _ in range(3):
        begin = time.process_time()
        code.functions["peak"](data.ctypes.data, turns)
        least = min(least, time.process_time() - begin)
    return turns * CHAINS * WIDTH / least
