"""Operations and bytes of one step against what the core can do.

The count follows the method: one Jacobian, eight evaluations of the rates, one factorisation, eight
substitutions, the sums of earlier stages. Elementary functions count as the operations of their
series.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from brainmag.engine import Events, compile_model, solve, tableau
from brainmag.engine.analysis import WHOLE, analyse_parts
from brainmag.engine.cascade import PartEquations
from brainmag.engine.kernel.emit import Evaluation
from brainmag.engine.kernel.lanes import LaneBuilder, make_module
from brainmag.engine.sparse import Factorisation, factorise_pattern
from cases import Case
from peak import measure_peak

_COUNTED = re.compile(r"= (fadd|fsub|fmul|fdiv|load|call <8 x double> @\"?llvm\.fma)\b|\b(store) ")


def _count_evaluation(case: Case, hoisted: dict[int, int], roots: Sequence[int]) -> Counter[str]:
    """Count the instructions that evaluate nodes, per lane."""
    lanes = LaneBuilder(
        make_module(), "count", ["time", "states", "parameters", "constants", "results"]
    )
    values = Evaluation(lanes, case.system.graph, hoisted).evaluate(roots)
    for position, value in enumerate(values):
        lanes.store(value, lanes.pointers["results"], position)
    lanes.finish()
    found = [first or second for first, second in _COUNTED.findall(str(lanes.function))]
    return Counter("fma" if name.startswith("call") else name for name in found)


def _count_factorisation(pattern: Factorisation, entries: int) -> Counter[str]:
    updates = sum(len(pattern.upper[k]) for row in pattern.lower for k in row)
    pivots = sum(len(row) for row in pattern.lower)
    size = len(pattern.order)
    return Counter(
        fma=updates,
        fmul=pivots + entries,
        fdiv=size,
        load=entries + updates + pivots,
        store=len(pattern.slots),
    )


def _count_substitution(pattern: Factorisation) -> Counter[str]:
    size, entries = len(pattern.order), len(pattern.slots)
    others = entries - size
    return Counter(fma=others, fmul=size, load=2 * others + 3 * size, store=2 * size)


def _count_sums(size: int) -> Counter[str]:
    """Count the sums over earlier stages, the right-hand sides and the error."""
    total: Counter[str] = Counter()
    for stage in range(tableau.STAGES):
        # The last two points add one stage to the point before.
        weights = stage if stage < tableau.STAGES - 2 else 1
        total.update(fma=(weights + stage + 1) * size)
        total.update(load=(stage + 3) * size, store=3 * size)
    total.update(fma=size, fdiv=size, fadd=size, load=4 * size, store=size)
    return total


def count_step(case: Case) -> dict[str, Counter[str]]:
    """Return instructions per lane of one step, part by part."""
    system, size = case.system, case.states
    analysis = analyse_parts(system, {WHOLE: PartEquations(system.rates)})
    linear, hoisted = analysis.linear[WHOLE], analysis.hoisted
    derivatives = [*linear.slopes, *linear.time_slopes]
    pattern = factorise_pattern(size, linear.entries)
    rates = _count_evaluation(case, hoisted, system.rates)
    first = _count_evaluation(case, hoisted, [*system.rates, *derivatives])
    return {
        "rates": _times(rates, tableau.STAGES - 1),
        "rates with Jacobian": first,
        "factorisation": _count_factorisation(pattern, len(linear.entries)),
        "substitutions": _times(_count_substitution(pattern), tableau.STAGES),
        "sums of stages, error": _count_sums(size),
    }


def _times(counts: Counter[str], factor: int) -> Counter[str]:
    return Counter({name: count * factor for name, count in counts.items()})


def _time_steps(case: Case, rtol: float) -> tuple[float, float]:
    """Return steps tried per subject, and processor time of one, with the model as a whole."""
    model = compile_model(case.text, outputs=case.system.outputs)
    events = Events.build(model, case.events)
    least, steps = float("inf"), 0.0
    for _ in range(3):
        begin = time.process_time()
        answer = solve(
            model,
            initial=case.initial,
            parameters=case.parameters,
            start=float(case.times[0]),
            stop=case.stop,
            events=events,
            output_times=case.times,
            rtol=rtol,
            atol=rtol * case.floor[: case.states],
            threads=1,
        )
        least = min(least, time.process_time() - begin)
        steps = float(answer.steps.sum())
    return steps / len(case.initial), least / steps


def measure_core(*, share: float = 1.0) -> dict[str, float]:
    """Return what one core does in a second at best, counted in single numbers."""
    return {name: measure_peak(name, share=share) for name in ("fma", "divide", "load")}


def compare_with_core(case: Case, core: dict[str, float], rtol: float) -> dict[str, Any]:
    """Return the operations and bytes of a step, and what of the core's peak is reached.

    Parameters
    ----------
    case : Case
    core : dict
        From `measure_core`.
    rtol : float
        Relative tolerance.
    """
    parts = count_step(case)
    total: Counter[str] = Counter()
    for counts in parts.values():
        total.update(counts)
    slots = sum(total[name] for name in ("fma", "fadd", "fsub", "fmul"))
    flops = slots + total["fma"] + total["fdiv"]
    steps, seconds = _time_steps(case, rtol)
    first = np.zeros(len(case.initial), dtype=np.int64)
    alike = replace(case, initial=case.initial[first], parameters=case.parameters[first])
    _, seconds_alike = _time_steps(alike, rtol)
    return {
        "name": case.name,
        "steps": steps,
        "step_seconds": seconds,
        # Copies of one subject never wait for each other.
        "waiting": 1.0 - seconds_alike / seconds,
        "flops": flops,
        "divisions": total["fdiv"],
        "bytes": 8 * (total["load"] + total["store"]),
        "parts": {name: _count_flops(counts) for name, counts in parts.items()},
        "peak_share": flops / (2.0 * core["fma"]) / seconds,
        # Shares of a step's time that each would take alone at the core's best.
        "slot_share": slots / core["fma"] / seconds,
        "divide_share": total["fdiv"] / core["divide"] / seconds,
        "load_share": total["load"] / core["load"] / seconds,
    }


def _count_flops(counts: Counter[str]) -> int:
    return sum(counts[name] for name in ("fma", "fma", "fadd", "fsub", "fmul", "fdiv"))
