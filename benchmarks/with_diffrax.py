"""diffrax: jit and vmap over subjects, a scan over the segments between events, float64.

The right-hand side is the same generated source as everywhere. Tolerances are data, so that
nothing compiles twice. The states are either one vector or a tuple of numbers: which of the two
the compiler turns into faster code depends on the model, and the faster counts. Carrying the step
size over from segment to segment, other adjoints and the compiler's fast-math and vector-width
flags were tried and changed nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import numpy as np

from brainmag.engine.scalar import write_function
from cases import Case, Reals, divide_run
from interface import Solver

XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
# One thread, since costs are told per core; read once, when the library is loaded.
os.environ["XLA_FLAGS"] = XLA_FLAGS
os.environ["JAX_PLATFORMS"] = "cpu"

# They ship no usable type information.
jax: Any = import_module("jax")
jnp: Any = import_module("jax.numpy")
diffrax: Any = import_module("diffrax")

jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - it takes it by position

MOST_STEPS = 16_384

_FUNCTIONS: dict[str, Any] = {
    "divide": jnp.divide,
    "power": jnp.power,
    "select": jnp.where,
    "minimum": jnp.minimum,
    "maximum": jnp.maximum,
    "absolute": jnp.abs,
    "NAN": jnp.nan,
    "INF": jnp.inf,
    **{name: getattr(jnp, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh")},
    **{name: getattr(jnp, name) for name in ("floor", "ceil")},
}


def _translate(case: Case, name: str, nodes: tuple[int, ...]) -> Any:
    """Return a function of time, states and parameters that returns a list of numbers."""
    arguments = ["time", "states", "parameters"]
    source = write_function(case.system.graph, name, arguments, {"results": nodes})
    # Traced truth values know & | ~ only.
    for word, sign in ((" and ", " & "), (" or ", " | "), ("= not ", "= ~")):
        source = source.replace(word, sign)
    scope = dict(_FUNCTIONS)
    exec(source, scope)  # noqa: S102 - the generated source

    def evaluate(time: Any, states: Any, parameters: Any) -> list[Any]:
        results: list[Any] = [None] * len(nodes)
        scope[name](time, states, parameters, results)
        return [jnp.asarray(value, dtype=jnp.float64) for value in results]

    return evaluate


def _tabulate(case: Case) -> tuple[tuple[Reals, Reals, Reals], list[int]]:
    """Return the segments as arrays, and the places of true outputs among the saved.

    A segment is its start, its stop and its output times, filled up with its stop; a change of
    states is a factor and a term.
    """
    segments = divide_run(case)
    width = max(1, *(len(one.times) for one in segments))
    times = np.empty((len(segments), 2 + width))
    factors, terms = np.ones((len(segments), case.states)), np.zeros((len(segments), case.states))
    places: list[int] = []
    for row, one in enumerate(segments):
        for place, add, value in one.changes:
            factors[row, place] = factors[row, place] if add else 0.0
            terms[row, place] = value + (terms[row, place] if add else 0.0)
        times[row] = [one.start, one.stop, *one.times, *[one.stop] * (width - len(one.times))]
        places.extend(row * width + k for k in range(len(one.times)))
    return (times, factors, terms), places


def prepare(case: Case, method: str, layout: str) -> Solver:
    """Return a function that runs the case.

    Parameters
    ----------
    case : Case
    method : str
        Name of one of diffrax's solvers.
    layout : str
        ``vector`` or ``tuple``.
    """
    rates = _translate(case, "rates", case.system.rates)
    readouts = _translate(case, "readouts", case.system.readouts)
    segments, places = _tabulate(case)
    join: Any = tuple if layout == "tuple" else jnp.stack
    # Divided by its floor, every state has the same absolute tolerance in either layout.
    floor = case.floor[: case.states]

    def scaled_rates(time: Any, states: Any, parameters: Any) -> Any:
        values = rates(time, [states[k] * floor[k] for k in range(case.states)], parameters)
        return join([value / size for value, size in zip(values, floor, strict=True)])

    def run_one(initial: Any, parameters: Any, rtol: Any) -> Any:
        def advance(states: Any, segment: Any) -> Any:
            clock, factor, term = segment
            changed = [states[k] * factor[k] + term[k] for k in range(case.states)]
            answer = diffrax.diffeqsolve(
                diffrax.ODETerm(scaled_rates),
                getattr(diffrax, method)(),
                clock[0],
                clock[1],
                None,
                join(changed),
                parameters,
                saveat=diffrax.SaveAt(ts=clock[2:], t1=True),
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=rtol),
                max_steps=MOST_STEPS,
                throw=False,
            )
            saved = jnp.stack(answer.ys, axis=-1) if layout == "tuple" else answer.ys
            return join([saved[-1, k] for k in range(case.states)]), saved[:-1]

        scaled = (segments[0], segments[1], segments[2] / floor)
        begin = join([initial[k] / floor[k] for k in range(case.states)])
        _, saved = jax.lax.scan(advance, begin, scaled)
        states = saved.reshape(-1, case.states)[np.array(places)] * floor
        states = jnp.concatenate([initial[None], states])

        def read_out(time: Any, point: Any) -> Any:
            return jnp.stack(readouts(time, point, parameters))

        return jax.vmap(read_out)(jnp.asarray(case.times), states)

    compiled = jax.jit(jax.vmap(run_one, in_axes=(0, 0, None)))

    def run(rtol: float, subjects: int) -> Reals:
        begin, values = case.initial[:subjects], case.parameters[:subjects]
        return np.asarray(compiled(jnp.asarray(begin), jnp.asarray(values), rtol))

    return run
