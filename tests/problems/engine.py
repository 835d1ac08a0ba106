"""Models the tests of the engine run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import CompiledModel, Events, Solution, compile_model, solve

Reals = NDArray[np.float64]

NO_EVENTS = Events(np.array([]), np.array([], dtype=int), np.array([], dtype=bool), np.array([]))

DOSED_CHAIN = (Path(__file__).parent / "dosed_chain.ant").read_text(encoding="utf-8")

# One compartment with absorption: closed form for any doses.
ABSORPTION = """
model absorption
  gut' = -ka*gut;  gut = 0
  blood' = ka*gut - ke*blood + inflow;  blood = 0
  inflow' = 0;  inflow = 0
  lost' = ke*blood;  lost = 0
  ka = 1.1; ke = 0.13; spread = 12
  concentration := blood/spread
end
"""

# Nonlinear, not autonomous, and solved by
# (exp(sin s), exp(5 sin s), sin s + 1, cos s) with s = time^2.
COUPLED = """
model coupled
  a' = 2*time*b^fifth*d;  a = 1
  b' = 10*time*exp(5*(c - 1))*d;  b = 1
  c' = 2*time*d;  c = 1
  d' = -2*time*ln(a);  d = 1
  fifth = 0.2
end
"""

# Robertson's autocatalytic reaction, three rates from 0.04 to 3e7.
ROBERTSON = """
model robertson
  x' = -k1*x + k3*y*z;  x = 1
  y' = k1*x - k3*y*z - k2*y^2;  y = 0
  z' = k2*y^2;  z = 0
  k1 = 0.04; k2 = 3e7; k3 = 1e4
end
"""

# HIRES: eight steps of the response of a plant to light.
HIRES = """
model hires
  y1' = -1.71*y1 + 0.43*y2 + 8.32*y3 + 0.0007;  y1 = 1
  y2' = 1.71*y1 - 8.75*y2;  y2 = 0
  y3' = -10.03*y3 + 0.43*y4 + 0.035*y5;  y3 = 0
  y4' = 8.32*y2 + 1.71*y3 - 1.12*y4;  y4 = 0
  y5' = -1.745*y5 + 0.43*y6 + 0.43*y7;  y5 = 0
  y6' = -280*y6*y8 + 0.69*y4 + 1.71*y5 - 0.43*y6 + 0.69*y7;  y6 = 0
  y7' = 280*y6*y8 - 1.81*y7;  y7 = 0
  y8' = -280*y6*y8 + 1.81*y7;  y8 = 0.0057
end
"""

# A daily rhythm that feeds a fast pool, a slow store and a very slow one, and a ledger.
RHYTHM = """
model rhythm
  fast' = supply*(1 + 0.5*sin(2*pi*time/24)) - (elimination + to_store)*fast + from_store*store
  store' = to_store*fast - from_store*store
  bone' = to_bone*fast/(half + fast) - from_bone*bone
  ledger' = elimination*fast
  fast = 1; store = 1; bone = 1; ledger = 0
  supply = 1; elimination = 0.4; to_store = 0.1; from_store = 0.01
  to_bone = 0.003; half = 2; from_bone = 1.7e-5
end
"""


# A store that fills drives a clearance that saturates; part of what it loses is seen directly.
STORE = """
model filling
  solid' = -2*solid;  solid = 0
  store' = 2*solid - 1.5*store*(1 - wall/3);  store = 0
  wall' = 1.5*store*(1 - wall/3) - 0.8*wall;  wall = 0
  blood' = 0.8*wall + drip - top*blood/(half + blood) - 0.2*blood + 0.1*deep;  blood = 1
  deep' = 0.2*blood - 0.1*deep*(1 + wall);  deep = 1
  back' = 0.1*deep*wall;  back = 0
  lost' = top*blood/(half + blood);  lost = 0
  drip' = 0;  drip = 0
  top = 1.3; half = 0.7
end
"""


def read_defaults(model: CompiledModel, subjects: int = 1) -> Reals:
    """Return the values in the text, one row per subject."""
    return np.tile([model.defaults[name] for name in model.parameters], (subjects, 1))


def compile_all(text: str, drivers: tuple[str, ...] = ()) -> CompiledModel:
    """Compile a model that records all its states."""
    states = [line.split("'")[0].strip() for line in text.splitlines() if "' =" in line]
    return compile_model(text, outputs=states, drivers=drivers)


def run(
    model: CompiledModel,
    times: list[float] | Reals,
    *,
    parameters: Reals | None = None,
    events: Events = NO_EVENTS,
    rtol: float = 1e-8,
    atol: float = 1e-10,
) -> Solution:
    """Run from the first output time to the last."""
    values = read_defaults(model) if parameters is None else parameters
    return solve(
        model,
        initial=model.initial_states(values),
        parameters=values,
        start=times[0],
        stop=times[-1],
        events=events,
        output_times=times,
        rtol=rtol,
        atol=atol,
    )


def spread_subjects(model: CompiledModel, subjects: int, *names: str) -> Reals:
    """Return subjects that differ in some parameters."""
    values = read_defaults(model, subjects)
    random = np.random.default_rng(7)
    for name in names:
        values[:, model.parameters.index(name)] *= np.exp(0.3 * random.standard_normal(subjects))
    return values


def dose_chain(model: CompiledModel, days: int) -> Events:
    """Return the doses of the chain."""
    return Events.build(
        model,
        [
            (12.0 * k, state, "add", amount)
            for k in range(2 * days)
            for state, amount in (("Gm", 3.0), ("Gt", 6.0))
        ],
    )
