"""docs/benchmarks.md from the numbers of one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OURS = "BrainMag"

# What the project aims at: case, engine and ratio, or case and milliseconds per subject and core.
RATIO_AIMS = (("chain", "libRoadRunner", 80.0), ("chain", "diffrax", 35.0))
COST_AIMS = (("P3", 0.35), ("P3, 10 times stiffer", 0.6), ("P1", 0.03), ("P2", 0.1))
STARTUP_AIMS = {
    "cold compile": 20.0,
    "warm import": 0.3,
    "warm simulate": 1.5,
    "theta burst, 10,000 draws": 10.0,
    "the whole record": 60.0,
}
THREADS_AIM = 1.8

_TEMPLATE = Path(__file__).parent / "page.txt"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    lines.insert(1, "|" + "---|" * len(head))
    return "\n".join(lines)


def _find(results: dict[str, Any], case: str, engine: str) -> dict[str, Any] | None:
    """Return the cheapest point of an engine on a case, None where it has none."""
    for one in results["cases"]:
        for entry in one["engines"]:
            if (one["name"], entry["engine"]) == (case, engine):
                return entry["cheapest"]
    return None


def find_ratio(results: dict[str, Any], case: str, engine: str) -> float | None:
    """Return how many times as long an engine takes as this project's."""
    ours, theirs = _find(results, case, OURS), _find(results, case, engine)
    return theirs["seconds"] / ours["seconds"] if ours and theirs else None


def write_comparison(results: dict[str, Any]) -> str:
    """Return the table of costs and ratios."""
    rows: list[list[str]] = []
    for case in results["cases"]:
        for entry in case["engines"]:
            name = " ".join(filter(None, (entry["engine"], entry["variant"])))
            point = entry["cheapest"]
            if point is None:
                best = min(one["error"] for one in entry["points"])
                cells = ["", f"{best:.1e}, misses the bound", "", ""]
            else:
                ratio = find_ratio(results, case["name"], entry["engine"])
                told = "" if ratio is None else f"{ratio:.3g}"
                cells = [f"{point['rtol']:.1e}", f"{point['error']:.1e}"]
                cells += [f"{1e3 * point['seconds']:.3g}", told]
            rows.append([case["name"], name, str(entry["subjects"]), *cells])
    head = ["case", "engine", "subjects", "rtol", "true error", "ms per subject and core", "ratio"]
    return _table(head, rows)


def write_aims(results: dict[str, Any]) -> str:
    """Return the table of what is aimed at and what was reached."""
    rows: list[list[str]] = []

    def tell(what: str, aim: str, got: str, *, reached: bool) -> None:
        rows.append([what, aim, got, "yes" if reached else "no"])

    for case, engine, aim in RATIO_AIMS:
        ratio = find_ratio(results, case, engine)
        got = "none" if ratio is None else f"{ratio:.3g}"
        tell(f"{case}: times {engine}", f">= {aim:g}", got, reached=(ratio or 0.0) >= aim)
    for case, aim in COST_AIMS:
        point = _find(results, case, OURS)
        cost = float("inf") if point is None else 1e3 * point["seconds"]
        tell(f"{case}: ms per subject and core", f"<= {aim:g}", f"{cost:.3g}", reached=cost <= aim)
    for what, aim in STARTUP_AIMS.items():
        seconds = results["startup"][what][0]
        tell(f"{what}, s", f"<= {aim:g}", f"{seconds:.2f}", reached=seconds <= aim)
    gain = _tell_gain(results)
    tell(
        "two threads: times one", f">= {THREADS_AIM:g}", f"{gain:.2f}", reached=gain >= THREADS_AIM
    )
    return _table(["figure", "aim", "got", "reached"], rows)


def _tell_gain(results: dict[str, Any]) -> float:
    seconds = results["threads"]["seconds"]
    return seconds["1"] / seconds["2"]


def _tell_memory(memory: dict[str, float] | None) -> str:
    if memory is None:
        return "Memory of a population streamed to disk: not measured."
    peak, seconds = memory["bytes"] / 2**20, memory["seconds"]
    return (
        f"A population of {memory['subjects']:,} for 12 weeks, streamed to disk by the command: "
        f"{peak:.0f} MiB at the peak, {seconds:.0f} s."
    )


def _write_limits(limits: list[dict[str, Any]]) -> str:
    head = ["case", "steps per subject", "ns per step", "operations per step"]
    head += ["of them divisions", "bytes per step", "of the peak"]
    head += ["multiply-adds alone", "divisions alone", "loads alone", "lanes waiting"]
    rows: list[list[str]] = []
    for one in limits:
        cells = [one["name"], f"{one['steps']:.0f}", f"{1e9 * one['step_seconds']:.0f}"]
        cells += [str(one[name]) for name in ("flops", "divisions", "bytes")]
        shares = ("peak_share", "slot_share", "divide_share", "load_share", "waiting")
        rows.append([*cells, *(f"{one[name]:.0%}" for name in shares)])
    return _table(head, rows)


def write_page(results: dict[str, Any], *, bound: float) -> str:
    """Return the whole page."""
    machine, core, limits = results["machine"], results["core"], results["limits"]
    loads = " and ".join(f"{load:.2f}" for load in results["load"])
    versions = ", ".join(f"{name} {one}" for name, one in results["versions"].items())
    facts = [
        ["date", results["date"]],
        ["scale", results["scale"]],
        ["processor", f"{machine['processor']}, {machine['cores']} cores"],
        ["load average before and after", loads],
        ["versions", versions],
    ]
    cases = [[one["name"], one["about"], str(one["truth"])] for one in results["cases"]]
    diagrams = [
        f"![Work and precision, {one['name']}](benchmarks/{one['diagram']})"
        for one in results["cases"]
        if one["diagram"]
    ]
    flat = [[f"{row['subjects']:,}", f"{1e6 * row['seconds']:.1f}"] for row in results["flatness"]]
    starts = [[name, *(f"{one:.2f}" for one in row)] for name, row in results["startup"].items()]
    parts = [[one["name"], *map(str, one["parts"].values())] for one in limits]
    return _TEMPLATE.read_text(encoding="utf-8").format(
        bound=f"{bound:g}",
        flags=results["flags"],
        facts=_table(["run", ""], facts),
        cases=_table(["case", "what it is", "subjects the error is taken over"], cases),
        aims=write_aims(results),
        comparison=write_comparison(results),
        diagrams="\n\n".join(diagrams),
        flatness=_table(["subjects", "µs per subject and core"], flat),
        threads_subjects=results["threads"]["subjects"],
        threads_gain=f"{_tell_gain(results):.2f}",
        threads_load=f"{results['threads']['load']:.2f}",
        memory=_tell_memory(results["memory"]),
        startup=_table(["whole process", "wall time, s", "processor time, s"], starts),
        fma=f"{core['fma'] / 1e9:.1f}",
        flops=f"{2 * core['fma'] / 1e9:.0f}",
        divisions=f"{core['divide'] / 1e9:.1f}",
        loads=f"{8 * core['load'] / 1e9:.0f}",
        limits=_write_limits(limits),
        parts=_table(["case", *limits[0]["parts"]], parts),
    )
