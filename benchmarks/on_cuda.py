# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false, reportCallIssue=false, reportIndexIssue=false
# numba compiles parts of this file and infers their types.
"""What a graphics card makes of the generated expressions; a line where there is none.

python benchmarks/on_cuda.py [TRAJECTORIES [SUBJECTS]]

Lorenz in single precision, in equal steps of Butcher's method of order 5 (six evaluations of the
rates, as the published figures have); and the dosed chain in double precision through ``solve``,
beside two cores of the same machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numba import cuda, float32

from brainmag.engine import Events, Solution, compile_model, solve
from brainmag.engine.devices import check_device
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_equations
from brainmag.engine.scalar import write_function
from brainmag.errors import InputError

TRAJECTORIES, STEPS = 8_388_608, 1000
SUBJECTS, DAYS = 10_000, 84
SUBJECTS_ON_CORES = 256
CHAIN = Path(__file__).parents[1] / "tests" / "problems" / "dosed_chain.ant"
LORENZ = """
model lorenz
  x' = sigma*(y - x);  x = 1
  y' = x*(rho - z) - y;  y = 0
  z' = x*y - beta*z;  z = 0
  sigma = 10; rho = 21; beta = 2.6666667
end
"""

# J. C. Butcher, On Runge-Kutta processes of high order (1964): order 5 in six stages.
WEIGHTS = (
    (),
    (1 / 4,),
    (1 / 8, 1 / 8),
    (0, -1 / 2, 1),
    (3 / 16, 0, 0, 9 / 16),
    (-3 / 7, 2 / 7, 12 / 7, -12 / 7, 8 / 7),
    (7 / 90, 0, 32 / 90, 12 / 90, 32 / 90, 7 / 90),
)


def write_step(steps: int) -> tuple[str, dict[str, Any]]:
    """Return the source of one step, loops written out, and the numbers it names."""
    numbers: dict[str, Any] = {}
    lines = ["def step(states, parameters, point, slopes):"]
    for stage, weights in enumerate(WEIGHTS):
        numbers |= {f"w{stage}{j}": np.float32(weight / steps) for j, weight in enumerate(weights)}
        used = [j for j, weight in enumerate(weights) if weight]
        is_last = stage == len(WEIGHTS) - 1
        for k in range(3):
            terms = "".join(f" + w{stage}{j} * slopes[{j}, {k}]" for j in used)
            lines.append(f"    {'states' if is_last else 'point'}[{k}] = states[{k}]{terms}")
        if not is_last:
            lines.append(f"    rates(point, parameters, slopes[{stage}])")
    return "\n".join([*lines, ""]), numbers


def define_lorenz(steps: int) -> Any:
    """Return a kernel: one trajectory per thread, from 0 to 1 in equal steps."""
    system = read_equations(read_text(LORENZ), ["x"])
    arguments = ["states", "parameters"]
    rates = write_function(system.graph, "rates", arguments, {"slope": system.rates})
    step, namespace = write_step(steps)
    for name, source in (("rates", rates), ("step", step)):
        exec(compile(source, f"<{name}>", "exec"), namespace)  # noqa: S102
        namespace[name] = cuda.jit(device=True)(namespace[name])
    move = namespace["step"]

    def run(parameters, ends):
        trajectory = cuda.grid(1)
        if trajectory >= ends.shape[1]:
            return
        values = cuda.local.array(3, float32)
        states = cuda.local.array(3, float32)
        point = cuda.local.array(3, float32)
        slopes = cuda.local.array((6, 3), float32)
        for k in range(3):
            values[k] = parameters[k, trajectory]
        states[0], states[1], states[2] = float32(1.0), float32(0.0), float32(0.0)
        for _ in range(steps):
            move(states, values, point, slopes)
        for k in range(3):
            ends[k, trajectory] = states[k]

    return run


def measure_lorenz(trajectories: int) -> str:
    """Return steps a second over all trajectories, the fastest of three launches."""
    values = np.empty((3, trajectories), dtype=np.float32)
    values[0], values[1], values[2] = 10.0, np.linspace(0.0, 21.0, trajectories), 8 / 3
    parameters, ends = cuda.to_device(values), cuda.to_device(np.empty_like(values))
    kernel = cuda.jit(define_lorenz(STEPS))
    times: list[float] = []
    for _ in range(4):
        begin = perf_counter()
        kernel[-(-trajectories // 256), 256](parameters, ends)
        cuda.synchronize()
        times.append(perf_counter() - begin)
    # The first launch compiles.
    rate = trajectories * STEPS / min(times[1:])
    return f"Lorenz, float32, {trajectories} trajectories of {STEPS} steps: {rate:.2g} steps/s"


def run_chain(subjects: int, device: str) -> Solution:
    """Run subjects of the dosed chain, daily output."""
    model = compile_model(CHAIN.read_text(encoding="utf-8"), outputs=["Mp", "Mi", "Cog"])
    values = np.tile([model.defaults[name] for name in model.parameters], (subjects, 1))
    random = np.random.default_rng(7)
    for name in ("gfr", "Vp", "kpe"):
        values[:, model.parameters.index(name)] *= np.exp(0.2 * random.standard_normal(subjects))
    doses = [
        (12.0 * k, s, "add", a) for k in range(2 * DAYS) for s, a in (("Gm", 3.0), ("Gt", 6.0))
    ]
    return solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=0.0,
        stop=24.0 * DAYS,
        events=Events.build(model, doses),  # type: ignore[arg-type]
        output_times=np.arange(0.0, 24.0 * DAYS + 1.0, 24.0),
        rtol=1e-5,
        threads=2,
        device=device,
    )


def measure_chain(subjects: int) -> str:
    """Return the time for all subjects, transfers included, beside that of two cores."""
    times: dict[str, float] = {}
    for device, count in (("cuda", subjects), ("cpu", min(subjects, SUBJECTS_ON_CORES))):
        run_chain(count, device)
        begin = perf_counter()
        run_chain(count, device)
        times[device] = (perf_counter() - begin) / count
    ratio = times["cpu"] / times["cuda"]
    return (
        f"dosed chain, float64, {subjects} subjects, {DAYS} days: "
        f"{times['cuda'] * subjects:.3g} s, {ratio:.3g} times as fast as two cores here"
    )


def main() -> None:
    """Measure both, or say that there is nothing to measure on."""
    given = [int(word) for word in sys.argv[1:]]
    trajectories, subjects, *_ = [*given, *(TRAJECTORIES, SUBJECTS)[len(given) :]]
    try:
        check_device("cuda")
    except InputError:
        print("no CUDA device")
        return
    print(measure_lorenz(trajectories))
    print(measure_chain(subjects))


if __name__ == "__main__":
    main()
