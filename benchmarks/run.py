"""Measure side by side with other engines; write docs/benchmarks.md and its diagrams.

Run by ``make bench``. All numbers of a page come from one run; they are kept in
docs/benchmarks/results.json, from which ``--page`` writes the page anew without measuring.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cases
import limits
import scaling
import startup
import with_brainmag
import with_cvode
import with_diffrax
import with_roadrunner
import with_scipy
from brainmag import __version__
from cases import Case
from compare import BOUND, Result, race
from diagrams import draw_diagram
from interface import Solver
from page import OURS, write_aims, write_comparison, write_page

DOCS = Path(__file__).parents[1] / "docs"
RESULTS = DOCS / "benchmarks" / "results.json"
DISTRIBUTIONS = ("numpy", "llvmlite", "libroadrunner", "scikit-sundae", "scipy", "diffrax", "jax")


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Attributes
    ----------
    name : str
    truth : int
        Subjects whose true error is taken, and that slow engines are timed on.
    ladder : tuple of float
        Relative tolerances, from loose to tight.
    subjects, vectorised : dict
        For every case, how many subjects this project's engine and diffrax run.
    variants : int
        How many ways to use diffrax are tried; the first is the best one known.
    flatness : tuple of int
        Sizes of the population whose cost per subject is compared.
    threads, memory : int
        Subjects of these two.
    core : float
        How long the core's peak is measured, against the usual.
    """

    name: str
    truth: int
    ladder: tuple[float, ...]
    subjects: dict[str, int]
    vectorised: dict[str, int]
    variants: int
    flatness: tuple[int, ...]
    threads: int
    memory: int
    core: float


QUICK = Scale(
    name="quick",
    truth=2,
    ladder=(1e-4, 1e-5, 1e-6, 1e-7),
    subjects={"P1": 1024, "P2": 1024, "P3": 256, "chain": 512},
    vectorised={"P1": 1024, "P2": 64, "P3": 256, "chain": 64},
    variants=1,
    flatness=(100, 1_000, 10_000),
    threads=256,
    memory=1024,
    core=0.2,
)
FULL = Scale(
    name="full",
    truth=8,
    ladder=tuple(10.0 ** (-half / 2) for half in range(6, 17)),
    subjects={"P1": 10_000, "P2": 4096, "P3": 1024, "chain": 1024},
    vectorised={"P1": 1024, "P2": 256, "P3": 256, "chain": 64},
    variants=3,
    flatness=(100, 1_000, 10_000, 100_000),
    threads=2048,
    memory=10_000,
    core=1.0,
)
MILLION = 1_000_000

MAKERS: dict[str, Callable[[int], Case]] = {
    "P1": cases.make_indirect_response,
    "P2": cases.make_hires,
    "P3": cases.make_dosed_chain,
    "P3 stiffer": partial(cases.make_dosed_chain, stiffer=10.0),
    "chain": cases.make_human_chain,
}
# Cases with a diagram and with all engines; the others are timed against the two that the project
# measures itself by.
DRAWN = {"P1": "p1.svg", "P2": "p2.svg", "chain": "chain.svg"}
JAX_VARIANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "P1": (("Tsit5", "tuple"), ("Dopri5", "tuple"), ("Tsit5", "vector")),
    "P2": (("Kvaerno5", "vector"), ("Kvaerno3", "vector"), ("Tsit5", "tuple")),
    "P3": (("Tsit5", "tuple"), ("Dopri5", "tuple"), ("Tsit5", "vector")),
    "chain": (("Tsit5", "tuple"), ("Tsit5", "vector"), ("Dopri5", "tuple")),
}

Variants = Mapping[str, Callable[[Case], Solver]]


def list_engines(kind: str, scale: Scale) -> dict[str, tuple[Variants, int]]:
    """Return the engines of a case: the ways to use each, and on how many subjects.

    Parameters
    ----------
    kind : str
        The case, without what makes it a variant.
    scale : Scale
    """
    pairs = JAX_VARIANTS[kind][: scale.variants]
    vectorised: Variants = {
        f"{method}, {layout}": partial(with_diffrax.prepare, method=method, layout=layout)
        for method, layout in pairs
    }
    engines: dict[str, tuple[Variants, int]] = {
        OURS: ({"": with_brainmag.prepare}, scale.subjects[kind]),
        "libRoadRunner": ({"": with_roadrunner.prepare}, scale.truth),
        "diffrax": (vectorised, scale.vectorised[kind]),
    }
    if kind in DRAWN:
        engines["CVODE"] = ({"scikit-sundae": with_cvode.prepare}, scale.truth)
        engines["SciPy"] = ({"LSODA": with_scipy.prepare}, scale.truth)
    return engines


def compare_engines(key: str, scale: Scale) -> dict[str, Any]:
    """Return what all engines give on one case."""
    kind = key.split(maxsplit=1)[0]
    engines = list_engines(kind, scale)
    case = MAKERS[key](max(subjects for _, subjects in engines.values()))
    truth = with_cvode.prepare(case)(with_cvode.TRUTH_TOLERANCE, scale.truth)
    results: list[Result] = []
    for engine, (variants, subjects) in engines.items():
        begin = time.perf_counter()
        results.append(race(engine, variants, case, truth, scale.ladder, subjects))
        print(f"{case.name}: {engine}, {time.perf_counter() - begin:.0f} s", file=sys.stderr)
    return {
        "name": case.name,
        "about": case.about,
        "truth": scale.truth,
        "diagram": DRAWN.get(key),
        "engines": [asdict(result) for result in results],
    }


@contextmanager
def stay_on_one_core() -> Generator[None]:
    """Keep this process, and what libraries start in it, on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure_all(scale: Scale, *, million: bool) -> dict[str, Any]:
    """Return all numbers of a page."""
    load = [os.getloadavg()[0]]
    with stay_on_one_core():
        compared = [compare_engines(key, scale) for key in MAKERS]
        sizes = (*scale.flatness, *((MILLION,) if million else ()))
        flatness = scaling.measure_flatness(sizes)
        core = limits.measure_core(share=scale.core)
        examined = [
            limits.compare_with_core(MAKERS[kind](scale.subjects[kind]), core, scaling.RTOL)
            for kind in ("P3", "chain")
        ]
    threads = scaling.measure_threads(scale.threads)
    memory = scaling.measure_memory(MILLION if million else scale.memory)
    started = startup.measure_startup()
    return {
        "date": datetime.now(tz=UTC).date().isoformat(),
        "scale": scale.name,
        "machine": {"processor": _name_processor(), "cores": os.cpu_count()},
        "versions": _list_versions(),
        "flags": with_diffrax.XLA_FLAGS,
        "load": [*load, os.getloadavg()[0]],
        "cases": compared,
        "flatness": flatness,
        "threads": threads,
        "memory": memory,
        "startup": started,
        "core": core,
        "limits": examined,
    }


def _name_processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _list_versions() -> dict[str, str]:
    found = {name: version(name) for name in DISTRIBUTIONS}
    return {"BrainMag": __version__, "Python": platform.python_version(), **found}


def write_all(results: dict[str, Any]) -> None:
    """Write page and diagrams from the numbers, and print the tables."""
    for case in results["cases"]:
        if case["diagram"]:
            draw_diagram(case, RESULTS.parent / case["diagram"], bound=BOUND)
    page = write_page(results, bound=BOUND)
    (DOCS / "benchmarks.md").write_text(page, encoding="utf-8")
    print(write_comparison(results))
    print()
    print(write_aims(results))


def main() -> int:
    """Measure, or only write anew what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer subjects and tolerances")
    parser.add_argument("--million", action="store_true", help="a million subjects, too")
    parser.add_argument("--page", action="store_true", help="write the page anew, measure nothing")
    chosen = parser.parse_args()
    if not chosen.page:
        results = measure_all(QUICK if chosen.quick else FULL, million=chosen.million)
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_all(json.loads(RESULTS.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
