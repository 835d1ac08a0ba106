"""Initial value problems of the literature, each as text that both sides of a test read.

The engine gets the text through Antimony; a judge gets it as a plain Python function, so that
neither the reader nor the compiled code can hide a fault from the other.

DETEST: T. E. Hull, W. H. Enright, B. M. Fellen, A. E. Sedgwick, SIAM J. Numer. Anal. 9 (1972),
doi:10.1137/0709052, classes A to E, each from time 0 to 20. The stiff set: W. H. Enright,
T. E. Hull, B. Lindberg, BIT 15 (1975), doi:10.1007/BF01932994. POLLU: J. G. Verwer, SIAM J. Sci.
Comput. 15 (1994), doi:10.1137/0915076. The numbers are recalled (grade c), but for POLLU and
ROBER: those give the published solutions. Both sides of a test solve the same text, so a slip here
makes another problem, not a wrong answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Rates of ``y1``, ``y2``, ... as formulas of them and ``time``, from time 0 to ``stop``."""

    rates: tuple[str, ...]
    initial: tuple[float, ...]
    stop: float = 20.0

    def write_antimony(self) -> str:
        """Return the problem as an Antimony model."""
        rules = (f"  y{i}' = {rate}" for i, rate in enumerate(self.rates, start=1))
        values = (f"  y{i} = {value!r}" for i, value in enumerate(self.initial, start=1))
        return "\n".join(["model problem", *rules, *values, "end"])

    def make_rates(self) -> Callable[[float, Reals], Reals]:
        """Return the rates as a Python function of time and states."""
        names = ", ".join(f"y{i}" for i in range(1, len(self.rates) + 1))
        scope: dict[str, Any] = {"np": np}
        scope |= {name: getattr(np, name) for name in ("cos", "exp", "sin", "sqrt")}
        body = ", ".join(self.rates).replace("^", "**")
        code = f"def rates(time, y):\n    {names}, = y\n    return np.array([{body}])"
        exec(code, scope)  # noqa: S102 - the text of the tests' own problems
        return scope["rates"]


def _write_reactions(
    reactions: Sequence[tuple[float, str, str]],
    initial: dict[int, float],
    species: int,
    stop: float,
) -> Problem:
    """Return the problem of mass-action reactions: constant, what goes in, what comes out."""
    rates: list[list[str]] = [[] for _ in range(species)]
    for constant, given, made in reactions:
        flow = "*".join([repr(constant), *(f"y{name}" for name in given.split())])
        change = Counter(made.split())
        change.subtract(given.split())
        for name, count in change.items():
            if count:
                rates[int(name) - 1].append(f"{count:+d}*{flow}")
    values = tuple(initial.get(i, 0.0) for i in range(1, species + 1))
    return Problem(tuple(" ".join(terms) for terms in rates), values, stop)


POLLU = _write_reactions(
    [
        (0.35, "1", "2 3"),
        (26.6, "2 4", "1"),
        (1.23e4, "5 2", "1 6"),
        (8.6e-4, "7", "5 5 8"),
        (8.2e-4, "7", "8"),
        (1.5e4, "7 6", "5 8"),
        (1.3e-4, "9", "10 5 8"),
        (2.4e4, "9 6", "11"),
        (1.65e4, "11 2", "1 10 12"),
        (9.0e3, "11 1", "13"),
        (0.022, "13", "11 1"),
        (1.2e4, "10 2", "14 1"),
        (1.88, "14", "7 5"),
        (1.63e4, "1 6", "15"),
        (4.8e6, "3", "4"),
        (3.5e-4, "4", "16"),
        (0.0175, "4", "3"),
        (1.0e8, "16", "6 6"),
        (4.44e11, "16", "3"),
        (1.24e3, "17 6", "18 5"),
        (2.1, "19", "2"),
        (5.78, "19", "1 3"),
        (0.0474, "1 4", "19"),
        (1.78e3, "19 1", "20"),
        (3.12, "20", "19 1"),
    ],
    {2: 0.2, 4: 0.04, 7: 0.1, 8: 0.3, 9: 0.01, 17: 0.007},
    20,
    60.0,
)

ROBERTSON = _write_reactions(
    [(0.04, "1", "2"), (3e7, "2 2", "2 3"), (1e4, "2 3", "1 3")], {1: 1.0}, 3, 1e11
)

# Two coupled bodies of unit mass, from the near end of an orbit of this eccentricity.
_PULL = "(y1^2 + y2^2)^1.5"


def make_orbit(eccentricity: float) -> Problem:
    """Return problem D of DETEST: a body on an ellipse."""
    speed = float(np.sqrt((1.0 + eccentricity) / (1.0 - eccentricity)))
    rates = ("y3", "y4", f"-y1/{_PULL}", f"-y2/{_PULL}")
    return Problem(rates, (1.0 - eccentricity, 0.0, 0.0, speed))


def _chain(factors: Sequence[float]) -> Problem:
    """Return a chain of decays, the last of which is stable."""
    last = len(factors) + 1
    inner = (f"{factors[i - 2]}*y{i - 1} - {factors[i - 1]}*y{i}" for i in range(2, last))
    rates = (f"-{factors[0]}*y1", *inner, f"{factors[-1]}*y{last - 1}")
    return Problem(rates, (1.0, *[0.0] * (last - 1)))


def _diffusion(size: int) -> Problem:
    """Return heat in a row of cells between two cold ends."""
    inner = (f"y{i - 1} - 2*y{i} + y{i + 1}" for i in range(2, size))
    rates = ("-2*y1 + y2", *inner, f"y{size - 1} - 2*y{size}")
    return Problem(rates, (1.0, *[0.0] * (size - 1)))


_RADIUS = "sqrt(y1^2 + y2^2)"

DETEST = {
    "A1": Problem(("-y1",), (1.0,)),
    "A2": Problem(("-y1^3/2",), (1.0,)),
    "A3": Problem(("y1*cos(time)",), (1.0,)),
    "A4": Problem(("y1/4*(1 - y1/20)",), (1.0,)),
    "A5": Problem(("(y1 - time)/(y1 + time)",), (4.0,)),
    "B1": Problem(("2*(y1 - y1*y2)", "-(y2 - y1*y2)"), (1.0, 3.0)),
    "B2": Problem(("-y1 + y2", "y1 - 2*y2 + y3", "y2 - y3"), (2.0, 0.0, 1.0)),
    "B3": Problem(("-y1", "y1 - y2^2", "y2^2"), (1.0, 0.0, 0.0)),
    "B4": Problem(
        (f"-y2 - y1*y3/{_RADIUS}", f"y1 - y2*y3/{_RADIUS}", f"y1/{_RADIUS}"), (3.0, 0.0, 0.0)
    ),
    "B5": Problem(("y2*y3", "-y1*y3", "-0.51*y1*y2"), (0.0, 1.0, 1.0)),
    "C1": _chain([1] * 9),
    "C2": _chain(range(1, 10)),
    "C3": _diffusion(10),
    "E1": Problem(
        ("y2", "-(y2/(time + 1) + (1 - 0.25/(time + 1)^2)*y1)"),
        (0.6713967071418031, 0.09540051444747446),
    ),
    "E2": Problem(("y2", "(1 - y1^2)*y2 - y1"), (2.0, 0.0)),
    "E3": Problem(("y2", "y1^3/6 - y1 + 2*sin(2.78535*time)"), (0.0, 0.0)),
    "E4": Problem(("y2", "0.032 - 0.4*y2^2"), (30.0, 0.0)),
    "E5": Problem(("y2", "sqrt(1 + y2^2)/(25 - time)"), (0.0, 0.0)),
}


def _spiral(turn: float) -> Problem:
    rates = (
        f"-10*y1 + {turn}*y2",
        f"-{turn}*y1 - 10*y2",
        *(f"-{rate}*y{i}" for i, rate in enumerate((4, 1, 0.5, 0.1), start=3)),
    )
    return Problem(rates, (1.0,) * 6)


def _coupling(strength: float) -> Problem:
    rates = (
        "-y1 + 2",
        f"-10*y2 + {strength}*y1^2",
        f"-40*y3 + {4 * strength}*(y1^2 + y2^2)",
        f"-100*y4 + {10 * strength}*(y1^2 + y2^2 + y3^2)",
    )
    return Problem(rates, (1.0,) * 4)


STIFF_DETEST = {
    "A1": Problem(("-0.5*y1", "-y2", "-100*y3", "-90*y4"), (1.0,) * 4),
    "A3": Problem(
        ("-1e4*y1 + 100*y2 - 10*y3 + y4", "-1e3*y2 + 10*y3 - 10*y4", "-y3 + 10*y4", "-0.1*y4"),
        (1.0,) * 4,
    ),
    "A4": Problem(tuple(f"-{i**5}*y{i}" for i in range(1, 11)), (1.0,) * 10, 1.0),
    "B1": Problem(
        ("-y1 + y2", "-100*y1 - y2", "-100*y3 + y4", "-1e4*y3 - 100*y4"), (1.0, 0.0, 1.0, 0.0)
    ),
    "B2": _spiral(3),
    "B5": _spiral(100),
    "C1": Problem(
        (
            "-y1 + y2^2 + y3^2 + y4^2",
            "-10*y2 + 10*(y3^2 + y4^2)",
            "-40*y3 + 40*y4^2",
            "-100*y4 + 2",
        ),
        (1.0,) * 4,
    ),
    "C2": _coupling(0.1),
    "C5": _coupling(20),
    "D1": Problem(
        ("0.2*(y2 - y1)", "10*y1 - (60 - 0.125*y3)*y2 + 0.125*y3", "1"), (0.0,) * 3, 400.0
    ),
    "D3": Problem(
        (
            "y3 - 100*y1*y2",
            "y3 + 2*y4 - 100*y1*y2 - 2e4*y2^2",
            "-y3 + 100*y1*y2",
            "-y4 + 1e4*y2^2",
        ),
        (1.0, 1.0, 0.0, 0.0),
    ),
    "D4": Problem(
        ("-0.013*y1 - 1000*y1*y3", "-2500*y2*y3", "-0.013*y1 - 1000*y1*y3 - 2500*y2*y3"),
        (1.0, 1.0, 0.0),
        50.0,
    ),
    "D5": Problem(
        (
            "0.01 - (1 + (y1 + 1000)*(y1 + 1))*(0.01 + y1 + y2)",
            "0.01 - (1 + y2^2)*(0.01 + y1 + y2)",
        ),
        (0.0, 0.0),
        100.0,
    ),
    "D6": Problem(
        (
            "-y1 + 1e8*y3*(1 - y1)",
            "-10*y2 + 3e7*y3*(1 - y2)",
            "y1 - 1e8*y3*(1 - y1) + 10*y2 - 3e7*y3*(1 - y2)",
        ),
        (1.0, 0.0, 0.0),
        1.0,
    ),
    "E2": Problem(("y2", "5*(1 - y1^2)*y2 - y1"), (2.0, 0.0), 1.0),
    "E3": Problem(("-(55 + y3)*y1 + 65*y2", "0.0785*(y1 - y2)", "0.1*y1"), (1.0, 1.0, 0.0), 500.0),
    "E5": Problem(
        (
            "-7.89e-10*y1 - 1.1e7*y1*y3",
            "7.89e-10*y1 - 1.13e9*y2*y3",
            "7.89e-10*y1 - 1.1e7*y1*y3 + 1.13e3*y4 - 1.13e9*y2*y3",
            "1.1e7*y1*y3 - 1.13e3*y4",
        ),
        (1.76e-3, 0.0, 0.0, 0.0),
        1000.0,
    ),
}
