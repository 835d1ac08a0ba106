"""Operations and bytes of one step against what the core can do.

The count follows the method: one Jacobian, eight evaluations of the rates, one factorisation, eight
substitutions, the sums of earlier stages. Elementary functions count as the operations of their
series.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cases import Case
from peak import measure_peak

from brainmag.engine import Events, compile_model, solve, tableau
from brainmag.engine.differentiate import differentiate
from brainmag.engine.emit import Evaluation, choose_hoisted
from brainmag.engine.graph import STATE, TIME
from brainmag.engine.lanes import LaneBuilder, make_module
from brainmag.engine.sparse import Factorisation, factorise_pattern

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
    graph = system.graph
    columns = [differentiate(graph, system.rates, graph.symbol(STATE, j)) for j in range(size)]
    time_slopes = differentiate(graph, system.rates, graph.symbol(TIME))
    zero = graph.constant(0.0)
    places = [(i, j) for i in range(size) for j in range(size) if columns[j][i] != zero]
    slopes = [columns[j][i] for i, j in places]
    chosen = choose_hoisted(graph, [*system.rates, *slopes, *time_slopes, *system.readouts])
    hoisted = {node: position for position, node in enumerate(chosen)}
    pattern = factorise_pattern(size, places)
    rates = _count_evaluation(case, hoisted, system.rates)
    first = _count_evaluation(case, hoisted, [*system.rates, *slopes, *time_slopes])
    return {
        "rates": _times(rates, tableau.STAGES - 1),
        "rates with Jacobian": first,
        "factorisation": _count_factorisation(pattern, len(places)),
        "substitutions": _times(_count_substitution(pattern), tableau.STAGES),
        "sums of stages, error": _count_sums(size),
    }


def _times(counts: Counter[str], factor: int) -> Counter[str]:
    return Counter({name: count * factor for name, count in counts.items()})


def count_steps(case: Case, rtol: float, subjects: int) -> float:
    """Return steps tried per subject."""
    model = compile_model(case.text, outputs=case.system.outputs)
    answer = solve(
        model,
        initial=case.initial[:subjects],
        parameters=case.parameters[:subjects],
        start=float(case.times[0]),
        stop=case.stop,
        events=Events.build(model, case.events),
        output_times=case.times,
        rtol=rtol,
        atol=rtol * case.floor[: case.states],
    )
    return float(answer.steps.mean())


def measure_core(*, share: float = 1.0) -> dict[str, float]:
    """Return what one core does in a second at best, counted in single numbers."""
    return {name: measure_peak(name, share=share) for name in ("fma", "divide", "load")}


def compare_with_core(
    case: Case, core: dict[str, float], rtol: float, seconds: float, subjects: int
) -> dict[str, Any]:
    """Return the operations and bytes of a step, and what of the core's peak is reached.

    Parameters
    ----------
    case : Case
    core : dict
        From `measure_core`.
    rtol, seconds : float
        A tolerance, and the processor time per subject it took.
    subjects : int
        For how many to count steps.
    """
    parts = count_step(case)
    total: Counter[str] = Counter()
    for counts in parts.values():
        total.update(counts)
    slots = total["fma"] + total["fadd"] + total["fsub"] + total["fmul"]
    flops = slots + total["fma"] + total["fdiv"]
    steps = count_steps(case, rtol, subjects)
    step_seconds = seconds / steps
    return {
        "name": case.name,
        "steps": steps,
        "step_seconds": step_seconds,
        "flops": flops,
        "divisions": total["fdiv"],
        "bytes": 8 * (total["load"] + total["store"]),
        "parts": {
            name: sum(counts[key] for key in ("fma", "fadd", "fsub", "fmul", "fdiv"))
            + counts["fma"]
            for name, counts in parts.items()
        },
        # Shares of a step's time that each would take alone at the core's best.
        "peak_share": flops / (2.0 * core["fma"]) / step_seconds,
        "slot_share": slots / core["fma"] / step_seconds,
        "divide_share": total["fdiv"] / core["divide"] / step_seconds,
        "load_share": total["load"] / core["load"] / step_seconds,
    }
