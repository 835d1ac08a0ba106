"""Runs that a device and the processor must agree on; as a script, those of the simulated device.

The simulator has to be chosen before numba is loaded, hence in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import Events, Solution, compile_model, solve
from problems.engine import (
    ABSORPTION,
    COUPLED,
    DOSED_CHAIN,
    NO_EVENTS,
    RHYTHM,
    ROBERTSON,
    STORE,
    compile_all,
    dose_chain,
    read_defaults,
    spread_subjects,
)

DECAY = "model decay; x = 1; x' = -k*x; k = 0.5; end"

# Every function a model can call, steps and truth values, within and outside its domain.
FUNCTIONS = """
model functions
  x' = 1;  x = -1.2
  y' = piecewise(tanh(x), (x > 0) && !(x >= 1), abs(x), (x < -1) || (x == 5), 0.3*k);  y = 0
  k = 1.3
  trig := sin(3*x) + cos(x) + atan(2*x)
  steps := floor(2*x) - ceil(3*x)
  ends := min(x, 0.2) + max(y, k)
  growth := exp(x)*ln(x + 3)
  powers := sqrt(x + 2)*(x + 2)^k + x^-3
  outside := ln(x) + sqrt(x) + x^0.5 + x^k
  beyond := exp(1000*x) + 1/floor(x)
end
"""
READOUTS = ("x", "y", "trig", "steps", "ends", "growth", "powers", "outside", "beyond")
# The solution leaves every bound at time 1.
EXPLODING = "model exploding\n x' = x^2; x = 1\n end"


def run_decay(device: str, times: NDArray[np.float64] | None = None) -> Solution:
    """Run 3 subjects through two doses, with outputs and a stop at the same times."""
    model = compile_model(DECAY, outputs=["x"])
    return solve(
        model,
        initial=[[1.0], [2.0], [0.0]],
        parameters=[[0.5], [0.1], [7.0]],
        start=0.0,
        stop=4.0,
        events=Events.build(model, [(0.0, "x", "add", 1.0), (2.0, "x", "set", 3.0)]),
        output_times=np.array([0.0, 0.0, 0.3, 1.0, 2.0, 2.7, 4.0]) if times is None else times,
        stops=[1.0, 2.0],
        rtol=1e-8,
        device=device,
    )


def run_infusion(device: str) -> Solution:
    """Run an infusion that begins and ends, and a dose."""
    model = compile_model(ABSORPTION, outputs=["blood", "concentration", "lost"])
    changes = [(1.0, "inflow", "set", 2.0), (3.0, "inflow", "set", 0.0), (4.0, "gut", "add", 5.0)]
    return run_defaults(model, device, np.linspace(0.0, 9.0, 10), Events.build(model, changes))  # type: ignore[arg-type]


def run_defaults(
    model: Any, device: str, times: NDArray[np.float64], events: Events = NO_EVENTS
) -> Solution:
    """Run a model with the values in its text."""
    values = read_defaults(model)
    return solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=float(times[0]),
        stop=float(times[-1]),
        events=events,
        output_times=times,
        device=device,
    )


def run_chain(device: str, **changes: Any) -> Solution:
    """Run subjects of the dosed chain, one of whom has a parameter that is no number."""
    chain = compile_all(DOSED_CHAIN)
    values = spread_subjects(chain, 3, "ka", "gfr", "Kr")
    values[1, chain.parameters.index("gfr")] = np.nan
    given: dict[str, Any] = {
        "initial": chain.initial_states(values),
        "parameters": values,
        "start": 0.0,
        "stop": 16.0,
        "events": dose_chain(chain, 1),
        "output_times": np.linspace(0.0, 16.0, 5),
        "rtol": 1e-5,
        "device": device,
    }
    return solve(chain, **(given | changes))


def run_parts(device: str, times: NDArray[np.float64] | None = None, **changes: Any) -> Solution:
    """Run a model in two parts through meals and a drip, outputs at and between the events."""
    model = compile_all(STORE, ("wall",))
    meals: list[Any] = [(t, "solid", "add", 4.0) for t in (1.0, 7.0, 7.5)]
    drip: list[Any] = [(9.0, "drip", "set", 0.5), (10.0, "drip", "set", 0.0)]
    values = read_defaults(model)
    given: dict[str, Any] = {
        "initial": model.initial_states(values),
        "parameters": values,
        "start": 0.0,
        "stop": 16.0,
        "events": Events.build(model, [*meals, *drip]),
        "output_times": np.linspace(0.0, 16.0, 33) if times is None else times,
        "rtol": 1e-10,
        "atol": 1e-13,
        "device": device,
    }
    return solve(model, **(given | changes))


# Nothing flows from one part to the other; the second only sees the first.
SEEN = """
model seen
  pulse' = -0.7*pulse;  pulse = 1
  answer' = pulse*answer - answer;  answer = 1
end
"""


RUNS: dict[str, Callable[[str], Solution]] = {
    "decay": run_decay,
    "infusion": run_infusion,
    "coupled": lambda device: run_defaults(compile_all(COUPLED), device, np.linspace(0.0, 2.0, 11)),
    "rhythm": lambda device: run_defaults(compile_all(RHYTHM), device, np.linspace(0.0, 48.0, 9)),
    "robertson": lambda device: run_defaults(
        compile_all(ROBERTSON), device, np.array([0.0, 0.4, 40.0, 4000.0])
    ),
    "functions": lambda device: run_defaults(
        compile_model(FUNCTIONS, outputs=READOUTS), device, np.linspace(0.0, 2.5, 24)
    ),
    "chain": run_chain,
    "parts": run_parts,
    # Not tighter: where a subject stops follows from errors, and rounding has its share in those.
    "parts with few steps": lambda device: run_parts(device, rtol=1e-6, atol=1e-9, max_steps=20),
    "parts without a number": lambda device: run_parts(device, parameters=[[np.nan, 0.7]]),
    "parts that are only seen": lambda device: run_defaults(
        compile_all(SEEN, ("pulse",)), device, np.linspace(0.0, 9.0, 10)
    ),
    "few steps": lambda device: run_chain(device, max_steps=20),
    "exploding": lambda device: run_defaults(
        compile_all(EXPLODING), device, np.array([0.0, 0.5, 2.0])
    ),
    "nobody": lambda device: run_chain(
        device, initial=np.empty((0, 23)), parameters=np.empty((0, 59))
    ),
    "no outputs": lambda device: run_chain(device, output_times=[]),
}
FIELDS = ("outputs", "final_states", "reached", "status", "steps")


def run_on_simulated_device(folder: Path) -> None:
    """Write what the device gives, a file for each run and field."""
    from brainmag.engine.cuda import launch  # noqa: PLC0415

    results = {name: run("cuda") for name, run in RUNS.items()}
    results["coarse"] = run_decay("cuda", np.array([4.0]))
    results["parts, coarse"] = run_parts("cuda", np.array([16.0]))
    # Two subjects at a time, or one: results do not depend on who runs beside them.
    launch.MOST_AT_ONCE = 2
    results["in parts"] = run_chain("cuda")
    launch.measure_memory = lambda: 1.0
    results["one by one"] = run_chain("cuda")

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    results["interrupted"] = run_chain("cuda", on_progress=interrupt)
    for name, result in results.items():
        np.savez(folder / name, **{field: getattr(result, field) for field in FIELDS})


if __name__ == "__main__":
    run_on_simulated_device(Path(sys.argv[1]))
